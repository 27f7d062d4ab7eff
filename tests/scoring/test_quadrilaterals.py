"""Areas, points and character centres of quadrilaterals, against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.scoring.cleval.quadrilaterals import (
    areas,
    aspect_ratios,
    character_centres,
    contains,
    from_boxes,
    intersection_areas,
)

coordinates = st.integers(0, 20)
boxes = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), coordinates, coordinates, *[st.integers(0, 12)] * 2)
box_quads = st.builds(lambda box: from_boxes(np.array([box]))[0], boxes)
# Any four corners: slanted, concave and crossing ones too.
any_quads = st.builds(lambda *corners: np.array(corners, float), *[st.tuples(coordinates, coordinates)] * 4)
quads = box_quads | any_quads


@given(st.lists(st.tuples(quads, quads), min_size=1, max_size=5))
def test_shared_areas_are_those_of_shapely(pairs):
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    for a, b, shared in zip(first, second, intersection_areas(first, second), strict=True):
        one, other = (shapely.make_valid(shapely.Polygon(corners)) for corners in (a, b))
        assert shared == pytest.approx(one.intersection(other).area, abs=1e-9)


@given(quads)
def test_areas_are_those_of_shapely(quad):
    assert areas(quad[None])[0] == pytest.approx(shapely.Polygon(quad).area)


@given(quads, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8))
def test_points_off_the_edges_are_inside_where_shapely_says_so(quad, halves):
    points = np.array(halves) / 2
    polygon = shapely.make_valid(shapely.Polygon(quad))
    for point, inside in zip(points, contains(quad[None], points[None])[0], strict=True):
        if shapely.LineString([*quad, quad[0]]).distance(shapely.Point(point)) > 1e-9:
            assert inside == polygon.contains(shapely.Point(point))


def test_of_two_boxes_that_touch_one_holds_the_point_between():
    pair = from_boxes(np.array([[0, 0, 10, 10], [10, 0, 20, 10]]))
    assert contains(pair, np.array([[[10, 5]], [[10, 5]]]))[:, 0].tolist() == [False, True]


def test_centres_divide_the_middle_line():
    quads = from_boxes(np.array([[0, 0, 40, 10], [0, 0, 30, 20]]))
    centres = character_centres(quads, np.array([4, 1]), 0.5)
    assert centres.shape == (2, 4, 2)
    assert centres[0].tolist() == [[5, 5], [15, 5], [25, 5], [35, 5]]
    assert centres[1, 0].tolist() == [15, 10]


def test_centres_of_a_tall_box_run_along_its_height():
    quads = from_boxes(np.array([[0, 0, 10, 21], [0, 0, 10, 20]]))
    centres = character_centres(quads, np.array([2, 2]), 0.5)
    assert centres[0].tolist() == [[5, 15.75], [5, 5.25]]
    assert centres[1].tolist() == [[2.5, 10], [7.5, 10]]  # half as wide as tall is not yet vertical


@pytest.mark.parametrize(("box", "ratio"), [((0, 0, 40, 10), 4.0), ((0, 0, 10, 40), 0.25), ((3, 3, 3, 3), 1.0)])
def test_aspect_ratio_is_width_by_height(box, ratio):
    assert aspect_ratios(from_boxes(np.array([box])))[0] == pytest.approx(ratio, rel=1e-5)


def test_nothing_gives_nothing():
    nothing = from_boxes(np.zeros((0, 4)))
    assert nothing.shape == (0, 4, 2)
    assert areas(nothing).shape == aspect_ratios(nothing).shape == intersection_areas(nothing, nothing).shape == (0,)
    assert character_centres(nothing, np.zeros(0, int), 0.5).shape == (0, 0, 2)
