"""All scores of one network's readings of an evaluation set, and the difference of two networks.

The measures of `measures.py` have intervals. `figures` turns the result into what `summary.json` holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from train_easyocr.scoring.breakdown import Breakdown, break_down
from train_easyocr.scoring.calibration import Calibration, calibrate
from train_easyocr.scoring.cleval.iou_cases import CaseCount, count_cases
from train_easyocr.scoring.confusions import Confusion, count_confusions
from train_easyocr.scoring.detection_scores import DetectionScores, score_detection
from train_easyocr.scoring.measures import MEASURES, Measure, interval_counts
from train_easyocr.scoring.scored_page import CLEvalCounts, MatchCounts, ScoredPage
from train_easyocr.scoring.statistics import Interval, PairedDifference, interval, paired_difference
from train_easyocr.scoring.text_accuracy import text_accuracy


@dataclass(frozen=True, slots=True)
class Analysis:
    """All scores of one network in one grouping; `intervals` by the keys of the measures that have one."""

    intervals: Mapping[str, Interval]
    cleval: CLEvalCounts
    detection: DetectionScores
    text: Mapping[str, MatchCounts]
    iou_cases: Mapping[str, CaseCount]
    breakdown: Breakdown
    confusions: Mapping[str, tuple[Confusion, ...]]
    calibration: Calibration


def analyse(pages: Sequence[ScoredPage], measures: Sequence[Measure] = MEASURES) -> Analysis:
    """Score the readings of one network in one grouping."""
    documents = [scored.page.document for scored in pages]
    intervals = {
        key: interval(counts, made.figure, documents, within=(0, made.largest))
        for key, (counts, made) in interval_counts(pages, measures).items()
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


def compare_networks(
    first: Sequence[ScoredPage], second: Sequence[ScoredPage], measures: Sequence[Measure] = MEASURES
) -> dict[str, PairedDifference]:
    """Return the second network's figures minus the first's, paired: both read the same pages, in the same order.

    Raises:
        ValueError: they do not have the same number of pages.
    """
    documents = [scored.page.document for scored in second]
    before, after = interval_counts(first, measures), interval_counts(second, measures)
    return {
        key: paired_difference(counts, after[key][0], made.figure, documents) for key, (counts, made) in before.items()
    }
