"""What one page scores, worked out by hand; and that every view of it comes from what was counted once."""

from fractions import Fraction
from pathlib import Path

import pytest
from archive_factory import label_bytes
from scored_pages import scored

from train_easyocr.dataset.labels import read_label
from train_easyocr.pages import overlap
from train_easyocr.pages.records import Page, PageFile, Reading, Word
from train_easyocr.program.errors import UserError
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.page_scoring import end_to_end_f1, score_readings
from train_easyocr.scoring.scored_page import MatchCounts, Pair, mean_f1, pooled
from train_easyocr.texts.text_scores import TextPair

A, B, FAR = (0, 0, 10, 10), (20, 0, 30, 10), (500, 500, 510, 510)


def words(*pairs):
    return [Word(text, box) for text, box in pairs]


def readings(*pairs):
    return [Reading(box, text, 1.0) for text, box in pairs]


def count(words, readings, ignored=()):
    return scored(words, readings, ignored).counts


def test_a_page_worked_out_by_hand():
    truth = words(("김해시장", A), ("결재", B), ("끝.", FAR))
    read = readings(("김해시", A), ("결재", B))
    score = count(truth, read)
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
    assert count(words(("가", A)), readings(("나다라마", A))).score == 0


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
    score = count(words(*truth), readings(*read))
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
    score = count(words(("가", A)), readings(*read), [PLACEHOLDER])
    assert (score.ground_truths, score.predictions, score.pairs) == (1, predictions, 1)
    assert score.recall == score.detection_recall == 1.0
    assert score.precision == 1 / predictions


@pytest.mark.parametrize(
    ("box", "predictions"),
    [
        ((30, 0, 46, 10), 1),  # 60 of the 160 square pixels of the reading
        ((32, 0, 46, 10), 1),
        ((36, 0, 56, 3), 1),  # of the smaller box: 48 of the reading's 60
        ((20, 0, 46, 10), 1),  # 60 of the placeholder's 200: 0.3
        ((20, 0, 45, 10), 2),  # 0.25
        ((50, 5, 50, 5), 2),  # a reading without area overlaps nothing
    ],
)
def test_a_reading_is_excused_from_three_tenths_of_the_smaller_box_on(box, predictions):
    assert count(words(("가", A)), readings(("가", A), ("흐림", box)), [PLACEHOLDER]).predictions == predictions


def test_a_word_that_overlaps_a_placeholder_still_counts():
    page = scored(words(("나", FAR), ("가", A)), readings(("가", A), ("나", FAR)), [Word("xxx", A)])
    assert (page.counts.predictions, page.counts.f1) == (2, 1.0)
    assert count_boxes(page.page, [A, FAR]).f1 == 1.0
    only = scored(words(("나", FAR), ("가", A)), readings(("가", A)), [Word("xxx", A)])
    assert count_boxes(only.page, [A]).f1 == only.counts.detection_f1 == pytest.approx(2 / 3)
    # The reading is in a pair, so it is not excused, whatever else it lies on.
    assert count(words(("가", A)), readings(("가", A)), [Word("xxx", (2, 0, 12, 10))]).predictions == 1
    assert count(words(("가", A)), [], [Word("xxx", A)]).f1 == 0.0


def test_a_page_of_placeholders_alone_is_perfect_whatever_is_read_there():
    assert count([], readings(("흐림", PLACEHOLDER.box)), [PLACEHOLDER]).f1 == 1.0
    assert count([], readings(("흐림", FAR)), [PLACEHOLDER]).f1 == 0.0


def test_mean_weighs_pages_and_pooled_weighs_words():
    small = scored(words(("가", A)), readings(("가", A)))
    large = scored(words(*[("가", (x, 0, x + 9, 9)) for x in range(0, 90, 10)]), [])
    assert mean_f1([small, large]) == 0.5
    # One point, one reading, ten words: 2 x 1 / 11.
    assert pooled([small, large]).f1 == pytest.approx(2 / 11)
    assert pooled([]) == MatchCounts()
    assert mean_f1([]) == 0.0


def test_a_scored_page_holds_what_was_read_the_pairs_and_what_lies_on_placeholders():
    read = readings(("흐림", FAR), ("김해시", A), ("얼룩", B))
    page = scored(words(("결재", B), ("김해시장", A)), read[:2], [Word("xxx", FAR)], name="인.허가/1/2001/a")
    assert (page.image, page.readings) == ("인.허가/1/2001/a.jpg", tuple(read[:2]))
    assert page.pairs == (Pair(1, 1, 1.0, TextPair("김해시장", "김해시", 1)),)
    assert page.on_ignored == page.excused() == {0}
    assert page.cleval.end_to_end.correct == 3


def test_a_reading_that_finds_its_word_less_well_is_excused_from_a_higher_iou_on():
    page = scored(words(("가", A)), readings(("가", (0, 0, 6, 10))), [Word("xxx", (3, 0, 6, 10))])
    assert page.on_ignored == {0}
    assert page.excused(0.6) == set() and page.excused(0.65) == {0}


@pytest.mark.parametrize("ignored", [(), (Word("xxx", B),)])
def test_the_figures_of_step_4_are_those_of_the_scored_page(ignored):
    read = readings(("김해시", A), ("흐림", B), ("얼룩", FAR))
    page = scored(words(("김해시장", A), ("결재", (50, 0, 70, 10))), read, ignored)
    assert end_to_end_f1(page.page, read) == page.counts.f1
    assert count_boxes(page.page, [reading.box for reading in read]).f1 == page.counts.detection_f1
    assert count_boxes(page.page, []).f1 == end_to_end_f1(page.page, []) == 0


def test_each_page_needs_its_readings():
    page = scored(words(("가", A)), [])
    with pytest.raises(ValueError, match="shorter"):
        score_readings([PageFile(page.page, Path(page.image), page.image)] * 2, [[]])


def test_a_perfect_reader_scores_1_on_a_page_that_is_labelled_in_part():
    boxes = [(10, 10, 40, 20), (60, 10, 40, 20), (110, 10, 40, 20), (10, 60, 40, 20)]
    label = label_bytes(list(zip(["결재", None, "", "끝."], boxes, strict=True)))
    page = read_label(label, "a/1/2001/p")
    texts = ("결재", "가", "나", "끝.")
    found = readings(*((text, (x, y, x + w, y + h)) for text, (x, y, w, h) in zip(texts, boxes, strict=True)))
    [score] = score_readings([PageFile(page, Path("p.jpg"), "p.jpg")], [found])
    assert (score.counts.f1, score.counts.detection_f1, score.counts.ground_truths) == (1.0, 1.0, 2)
    assert score.cleval.end_to_end.f1 == 1.0 and end_to_end_f1(page, found) == 1.0
    assert count_boxes(page, [reading.box for reading in found]).f1 == 1.0


def test_a_page_whose_boxes_all_lie_on_each_other_is_named(monkeypatch):
    monkeypatch.setattr(overlap, "MOST_PAIRS", 100)
    page = Page("a/b/p", "a", "2001", 10, 10, tuple(words(*[("가", A)] * 20)), "")
    with pytest.raises(UserError, match=r"^a/b/p\.png: out of memory, .* 20 labels and 20 readings were compared; "):
        score_readings([PageFile(page, Path("a/b/p.png"), "a/b/p.png")], [readings(*[("가", A)] * 20)])
