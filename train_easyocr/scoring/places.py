"""Finds the words that a person should look at: those of each confusion, and those whose label both networks doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from train_easyocr.scoring.columns import BASELINE, FINETUNED, GROUND_TRUTH
from train_easyocr.scoring.confusions import KINDS, confusions_of
from train_easyocr.scoring.scored_page import Pair, Results, ScoredPage, headline_pages

MOST_EXAMPLES = 20
"""Number of words that are kept for each confusion."""


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A labelled word and its reading: the positions of its page in the evaluation set and of the word on the page.

    `confidence` is that of the reading, 0 to 1.
    """

    page: int
    word: int
    read: str
    confidence: float


Confused = Mapping[str, Mapping[tuple[str, str], tuple[WordPlace, ...]]]
"""`characters`, `initials`, `vowels` or `finals` → (truth, read) → the words in which that was confused."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The words found in the readings.

    Attributes:
        confused: by network, the words of its tables of confusions.
        suspects: the words on which both networks agree against the label, the most confident first; None unless both
            networks were read.
    """

    confused: Mapping[str, Confused]
    suspects: tuple[WordPlace, ...] | None


def find_places(results: Results) -> Findings:
    """Find the words of the confusions of each network of `headline_pages`, and the labels that look wrong."""
    confused = {network: confused_words(pages) for network, pages in headline_pages(results).items()}
    if not {BASELINE, FINETUNED} <= results.keys():
        return Findings(confused, None)
    return Findings(confused, suspect_labels(results[BASELINE][GROUND_TRUTH], results[FINETUNED][GROUND_TRUTH]))


def confused_words(pages: Sequence[ScoredPage], most: int = MOST_EXAMPLES) -> Confused:
    """Return the words with confused characters or parts of syllables; for each confused pair the first `most`."""
    found: dict[str, defaultdict[tuple[str, str], dict[tuple[int, int], WordPlace]]] = {
        kind: defaultdict(dict) for kind in KINDS
    }
    for row, scored in enumerate(pages):
        for pair in scored.pairs:
            for kind, confusion in confusions_of(pair.texts):
                places = found[kind][confusion]
                if len(places) < most:
                    places.setdefault((row, pair.ground_truth), _place(row, scored, pair))
    return {
        kind: {confusion: tuple(places.values()) for confusion, places in pairs.items()}
        for kind, pairs in found.items()
    }


def suspect_labels(first: Sequence[ScoredPage], second: Sequence[ScoredPage]) -> tuple[WordPlace, ...]:
    """Return the words that both networks read, on the labelled boxes, with the same text but not that of the label.

    The confidence is the lower of the two; the most confident words come first.
    """
    found = []
    for row, (before, after) in enumerate(zip(first, second, strict=True)):
        read_before = {pair.ground_truth: pair for pair in before.pairs}
        for pair in after.pairs:
            other = read_before.get(pair.ground_truth)
            if other and not pair.texts.exact and pair.texts.read and other.texts.read == pair.texts.read:
                lower = min(_place(row, before, other), _place(row, after, pair), key=lambda place: place.confidence)
                found.append(lower)
    return tuple(sorted(found, key=lambda place: (-place.confidence, place.page, place.word)))


def _place(row: int, scored: ScoredPage, pair: Pair) -> WordPlace:
    return WordPlace(row, pair.ground_truth, pair.texts.read, scored.readings[pair.prediction].confidence)
