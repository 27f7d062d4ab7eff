"""All scores of one network's readings of an evaluation set, and the difference of two networks.

The figures of the headline have intervals. `figures` turns the result into what `summary.json` holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.scoring.breakdown import Breakdown, break_down
from train_easyocr.scoring.calibration import Calibration, calibrate
from train_easyocr.scoring.cleval.iou_cases import CaseCount, count_cases
from train_easyocr.scoring.confusions import Confusion, count_confusions
from train_easyocr.scoring.detection_scores import DetectionScores, score_detection
from train_easyocr.scoring.scored_page import CharacterCounts, CLEvalCounts, ScoredPage
from train_easyocr.scoring.statistics import Figure, Interval, PairedDifference, interval, paired_difference, ratio
from train_easyocr.scoring.text_accuracy import TextCounts, text_accuracy


@dataclass(frozen=True, slots=True)
class Analysis:
    """All scores of one network in one grouping; `intervals` are those of `interval_figures`."""

    intervals: Mapping[str, Interval]
    cleval: CLEvalCounts
    detection: DetectionScores
    text: Mapping[str, TextCounts]
    iou_cases: Mapping[str, CaseCount]
    breakdown: Breakdown
    confusions: Mapping[str, tuple[Confusion, ...]]
    calibration: Calibration


def analyse(pages: Sequence[ScoredPage]) -> Analysis:
    """Score the readings of one network in one grouping."""
    documents = [scored.page.document for scored in pages]
    intervals = {
        name: interval(columns, figure, documents, within=(0, math.inf if name == "cer" else 1))
        for name, (columns, figure) in interval_figures(pages).items()
    }
    return Analysis(
        intervals=intervals,
        cleval=sum((scored.cleval for scored in pages), CLEvalCounts()),
        detection=score_detection(pages),
        text=text_accuracy(pages),
        iou_cases=count_cases(pages),
        breakdown=break_down(pages),
        confusions=count_confusions(pages),
        calibration=calibrate(pages),
    )


def compare_networks(first: Sequence[ScoredPage], second: Sequence[ScoredPage]) -> dict[str, PairedDifference]:
    """Return the second network's figures minus the first's, paired: both read the same pages, in the same order.

    Raises:
        ValueError: they do not have the same number of pages.
    """
    documents = [scored.page.document for scored in second]
    before, after = interval_figures(first), interval_figures(second)
    return {
        name: paired_difference(before[name][0], after[name][0], figure, documents)
        for name, (_, figure) in before.items()
    }


def interval_figures(pages: Sequence[ScoredPage]) -> dict[str, tuple[np.ndarray, Figure]]:
    """Return, by name, the counts of each headline figure, [P, K], and the function from their sums to the figure.

    `end_to_end_f1` and `detection_f1` are means over pages; the others come from the counts of all pages together.
    """
    counts = [scored.counts for scored in pages]
    ones = [1] * len(counts)
    items = [count.predictions + count.ground_truths for count in counts]
    return {
        "end_to_end_f1": (_count_columns([count.f1 for count in counts], ones), ratio),
        "end_to_end_f1_pooled": (_count_columns([2 * count.score for count in counts], items), ratio),
        "detection_f1": (_count_columns([count.detection_f1 for count in counts], ones), ratio),
        "cer": (_count_columns([count.edits for count in counts], [count.characters for count in counts]), ratio),
        "exact_match": (_count_columns([count.exact for count in counts], [count.pairs for count in counts]), ratio),
        "exact_match_folded": (
            _count_columns([count.exact_folded for count in counts], [count.pairs for count in counts]),
            ratio,
        ),
        "cleval_detection_f1": (_character_columns([scored.cleval.detection for scored in pages]), cleval_f1),
        "cleval_end_to_end_f1": (_character_columns([scored.cleval.end_to_end for scored in pages]), cleval_f1),
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


def _count_columns(*columns: Sequence[float]) -> np.ndarray:
    return np.array(columns, np.float64).T.reshape(-1, len(columns))


def _character_columns(counts: Sequence[CharacterCounts]) -> np.ndarray:
    names = ("ground_truth", "prediction", "correct", "split_penalty", "merge_penalty")
    return _count_columns(*([getattr(count, name) for count in counts] for name in names))
