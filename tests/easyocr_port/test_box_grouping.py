"""Our grouping of boxes is EasyOCR's, to the pixel, on layouts of every kind."""

import math

import numpy as np
import pytest
from easyocr.utils import group_text_box
from hypothesis import example, given, settings
from hypothesis import strategies as st

from train_easyocr.easyocr_port.box_grouping import JoinedBox, group_quadrilaterals, is_read, join_boxes
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions

# Coarse steps, so that boxes share middles, heights and edges, and thresholds are met exactly.
places = st.integers(-3, 60).map(lambda step: 5 * step) | st.integers(-20, 400)
lengths = st.integers(0, 16).map(lambda step: 5 * step) | st.integers(0, 90)
upright_boxes = st.tuples(places, places, lengths, lengths).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
any_corners = st.lists(st.integers(-20, 400), min_size=8, max_size=8)
thresholds = st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.5]) | st.floats(0, 3)


@st.composite
def tilted(draw):
    """Four corners of a rectangle that leans, rounded to whole pixels as the Reader rounds them."""
    x, y, width, height = (draw(strategy) for strategy in (places, places, st.integers(1, 200), st.integers(1, 60)))
    angle = draw(st.floats(-1.2, 1.2))
    across = np.array([math.cos(angle), math.sin(angle)]) * width
    down = np.array([-math.sin(angle), math.cos(angle)]) * height
    corners = np.array([x, y]) + np.array([0 * across, across, across + down, down])
    return corners.astype(np.int32).ravel().tolist()


options = st.builds(
    ReadingOptions,
    slope_ths=thresholds,
    ycenter_ths=thresholds,
    height_ths=thresholds,
    width_ths=thresholds,
    add_margin=st.sampled_from([0.0, 0.05, 0.1, 0.3]) | st.floats(0, 1),
)


def corners_of(box):
    xmin, ymin, xmax, ymax = box
    return [xmin, ymin, xmax, ymin, xmax, ymax, xmin, ymax]


def easyocr_boxes(quadrilaterals, options):
    """What EasyOCR makes of them: bounds of the upright ones in our order of coordinates, corners of the others."""
    horizontal, rotated = group_text_box(
        [np.array(corners, np.int32) for corners in quadrilaterals],
        options.slope_ths,
        options.ycenter_ths,
        options.height_ths,
        options.width_ths,
        options.add_margin,
    )
    return [(xmin, ymin, xmax, ymax) for xmin, xmax, ymin, ymax in horizontal], rotated


def demand_equal(quadrilaterals, options):
    joined, rotated = group_quadrilaterals([np.array(corners, np.int32) for corners in quadrilaterals], options)
    upright, expected = easyocr_boxes(quadrilaterals, options)
    assert [box.bounds for box in joined] == upright
    assert [corners.tolist() for corners in rotated] == [np.array(corners).tolist() for corners in expected]
    members = [place for box in joined for place in box.members]
    assert sorted(set(members)) == sorted(members) and len(members) + len(rotated) == len(quadrilaterals)


@given(st.lists(upright_boxes, max_size=40), st.sampled_from([DEFAULT_GROUPING, WORD_GROUPING]))
@example([(0, 0, 10, 20), (20, 0, 30, 20), (40, 0, 50, 20)], DEFAULT_GROUPING)  # gaps of exactly half a height
@settings(max_examples=300, deadline=None)
def test_upright_boxes_are_joined_as_easyocr_joins_them(boxes, options):
    demand_equal([corners_of(box) for box in boxes], options)
    assert [box.bounds for box in join_boxes(boxes, options)] == easyocr_boxes(map(corners_of, boxes), options)[0]


@given(st.lists(tilted() | any_corners | upright_boxes.map(corners_of), max_size=25), options)
@settings(max_examples=400, deadline=None)
def test_quadrilaterals_of_every_kind_and_any_options_give_what_easyocr_gives(quadrilaterals, options):
    demand_equal(quadrilaterals, options)


@given(st.integers(1, 2**32), st.sampled_from([DEFAULT_GROUPING, WORD_GROUPING]))
@settings(max_examples=60, deadline=None)
def test_pages_of_lines_are_joined_as_easyocr_joins_them(seed, options):
    """Lines of words with gaps around the threshold and ragged heights, as pages have them, hundreds of boxes."""
    generator = np.random.default_rng(seed)
    boxes = []
    for line in range(30):
        x = int(generator.integers(0, 100))
        for _ in range(int(generator.integers(0, 14))):
            top, bottom = generator.integers(-8, 8, 2)
            width = int(generator.integers(8, 160))
            boxes.append((x, 100 + 45 * line + int(top), x + width, 130 + 45 * line + int(bottom)))
            x += width + int(generator.integers(-5, 30))
    order = generator.permutation(len(boxes))
    demand_equal([corners_of(boxes[place]) for place in order], options)


@given(st.lists(upright_boxes, min_size=1, max_size=20))
def test_members_run_from_left_to_right_and_fill_the_bounds_less_the_margin(boxes):
    for joined in join_boxes(boxes, DEFAULT_GROUPING):
        members = [boxes[place] for place in joined.members]
        assert members == sorted(members, key=lambda box: box[0])
        array = np.array(members)
        (xmin, ymin), (xmax, ymax) = array[:, :2].min(axis=0), array[:, 2:].max(axis=0)
        margin = int(0.1 * min(xmax - xmin, ymax - ymin))
        assert joined.bounds == (xmin - margin, ymin - margin, xmax + margin, ymax + margin)


def test_three_words_and_one_beyond_the_gap_by_hand():
    boxes = [(130, 101, 160, 121), (10, 100, 50, 120), (59, 98, 120, 122), (300, 100, 340, 120)]
    # 59 - 50 < 0.5 x 24, 130 - 120 is not < 0.5 x 20. Margins: a tenth of 24, of 20, of 20.
    assert join_boxes(boxes, DEFAULT_GROUPING) == [
        JoinedBox((8, 96, 122, 124), (1, 2)),
        JoinedBox((128, 99, 162, 123), (0,)),
        JoinedBox((298, 98, 342, 122), (3,)),
    ]
    assert [box.members for box in join_boxes(boxes, WORD_GROUPING)] == [(1,), (2,), (0,), (3,)]


@pytest.mark.parametrize(("width", "height", "read"), [(20, 20, False), (21, 3, True), (3, 21, True)])
def test_a_box_is_read_from_21_pixels_on(width, height, read):
    assert is_read(width, height, DEFAULT_GROUPING) is read
    assert is_read(width, height, ReadingOptions(min_size=0))


def test_a_page_without_boxes_gives_none():
    assert join_boxes([], DEFAULT_GROUPING) == []
    assert group_quadrilaterals([], DEFAULT_GROUPING) == ([], [])
