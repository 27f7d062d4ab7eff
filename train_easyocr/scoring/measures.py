"""The table of measures: every figure that step 5 gives of a network in one grouping, a row each.

`summary.json`, the console, `evaluation_result.csv` and the report walk this table. A new figure is one row here, and
its title in both languages in the report's `texts.yaml`, under its key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.scoring.columns import DEFAULT
from train_easyocr.scoring.scored_page import CharacterCounts, CLEvalCounts, MatchCounts, ScoredPage, pooled
from train_easyocr.scoring.statistics import Figure, ratio

Value = float | int | None
"""A figure; None if there is nothing to divide by."""

Scores = Mapping[str, Value]
"""The figures of one network in one grouping, by the keys of their measures."""

SCORE_TABLE, EXACT_TABLE = "scores", "exact"
"""The tables of networks and groupings, on the console and in the report."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What measures are counted on: the counts of some pages added up, and the sums of the F1 of each page."""

    pages: int
    f1: float
    detection_f1: float
    counts: MatchCounts
    cleval: CLEvalCounts


@dataclass(frozen=True, slots=True)
class IntervalOf:
    """How the interval of a measure is made, and its difference between two networks.

    Attributes:
        counts: the counts of one page, which are added up over pages.
        figure: computes the measure from added-up counts.
        largest: the largest possible value; the least is 0.
    """

    counts: Callable[[Totals], Sequence[float]]
    figure: Figure = ratio
    largest: float = 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of one network in one grouping.

    Attributes:
        key: its name in `summary.json` and in the columns of the csv, and of its title in the report.
        title: the title of its column on the console.
        of: computes it from the totals of some pages.
        decimals: with how many decimals people see it.
        interval: how its interval is made; None for a measure without one.
        in_scores: whether `scores` of `summary.json` has it.
        by_page: whether `evaluation_result.csv` has it for each page, with one decimal more.
        table: the table that shows it, if any.
        place: its place in the table, from the left.
        groupings: the groupings for which the table shows it; None for all.
    """

    key: str
    title: str
    of: Callable[[Totals], Value]
    decimals: int = 3
    interval: IntervalOf | None = None
    in_scores: bool = True
    by_page: bool = False
    table: str | None = None
    place: int = 0
    groupings: Collection[str] | None = None


def cleval_f1(sums: np.ndarray) -> np.ndarray:
    """F1 of `CharacterCounts` added up: [..., 5] ground truth, prediction, correct, split and merge penalty to [...].

    0 where nothing is correct, as in `CharacterCounts.f1`.
    """
    truth, predicted, correct, split, merge = np.moveaxis(sums, -1, 0)
    recall = np.maximum(0, correct - split) / np.maximum(1, truth)
    precision = np.maximum(0, correct - merge) / np.maximum(1, predicted)
    total = recall + precision
    return np.divide(2 * recall * precision, total, out=np.zeros_like(total), where=total > 0)


def _characters(counts: CharacterCounts) -> tuple[int, ...]:
    return counts.ground_truth, counts.prediction, counts.correct, counts.split_penalty, counts.merge_penalty


HEADLINE = Measure(
    key="end_to_end_f1",
    title="e2e F1",
    of=lambda total: total.f1 / max(1, total.pages),
    interval=IntervalOf(lambda page: (page.f1, 1)),
    table=SCORE_TABLE,
    place=3,
)
"""End-to-end F1 as a mean over pages. It decides a comparison; in the csv its column has the name of the network."""

CLEVAL_DETECTION = Measure(
    key="cleval_detection_f1",
    title="CLEval det.",
    of=lambda total: total.cleval.detection.f1,
    interval=IntervalOf(lambda page: _characters(page.cleval.detection), cleval_f1),
    in_scores=False,  # summary.json has it in `analysis`, with its counts
)
CLEVAL = Measure(
    key="cleval_end_to_end_f1",
    title="CLEval",
    of=lambda total: total.cleval.end_to_end.f1,
    interval=IntervalOf(lambda page: _characters(page.cleval.end_to_end), cleval_f1),
    in_scores=False,
    table=SCORE_TABLE,
    place=4,
    groupings=(DEFAULT,),
)
"""Default grouping reads lines, which match no labelled word at an IoU of 0.5, however well they are read.

