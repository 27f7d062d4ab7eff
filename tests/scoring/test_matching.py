"""IoU against shapely, and the greedy one-to-one pairs of words and readings."""

import numpy as np
from dense_overlaps import dense_areas, dense_iou
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.pages.records import Word
from train_easyocr.scoring.matching import IGNORED_OVERLAP, Match, match, readings_on_ignored

A, B, FAR = (0, 0, 10, 10), (20, 0, 30, 10), (500, 500, 510, 510)


coordinates = st.integers(-50, 150)
boxes = st.builds(
    lambda x, y, width, height: (x, y, x + width, y + height), coordinates, coordinates, *[st.integers(1, 80)] * 2
)


def test_the_highest_iou_is_paired_first():
    # Ground truth 0 overlaps prediction 0 by 0.6 and prediction 1 by 0.8; ground truth 1 only prediction 1, by 0.667.
    truths = [(0, 0, 10, 10), (4, 0, 12, 10)]
    predictions = [(0, 0, 6, 10), (2, 0, 10, 10)]
    assert dense_iou(truths, predictions).round(3).tolist() == [[0.6, 0.8], [0.167, 0.6]]
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
    ious = dense_iou(truths, predictions)
    assert [pair.iou for pair in pairs] == sorted((pair.iou for pair in pairs), reverse=True)
    # The definition, said the slow way: take the best pair that is left until none reaches the threshold.
    left, expected = ious.copy(), []
    while left.size and left.max() >= threshold:
        row, column = np.unravel_index(left.argmax(), left.shape)
        expected.append((row, column))
        left[row, :] = left[:, column] = -1
    assert [(pair.ground_truth, pair.prediction) for pair in pairs] == expected


@given(st.lists(boxes, max_size=12), st.lists(boxes, max_size=12))
def test_readings_on_ignored_labels_share_three_tenths_of_the_smaller_box(readings, ignored):
    shared, areas = dense_areas(readings, ignored), [[w * h for w, h in sizes(items)] for items in (readings, ignored)]
    expected = {
        row
        for row, area in enumerate(areas[0])
        for column, other in enumerate(areas[1])
        if shared[row, column] > 0 and shared[row, column] >= IGNORED_OVERLAP * min(area, other)
    }
    assert readings_on_ignored(np.array(readings), [Word("", box) for box in ignored]) == expected


def sizes(items):
    return [(xmax - xmin, ymax - ymin) for xmin, ymin, xmax, ymax in items]
