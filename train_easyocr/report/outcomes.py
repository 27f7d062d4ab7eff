"""The outcome of every word and every reading of a page, as the report shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from train_easyocr.scoring.scored_page import Pair, ScoredPage

VERDICTS = ("right", "wrong", "split", "merged", "missed", "extra", "excused")
"""`split`: a word in several readings, or one of these. `merged`: a reading of several words, or one of these.

`missed`: a word without a reading. `extra`: a reading of no word. `excused`: a reading on an ignored label.
"""
ERRORS = VERDICTS[1:6]
"""The verdicts that are errors. A `right` word stays right even if another reading overlaps it."""


@dataclass(frozen=True, slots=True)
class WordOutcome:
    """The verdict on a labelled word, and the positions of the readings that hold it or parts of it."""

    verdict: str
    readings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The outcome of each word, the verdict on each reading, and by position the pair that a reading is in."""

    words: tuple[WordOutcome, ...]
    readings: tuple[str, ...]
    pairs: dict[int, Pair]

    @property
    def errors(self) -> tuple[int, ...]:
        """How often each of `ERRORS` occurs, each error once: counted by words, and `extra` by readings."""
        verdicts = [word.verdict for word in self.words]
        return (*(verdicts.count(error) for error in ERRORS[:-1]), self.readings.count("extra"))


def page_outcome(scored: ScoredPage) -> PageOutcome:
    """Return the outcomes of the words and readings of a page."""
    pairs = {pair.prediction: pair for pair in scored.pairs}
    found = {pair.ground_truth: pair for pair in scored.pairs}
    held_by: dict[int, dict[int, None]] = {word: {pair.prediction: None} for word, pair in found.items()}
    words_in: dict[str, set[int]] = {"merged": set(), "split": set()}
    readings_in: dict[str, set[int]] = {"merged": set(), "split": set()}
    word_at = {word: position for position, word in enumerate(scored.page.words)}
    reading_at = {reading: position for position, reading in enumerate(scored.readings)}
    for case in scored.iou_cases:
        if case.kind in words_in:
            words, readings = [word_at[word] for word in case.words], [reading_at[read] for read in case.readings]
            words_in[case.kind].update(words)
            readings_in[case.kind].update(readings)
            for word in words:
                held_by.setdefault(word, {}).update(dict.fromkeys(readings))
    excused = scored.excused()
    return PageOutcome(
        tuple(
            WordOutcome(_verdict(word, found, words_in, "missed"), tuple(held_by.get(word, ())))
            for word in range(len(scored.page.words))
        ),
        tuple(
            _verdict(reading, pairs, readings_in, "excused" if reading in excused else "extra")
            for reading in range(len(scored.readings))
        ),
        pairs,
    )


def _verdict(position: int, pairs: Mapping[int, Pair], cases: Mapping[str, set[int]], unpaired: str) -> str:
    """Return the verdict on the word, or the reading, at `position`: `pairs` and `cases` hold such positions."""
    if position in pairs and pairs[position].texts.exact:
        return "right"
    kinds = (kind for kind, positions in cases.items() if position in positions)
    return next(kinds, "wrong" if position in pairs else unpaired)
