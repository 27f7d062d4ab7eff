"""Scores by kind of character: Hangul, digits, Latin letters, Chinese characters, punctuation, others."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from train_easyocr.scoring.scored_page import ScoredPage
from train_easyocr.scoring.statistics import Interval, share_intervals
from train_easyocr.texts.alignment import substitutions

KINDS = ("hangul", "digits", "latin", "hanja", "punctuation", "others")


@dataclass(frozen=True, slots=True)
class CharacterGroup:
    """The characters of one kind in all labelled words.

    `found` are in words that were paired with a reading, `right` were found and read correctly. `interval` is that of
    `recall`, `found_interval` that of `detection_recall`.
    """

    characters: int
    found: int
    right: int
    interval: Interval
    found_interval: Interval

    @property
    def size(self) -> int:
        """Number of characters."""
        return self.characters

    @property
    def detection_recall(self) -> float:
        """Share of the characters whose word was found."""
        return self.found / self.characters

    @property
    def recall(self) -> float:
        """Share of the characters that were found and read right."""
        return self.right / self.characters


@lru_cache(maxsize=1 << 14)
def kind_of(character: str) -> str:
    """Name the kind of a character.

    >>> [kind_of(character) for character in "결ㅇ2R年(㎡ "]
    ['hangul', 'hangul', 'digits', 'latin', 'hanja', 'punctuation', 'punctuation', 'others']
    """
    name, category = unicodedata.name(character, ""), unicodedata.category(character)
    if name.startswith("HANGUL"):
        return "hangul"
    if name.startswith("CJK UNIFIED") or name.startswith("CJK COMPATIBILITY IDEOGRAPH"):
        return "hanja"
    if category == "Nd":
        return "digits"
    if "LATIN" in name and category.startswith("L"):
        return "latin"
    return "punctuation" if category[0] in "PS" else "others"


def character_groups(pages: Sequence[ScoredPage]) -> dict[str, CharacterGroup]:
    """Count the characters of each kind, those found and those read right; kinds without a character are left out.

    The characters of a word that was not found count as not read.
    """
    counts = np.array([list(_counts(scored)) for scored in pages], np.float64).reshape(-1, len(KINDS), 3)
    documents = [scored.page.document for scored in pages]
    groups = {}
    for column, kind in enumerate(KINDS):
        right, found, characters = map(int, counts[:, column].sum(axis=0))
        if characters:
            groups[kind] = CharacterGroup(characters, found, right, *share_intervals(counts[:, column], documents))
    return groups


def _counts(scored: ScoredPage) -> Iterator[tuple[int, int, int]]:
    """Yield (read right, found, all) characters of each of `KINDS` on a page."""
    every = Counter(map(kind_of, "".join(word.text for word in scored.page.words)))
    found, wrong = Counter[str](), Counter[str]()
    for texts in (pair.texts for pair in scored.pairs):
        found.update(map(kind_of, texts.truth))
        if not texts.exact:
            wrong.update(kind_of(truth) for truth, _ in substitutions(texts.truth, texts.read) if truth)
    return ((found[kind] - wrong[kind], found[kind], every[kind]) for kind in KINDS)
