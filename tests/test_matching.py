from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box as polygon

from train_easyocr.records import Page, Reading, Word
from train_easyocr.scoring.matching import (
    Match,
    PageScore,
    iou_matrix,
    match,
    mean_f1,
    pooled,
    score_page,
    set_aside,
)

A, B, FAR = (0, 0, 10, 10), (20, 0, 30, 10), (500, 500, 510, 510)


def words(*pairs):
    return [Word(text, box) for text, box in pairs]


def readings(*pairs):
    return [Reading(box, text, 1.0) for text, box in pairs]


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


def test_a_page_worked_out_by_hand():
    truth = words(("김해시장", A), ("결재", B), ("끝.", FAR))
    read = readings(("김해시", A), ("결재", B))
    score = score_page(truth, read)
    # 김해시 lacks one of four characters: 0.75. 결재 is right: 1. The third word was not found.
    assert (score.pairs, score.score, score.edits, score.characters, score.exact) == (2, 1.75, 1, 6, 1)
    assert score.precision == pytest.approx(1.75 / 2)
    assert score.recall == pytest.approx(1.75 / 3)
    assert score.f1 == pytest.approx(float(2 * Fraction(7, 8) * Fraction(7, 12) / (Fraction(7, 8) + Fraction(7, 12))))
    assert (score.detection_precision, score.detection_recall) == (1.0, pytest.approx(2 / 3))
    assert score.detection_f1 == pytest.approx(0.8)
    assert score.character_error_rate == pytest.approx(1 / 6)
    assert score.exact_match == 0.5


def test_a_reading_much_longer_than_the_word_scores_0_and_not_less():
    assert score_page(words(("가", A)), readings(("나다라마", A))).score == 0


@pytest.mark.parametrize(
    ("truth", "read", "f1", "cer"),
    [
        ([], [], 1.0, None),  # nothing to read, nothing read
        ([], [("가", A)], 0.0, None),  # a reading where there is no word
        ([("가", A)], [], 0.0, None),  # a word that nobody read
        ([("가", A)], [("가", B)], 0.0, None),  # a reading in the wrong place
    ],
)
def test_pages_without_pairs_are_defined(truth, read, f1, cer):
    score = score_page(words(*truth), readings(*read))
    assert (score.f1, score.detection_f1, score.character_error_rate) == (f1, f1, cer)
    assert score.precision == score.recall == f1


PLACEHOLDER = Word("xxx", (40, 0, 60, 10))


@pytest.mark.parametrize(
    ("read", "predictions"),
    [
        ([("가", A)], 1),  # the placeholder is not missed
        ([("가", A), ("흐림", (40, 0, 60, 10))], 1),  # read in its very place
        ([("가", A), ("흐", (40, 0, 50, 10)), ("림", (50, 0, 60, 10))], 1),  # in two pieces
        ([("가", A), ("나 흐림 다", (10, 0, 90, 10))], 1),  # as part of a line
        ([("가", A), ("다", (58, 0, 80, 10))], 2),  # a stray reading beside it, whose margin touches it
        ([("가", A), ("다", FAR)], 2),
    ],
)
def test_a_placeholder_is_neither_missed_nor_can_a_reading_there_be_wrong(read, predictions):
    score = score_page(words(("가", A)), readings(*read), [PLACEHOLDER])
    assert (score.ground_truths, score.predictions, score.pairs) == (1, predictions, 1)
    assert score.recall == score.detection_recall == 1.0
    assert score.precision == 1 / predictions


def test_a_word_that_overlaps_a_placeholder_still_counts():
    # The reading is in a pair, so it is not excused, whatever else it lies on.
    assert score_page(words(("가", A)), readings(("가", A)), [Word("xxx", (2, 0, 12, 10))]).predictions == 1
    assert score_page(words(("가", A)), [], [Word("xxx", A)]).f1 == 0.0


def test_a_page_of_placeholders_alone_is_perfect_whatever_is_read_there():
    assert score_page([], readings(("흐림", PLACEHOLDER.box)), [PLACEHOLDER]).f1 == 1.0
    assert score_page([], readings(("흐림", FAR)), [PLACEHOLDER]).f1 == 0.0


def test_words_are_set_aside_by_their_whole_text():
    page = Page("p", "", "", 99, 99, tuple(words(("xxx", A), ("xxxx", B), ("가", FAR))), "")
    found = set_aside(page, ("xxx", "###"))
    assert [word.text for word in found.words] == ["xxxx", "가"] and found.ignored == (Word("xxx", A),)
    assert set_aside(page, ()) == page


def test_mean_weighs_pages_and_pooled_weighs_words():
    small = score_page(words(("가", A)), readings(("가", A)))
    large = score_page(words(*[("가", (x, 0, x + 9, 9)) for x in range(0, 90, 10)]), [])
    assert mean_f1([small, large]) == 0.5
    # One point, one reading, ten words: 2 x 1 / 11.
    assert pooled([small, large]).f1 == pytest.approx(2 / 11)
    assert pooled([]) == PageScore()
    assert mean_f1([]) == 0.0
