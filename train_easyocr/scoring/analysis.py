"""Everything that can be said of one network's readings of an evaluation set, and of the difference of two networks.

It gathers the scores of this room in one record, with intervals for the figures of the headline. Records in, records
out: `as_figures` makes of them what `summary.json` holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import chain
from typing import Any

import numpy as np

from train_easyocr.scoring.breakdown import Breakdown, break_down
from train_easyocr.scoring.cleval.assignment import assign_page
from train_easyocr.scoring.cleval.cleval import CharacterCounts, CLEvalCounts, count_page
from train_easyocr.scoring.cleval.iou_cases import IouCases, KindOfCase, cases_of_page, gather_cases
from train_easyocr.scoring.confusions import Confusions, count_confusions
from train_easyocr.scoring.detection_scores import DetectionScores, score_detection
from train_easyocr.scoring.matching import PageScore, ReadPage, score_pairs
from train_easyocr.scoring.statistics import Difference, Figure, Interval, interval, paired_difference, ratio
from train_easyocr.scoring.text_accuracy import TextAccuracy, text_accuracy


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What was counted on one page: by words and pairs, by characters, and the cases in which the two differ."""

    pairs: PageScore
    cleval: CLEvalCounts
    iou_cases: tuple[KindOfCase, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All scores of one network in one grouping; `intervals` are those of `interval_figures`."""

    intervals: Mapping[str, Interval]
    cleval: CLEvalCounts
    detection: DetectionScores
    text: TextAccuracy
    iou_cases: IouCases
    breakdown: Breakdown
    confusions: Confusions


def count_pages(pages: Sequence[ReadPage]) -> list[PageCounts]:
    """Count every page by itself: what intervals and differences are made of."""
    counts = []
    for page, readings, pairs in pages:
        assignment = assign_page(page.words, readings, page.ignored)
        counts.append(
            PageCounts(
                score_pairs(page.words, readings, pairs, page.ignored),
                count_page(page.words, readings, assignment),
                tuple(cases_of_page(page, readings, pairs, assignment)),
            )
        )
    return counts


def analyse(pages: Sequence[ReadPage], counts: Sequence[PageCounts]) -> Analysis:
    """Score the readings of one network; `counts` are what `count_pages` made of the same pages."""
    documents = [page.document for page, _, _ in pages]
    intervals = {
        name: interval(columns, figure, documents, within=(0, math.inf if name == "cer" else 1))
        for name, (columns, figure) in interval_figures(counts).items()
    }
    return Analysis(
        intervals=intervals,
        cleval=sum((count.cleval for count in counts), CLEvalCounts()),
        detection=score_detection(pages),
        text=text_accuracy(pages),
        iou_cases=gather_cases(chain.from_iterable(count.iou_cases for count in counts)),
        breakdown=break_down(pages),
        confusions=count_confusions(pages),
    )


def compare_networks(
    first: Sequence[PageCounts], second: Sequence[PageCounts], documents: Sequence[str]
) -> dict[str, Difference]:
    """Return the second network's figures minus the first's, paired; all three in the same order of pages.

    `documents` names for each page the document that it belongs to.

    Raises:
        ValueError: they have not the same number of pages.
    """
    before, after = interval_figures(first), interval_figures(second)
    return {
        name: paired_difference(before[name][0], after[name][0], figure, documents)
        for name, (_, figure) in before.items()
    }


def interval_figures(counts: Sequence[PageCounts]) -> dict[str, tuple[np.ndarray, Figure]]:
    """Give, by name, what each headline figure adds up over pages, [P, K], and how it is made of the sums.

    `end_to_end_f1` and `detection_f1` are means over pages; the others come from the counts of all pages together.
    """
    scores = [count.pairs for count in counts]
    f1, detection_f1 = [score.f1 for score in scores], [score.detection_f1 for score in scores]
    ones = [1] * len(scores)
    items = [score.predictions + score.ground_truths for score in scores]
    return {
        "end_to_end_f1": (_columns(f1, ones), ratio),
        "end_to_end_f1_pooled": (_columns([2 * score.score for score in scores], items), ratio),
        "detection_f1": (_columns(detection_f1, ones), ratio),
        "cer": (_columns([score.edits for score in scores], [score.characters for score in scores]), ratio),
        "exact_match": (_columns([score.exact for score in scores], [score.pairs for score in scores]), ratio),
        "cleval_detection_f1": (_character_columns([count.cleval.detection for count in counts]), cleval_f1),
        "cleval_end_to_end_f1": (_character_columns([count.cleval.end_to_end for count in counts]), cleval_f1),
    }


def cleval_f1(totals: np.ndarray) -> np.ndarray:
    """F1 of `CharacterCounts` added up: [..., 5] ground truth, prediction, correct, split and merge penalty to [...].

    0 where nothing is correct, as in `CharacterCounts.f1`.
    """
    truth, predicted, correct, split, merge = np.moveaxis(totals, -1, 0)
    recall = np.maximum(0, correct - split) / np.maximum(1, truth)
    precision = np.maximum(0, correct - merge) / np.maximum(1, predicted)
    total = recall + precision
    return np.divide(2 * recall * precision, total, out=np.zeros_like(total), where=total > 0)


def as_figures(record: Any) -> Any:
    """Turn a record of counts into plain values for JSON: its fields, and its properties, which are the figures.

    >>> as_figures(CharacterCounts(ground_truth=4, prediction=2, correct=2))["recall"]
    0.5
    """
    if is_dataclass(record) and not isinstance(record, type):
        names = [item.name for item in fields(record)]
        names += [name for name, member in vars(type(record)).items() if isinstance(member, property)]
        return {name: as_figures(getattr(record, name)) for name in names}
    if isinstance(record, Mapping):
        return {str(key): as_figures(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [as_figures(value) for value in record]
    return record


def _columns(*columns: Sequence[float]) -> np.ndarray:
    return np.array(columns, np.float64).T.reshape(-1, len(columns))


def _character_columns(counts: Sequence[CharacterCounts]) -> np.ndarray:
    names = ("ground_truth", "prediction", "correct", "split_penalty", "merge_penalty")
    return _columns(*([getattr(count, name) for count in counts] for name in names))
