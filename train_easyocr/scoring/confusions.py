"""Which characters are taken for which, and inside Hangul syllables which jamo (초성, 중성, 종성) for which.

The texts of the matched pairs are aligned by their fewest edits; a substitution is a confusion, a deletion a character
taken for nothing, an insertion one seen where there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from train_easyocr.alignment import substitutions
from train_easyocr.hangul import POSITIONS, decompose
from train_easyocr.scored_page import ScoredPage


@dataclass(frozen=True, slots=True)
class Confusion:
    """What stands there, what was read instead, how often, and how often it stood there at all.

    An empty `read` was left out, an empty `truth` was invented (`occurrences` is then 0), an empty 종성 means none.
    """

    truth: str
    read: str
    count: int
    occurrences: int

    @property
    def rate(self) -> float | None:
        """Share of the occurrences; None for what was invented."""
        return self.count / self.occurrences if self.occurrences else None


@dataclass(frozen=True, slots=True)
class Confusions:
    """Confusions of all pages, the most frequent first; jamo by their position in the syllable."""

    characters: tuple[Confusion, ...]
    initials: tuple[Confusion, ...]
    vowels: tuple[Confusion, ...]
    finals: tuple[Confusion, ...]


def count_confusions(pages: Iterable[ScoredPage], most: int = 50) -> Confusions:
    """Count the confusions in the matched pairs of all pages.

    Args:
        pages: what was read.
        most: length of each table; equally frequent ones stand in the order of their characters. Of the characters
            there are as many pairs, and as many again that were left out, invented or taken for a space.
    """
    seen: Counter[str] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    for texts in (pair.texts for scored in pages for pair in scored.pairs):
        seen.update(texts.truth)
        if not texts.exact:
            confused.update(substitutions(texts.truth, texts.read))
    pairs = Counter({pair: count for pair, count in confused.items() if not {"", " "} & set(pair)})
    both = (*_most_frequent(pairs, seen, most), *_most_frequent(confused - pairs, seen, most))
    tables = [tuple(sorted(both, key=lambda row: (-row.count, row.truth, row.read)))]
    for position in range(len(POSITIONS)):
        jamo_seen: Counter[str] = Counter()
        for character, count in seen.items():
            if jamo := decompose(character):
                jamo_seen[jamo[position]] += count
        tables.append(_most_frequent(_confused_jamo(confused, position), jamo_seen, most))
    return Confusions(*tables)


def _confused_jamo(confused: Counter[tuple[str, str]], position: int) -> Counter[tuple[str, str]]:
    """Count which jamo at `position` (0 to 2) differ where one syllable was taken for another."""
    found: Counter[tuple[str, str]] = Counter()
    for (truth, read), count in confused.items():
        parts, read_parts = decompose(truth), decompose(read)
        if parts and read_parts and parts[position] != read_parts[position]:
            found[parts[position], read_parts[position]] += count
    return found


def _most_frequent(confused: Counter[tuple[str, str]], seen: Counter[str], most: int) -> tuple[Confusion, ...]:
    rows = sorted(confused.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Confusion(truth, read, count, seen[truth]) for (truth, read), count in rows)
