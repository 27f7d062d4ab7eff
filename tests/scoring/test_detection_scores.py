"""Detection at ten IoU thresholds and GIoU, against torchvision and by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scored_pages import boxes_read
from torchvision.ops import generalized_box_iou

from train_easyocr.scoring.detection_scores import THRESHOLDS, giou, score_detection
from train_easyocr.scoring.matching import match
from train_easyocr.scoring.scored_page import MatchCounts

coordinates = st.integers(0, 60)
boxes = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), coordinates, coordinates, *[st.integers(1, 30)] * 2)


@given(st.lists(st.tuples(boxes, boxes), min_size=1, max_size=9))
def test_giou_is_that_of_torchvision(pairs):
    first, second = (np.array(side, float) for side in zip(*pairs, strict=True))
    expected = generalized_box_iou(torch.from_numpy(first), torch.from_numpy(second)).diagonal().numpy()
    assert giou(first, second) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),  # they touch: no overlap, no gap
        ((0, 0, 10, 10), (90, 0, 100, 10), -0.8),  # 800 of the hull's 1,000 square pixels lie between them
        ((0, 0, 10, 10), (5, 5, 5, 5), 0.0),  # a box without area inside another one: the hull is the other one
        ((5, 5, 5, 5), (5, 5, 5, 5), -1.0),  # no area anywhere: defined, not NaN
    ],
)
def test_giou_worked_out_by_hand(first, second, expected):
    assert giou(np.array([first]), np.array([second])) == pytest.approx(expected)


def test_thresholds_are_those_of_coco():
    assert THRESHOLDS == (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@given(st.lists(boxes, max_size=8), st.lists(boxes, max_size=8))
def test_each_threshold_counts_the_pairs_that_matching_with_it_makes(truths, predictions):
    found = score_detection([boxes_read(truths, predictions)])
    assert [item.pairs for item in found.counts] == [len(match(truths, predictions, least)) for least in THRESHOLDS]


def test_figures_worked_out_by_hand():
    # Word 1 is found with an IoU of 0.9, word 2 with one of 0.6, word 3 is missed, and one reading is no word.
    truths = [(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)]
    predictions = [(0, 0, 9, 10), (20, 0, 26, 10), (70, 0, 80, 10), (80, 50, 90, 60)]
    found = score_detection([boxes_read(truths, predictions)])
    assert [item.pairs for item in found.counts] == [2, 2, 2, 1, 1, 1, 1, 1, 1, 0]
    first = found.counts[0]
    assert (first.detection_precision, first.detection_recall) == (2 / 4, 2 / 3)
    assert first.detection_f1 == pytest.approx(2 * 2 / 7)
    assert found.mean_f1 == pytest.approx((3 * 4 / 7 + 6 * 2 / 7) / 10)
    assert found.mean_precision == pytest.approx((3 * 2 + 6 * 1) / 4 / 10)
    assert found.mean_recall == pytest.approx((3 * 2 + 6 * 1) / 3 / 10)
    # Both readings lie inside their word, so the hull is the word and GIoU is IoU.
    assert found.mean_iou == found.mean_giou == pytest.approx(0.75)


def test_a_box_that_reaches_out_of_its_word_has_a_lower_giou_than_iou():
    # 8 x 10 of the word's 10 x 10 are shared with a box of 8 x 12: IoU 80 / 116, and the hull is 10 x 12.
    found = score_detection([boxes_read([(0, 0, 10, 10)], [(2, 0, 10, 12)])])
    assert found.mean_iou == pytest.approx(80 / 116)
    assert found.mean_giou == pytest.approx(80 / 116 - (120 - 116) / 120)


def test_ap50_is_that_of_the_first_threshold_and_ap50_95_the_mean_of_all():
    # One word found with an IoU of 0.5, which is a pair at the first threshold alone.
    found = score_detection([boxes_read([(0, 0, 10, 10)], [(0, 0, 10, 5)])])
    assert (found.ap50, found.ap50_95) == (1.0, pytest.approx(0.1))


def test_a_reading_on_a_placeholder_is_no_false_alarm_at_any_threshold():
    # The reading finds the word up to an IoU of 0.6; beyond, it still lies on the placeholder beside the word.
    placeholders = [(3, 0, 6, 10), (20, 0, 30, 10)]
    found = score_detection([boxes_read([(0, 0, 10, 10)], [(0, 0, 6, 10), (20, 0, 30, 10)], placeholders)])
    assert [(item.pairs, item.predictions) for item in found.counts] == [(1, 1)] * 3 + [(0, 0)] * 7


@pytest.mark.parametrize(
    ("truths", "predictions", "f1"),
    [([], [], 1.0), ([(0, 0, 9, 9)], [], 0.0), ([], [(0, 0, 9, 9)], 0.0)],
)
def test_pages_without_pairs_are_defined(truths, predictions, f1):
    found = score_detection([boxes_read(truths, predictions)])
    assert (found.mean_precision, found.mean_recall, found.mean_f1) == (f1, f1, f1)
    assert found.mean_iou is found.mean_giou is None
    nothing = score_detection([])
    assert (nothing.counts[0], nothing.average_precisions[0]) == (MatchCounts(), 1.0)
