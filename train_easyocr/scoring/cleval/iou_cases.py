"""The four cases in which IoU misleads, found by characters: split, merged, missing and overlapping characters.

IoU matching pairs a word with one reading or none. It gives nothing for a word that was found in two halves, nothing
for all but one of the words in a merged reading, full credit for a box that cuts the last character off, and calls a
second reading of the same characters a false alarm like any other. CLEval's assignment (arXiv 2006.06244, figure 1)
tells these apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np

from train_easyocr.records import Page, Reading, Word
from train_easyocr.scoring.cleval.assignment import Assignment, assign_page
from train_easyocr.scoring.matching import Match, ReadPage


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the page by name, its words and readings with their boxes, and the characters that it concerns.

    `paired` is the number of pairs that IoU made among these words and readings.
    """

    page: str
    words: tuple[Word, ...]
    readings: tuple[Reading, ...]
    characters: int
    paired: int


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How often a case occurred, the characters that it concerns, in how many IoU made a pair, and the largest ones."""

    cases: int
    characters: int
    with_a_pair: int
    examples: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class IouCases:
    """The four cases over all pages.

    `split`: a word in several readings. `merged`: a reading of several words. `missing_characters`: a word that was
    found, of which no reading holds some characters. `overlapping_characters`: a word with characters that several
    readings hold. A word can be in more than one of them.
    """

    split: CaseCount
    merged: CaseCount
    missing_characters: CaseCount
    overlapping_characters: CaseCount


KINDS = tuple(item.name for item in fields(IouCases))
KindOfCase = tuple[str, Case]


def count_iou_cases(pages: Iterable[ReadPage], examples: int = 5) -> IouCases:
    """Count the four cases on all pages; of each, `examples` are kept."""
    cases = (
        cases_of_page(page, readings, pairs, assign_page(page.words, readings, page.ignored))
        for page, readings, pairs in pages
    )
    return gather_cases(chain.from_iterable(cases), examples)


def gather_cases(cases: Iterable[KindOfCase], examples: int = 5) -> IouCases:
    """Count cases; of each kind, `examples` are kept: those of most characters, and of equals the first."""
    found: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    for kind, case in cases:
        found[kind].append(case)
    return IouCases(**{kind: _count(cases_of_kind, examples) for kind, cases_of_kind in found.items()})


def cases_of_page(
    page: Page, readings: Sequence[Reading], pairs: Sequence[Match], assignment: Assignment
) -> Iterator[KindOfCase]:
    """Give the cases of one page with the names of their kinds; `assignment` is its `assign_page`."""
    paired = {(pair.ground_truth, pair.prediction) for pair in pairs}
    for kind, words, held_by, characters in _positions(assignment, [len(word.text) for word in page.words]):
        among = sum((word, reading) in paired for word in words for reading in held_by)
        yield (
            kind,
            Case(
                page.name,
                tuple(page.words[word] for word in words),
                tuple(readings[reading] for reading in held_by),
                characters,
                among,
            ),
        )


def _positions(assignment: Assignment, lengths: Sequence[int]) -> Iterator[tuple[str, list[int], list[int], int]]:
    """Give kind, positions of words, positions of readings and characters of each case."""
    times_found, pieces = assignment.times_found, assignment.pieces
    missing = np.array(lengths, int) - (times_found > 0).sum(axis=1)
    repeated = (times_found > 1).sum(axis=1)
    for kind, concerned, characters in (
        ("split", pieces > 1, lengths),
        ("missing_characters", (pieces > 0) & (missing > 0), missing),
        ("overlapping_characters", repeated > 0, repeated),
    ):
        for word in np.flatnonzero(concerned).tolist():
            yield kind, [word], assignment.readings[assignment.words == word].tolist(), int(characters[word])
    for reading in np.flatnonzero(assignment.words_held > 1).tolist():
        words = assignment.words[assignment.readings == reading].tolist()
        yield "merged", words, [reading], sum(lengths[word] for word in words)


def _count(cases: Sequence[Case], examples: int) -> CaseCount:
    return CaseCount(
        cases=len(cases),
        characters=sum(case.characters for case in cases),
        with_a_pair=sum(case.paired > 0 for case in cases),
        examples=tuple(sorted(cases, key=lambda case: -case.characters)[:examples]),
    )
