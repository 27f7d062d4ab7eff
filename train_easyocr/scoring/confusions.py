"""Counts confusions of characters, and of the jamo (초성, 중성, 종성) inside Hangul syllables.

The texts of the matched pairs are aligned with the fewest edits. A substitution is a confusion, a deletion is a
character that was left out, an insertion is one that was invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from train_easyocr.scoring.scored_page import ScoredPage
from train_easyocr.texts.alignment import substitutions
from train_easyocr.texts.hangul import decompose
from train_easyocr.texts.text_scores import TextPair

JAMO = ("initials", "vowels", "finals")
KINDS = ("characters", *JAMO)


@dataclass(frozen=True, slots=True)
class Confusion:
    """The true character, the one that was read instead, how often, and how often the true one occurs at all.

    An empty `read`: it was left out. An empty `truth`: it was invented (`occurrences` is then 0). An empty 종성: none.
    """

    truth: str
    read: str
    count: int
    occurrences: int

    @property
    def rate(self) -> float | None:
        """Share of the occurrences; None for an invented character."""
        return self.count / self.occurrences if self.occurrences else None


def confusions_of(texts: TextPair) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the confusions in a pair of texts as (one of `KINDS`, (truth, read)): of characters, and of their jamo."""
    for truth, read in () if texts.exact else substitutions(texts.truth, texts.read):
        yield "characters", (truth, read)
        both = zip(JAMO, decompose(truth) or (), decompose(read) or (), strict=False)  # none unless both are syllables
        yield from ((kind, (part, read_part)) for kind, part, read_part in both if part != read_part)


def count_confusions(pages: Iterable[ScoredPage], most: int = 50) -> dict[str, tuple[Confusion, ...]]:
    """Count the confusions in the matched pairs of all pages: for each of `KINDS`, the most frequent first.

    Args:
        pages: what was read.
        most: length of each table; equally frequent confusions are in the order of their characters. The table of
            characters has this number of pairs, and again this number left out, invented or taken for a space.
    """
    seen: Counter[str] = Counter()
    confused: dict[str, Counter[tuple[str, str]]] = {kind: Counter() for kind in KINDS}
    for texts in (pair.texts for scored in pages for pair in scored.pairs):
        seen.update(texts.truth)
        for kind, confusion in confusions_of(texts):
            confused[kind][confusion] += 1
    characters = confused["characters"]
    pairs = Counter({pair: count for pair, count in characters.items() if not {"", " "} & set(pair)})
    both = (*_most_frequent(pairs, seen, most), *_most_frequent(characters - pairs, seen, most))
    tables = {"characters": tuple(sorted(both, key=lambda row: (-row.count, row.truth, row.read)))}
    for position, kind in enumerate(JAMO):
        jamo_seen: Counter[str] = Counter()
        for character, count in seen.items():
            if jamo := decompose(character):
                jamo_seen[jamo[position]] += count
        tables[kind] = _most_frequent(confused[kind], jamo_seen, most)
    return tables


def _most_frequent(confused: Counter[tuple[str, str]], seen: Counter[str], most: int) -> tuple[Confusion, ...]:
    rows = sorted(confused.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Confusion(truth, read, count, seen[truth]) for (truth, read), count in rows)
