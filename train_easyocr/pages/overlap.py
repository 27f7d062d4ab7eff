"""How much boxes overlap: the area that they share, and intersection over union."""

from __future__ import annotations

import numpy as np


def box_areas(boxes: np.ndarray) -> np.ndarray:
    """Return the areas of boxes [N, 4], float64 [N]; 0 for a box whose maximum is below its minimum."""
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)


def intersection_matrix(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Area that each box of `boxes_a` [N, 4] shares with each of `boxes_b` [M, 4], square pixels, float64 [N, M]."""
    # One axis after the other: numpy is slow at reducing over an axis of length 2.
    left, top, right, bottom = np.asarray(boxes_a, np.float64).reshape(-1, 4).T[..., None]
    other_left, other_top, other_right, other_bottom = np.asarray(boxes_b, np.float64).reshape(-1, 4).T
    widths = np.minimum(right, other_right) - np.maximum(left, other_left)
    heights = np.minimum(bottom, other_bottom) - np.maximum(top, other_top)
    return np.maximum(widths, 0) * np.maximum(heights, 0)


def iou_matrix(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of axis-aligned boxes; a pair without area has 0, not NaN.

    Args:
        boxes_a: [N, 4], xmin ymin xmax ymax in pixels, maxima exclusive.
        boxes_b: [M, 4], the same.

    Returns:
        float64 [N, M], from 0 to 1.
    """
    intersections = intersection_matrix(boxes_a, boxes_b)
    unions = box_areas(boxes_a)[:, None] + box_areas(boxes_b)[None, :] - intersections
    return np.divide(intersections, unions, out=np.zeros_like(intersections), where=unions > 0)
