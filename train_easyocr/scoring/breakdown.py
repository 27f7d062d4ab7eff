"""The scores by groups of pages, words and characters: what a network reads well, and what it reads badly.

Pages are grouped by category and year; words by the length of their text, the height of their box, their direction and
their field in a document (`document_fields`); characters by their kind. A reading belongs to a group of words only if
it is paired with one of them, so groups of words have recall and no precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from train_easyocr.pages.records import Page, Word
from train_easyocr.scoring.character_kinds import CharacterGroup, character_groups
from train_easyocr.scoring.document_fields import FIELDS, fields_of
from train_easyocr.scoring.scored_page import MatchCounts, ScoredPage, mean_f1, pooled
from train_easyocr.scoring.statistics import Interval, interval, share_intervals
from train_easyocr.texts.text_scores import TextPair

LONGEST_LENGTH = 9
LENGTH_GROUPS = (*map(str, range(1, LONGEST_LENGTH)), f"{LONGEST_LENGTH} and more")
HEIGHTS = (30, 40, 50, 60, 70, 80)
"""Borders of the groups of box heights, in pixels. At 300 dpi AI-Hub's words are 47 to 72 pixels high."""


@dataclass(frozen=True, slots=True)
class PageGroup:
    """A group of pages: how many, the mean of their end-to-end F1, and their counts added up.

    `interval` is that of the mean.
    """

    pages: int
    mean_f1: float
    counts: MatchCounts
    interval: Interval

    @property
    def size(self) -> int:
        """Number of pages."""
        return self.pages


@dataclass(frozen=True, slots=True)
class WordGroup:
    """A group of words; `found` were paired with a reading.

    `score` is the sum of max(0, 1 - CER) over the found words, `edits` and `characters` are those of the found words.
    `exact_folded` are exact with look-alikes folded. `interval` is that of the share that was read exactly,
    `found_interval` that of the share that was found, `folded_interval` that of `exact_recall_folded`.
    """

    words: int
    found: int
    exact: int
    score: float
    edits: int
    characters: int
    exact_folded: int
    interval: Interval
    found_interval: Interval
    folded_interval: Interval

    @property
    def size(self) -> int:
        """Number of words."""
        return self.words

    @property
    def detection_recall(self) -> float | None:
        """Share of the words that were found; None without words."""
        return self.found / self.words if self.words else None

    @property
    def recall(self) -> float | None:
        """End-to-end recall: score per word, words that were not found included; None without words."""
        return self.score / self.words if self.words else None

    @property
    def exact_recall(self) -> float | None:
        """Share of the words that were found and read without a mistake; None without words."""
        return self.exact / self.words if self.words else None

    @property
    def exact_recall_folded(self) -> float | None:
        """Share of the words that were found and read with look-alikes mistaken at most; None without words."""
        return self.exact_folded / self.words if self.words else None

    @property
    def character_error_rate(self) -> float | None:
        """Edits per character of the words that were found; None where none was."""
        return self.edits / self.characters if self.characters else None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Scores by the groups of pages and words; the keys name the groups, in a sensible order."""

    category: Mapping[str, PageGroup]
    year: Mapping[str, PageGroup]
    text_length: Mapping[str, WordGroup]
    box_height: Mapping[str, WordGroup]
    direction: Mapping[str, WordGroup]
    fields: Mapping[str, WordGroup]
    character_kind: Mapping[str, CharacterGroup]

    def groups(self, kind: str) -> Mapping[str, Any]:
        """Return the groups of a kind, which is the name of an attribute."""
        return getattr(self, kind)


def break_down(pages: Sequence[ScoredPage]) -> Breakdown:
    """Score all pages by their groups."""
    words = _words_of(pages)
    return Breakdown(
        category=_page_groups(pages, lambda page: page.category),
        year=_page_groups(pages, lambda page: page.year),
        text_length=_word_groups(words, lambda word: [length_group(word)], LENGTH_GROUPS),
        box_height=_word_groups(words, lambda word: [height_group(word)], HEIGHT_GROUPS),
        direction=_word_groups(words, lambda word: [direction_group(word)], ["horizontal", "vertical"]),
        # Every field is listed, even if no word belongs to it.
        fields=dict.fromkeys(FIELDS, words.group([])) | _word_groups(words, lambda word: fields_of(word.text), FIELDS),
        character_kind=character_groups(pages),
    )


def length_group(word: Word) -> str:
    """Return the group of a text's length in characters: 1 to 8, and `9 and more`."""
    length = len(word.text)
    return str(length) if length < LONGEST_LENGTH else LENGTH_GROUPS[-1]


