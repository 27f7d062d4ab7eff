"""Overlaps of all pairs of boxes, as a matrix: the plain way, against which the sparse one is tested."""

import numpy as np

from train_easyocr.pages.overlap import box_areas


def dense_areas(first, second):
    """The area that each of N boxes shares with each of M others, float64 [N, M]."""
    a, b = (np.array(boxes, float).reshape(-1, 4) for boxes in (first, second))
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    return np.maximum(sides[..., 0], 0) * np.maximum(sides[..., 1], 0)


def dense_iou(first, second):
    """Intersection over union of all pairs, [N, M]; 0 for a pair without area."""
    shared = dense_areas(first, second)
    unions = box_areas(first)[:, None] + box_areas(second)[None, :] - shared
    return np.divide(shared, unions, out=np.zeros_like(shared), where=unions > 0)
