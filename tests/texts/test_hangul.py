"""Hangul syllables; Unicode's own decomposition is the oracle for their parts."""

import unicodedata

import pytest

from train_easyocr.texts.hangul import compose, decompose, is_syllable

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]


def test_every_syllable_comes_apart_as_in_unicode():
    # Unicode's own decomposition gives conjoining jamo; their compatibility forms are found by their names.
    for syllable in SYLLABLES:
        conjoining = unicodedata.normalize("NFD", syllable)
        names = [unicodedata.name(jamo).split(" ", 2)[2] for jamo in conjoining]
        expected = [unicodedata.lookup(f"HANGUL LETTER {name}") for name in names] + [""] * (3 - len(names))
        assert list(decompose(syllable)) == expected


def test_every_syllable_comes_together_again():
    assert [compose(decompose(syllable)) for syllable in SYLLABLES] == SYLLABLES


@pytest.mark.parametrize("other", ["", "A", "ㄱ", "가나", "·", "漢", "\u1100", chr(ord("가") - 1), chr(ord("힣") + 1)])
def test_what_is_no_syllable_does_not_come_apart(other):
    assert decompose(other) is None
    assert not is_syllable(other)
