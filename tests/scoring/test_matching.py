"""IoU against shapely, and the greedy one-to-one pairs of words and readings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box as polygon

from train_easyocr.pages.overlap import iou_matrix
from train_easyocr.scoring.matching import Match, match

A, B, FAR = (0, 0, 10, 10), (20, 0, 30, 10), (500, 500, 510, 510)


coordinates = st.integers(-50, 150)
boxes = st.builds(
    lambda x, y, width, height: (x, y, x + width, y + height), coordinates, coordinates, *[st.integers(1, 80)] * 2
)


@given(st.lists(boxes, max_size=6), st.lists(boxes, max_size=6))
def test_iou_agrees_with_shapely(first, second):
    ious = iou_matrix(np.array(first), np.array(second))
    assert ious.shape == (len(first), len(second))
    for row, a in enumerate(first):
        for column, b in enumerate(second):
            one, other = polygon(*a), polygon(*b)
            assert ious[row, column] == pytest.approx(one.intersection(other).area / one.union(other).area, abs=1e-12)


def test_iou_of_a_third():
    assert iou_matrix([[0, 0, 10, 10]], [[5, 0, 15, 10]])[0, 0] == pytest.approx(1 / 3)


@pytest.mark.parametrize("empty", [(5, 5, 5, 5), (0, 0, 0, 10), (9, 9, 1, 1)])
def test_a_box_without_area_has_iou_0_even_with_itself(empty):
    assert iou_matrix([empty], [empty, A]).tolist() == [[0.0, 0.0]]


def test_boxes_that_touch_share_nothing():
    assert iou_matrix([A], [(10, 0, 20, 10)])[0, 0] == 0


def test_the_highest_iou_is_paired_first():
    # Ground truth 0 overlaps prediction 0 by 0.6 and prediction 1 by 0.8; ground truth 1 only prediction 1, by 0.667.
    truths = [(0, 0, 10, 10), (4, 0, 12, 10)]
    predictions = [(0, 0, 6, 10), (2, 0, 10, 10)]
    assert iou_matrix(truths, predictions).round(3).tolist() == [[0.6, 0.8], [0.167, 0.6]]
    assert match(truths, predictions) == [Match(0, 1, 0.8)]


def test_a_box_is_paired_once():
    pairs = match([A], [A, A, A])
    assert pairs == [Match(0, 0, 1.0)]


def test_ties_go_to_the_lower_positions():
    assert match([A, A], [A, A]) == [Match(0, 0, 1.0), Match(1, 1, 1.0)]


def test_an_iou_of_exactly_the_threshold_is_a_pair():
    assert match([(0, 0, 10, 10)], [(0, 0, 10, 5)]) == [Match(0, 0, 0.5)]
    assert match([(0, 0, 100, 100)], [(0, 0, 100, 49)]) == []


@given(st.lists(boxes, max_size=12), st.lists(boxes, max_size=12), st.floats(0.05, 1.0))
def test_pairs_are_one_to_one_above_the_threshold_and_greedy(truths, predictions, threshold):
    pairs = match(truths, predictions, threshold)
    ious = iou_matrix(truths, predictions)
    assert [pair.iou for pair in pairs] == sorted((pair.iou for pair in pairs), reverse=True)
    # The definition, said the slow way: take the best pair that is left until none reaches the threshold.
    left, expected = ious.copy(), []
    while left.size and left.max() >= threshold:
        row, column = np.unravel_index(left.argmax(), left.shape)
        expected.append((row, column))
        left[row, :] = left[:, column] = -1
    assert [(pair.ground_truth, pair.prediction) for pair in pairs] == expected
