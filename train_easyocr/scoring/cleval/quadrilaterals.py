"""Arithmetic of quadrilaterals, as arrays [N, 4, 2]: corners x, y in pixels, clockwise from the top left of the text.

It works on whole arrays: a page has about 120 words and as many readings, an evaluation 500 pages.
"""

from __future__ import annotations

import numpy as np
import shapely


def from_boxes(boxes: np.ndarray) -> np.ndarray:
    """Return axis-aligned boxes [N, 4], xmin ymin xmax ymax, as quadrilaterals, float64 [N, 4, 2].

    >>> from_boxes(np.array([[0, 1, 20, 9]])).tolist()
    [[[0.0, 1.0], [20.0, 1.0], [20.0, 9.0], [0.0, 9.0]]]
    """
    return np.asarray(boxes, np.float64).reshape(-1, 4)[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


def bounds(quads: np.ndarray) -> np.ndarray:
    """Return the bounding boxes [N, 4], xmin ymin xmax ymax."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)


def areas(quads: np.ndarray) -> np.ndarray:
    """Area of each quadrilateral in square pixels, float64 [N] (the shoelace formula)."""
    following = np.roll(quads, -1, axis=1)
    return np.abs((quads[..., 0] * following[..., 1] - following[..., 0] * quads[..., 1]).sum(axis=1)) / 2


def polygons(quads: np.ndarray) -> np.ndarray:
    """Return shapely polygons [N]; a quadrilateral that crosses itself becomes the two triangles that it encloses."""
    return shapely.make_valid(shapely.polygons(quads))


def intersection_areas(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Area that row i of `first` [K, 4, 2] shares with row i of `second` [K, 4, 2], square pixels, float64 [K].

    Width times height for boxes along the axes; shapely cuts the others, at a hundred times the cost.
    """
    a, b = bounds(first), bounds(second)
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    slanted = ~(_along_axes(first, a) & _along_axes(second, b))
    if slanted.any():
        shared[slanted] = shapely.area(shapely.intersection(polygons(first[slanted]), polygons(second[slanted])))
    return shared


def contains(quads: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return which points lie inside, by the number of edges that a ray to the right crosses (W. R. Franklin's test).

    A point on a left or upper edge is inside, on a right or lower edge outside, so a point on the common edge of two
    boxes is in one of them.

    Args:
        quads: [K, 4, 2].
        points: [K, C, 2], C points for each quadrilateral.

    Returns:
        bool [K, C].
    """
    x, y = points[..., 0], points[..., 1]
    inside = np.zeros(points.shape[:2], bool)
    for corner in range(4):
        x_end, y_end = (quads[:, corner, axis, None] for axis in (0, 1))
        x_start, y_start = (quads[:, corner - 1, axis, None] for axis in (0, 1))
        crosses_height = (y_end <= y) != (y_start <= y)
        # A horizontal edge crosses no height; a difference of 1 keeps its slope finite.
        rise = np.where(y_start == y_end, 1, y_start - y_end)
        inside ^= crosses_height & (x < (x_start - x_end) * (y - y_end) / rise + x_end)
    return inside


def aspect_ratios(quads: np.ndarray) -> np.ndarray:
    """Mean length of the top and bottom side divided by that of the left and right side, float64 [N], above 0."""
    steps = np.roll(quads, -1, axis=1) - quads
    top, right, bottom, left = np.sqrt((steps * steps).sum(axis=2)).T
    return ((top + bottom) / 2 + 1e-5) / ((right + left) / 2 + 1e-5)


def character_centres(quads: np.ndarray, lengths: np.ndarray, vertical_below: float) -> np.ndarray:
    """Return the pseudo-centres of characters, spread evenly along the middle line of each quadrilateral.

    The line runs from the left to the right side; if the aspect ratio is below `vertical_below`, from the bottom to the
    top. (This is the direction in the `cleval` package. Stacked upright characters run the other way, which matters
    only for the order in which the pieces of a split vertical word are joined.)

    Args:
        quads: [N, 4, 2].
        lengths: number of characters of each, int [N].
        vertical_below: aspect ratio (width / height) below which text counts as vertical.

    Returns:
        float64 [N, C, 2], C the largest length; row i is meaningful up to `lengths[i]`.
    """
    vertical = (aspect_ratios(quads) < vertical_below)[:, None, None]
    # After a shift by one corner, the line starts at the bottom of the quadrilateral and ends at its top.
    turned = np.where(vertical, np.roll(quads, 1, axis=1), quads)
    start, end = (turned[:, 0] + turned[:, 3]) / 2, (turned[:, 1] + turned[:, 2]) / 2
    step = ((end - start) / np.maximum(lengths, 1)[:, None])[:, None]
    positions = np.arange(lengths.max(initial=0))[None, :, None]
    return start[:, None] + step / 2 + step * positions


def _along_axes(quads: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return which quadrilaterals are their own bounding boxes, bool [N]."""
    return (quads == from_boxes(boxes)).all(axis=(1, 2))
