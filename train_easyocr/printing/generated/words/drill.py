"""Exercises for characters that are easily misread: look-alike syllables and marks in words, and rare syllables."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice

from train_easyocr.printing.generated.words.vocabulary import words
from train_easyocr.texts.charset import KOREAN_PUBLIC
from train_easyocr.texts.hangul import compose, decompose, is_syllable
from train_easyocr.texts.hanja import OFFICIAL_HANJA
from train_easyocr.texts.look_alikes import written_form

# The characters that words of all kinds must hold often enough: hanja have words of their own, and of look-alikes only
# the written form is a label.
TRAINED_ALONE = "".join(c for c in KOREAN_PUBLIC if c not in OFFICIAL_HANJA and written_form(c) == c)
_SYLLABLES = frozenset(character for character in KOREAN_PUBLIC if is_syllable(character))


@cache
def _look_alikes(*kinds: str) -> dict[str, str]:
    """Return the look-alikes of each character, as one string, from the word lists `kinds`."""
    alike: dict[str, str] = {}
    for kind in kinds:
        for pair in words(kind):
            one, other = tuple(pair)
            alike[one], alike[other] = alike.get(one, "") + other, alike.get(other, "") + one
    return alike


def with_look_alikes(rng: random.Random, texts: list[str]) -> list[str]:
    """Return the texts, half of them with one character replaced by a look-alike, so that only its shape decides."""
    return [_exchanged(rng, text) if rng.random() < 0.5 else text for text in texts]


def _exchanged(rng: random.Random, text: str) -> str:
    place = int(rng.random() * len(text))
    character = text[place]
    alike = _look_alikes("misread", "look_alikes", "look_alike_marks").get(character, "")
    if not alike or rng.random() < 0.25:
        alike = _other_initials(character) or alike
    if not alike:
        return text
    return text[:place] + alike[int(rng.random() * len(alike))] + text[place + 1 :]


@cache
def _other_initials(character: str) -> str:
    """Return the syllables that differ from `character` by a look-alike initial: 장 for 창."""
    parts = decompose(character) if character in _SYLLABLES else None
    if parts is None:
        return ""
    initials = _look_alikes("look_alike_initials").get(parts.initial, "")
    swapped = (compose(parts._replace(initial=initial)) for initial in initials)
    return "".join(other for other in swapped if other in _SYLLABLES)


@cache
def look_alike_pattern() -> re.Pattern[str]:
    """Return a pattern that finds any syllable that was misread on real pages."""
    return re.compile(f"[{''.join(words('misread'))}]")


def missing_characters(texts: Sequence[str], at_least: float, rng: random.Random) -> Counter[str]:
    """Count how often each character of `TRAINED_ALONE` must still be printed; a fraction of one is a probability."""
    have = Counter("".join(texts))
    wanted = {c: at_least - have[c] for c in TRAINED_ALONE if c != " "}
    return Counter({c: int(lack + rng.random()) for c, lack in wanted.items() if lack > 0})


def strings_of(rng: random.Random, missing: Counter[str], count: int, lengths: Sequence[int]) -> list[str]:
    """Return `count` random strings of syllables: first those that are missing, then any of the charset."""
    rare = [c for c in missing.elements() if c in _SYLLABLES]
    sizes = rng.choices(lengths, k=count)
    rare += rng.choices(sorted(_SYLLABLES), k=max(0, sum(sizes) - len(rare)))
    rng.shuffle(rare)
    remaining = iter(rare)
    return ["".join(islice(remaining, size)) for size in sizes]


def symbols_in_use(rng: random.Random, missing: Counter[str], beside: Sequence[str]) -> list[str]:
    """Return every symbol as many times as it is missing: alone, or before or after a word."""
    symbols = [c for c in missing.elements() if c not in _SYLLABLES]
    ways, others = rng.choices(range(4), k=len(symbols)), rng.choices(beside, k=len(symbols))
    return [
        symbol if way == 0 else symbol + other if way == 1 else other + symbol
        for symbol, way, other in zip(symbols, ways, others, strict=True)
    ]
