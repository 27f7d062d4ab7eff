"""Chooses the form of a Korean particle after a word."""

from __future__ import annotations

from functools import cache

from train_easyocr.texts.hangul import decompose

_AFTER_CONSONANT, _AFTER_VOWEL, _AFTER_RIEUL = range(3)
# How digits and Latin letters end when they are read: 영 일 삼 육 칠 팔, 엘 엠 엔 알.
_READ_WITH_RIEUL = set("178lrLR")
_READ_WITH_CONSONANT = set("036mnMN")
_CLOSING = "\"'”’」』)]〉》>】〕｣*"


@cache
def _ending_of(word: str) -> int:
    """Return the index of the particle form that fits `word`; closing brackets and quotes are skipped.

    >>> [_ending_of(word) for word in ("도로", "예산", "시설", "「건축법」", "17")]
    [1, 0, 2, 0, 2]
    """
    last = word.rstrip(_CLOSING)[-1:]
    if parts := decompose(last):
        return _AFTER_RIEUL if parts.final == "ㄹ" else _AFTER_CONSONANT if parts.final else _AFTER_VOWEL
    if last in _READ_WITH_RIEUL:
        return _AFTER_RIEUL
    return _AFTER_CONSONANT if last in _READ_WITH_CONSONANT else _AFTER_VOWEL


def with_particle(word: str, particle: str) -> str:
    """Attach a particle; of three forms (after a consonant, a vowel, ㄹ) the fitting one is chosen.

    >>> [with_particle(word, "으로/로/로") for word in ("산", "도로", "시설")], with_particle("산", "에서")
    (['산으로', '도로로', '시설로'], '산에서')
    """
    forms = particle.split("/")
    return word + (forms[_ending_of(word)] if len(forms) == 3 else particle)
