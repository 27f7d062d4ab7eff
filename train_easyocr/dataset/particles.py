"""Which form a Korean particle takes after a word."""

from __future__ import annotations

from functools import cache

from train_easyocr.hangul import decompose

_AFTER_CONSONANT, _AFTER_VOWEL, _AFTER_RIEUL = range(3)
# How digits and Latin letters end when they are read: 영 일 삼 육 칠 팔, 엘 엠 엔 알.
_READ_WITH_RIEUL = set("178lrLR")
_READ_WITH_CONSONANT = set("036mnMN")
_CLOSING = "\"'”’」』)]〉》>】〕｣*"


@cache
def _ending_of(word: str) -> int:
    """Return the row of a particle's forms that fits `word`; closing brackets and quotes are looked through.

    >>> [_ending_of(word) for word in ("도로", "예산", "시설", "「건축법」", "17")]
    [1, 0, 2, 0, 2]
    """
    last = word.rstrip(_CLOSING)[-1:]
    if parts := decompose(last):
        return _AFTER_RIEUL if parts.final == "ㄹ" else _AFTER_CONSONANT if parts.final else _AFTER_VOWEL
    if last in _READ_WITH_RIEUL:
        return _AFTER_RIEUL
    return _AFTER_CONSONANT if last in _READ_WITH_CONSONANT else _AFTER_VOWEL


@cache
def _forms(particle: str) -> tuple[str, str, str]:
    """Return the forms of a particle after a consonant, a vowel and ㄹ.

    >>> _forms("을/를/을"), _forms("에서")
    (('을', '를', '을'), ('에서', '에서', '에서'))
    """
    parts = tuple(particle.split("/"))
    return parts if len(parts) == 3 else (particle, particle, particle)


def with_particle(word: str, particle: str) -> str:
    """Attach a particle, written with all its forms where it has several, in the form that fits.

    >>> [with_particle(word, "으로/로/로") for word in ("산", "도로", "시설")]
    ['산으로', '도로로', '시설로']
    """
    return word + _forms(particle)[_ending_of(word)]
