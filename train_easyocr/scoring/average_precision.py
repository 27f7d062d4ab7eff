"""Average precision of the boxes, ranked by the confidence of their readings, as COCO counts it (Lin et al. 2014).

Readings are taken by falling confidence, and each takes the free word of its page with the highest IoU. Precision is
then averaged over 101 levels of recall. COCO's own program stops at 100 readings a page; this one does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train_easyocr.pages.overlap import iou_of_pairs
from train_easyocr.scoring.matching import box_array, take_free_boxes
from train_easyocr.scoring.scored_page import ScoredPage

RECALL_LEVELS = np.linspace(0, 1, 101)


def average_precisions(pages: Sequence[ScoredPage], thresholds: Sequence[float]) -> list[float]:
    """Return the average precision of all pages together at each IoU threshold, 0 to 1.

    Readings of equal confidence are taken in the order of the pages. Without a word on any page it is 1 if nothing
    was read, else 0.
    """
    words = sum(len(scored.page.words) for scored in pages)
    confidences = np.array([reading.confidence for scored in pages for reading in scored.readings])
    judged = [_judge(scored, thresholds) for scored in pages]
    found = np.concatenate([_empty(0, thresholds), *(hits for hits, _ in judged)])
    counted = np.concatenate([_empty(0, thresholds), *(counts for _, counts in judged)])
    order = np.argsort(-confidences, kind="stable")
    return [_mean_precision(found[order, at][counted[order, at]], words) for at in range(len(thresholds))]


def _judge(scored: ScoredPage, thresholds: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each reading of a page finds a word, and whether it counts at all, bool [M, thresholds] each."""
    readings = scored.readings
    rows, columns, values = iou_of_pairs(box_array(readings), box_array(scored.page.words))
    confidences = np.array([reading.confidence for reading in readings])
    order = np.lexsort((columns, -values, rows, -confidences[rows]))
    rows, columns, values = rows[order], columns[order], values[order]
    found, counted = _empty(len(readings), thresholds), ~_empty(len(readings), thresholds)
    for at, threshold in enumerate(thresholds):
        enough = np.flatnonzero(values >= threshold)
        paired = rows[enough][take_free_boxes(rows[enough], columns[enough])]
        found[paired, at] = True
        counted[list(scored.on_ignored.difference(paired.tolist())), at] = False
    return found, counted


def _mean_precision(found: np.ndarray, words: int) -> float:
    """Return the mean over recall levels of the best precision from each on; `found`: bool, by falling confidence."""
    if not words:
        return float(not len(found))
    hits = np.cumsum(found)
    precision = hits / np.arange(1, len(found) + 1)
    best_from_here = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)  # beyond the last recall: 0
    return float(best_from_here[np.searchsorted(hits / words, RECALL_LEVELS)].mean())


def _empty(readings: int, thresholds: Sequence[float]) -> np.ndarray:
    return np.zeros((readings, len(thresholds)), bool)
