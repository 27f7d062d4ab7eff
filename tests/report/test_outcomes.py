"""The outcome of every word and reading of a page: right, wrong, split, merged, missed or extra."""

from scored_pages import scored

from train_easyocr.pages.records import Reading, Word
from train_easyocr.report.outcomes import ERRORS, WordOutcome, page_outcome

BOXES = [(0, 0, 100, 40), (120, 0, 220, 40), (0, 60, 100, 100)]
WORDS = [Word("김해시장", BOXES[0]), Word("결재", BOXES[1]), Word("끝.", BOXES[2])]
STAIN = (200, 150, 250, 180)
READINGS = [
    Reading(STAIN, "얼룩", 0.3),
    Reading(BOXES[0], "김해시", 0.9),
    Reading((121, 0, 220, 40), "결재", 0.9),
]


def test_every_word_and_every_reading_has_one_outcome():
    found = page_outcome(scored(WORDS, READINGS))
    assert found.words == (WordOutcome("wrong", (1,)), WordOutcome("right", (2,)), WordOutcome("missed", ()))
    assert found.readings == ("extra", "wrong", "right")
    assert ERRORS == ("wrong", "split", "merged", "missed", "extra") and found.errors == (1, 0, 0, 1, 1)
    assert {reading: pair.ground_truth for reading, pair in found.pairs.items()} == {1: 0, 2: 1}


def test_a_reading_on_a_placeholder_is_no_error():
    found = page_outcome(scored(WORDS[:2], READINGS, [Word("xxx", STAIN)]))
    assert found.readings == ("excused", "wrong", "right")
    assert sum(found.errors) == 1


def test_both_halves_of_a_split_word_lead_to_it():
    halves = [Reading((0, 0, 49, 40), "김해", 0.9), Reading((51, 0, 100, 40), "시장", 0.9)]
    found = page_outcome(scored(WORDS[:1], halves))
    assert found.words == (WordOutcome("split", (0, 1)),)
    assert found.readings == ("split", "split")
    assert found.errors == (0, 1, 0, 0, 0)


def test_both_words_of_a_merged_reading_show_it():
    found = page_outcome(scored(WORDS[:2], [Reading((0, 0, 220, 40), "김해시장 결재", 0.9)]))
    assert found.words == (WordOutcome("merged", (0,)), WordOutcome("merged", (0,)))
    assert found.readings == ("merged",)
    assert found.errors == (0, 0, 2, 0, 0)


def test_what_is_right_stays_right_beside_a_second_reading_of_its_characters():
    found = page_outcome(scored(WORDS[1:2], [READINGS[2], Reading((170, 0, 218, 40), "재", 0.4)]))
    assert found.words[0].verdict == "right" and found.readings[0] == "right"
    assert found.readings[1] in ("split", "extra")
