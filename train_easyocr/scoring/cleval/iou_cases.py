"""Finds the four cases in which IoU misleads: split words, merged words, missing and overlapping characters.

IoU matching pairs a word with one reading or none. A word that was found in two halves scores nothing, and so do all
but one of the words in a merged reading. A box that cuts the last character off scores in full. A second reading of the
same characters is a false alarm like any other. CLEval's assignment (arXiv 2006.06244, figure 1) distinguishes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.pages.records import Page, Reading
from train_easyocr.scoring.cleval.assignment import Assignment
from train_easyocr.scoring.scored_page import IouCase, Pair, ScoredPage

KINDS = ("split", "merged", "missing_characters", "overlapping_characters")


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How often a kind of case occurred, its characters, and in how many cases IoU made a pair.

    `examples` are the largest cases, each with the name of its page.
    """

    cases: int
    characters: int
    with_a_pair: int
    examples: tuple[tuple[str, IouCase], ...]


def count_cases(pages: Sequence[ScoredPage], examples: int = 5) -> dict[str, CaseCount]:
    """Count the cases of all pages by kind.

    Of each kind, `examples` are kept: those with the most characters; among equal ones the first.
    """
    found: dict[str, list[tuple[str, IouCase]]] = {kind: [] for kind in KINDS}
    for page in pages:
        for case in page.iou_cases:
            found[case.kind].append((page.page.name, case))
    return {
        kind: CaseCount(
            cases=len(cases),
            characters=sum(case.characters for _, case in cases),
            with_a_pair=sum(case.paired > 0 for _, case in cases),
            examples=tuple(sorted(cases, key=lambda named: -named[1].characters)[:examples]),
        )
        for kind, cases in found.items()
    }


def cases_of_page(
    page: Page, readings: Sequence[Reading], pairs: Sequence[Pair], assignment: Assignment
) -> Iterator[IouCase]:
    """Find the cases of one page; `assignment` is its `assign_page`."""
    paired = {(pair.ground_truth, pair.prediction) for pair in pairs}
    for kind, words, held_by, characters in _positions(assignment, [len(word.text) for word in page.words]):
        yield IouCase(
            kind,
            tuple(page.words[word] for word in words),
            tuple(readings[reading] for reading in held_by),
            characters,
            sum((word, reading) in paired for word in words for reading in held_by),
        )


def _positions(assignment: Assignment, lengths: Sequence[int]) -> Iterator[tuple[str, list[int], list[int], int]]:
    """Yield kind, positions of words, positions of readings and characters of each case."""
    times_found, pieces = assignment.times_found, assignment.pieces
    readings_of = _grouped(assignment.words, assignment.readings, len(pieces))
    words_of = _grouped(assignment.readings, assignment.words, len(assignment.scored_readings))
    missing = np.array(lengths, int) - (times_found > 0).sum(axis=1)
    repeated = (times_found > 1).sum(axis=1)
    for kind, concerned, characters in (
        ("split", pieces > 1, lengths),
        ("missing_characters", (pieces > 0) & (missing > 0), missing),
        ("overlapping_characters", repeated > 0, repeated),
    ):
        for word in np.flatnonzero(concerned).tolist():
            yield kind, [word], readings_of[word].tolist(), int(characters[word])
    for reading in np.flatnonzero(assignment.words_held > 1).tolist():
        words = words_of[reading].tolist()
        yield "merged", words, [reading], sum(lengths[word] for word in words)


def _grouped(groups: np.ndarray, values: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the values [K] of each of the groups 0 to `count` - 1, in the order in which they stand."""
    order = np.argsort(groups, kind="stable")
    return np.split(values[order], np.searchsorted(groups[order], np.arange(1, count)))
