"""Figures by category, year, length, height, direction, field and kind of character, worked out by hand."""

import nltk
import pytest
from scored_pages import side_by_side

from train_easyocr.pages.records import Word
from train_easyocr.scoring.breakdown import (
    HEIGHT_GROUPS,
    PageGroup,
    WordGroup,
    break_down,
    direction_group,
    height_group,
    length_group,
)
from train_easyocr.scoring.document_fields import FIELDS
from train_easyocr.scoring.scored_page import MatchCounts
from train_easyocr.scoring.statistics import Interval

MIXED = [("결재", "결재"), ("귀하께서", "귀하께"), ("끝.", None), ("서류를", "설류가")]


NO_WORDS = WordGroup(0, 0, 0, 0.0, 0, 0, 0, *[Interval(None, None, None, 0, 0)] * 3)


def one_page(value):
    """A figure of one page, from which no interval follows."""
    return Interval(value, None, None, 1, 1)


def intervals(exact, found):
    """Those of a group of one page, in which no text differs in look-alikes alone."""
    return {
        "interval": one_page(exact),
        "found_interval": one_page(found),
        "folded_interval": one_page(exact),
    }


def test_words_of_a_length_worked_out_by_hand():
    groups = break_down([side_by_side(*MIXED)]).text_length
    # Two characters: 결재 is right, 끝. was not found. Three: two of three are wrong. Four: one of four is missing.
    assert groups == {
        "2": WordGroup(2, 1, 1, 1.0, edits=0, characters=2, exact_folded=1, **intervals(0.5, 0.5)),
        "3": WordGroup(1, 1, 0, pytest.approx(1 / 3), edits=2, characters=3, exact_folded=0, **intervals(0, 1)),
        "4": WordGroup(1, 1, 0, 0.75, edits=1, characters=4, exact_folded=0, **intervals(0, 1)),
    }
    assert (groups["2"].detection_recall, groups["2"].recall, groups["2"].exact_recall) == (0.5, 0.5, 0.5)
    assert groups["2"].character_error_rate == 0
    assert groups["4"].recall == 0.75


def test_the_groups_of_words_add_up_to_the_edits_of_nltk():
    found = break_down([side_by_side(*MIXED)])
    edits = sum(nltk.edit_distance(truth, read) for truth, read in MIXED if read is not None)
    for groups in (found.text_length, found.box_height, found.direction):
        assert sum(group.edits for group in groups.values()) == edits
        assert sum(group.words for group in groups.values()) == len(MIXED)


def test_pages_are_grouped_by_category_and_year():
    pages = [
        side_by_side(("결재", "결재"), category="회계.예산", year="2003"),
        side_by_side(("결재", "결제"), category="인.허가", year="2003"),
        side_by_side(("결재", None), category="인.허가", year="2001"),
    ]
    found = break_down(pages)
    assert list(found.category) == ["인.허가", "회계.예산"]
    # 인.허가: an F1 of 0.5 and one of 0; pooled 2 x 0.5 / (1 reading + 2 words).
    assert found.category["인.허가"] == PageGroup(
        2, 0.25, MatchCounts(2, 1, 1, 0.5, 1, 2, similarity=0.5), Interval(0.25, None, None, 2, 1)
    )
    assert found.category["인.허가"].counts.f1 == pytest.approx(1 / 3)
    assert {year: (group.pages, group.mean_f1) for year, group in found.year.items()} == {
        "2001": (1, 0.0),
        "2003": (2, 0.75),
    }


@pytest.mark.parametrize(
    ("height", "group"), [(1, "under 30"), (29, "under 30"), (30, "30 to 39"), (79, "70 to 79"), (80, "80 and more")]
)
def test_heights_fall_into_groups(height, group):
    assert height_group(Word("김", (0, 0, 100, height))) == group
    assert list(break_down([side_by_side(("김", "김"), height=height)]).box_height) == [group]


@pytest.mark.parametrize(("length", "group"), [(1, "1"), (8, "8"), (9, "9 and more"), (27, "9 and more")])
def test_lengths_fall_into_groups(length, group):
    assert length_group(Word("가" * length, (0, 0, 9, 9))) == group


def test_groups_stand_in_their_order_and_empty_ones_are_left_out():
    pages = [side_by_side(("가", "가"), height=height) for height in (90, 20, 55)]
    assert list(break_down(pages).box_height) == ["under 30", "50 to 59", "80 and more"]
    assert len(HEIGHT_GROUPS) == 7


