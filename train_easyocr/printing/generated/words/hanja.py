"""Words with hanja: alone, in runs, and in brackets behind the Hangul that reads them, as laws set them."""

from __future__ import annotations

import random

from train_easyocr.texts.hanja import OFFICIAL_HANJA, READINGS

_LENGTHS = ((1, 2, 3, 4, 5), (14, 46, 16, 18, 6))
_SHAPES = (
    "{h}",
    "{h}",
    "{h}",
    "{h}",
    "{k}({h})",
    "{k}({h})",
    "{k}({h})",
    "({h})",
    "{h},",
    "{h}의",
    "{h}은",
    "「{h}」",
    "{h}·{o}",
)


def hanja_words(rng: random.Random, count: int) -> list[str]:
    """Return words that hold hanja, all of them equally often: 關係, 관계(關係), 有, 「民法」.

    The hanja of a word are drawn at random, so that a network reads each of them for itself; in brackets they have
    the reading that stands before them.
    """
    lengths = rng.choices(*_LENGTHS, k=count)
    shapes = rng.choices(_SHAPES, k=count)
    words = []
    for length, shape in zip(lengths, shapes, strict=True):
        drawn = rng.choices(_SYLLABLES, k=length)
        hanja_run = "".join(hanja for _, hanja in drawn)
        words.append(
            shape.format(h=hanja_run, k="".join(reading for reading, _ in drawn), o=rng.choice(OFFICIAL_HANJA))
        )
    return words


_SYLLABLES = [(reading, hanja) for reading, group in READINGS.items() for hanja in group]
