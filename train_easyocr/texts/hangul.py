"""Hangul syllables and their parts, by the arithmetic of The Unicode Standard, section 3.12."""

from __future__ import annotations

from typing import NamedTuple

FIRST_SYLLABLE, LAST_SYLLABLE = "가", "힣"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


class Parts(NamedTuple):
    """The letters of a syllable: 초성, 중성, 종성; a syllable without 종성 has an empty one."""

    initial: str
    vowel: str
    final: str


def is_syllable(character: str) -> bool:
    """Return whether `character` is one composed Hangul syllable.

    >>> [is_syllable(character) for character in ("결", "ㄱ", "A", "")]
    [True, False, False, False]
    """
    return len(character) == 1 and FIRST_SYLLABLE <= character <= LAST_SYLLABLE


def decompose(syllable: str) -> Parts | None:
    """Take a syllable apart; None for anything else.

    >>> decompose("결")
    Parts(initial='ㄱ', vowel='ㅕ', final='ㄹ')
    """
    if not is_syllable(syllable):
        return None
    rest, final = divmod(ord(syllable) - ord(FIRST_SYLLABLE), len(FINALS))
    initial, vowel = divmod(rest, len(VOWELS))
    return Parts(INITIALS[initial], VOWELS[vowel], FINALS[final])


def compose(parts: Parts) -> str:
    """Compose a syllable from its parts, the inverse of `decompose`.

    >>> compose(Parts("ㄱ", "ㅕ", ""))
    '겨'
    """
    index = INITIALS.index(parts.initial) * len(VOWELS) + VOWELS.index(parts.vowel)
    return chr(ord(FIRST_SYLLABLE) + index * len(FINALS) + FINALS.index(parts.final))