@pytest.mark.parametrize(
    ("text", "box", "group"),
    [
        ("지시", (0, 0, 57, 124), "vertical"),
        ("지시", (0, 0, 124, 57), "horizontal"),
        ("1", (0, 0, 20, 57), "horizontal"),  # one tall character is no stack
        ("지시", (0, 0, 40, 59), "horizontal"),  # 1.475 times as tall as wide
        ("지시", (0, 0, 40, 60), "vertical"),
    ],
)
def test_direction_is_told_by_the_box(text, box, group):
    assert direction_group(Word(text, box)) == group


def test_important_words_count_by_exact_match_and_unread_ones_are_wrong():
    found = break_down(
        [side_by_side(("54,500", "54,500"), ("3,000원", "3.000원"), ("500원", None), ("2001.06.15", "2001.06.15"))]
    ).fields
    assert (found["amounts"].words, found["amounts"].found, found["amounts"].exact) == (3, 2, 1)
    assert found["amounts"].exact_recall == pytest.approx(1 / 3)
    assert found["dates"].exact_recall == 1
    assert found["phone_numbers"] == NO_WORDS
    assert found["phone_numbers"].exact_recall is None
    assert list(found) == list(FIELDS)


def test_an_amount_with_another_form_of_the_won_sign_is_exact_with_look_alikes_folded():
    pages = [side_by_side(("₩54,500", "￦54,500"), name="p"), side_by_side(("₩900원", "￦800원"), name="q")]
    found = break_down(pages).fields["amounts"]
    assert (found.exact_recall, found.exact_recall_folded) == (0, 0.5)
    assert (found.exact_folded, found.interval.value, found.folded_interval.value) == (1, 0, 0.5)
    assert found.folded_interval.high == 1 and NO_WORDS.exact_recall_folded is None


def test_groups_have_the_interval_of_the_documents_that_hold_such_words():
    texts = {"p": ("결재", "결재"), "q": ("결재", "결제"), "r": ("결재", "결재"), "s": ("가", "가")}
    found = break_down([side_by_side(text, name=name) for name, text in texts.items()])
    # Two of three are exact. Without one each: 1/2, 1, 1/2; the jackknife's error is 1/3, t(0.975, 2) is 4.303.
    within = found.text_length["2"].interval
    assert (within.value, within.pages, within.units) == (pytest.approx(2 / 3), 3, 3)
    assert (within.low, within.high) == (0, 1)
    assert found.text_length["2"].found_interval.value == 1
    f1 = found.category["인.허가"].interval
    assert (f1.value, f1.units) == (found.category["인.허가"].mean_f1, 4) and f1.low < f1.value


def test_characters_of_a_kind_count_as_read_only_where_they_were_found_and_right():
    first = side_by_side(("제3조", "제8조"), ("2001.", None), ("㎡a漢", "㎡a"), name="p")
    found = break_down([first, side_by_side(("가", "가"), name="q")]).character_kind
    counts = {kind: (group.characters, group.found, group.right) for kind, group in found.items()}
    # 2001. was not found: four digits and a full stop.
    assert counts == {
        "hangul": (3, 3, 3),
        "digits": (5, 1, 0),
        "latin": (1, 1, 1),
        "hanja": (1, 1, 0),
        "punctuation": (2, 1, 1),
    }
    assert found["digits"].detection_recall == found["digits"].found_interval.value == 0.2
    assert found["hangul"].interval.units == 2 and found["digits"].interval.units == 1
    assert found["punctuation"].recall == 0.5


def test_a_word_counts_in_each_field_that_it_is():
    found = break_down([side_by_side(("김해시조례제2001-15호", "김해시조례제2001-15호"))]).fields
    assert [name for name, group in found.items() if group.words] == ["document_numbers", "law_references"]


@pytest.mark.parametrize("pages", [[], [side_by_side()]])
def test_sets_without_words_have_no_groups_of_words(pages):
    found = break_down(pages)
    assert found.text_length == found.box_height == found.direction == {}
    assert all(group == NO_WORDS for group in found.fields.values())
    assert NO_WORDS.recall is NO_WORDS.detection_recall is NO_WORDS.character_error_rate is None
    assert len(found.category) == len(pages)
