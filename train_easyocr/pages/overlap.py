"""How much boxes overlap: by half, the area that they share, and intersection over union, for the pairs that do.

A page may hold tens of thousands of words, so nothing here has the size of all pairs of boxes.
"""

from __future__ import annotations

import numpy as np
import shapely

_ROWS = 64
"""Boxes whose pairs are looked up at a time: even if all others touch each of them, these fit into little memory."""

MOST_PAIRS = 20_000_000
"""More pairs are refused. A page of 100,000 words in a grid has 900,000 pairs of neighbours."""


def box_areas(boxes: np.ndarray) -> np.ndarray:
    """Return the areas of boxes [N, 4], float64 [N]; 0 for a box whose maximum is below its minimum."""
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)


def touching_pairs(boxes_a: np.ndarray, boxes_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of boxes that overlap or have a part of a side in common, by position in a, then in b.

    Args:
        boxes_a: [N, 4], xmin ymin xmax ymax in pixels, minima at most the maxima.
        boxes_b: [M, 4], the same.

    Returns:
        Positions in `boxes_a` and in `boxes_b`, int64 [K] each.

    Raises:
        MemoryError: there are so many pairs that they would not fit into memory.
    """
    first, second = (shapely.box(*np.asarray(boxes, np.float64).reshape(-1, 4).T) for boxes in (boxes_a, boxes_b))
    tree, rows, columns, found = shapely.STRtree(second), [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for start in range(0, len(first), _ROWS):
        row, column = tree.query(first[start : start + _ROWS])
        order = np.lexsort((column, row))
        rows.append(row[order] + start)
        columns.append(column[order])
        found += len(row)
        if found > MOST_PAIRS:
            raise MemoryError(f"more than {MOST_PAIRS} pairs of boxes lie on each other")
    return np.concatenate(rows), np.concatenate(columns)


def half_overlapping_pairs(boxes_a: np.ndarray, boxes_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return those of `touching_pairs` that share half of the smaller width and half of the smaller height.

    Two boxes share half of the smaller width exactly if the middle of one is within the sides of the other.
    """
    rows, columns = touching_pairs(boxes_a, boxes_b)
    a, b = boxes_a[rows], boxes_b[columns]
    twice_apart = np.abs(a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:])
    share = (twice_apart <= np.maximum(a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2])).all(axis=1)
    return rows[share], columns[share]


def overlapping_pairs(boxes_a: np.ndarray, boxes_b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of boxes that share an area as `touching_pairs` does, and the area in square pixels [K]."""
    boxes_a, boxes_b = (np.asarray(boxes, np.float64).reshape(-1, 4) for boxes in (boxes_a, boxes_b))
    rows, columns = touching_pairs(boxes_a, boxes_b)
    a, b = boxes_a[rows], boxes_b[columns]
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    share = (sides > 0).all(axis=1)  # shapely turns a box with a maximum below its minimum, which overlaps nothing
    return rows[share], columns[share], sides[share].prod(axis=1)


def iou_of_pairs(boxes_a: np.ndarray, boxes_b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of `overlapping_pairs`, and their intersection over union, float64 [K], above 0 and up to 1."""
    rows, columns, shared = overlapping_pairs(boxes_a, boxes_b)
    return rows, columns, shared / (box_areas(boxes_a)[rows] + box_areas(boxes_b)[columns] - shared)
