"""What terminals and logs show of labels and names that come from other people's files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.program.terminal_text import display_width, padded, printable, shortened

any_text = st.text(st.characters())  # lone surrogates, controls and overrides among them


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("김해시 54,500", "김해시 54,500"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("가\n나\r\t\x00", r"가\n나\r\t\x00"),
        ("\x9b31m", r"\x9b31m"),  # the one-byte form of ESC [
        ("\u202e거꾸로\u2066\u200f", r"\u202e거꾸로\u2066\u200f"),
        ("가\ud800", r"가\ud800"),
        ("\u2028\u2029\ufeff\u200b", r"\u2028\u2029\ufeff\u200b"),
        ("e\u0301 ㆍ 漢 ①", "e\u0301 ㆍ 漢 ①"),
        (r"C:\new", r"C:\new"),
    ],
)
def test_what_would_act_on_a_terminal_is_shown_instead(raw, shown):
    assert printable(raw) == shown


@given(any_text)
def test_what_is_printable_is_one_line_that_every_log_can_hold(text):
    shown = printable(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs"}
    assert printable(shown) == shown


def test_width_counts_columns_and_not_characters():
    texts = ("결 재", "abc", "ㅇ", "e\u0301", "１", unicodedata.normalize("NFD", "결재"), "①", "")
    assert [display_width(text) for text in texts] == [5, 3, 2, 1, 2, 4, 1, 0]


@given(st.text("가a ①ㅇ·１\u0301", max_size=12), st.integers(1, 15))
def test_padded_texts_line_up_and_shortened_ones_fit(text, columns):
    assert display_width(padded(text, columns)) == max(columns, display_width(text))
    cut = shortened(text, columns)
    assert display_width(cut) <= columns
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
