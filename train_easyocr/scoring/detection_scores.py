"""Scores of the boxes: IoU and GIoU of the matched pairs, and precision, recall and F1 at rising IoU thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.pages.overlap import box_areas
from train_easyocr.scoring.average_precision import average_precisions
from train_easyocr.scoring.scored_page import MatchCounts, ScoredPage

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""0.5 to 0.95 in steps of 0.05, as COCO has them (Lin et al. 2014)."""


@dataclass(frozen=True, slots=True)
class DetectionScores:
    """Detection of all pages added up: the counts and the average precision at each of `THRESHOLDS`, and the sums.

    `iou_sum` and `giou_sum` are those of the `pairs`. `average_precision.py` says what average precision is.
    """

    counts: tuple[MatchCounts, ...]
    average_precisions: tuple[float, ...]
    pairs: int
    iou_sum: float
    giou_sum: float

    @property
    def mean_iou(self) -> float | None:
        """Mean IoU of the matched pairs; None without pairs."""
        return self.iou_sum / self.pairs if self.pairs else None

    @property
    def mean_giou(self) -> float | None:
        """Mean GIoU of the matched pairs; None without pairs."""
        return self.giou_sum / self.pairs if self.pairs else None

    @property
    def mean_precision(self) -> float:
        """Mean of the precision over the thresholds."""
        return sum(item.detection_precision for item in self.counts) / len(self.counts)

    @property
    def mean_recall(self) -> float:
        """Mean of the recall over the thresholds."""
        return sum(item.detection_recall for item in self.counts) / len(self.counts)

    @property
    def mean_f1(self) -> float:
        """Mean of the F1 over the thresholds."""
        return sum(item.detection_f1 for item in self.counts) / len(self.counts)

    @property
    def ap50(self) -> float:
        """Average precision at an IoU of 0.5."""
        return self.average_precisions[0]

    @property
    def ap50_95(self) -> float:
        """Mean of the average precision over the thresholds, COCO's AP."""
        return sum(self.average_precisions) / len(self.average_precisions)


def giou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Generalized IoU of row i of both arrays [N, 4] (Rezatofighi et al. 2019): IoU - (hull - union) / hull.

    The hull is the smallest box around both. From -1 (far apart) to 1 (equal); where the hull has no area, -1.

    >>> giou(np.array([[0, 0, 10, 10]]), np.array([[20, 0, 30, 10]])).round(3).tolist()
    [-0.333]
    """
    a, b = (np.asarray(boxes, np.float64).reshape(-1, 4) for boxes in (first, second))
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    union = box_areas(a) + box_areas(b) - shared
    hull = (np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])).prod(axis=1)
    iou = np.divide(shared, union, out=np.zeros_like(union), where=union > 0)
    filled = np.divide(union, hull, out=np.zeros_like(union), where=hull > 0)
    return iou - (1 - filled)


def score_detection(pages: Sequence[ScoredPage]) -> DetectionScores:
    """Score the boxes of all pages.

    The pairs were made by falling IoU, so the pairs of a higher threshold are simply the first ones: all better pairs
    are made before a box can go to a worse one.
    """
    pairs = [(scored, pair) for scored in pages for pair in scored.pairs]
    ious = [pair.iou for _, pair in pairs]
    words = sum(len(scored.page.words) for scored in pages)
    readings = [sum(len(scored.readings) - len(scored.excused(least)) for scored in pages) for least in THRESHOLDS]
    found = [sum(iou >= least for iou in ious) for least in THRESHOLDS]
    truths = [scored.page.words[pair.ground_truth].box for scored, pair in pairs]
    read = [scored.readings[pair.prediction].box for scored, pair in pairs]
    return DetectionScores(
        counts=tuple(MatchCounts(words, *counts) for counts in zip(readings, found, strict=True)),
        average_precisions=tuple(average_precisions(pages, THRESHOLDS)),
        pairs=len(ious),
        iou_sum=float(sum(ious)),
        giou_sum=float(giou(np.array(truths), np.array(read)).sum()),
    )
