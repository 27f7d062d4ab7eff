"""Error rates and exact matches of pairs, against jiwer and nltk."""

import jiwer
import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_pages import side_by_side

from train_easyocr.scoring.scored_page import MatchCounts
from train_easyocr.scoring.text_accuracy import text_accuracy, without_spaces
from train_easyocr.texts.text_scores import compare_texts

texts = st.text("가나 1", max_size=8)
pairs = st.lists(st.tuples(texts.filter(str.strip), texts), min_size=1, max_size=6)


@given(pairs)
def test_the_error_rate_over_all_pairs_is_that_of_jiwer(pairs):
    found = MatchCounts.of_texts(
        [compare_texts(truth.replace(" ", "_"), read.replace(" ", "_")) for truth, read in pairs]
    )
    # jiwer strips spaces at the ends; with another character in their place both see the same texts.
    expected = jiwer.cer([truth.replace(" ", "_") for truth, _ in pairs], [read.replace(" ", "_") for _, read in pairs])
    assert found.character_error_rate == pytest.approx(expected)


@given(pairs)
def test_the_normalized_edit_distance_is_that_of_nltk(pairs):
    found = MatchCounts.of_texts([compare_texts(*pair) for pair in pairs])
    similarities = [1 - nltk.edit_distance(truth, read) / max(len(truth), len(read)) for truth, read in pairs]
    assert found.normalized_edit_distance == pytest.approx(sum(similarities) / len(pairs))
    assert found.edits == sum(nltk.edit_distance(truth, read) for truth, read in pairs)


def test_spacing_alone_costs_nothing_without_spaces():
    found = text_accuracy([side_by_side(("경남 김해시", "경남김해시"), ("결재", "결 제"))])
    with_spaces, without = found["with_spaces"], found["without_spaces"]
    assert (with_spaces.edits, with_spaces.characters) == (3, 8)
    assert (without.edits, without.characters, without.similarity, without.exact_folded) == (1, 7, 1.5, 1)
    assert with_spaces.similarity == pytest.approx(5 / 6 + 1 / 3)
    assert found["with_spaces"].exact_match == 0
    assert found["without_spaces"].exact_match == 0.5
    assert found["without_spaces"].character_error_rate == pytest.approx(1 / 7)


def test_with_look_alikes_folded_a_text_is_exact_if_nothing_else_differs():
    pairs = [
        ("관리ㆍ보호", "관리·보호"),
        ("○ 서류", "◦ 서류"),
        ("보호 관리", "보호·관리"),
        ("결재", "결재"),
        ("가ㆍ나", "가ㆍ냐"),
    ]
    found = text_accuracy([side_by_side(*pairs)])["with_spaces"]
    assert (found.exact, found.exact_folded) == (1, 3)
    assert (found.exact_match, found.exact_match_folded) == (0.2, 0.6)
    # Only the exact match is folded: the look-alikes count as edits.
    assert found.edits == 4


@pytest.mark.parametrize(
    ("text", "bare"), [("", ""), (" ", ""), ("가 나", "가나"), ("가\u3000나\t다\u00a0라", "가나다라")]
)
def test_all_white_space_goes(text, bare):
    assert without_spaces(compare_texts(text, "가")) == compare_texts(bare, "가")
    assert without_spaces(compare_texts("가", text)) == compare_texts("가", bare)


def test_without_pairs_there_are_no_figures():
    counts = text_accuracy([])["with_spaces"]
    assert counts == MatchCounts()
    assert (
        counts.exact_match
        is counts.exact_match_folded
        is counts.character_error_rate
        is counts.normalized_edit_distance
        is None
    )
