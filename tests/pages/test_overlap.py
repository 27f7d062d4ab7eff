"""Boxes that overlap are found without comparing every pair of them, with the figures of comparing every pair."""

import tracemalloc

import numpy as np
import pytest
from dense_overlaps import dense_areas, dense_iou
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box as polygon

from train_easyocr.pages import overlap
from train_easyocr.pages.overlap import half_overlapping_pairs, iou_of_pairs, overlapping_pairs, touching_pairs

BOX = (0, 0, 10, 10)


# Of 32 bits, as areas of doubles like 1e-170 are rounded to 0.
coordinates = st.integers(-20, 40) | st.floats(-20, 40, allow_nan=False, width=32)
boxes = st.tuples(coordinates, coordinates, coordinates, coordinates)  # some have their maximum below their minimum


@given(st.lists(boxes, max_size=20), st.lists(boxes, max_size=20))
def test_the_pairs_are_those_of_comparing_all_and_equal_to_the_bit(first, second):
    for found, wanted in (
        (overlapping_pairs(first, second), dense_areas(first, second)),
        (iou_of_pairs(first, second), dense_iou(first, second)),
    ):
        expected = np.nonzero(wanted)
        assert [places.tolist() for places in found[:2]] == [places.tolist() for places in expected]
        assert found[2].tolist() == wanted[expected].tolist()


numbers = st.integers(0, 30)
sound = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), numbers, numbers, st.integers(1, 20), st.integers(1, 20))


@given(st.lists(sound, max_size=6), st.lists(sound, max_size=6))
def test_iou_agrees_with_shapely(first, second):
    for row, column, iou in zip(*iou_of_pairs(first, second), strict=True):
        one, other = polygon(*first[row]), polygon(*second[column])
        assert iou == pytest.approx(one.intersection(other).area / one.union(other).area, abs=1e-12)


side = st.tuples(st.integers(-5, 30), st.integers(0, 20)).map(lambda side: (side[0], sum(side)))
flat = st.tuples(side, side).map(lambda sides: (sides[0][0], sides[1][0], sides[0][1], sides[1][1]))


@given(st.lists(flat, min_size=1, max_size=30), st.lists(flat, min_size=1, max_size=30))
def test_pairs_that_overlap_by_half_are_those_of_comparing_all(first, second):
    first, second = np.array(first), np.array(second)
    shared = np.minimum(first[:, None, 2:], second[:, 2:]) - np.maximum(first[:, None, :2], second[:, :2])
    smaller = np.minimum((first[:, 2:] - first[:, :2])[:, None], second[:, 2:] - second[:, :2])
    expected = np.nonzero((2 * shared >= smaller).all(axis=2))
    assert np.array_equal(half_overlapping_pairs(first, second), expected)


def test_iou_of_a_third():
    assert iou_of_pairs([BOX], [(5, 0, 15, 10)])[2].tolist() == [pytest.approx(1 / 3)]


@pytest.mark.parametrize("other", [(5, 5, 5, 5), (0, 0, 0, 10), (9, 9, 1, 1), (10, 0, 20, 10)])
def test_boxes_without_area_and_those_that_touch_share_nothing(other):
    assert iou_of_pairs([other], [other, BOX])[0].tolist() == [0] * (other == (10, 0, 20, 10))


def test_boxes_with_a_common_side_or_corner_touch():
    pairs = touching_pairs([BOX], [(10, 0, 20, 10), (10, 10, 20, 20), (11, 0, 20, 10)])
    assert [places.tolist() for places in pairs] == [[0, 0], [0, 1]]


def test_10_000_boxes_need_no_memory_for_all_their_pairs():
    x, y = (axis.ravel() * 20 for axis in np.meshgrid(np.arange(100), np.arange(100)))
    grid = np.stack([x, y, x + 18, y + 18], axis=1)
    tracemalloc.start()
    rows, columns, ious = iou_of_pairs(grid, grid + 1)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000  # a matrix of all pairs has 800 MB
    tracemalloc.stop()
    assert rows.tolist() == columns.tolist() == list(range(10_000))
    assert np.unique(ious).tolist() == [17 * 17 / (2 * 18 * 18 - 17 * 17)]


def test_boxes_that_all_lie_on_each_other_are_refused_before_memory_is_full(monkeypatch):
    monkeypatch.setattr(overlap, "MOST_PAIRS", 1000)
    with pytest.raises(MemoryError, match="1000 pairs of boxes"):
        touching_pairs([BOX] * 100, [BOX] * 100)