HEIGHT_GROUPS = (
    f"under {HEIGHTS[0]}",
    *(f"{low} to {high - 1}" for low, high in pairwise(HEIGHTS)),
    f"{HEIGHTS[-1]} and more",
)


def height_group(word: Word) -> str:
    """Return the group of a box's height in pixels.

    >>> height_group(Word("김", (886, 273, 1029, 330)))
    '50 to 59'
    """
    return HEIGHT_GROUPS[sum(word.height >= border for border in HEIGHTS)]


def direction_group(word: Word) -> str:
    """Return `vertical` for words of stacked characters, `horizontal` for all others."""
    return "vertical" if word.is_vertical else "horizontal"


@dataclass(frozen=True)
class _Words:
    """All labelled words with their outcomes and pages.

    `outcomes`: the counts of a WordGroup for each word alone, float64 [words, 7]. `page_of`: int [words], an index into
    `documents`, the document of each page.
    """

    words: Sequence[Word]
    outcomes: np.ndarray
    page_of: np.ndarray
    documents: Sequence[str]

    def group(self, rows: Sequence[int]) -> WordGroup:
        """Add up the words at `rows`; the intervals come from the documents that hold such words."""
        outcomes = self.outcomes[rows]
        counts = np.zeros((len(self.documents), 4))
        np.add.at(counts, self.page_of[rows], outcomes[:, [2, 1, 6, 0]])  # exact, found, exact folded, words
        words, found, exact, score, edits, characters, folded = outcomes.sum(axis=0).tolist()
        intervals = share_intervals(counts, self.documents)
        numbers = int(words), int(found), int(exact), score, int(edits), int(characters), int(folded)
        return WordGroup(*numbers, *intervals)


def _words_of(pages: Sequence[ScoredPage]) -> _Words:
    words: list[Word] = []
    outcomes: list[tuple[float, ...]] = []
    page_of: list[int] = []
    for row, scored in enumerate(pages):
        found = {pair.ground_truth: pair.texts for pair in scored.pairs}
        words += scored.page.words
        outcomes += [_outcome(found.get(position)) for position in range(len(scored.page.words))]
        page_of += [row] * len(scored.page.words)
    documents = [scored.page.document for scored in pages]
    return _Words(words, np.array(outcomes, np.float64).reshape(-1, 7), np.array(page_of, int), documents)


def _outcome(found: TextPair | None) -> tuple[float, ...]:
    if found is None:
        return (1, 0, 0, 0.0, 0, 0, 0)
    return (1, 1, found.exact, found.word_score, found.edits, len(found.truth), found.exact_folded)


def _word_groups(
    words: _Words, groups_of: Callable[[Word], Sequence[str]], order: Sequence[str]
) -> dict[str, WordGroup]:
    """Add up the outcomes by group; a word may be in several groups, and groups without a word are left out."""
    rows: dict[str, list[int]] = {name: [] for name in order}
    for row, word in enumerate(words.words):
        for name in groups_of(word):
            rows[name].append(row)
    return {name: words.group(members) for name, members in rows.items() if members}


def _page_groups(pages: Sequence[ScoredPage], group_of: Callable[[Page], str]) -> dict[str, PageGroup]:
    members: dict[str, list[ScoredPage]] = {}
    for scored in pages:
        members.setdefault(group_of(scored.page), []).append(scored)
    return {name: _page_group(found) for name, found in sorted(members.items())}


def _page_group(pages: Sequence[ScoredPage]) -> PageGroup:
    counts = np.array([(scored.counts.f1, 1) for scored in pages])
    mean = interval(counts, units=[scored.page.document for scored in pages], within=(0, 1))
    return PageGroup(len(pages), mean_f1(pages), pooled(pages), mean)
