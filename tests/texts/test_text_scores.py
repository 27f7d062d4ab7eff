"""Edit distance and error rate against nltk and jiwer, and the normal form of texts."""

import unicodedata
from fractions import Fraction

import jiwer
import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.texts.text_scores import compare_texts, nfc

texts = st.text("가각나를 1,.", max_size=12)
# jiwer strips spaces at the ends of a text before it counts.
solid = st.text("가각나를1,.", min_size=1, max_size=12)


@given(texts, texts)
def test_the_edit_distance_is_that_of_nltk(truth, read):
    assert compare_texts(truth, read).edits == nltk.edit_distance(truth, read)


@given(solid, st.text("가각나를1,.", max_size=12))
def test_the_character_error_rate_is_that_of_jiwer(truth, read):
    assert compare_texts(truth, read).character_error_rate == pytest.approx(jiwer.cer(truth, read))


@given(texts, texts, texts)
def test_the_edit_distance_is_a_metric(a, b, c):
    assert compare_texts(a, b).exact == (a == b)
    assert compare_texts(a, b).edits == compare_texts(b, a).edits
    assert compare_texts(a, c).edits <= compare_texts(a, b).edits + compare_texts(b, c).edits


@given(texts, texts)
def test_scores_stay_in_their_ranges(truth, read):
    found = compare_texts(truth, read)
    assert 0 <= found.word_score <= 1
    assert 0 <= found.normalized_edit_distance <= 1
    assert (found.normalized_edit_distance == 1) == (found.character_error_rate == 0) == (truth == read)


@pytest.mark.parametrize(
    ("truth", "read", "edits", "cer", "similarity", "score"),
    [
        ("김해시장", "김해시장", 0, "0", "1", "1"),
        ("김해시장", "김해시", 1, "1/4", "3/4", "3/4"),
        ("결재", "결 재", 1, "1/2", "2/3", "1/2"),  # a space is a character
        ("제1항의", "재1함의", 2, "1/2", "1/2", "1/2"),
        ("끝", "끝났다.", 3, "3", "1/4", "0"),  # more edits than characters: CER above 1, score not under 0
        ("서류를", "", 3, "1", "0", "0"),
        ("", "가", 1, "1", "0", "0"),  # nothing to read: one character, so that the rate stays finite
        ("", "", 0, "0", "1", "1"),
        ("NA", "na", 2, "1", "0", "0"),  # case counts
    ],
)
def test_scores_worked_out_by_hand(truth, read, edits, cer, similarity, score):
    found = compare_texts(truth, read)
    assert found.edits == edits
    assert found.character_error_rate == pytest.approx(float(Fraction(cer)))
    assert found.normalized_edit_distance == pytest.approx(float(Fraction(similarity)))
    assert found.word_score == pytest.approx(float(Fraction(score)))


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=6))
def test_syllables_typed_as_jamo_become_syllables(text):
    jamo = unicodedata.normalize("NFD", text)
    assert nfc(jamo) == text
    assert compare_texts(text, nfc(jamo)).exact
    assert nfc(nfc(jamo)) == nfc(jamo)


@pytest.mark.parametrize("text", ["㎡", "①", "½", "ﾊﾝｸﾞﾙ", "ㄱ", "Å"])
def test_what_only_looks_alike_stays_another_character(text):
    assert nfc(text) == text
