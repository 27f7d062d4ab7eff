"""How well the boxes fit: IoU and GIoU of the matched pairs, and precision, recall and F1 at rising IoU thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.scored_page import ScoredPage
from train_easyocr.scoring.average_precision import average_precisions

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""0.5 to 0.95 in steps of 0.05, as COCO has them (Lin et al. 2014)."""


@dataclass(frozen=True, slots=True)
class DetectionAt:
    """Pairs, readings and words at one IoU threshold. Nothing to find and nothing found is perfect: 1.

    `average_precision` ranks the readings by confidence (`average_precision.py`).
    """

    threshold: float
    pairs: int
    predictions: int
    ground_truths: int
    average_precision: float

    @property
    def precision(self) -> float:
        """Pairs per reading."""
        return self.pairs / self.predictions if self.predictions else float(not self.ground_truths)

    @property
    def recall(self) -> float:
        """Pairs per labelled word."""
        return self.pairs / self.ground_truths if self.ground_truths else float(not self.predictions)

    @property
    def f1(self) -> float:
        """2 x pairs / (readings + words)."""
        total = self.predictions + self.ground_truths
        return 2 * self.pairs / total if total else 1.0


@dataclass(frozen=True, slots=True)
class DetectionScores:
    """Detection of all pages added up: one entry for each threshold, and the sums over the pairs."""

    thresholds: tuple[DetectionAt, ...]
    pairs: int
    iou_sum: float
    giou_sum: float

    @property
    def mean_iou(self) -> float | None:
        """Mean IoU of the matched pairs; None where there is none."""
        return self.iou_sum / self.pairs if self.pairs else None

    @property
    def mean_giou(self) -> float | None:
        """Mean GIoU of the matched pairs; None where there is none."""
        return self.giou_sum / self.pairs if self.pairs else None

    @property
    def mean_precision(self) -> float:
        """Mean of the precision over the thresholds."""
        return sum(item.precision for item in self.thresholds) / len(self.thresholds)

    @property
    def mean_recall(self) -> float:
        """Mean of the recall over the thresholds."""
        return sum(item.recall for item in self.thresholds) / len(self.thresholds)

    @property
    def mean_f1(self) -> float:
        """Mean of the F1 over the thresholds."""
        return sum(item.f1 for item in self.thresholds) / len(self.thresholds)

    @property
    def ap50(self) -> float:
        """Average precision at an IoU of 0.5."""
        return self.thresholds[0].average_precision

    @property
    def ap50_95(self) -> float:
        """Mean of the average precision over the thresholds, COCO's AP."""
        return sum(item.average_precision for item in self.thresholds) / len(self.thresholds)


def giou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Generalized IoU of row i of both arrays [N, 4] (Rezatofighi et al. 2019): IoU - (hull - union) / hull.

    The hull is the smallest box around both. From -1 (far apart) to 1 (equal); where the hull has no area, -1.

    >>> giou(np.array([[0, 0, 10, 10]]), np.array([[20, 0, 30, 10]])).round(3).tolist()
    [-0.333]
    """
    a, b = (np.asarray(boxes, np.float64).reshape(-1, 4) for boxes in (first, second))
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    areas = [np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1) for boxes in (a, b)]
    union = areas[0] + areas[1] - shared
    hull = (np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])).prod(axis=1)
    iou = np.divide(shared, union, out=np.zeros_like(union), where=union > 0)
    filled = np.divide(union, hull, out=np.zeros_like(union), where=hull > 0)
    return iou - (1 - filled)


def score_detection(pages: Sequence[ScoredPage]) -> DetectionScores:
    """Score the boxes of all pages.

    The pairs were made by falling IoU, so those of a higher threshold are simply the first of them: no box is free
    for another pair before all better ones are made.
    """
    pairs = [(scored, pair) for scored in pages for pair in scored.pairs]
    ious = [pair.iou for _, pair in pairs]
    precisions = average_precisions(pages, THRESHOLDS)
    words = sum(len(scored.page.words) for scored in pages)
    truths = [scored.page.words[pair.ground_truth].box for scored, pair in pairs]
    read = [scored.readings[pair.prediction].box for scored, pair in pairs]
    return DetectionScores(
        tuple(
            DetectionAt(least, sum(iou >= least for iou in ious), _readings_that_count(pages, least), words, precision)
            for least, precision in zip(THRESHOLDS, precisions, strict=True)
        ),
        pairs=len(ious),
        iou_sum=float(sum(ious)),
        giou_sum=float(giou(np.array(truths), np.array(read)).sum()),
    )


def _readings_that_count(pages: Sequence[ScoredPage], threshold: float) -> int:
    """Count the readings of all pages without those that lie on ignored labels and find no word at this IoU."""
    return sum(len(scored.readings) - len(scored.excused(threshold)) for scored in pages)
