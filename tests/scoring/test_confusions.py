"""Confused characters and jamo: alignments worked out by hand, and counts that equal those of jiwer."""

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from scored_pages import boxes_read, side_by_side

from train_easyocr.scoring.confusions import Confusion, count_confusions
from train_easyocr.texts.alignment import substitutions

texts = st.text("가각나난다1l.", max_size=8)


@pytest.mark.parametrize(
    ("truth", "read", "expected"),
    [
        ("김해시장", "김해시장", []),
        ("결재", "결제", [("재", "제")]),
        ("서류를", "서류", [("를", "")]),
        ("끝", "끝.", [("", ".")]),
        ("", "가", [("", "가")]),
        ("가", "", [("가", "")]),
        # Both "재 became a full stop, 제 was invented" and this are two edits; the syllables look alike.
        ("결재", "결제.", [("재", "제"), ("", ".")]),
        ("결재", ".결제", [("", "."), ("재", "제")]),
        # A digit for a letter rather than for a full stop.
        ("1.", "l", [("1", "l"), (".", "")]),
    ],
)
def test_alignments_worked_out_by_hand(truth, read, expected):
    assert substitutions(truth, read) == expected


@given(texts, texts)
def test_there_are_as_many_confusions_as_edits_and_they_turn_one_text_into_the_other(truth, read):
    pairs = substitutions(truth, read)
    assert len(pairs) == Levenshtein.distance(truth, read)
    assert all(one != other for one, other in pairs)
    # Taking the true sides out of the truth, in order, leaves what taking the read sides out of the reading leaves.
    assert len(truth) - sum(bool(one) for one, _ in pairs) == len(read) - sum(bool(other) for _, other in pairs)


def test_fewer_edits_come_before_likeness_in_long_texts_too():
    # Place by place all 601 characters differ entirely; one place further on, 600 of them share two of three jamo.
    truth, read = "간덩" * 300 + "A", "B" + "갈덜" * 300
    assert Levenshtein.distance(truth, read) == len(substitutions(truth, read)) == 601


@given(texts.filter(bool), texts)
def test_the_number_of_confusions_is_the_cer_of_jiwer(truth, read):
    assert len(substitutions(truth, read)) / len(truth) == pytest.approx(jiwer.cer(truth, read))


def test_characters_are_counted_with_how_often_they_stood_there():
    found = count_confusions([side_by_side(("결재", "결제"), ("재무과", "제무과"), ("재", "재"), ("끝", "끝."))])
    assert found["characters"] == (Confusion("재", "제", 2, 3), Confusion("", ".", 1, 0))
    assert found["characters"][0].rate == pytest.approx(2 / 3)
    assert found["characters"][1].rate is None


def test_jamo_are_counted_at_their_position_in_the_syllable():
    # 결 → 걸: 중성 ㅕ → ㅓ. 읍 → 음: 종성 ㅂ → ㅁ. 서 → 석: 종성 none → ㄱ. 가 → A: no jamo to compare.
    found = count_confusions(
        [side_by_side(("결", "걸"), ("읍", "음"), ("서", "석"), ("가", "A"), ("결", "결"), ("결", "걸"))]
    )
    assert found["initials"] == ()
    assert found["vowels"] == (Confusion("ㅕ", "ㅓ", 2, 3),)
    assert found["finals"] == (Confusion("", "ㄱ", 1, 2), Confusion("ㅂ", "ㅁ", 1, 1))
    assert found["finals"][0].rate == 0.5


def test_tables_are_cut_at_the_most_frequent_and_have_a_fixed_order():
    found = count_confusions([side_by_side(("나", "다"), ("가", "다"), ("라", "마"), ("라", "마"))], most=2)
    assert [(row.truth, row.read, row.count) for row in found["characters"]] == [("라", "마", 2), ("가", "다", 1)]


def test_readings_without_a_pair_confuse_nothing():
    assert count_confusions([side_by_side(("가", None)), boxes_read([], [(0, 0, 5, 5)])])["characters"] == ()
    assert count_confusions([])["vowels"] == ()