So CLEval, which counts characters, is shown beside their F1. It subtracts a character for each joined word and for each
space between words: lines without an error score about 0.83 on the sample's pages (decision 019).
"""

MEASURES = (
    HEADLINE,
    Measure(
        key="end_to_end_f1_pooled",
        title="e2e F1, pooled",
        of=lambda total: total.counts.f1,
        interval=IntervalOf(lambda page: (2 * page.counts.score, page.counts.predictions + page.counts.ground_truths)),
    ),
    Measure("end_to_end_precision_pooled", "e2e precision", lambda total: total.counts.precision),
    Measure("end_to_end_recall_pooled", "e2e recall", lambda total: total.counts.recall),
    Measure(
        key="detection_f1",
        title="det. F1",
        of=lambda total: total.detection_f1 / max(1, total.pages),
        interval=IntervalOf(lambda page: (page.detection_f1, 1)),
        table=SCORE_TABLE,
        place=1,
    ),
    Measure("detection_f1_pooled", "det. F1, pooled", lambda total: total.counts.detection_f1),
    Measure(
        key="cer",
        title="CER",
        of=lambda total: total.counts.character_error_rate,
        interval=IntervalOf(lambda page: (page.counts.edits, page.counts.characters), largest=np.inf),
        table=SCORE_TABLE,
        place=2,
    ),
    Measure(
        key="exact_match",
        title="exact",
        of=lambda total: total.counts.exact_match,
        interval=IntervalOf(lambda page: (page.counts.exact, page.counts.pairs)),
        by_page=True,
        table=EXACT_TABLE,
        place=1,
    ),
    Measure(
        key="exact_match_folded",  # look-alikes count as equal: `look_alikes.fold`
        title="folded",
        of=lambda total: total.counts.exact_match_folded,
        interval=IntervalOf(lambda page: (page.counts.exact_folded, page.counts.pairs)),
        by_page=True,
        table=EXACT_TABLE,
        place=2,
    ),
    Measure("ground_truths", "words", lambda total: total.counts.ground_truths, decimals=0),
    Measure("predictions", "readings", lambda total: total.counts.predictions, decimals=0),
    Measure("pairs", "pairs", lambda total: total.counts.pairs, decimals=0),
    CLEVAL_DETECTION,
    CLEVAL,
)
"""In the order of `summary.json`.

`*_pooled` come from the counts of all pages added up, and the two F1 without it are means over pages. `cer` and both of
`exact_match` are those of the matched pairs of all pages.
"""


def columns_of(measures: Iterable[Measure], table: str, grouping: str | None = None) -> list[Measure]:
    """Return the measures that a table shows of a grouping, or of any, from left to right."""
    found = (
        measure
        for measure in measures
        if measure.table == table and (grouping is None or measure.groupings is None or grouping in measure.groupings)
    )
    return sorted(found, key=lambda measure: measure.place)


def measure_pages(pages: Sequence[ScoredPage], measures: Iterable[Measure]) -> Scores:
    """Return the figures of some pages, by the keys of the measures."""
    whole = totals(pages)
    return {measure.key: measure.of(whole) for measure in measures}


def totals(pages: Sequence[ScoredPage]) -> Totals:
    """Add up the counts of pages."""
    return Totals(
        pages=len(pages),
        f1=sum(scored.counts.f1 for scored in pages),
        detection_f1=sum(scored.counts.detection_f1 for scored in pages),
        counts=pooled(pages),
        cleval=sum((scored.cleval for scored in pages), CLEvalCounts()),
    )


def interval_counts(
    pages: Sequence[ScoredPage], measures: Iterable[Measure]
) -> dict[str, tuple[np.ndarray, IntervalOf]]:
    """Return, by key, the counts of each page, [P, K], for each measure that has an interval, and how it is made."""
    of_pages, nothing = [totals([scored]) for scored in pages], totals([])
    found = {}
    for measure in measures:
        if made := measure.interval:
            counts = np.array([made.counts(page) for page in of_pages], np.float64)
            by_page = counts.reshape(-1, len(made.counts(nothing)))
            # Column by column, so that numpy adds each up pairwise, which rounds less than one after the other.
            found[measure.key] = np.asfortranarray(by_page), made
    return found
