"""The places of a page where IoU misleads: split, merged, missing and overlapping print."""

import pytest
from scored_pages import scored

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.cleval.iou_cases import KINDS, count_cases

# Four characters, 40 x 10 pixels; their centres lie at x = 5, 15, 25 and 35.
WORD = Word("김해시장", (0, 0, 40, 10))
NEXT = Word("귀하", (44, 0, 64, 10))


def counts(*pages):
    found = count_cases(pages)
    assert tuple(found) == KINDS
    return {kind: (count.cases, count.characters, count.with_a_pair) for kind, count in found.items() if count.cases}


@pytest.mark.parametrize(
    ("words", "boxes", "expected"),
    [
        # The word itself, and its neighbour: nothing that IoU would not see.
        ([WORD, NEXT], [WORD.box, NEXT.box], {}),
        # Nothing read, and something read elsewhere: IoU is right about both.
        ([WORD], [], {}),
        ([WORD], [(0, 50, 40, 60)], {}),
        # Two halves: each has an IoU of 0.5 with the word and one of them is paired, the other a false alarm.
        ([WORD], [(0, 0, 20, 10), (20, 0, 40, 10)], {"split": (1, 4, 1)}),
        # Three pieces, none of them half of the word: IoU says that it was missed.
        ([WORD], [(0, 0, 14, 10), (14, 0, 28, 10), (28, 0, 40, 10)], {"split": (1, 4, 0)}),
        # A reading of both words has an IoU of 0.625 with the first: the second counts as missed.
        ([WORD, NEXT], [(0, 0, 64, 10)], {"merged": (1, 6, 1)}),
        # Three quarters of the word: IoU 0.75, full credit, and a character is gone.
        ([WORD], [(0, 0, 30, 10)], {"missing_characters": (1, 1, 1)}),
        # A box of half the height and a little less than all characters, too flat for IoU.
        ([WORD], [(0, 2, 30, 8)], {"missing_characters": (1, 1, 0)}),
        # The same word read twice: no piece, and yet each character is there twice.
        ([WORD], [WORD.box, (0, 0, 40, 9)], {"split": (1, 4, 1), "overlapping_characters": (1, 4, 1)}),
        # Two pieces that share the third character.
        ([WORD], [(0, 0, 28, 10), (22, 0, 40, 10)], {"split": (1, 4, 1), "overlapping_characters": (1, 1, 1)}),
        # Two pieces with a gap at the second character.
        ([WORD], [(0, 0, 11, 10), (20, 0, 40, 10)], {"split": (1, 4, 1), "missing_characters": (1, 1, 1)}),
    ],
)
def test_cases_worked_out_by_hand(words, boxes, expected):
    assert counts(scored(words, [Reading(box, "가", 0.9) for box in boxes])) == expected


def test_an_example_names_the_page_the_words_and_the_readings():
    readings = (Reading((0, 0, 64, 10), "김해시장귀하", 0.8),)
    [[page, example]] = count_cases([scored([WORD, NEXT], readings, name="인.허가/5350109/2001/1")])["merged"].examples
    assert (page, example.words, example.readings) == ("인.허가/5350109/2001/1", (WORD, NEXT), readings)
    assert (example.characters, example.paired) == (6, 1)


def test_the_examples_of_most_characters_are_kept_the_first_among_equals():
    pages = []
    for number, length in enumerate([2, 6, 4, 6]):
        words = [Word("가" * length, (0, 0, 10 * length, 10))]
        halves = [Reading((0, 0, 5 * length, 10), "", 0.1), Reading((5 * length, 0, 10 * length, 10), "", 0.1)]
        pages.append(scored(words, halves, name=str(number)))
    split = count_cases(pages, examples=3)["split"]
    assert (split.cases, split.characters) == (4, 18)
    assert [page for page, _ in split.examples] == ["1", "3", "2"]


def test_no_pages_have_no_cases():
    assert counts() == counts(scored([], [])) == {}
