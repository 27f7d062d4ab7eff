"""Matches readings with labelled words: one to one by falling IoU; a pair needs an IoU of 0.5."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from train_easyocr.pages.overlap import box_areas, iou_of_pairs, overlapping_pairs
from train_easyocr.pages.records import Reading, Word

IOU_THRESHOLD = 0.5
IGNORED_OVERLAP = 0.3
"""A reading lies on an ignored label from this share of the smaller box on, as in CLEval; neighbours overlap less."""


class Match(NamedTuple):
    """A labelled word and a reading whose boxes overlap enough: their positions, and their IoU."""

    ground_truth: int
    prediction: int
    iou: float


def box_array(items: Sequence[Word] | Sequence[Reading]) -> np.ndarray:
    """Return the boxes of words or readings as float64 [N, 4]: xmin, ymin, xmax, ymax in pixels."""
    return np.array([item.box for item in items], np.float64).reshape(-1, 4)


def match(ground_truths: np.ndarray, predictions: np.ndarray, threshold: float = IOU_THRESHOLD) -> list[Match]:
    """Pair boxes one to one: the pair of the highest IoU first, then the highest among the boxes that are left.

    Pairs below `threshold` are never made. Among equal IoUs the lower index of the ground truth goes first, then that
    of the prediction, so the result depends only on the boxes and their order.

    Args:
        ground_truths: boxes [N, 4], xmin ymin xmax ymax in pixels.
        predictions: boxes [M, 4], the same.
        threshold: least IoU of a pair, above 0.

    Returns:
        The pairs, by falling IoU.
    """
    rows, columns, values = iou_of_pairs(ground_truths, predictions)
    enough = values >= threshold
    rows, columns, values = rows[enough], columns[enough], values[enough]
    order = np.lexsort((columns, rows, -values))
    made = order[take_free_boxes(rows[order], columns[order])]
    return list(map(Match, rows[made].tolist(), columns[made].tolist(), values[made].tolist()))


def take_free_boxes(rows: np.ndarray, columns: np.ndarray) -> list[int]:
    """Return which of the pairs (rows[i], columns[i]) are made: in order, each unless one of its boxes is taken."""
    made, taken_rows, taken_columns = [], set(), set()
    for position, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        if row not in taken_rows and column not in taken_columns:
            made.append(position)
            taken_rows.add(row)
            taken_columns.add(column)
    return made


def readings_on_ignored(predictions: np.ndarray, ignored: Sequence[Word]) -> frozenset[int]:
    """Return the positions of the readings that lie on an ignored label; without a pair they are no false positives.

    Args:
        predictions: boxes of the readings, [M, 4], xmin ymin xmax ymax in pixels.
        ignored: the ignored labels of the page.
    """
    labels = box_array(ignored)
    rows, columns, shared = overlapping_pairs(predictions, labels)
    smaller = np.minimum(box_areas(predictions)[rows], box_areas(labels)[columns])
    return frozenset(rows[shared >= IGNORED_OVERLAP * smaller].tolist())
