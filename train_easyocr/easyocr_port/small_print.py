"""Draws the boxes of small signs tight to their ink.

A dash is three pixels tall: an edge that is found a pixel off, as edges of words are, misses half of it. Its ink shows
where it ends.
"""

from __future__ import annotations

import cv2
import numpy as np

SMALL = 10.0
"""Pixels: boxes with a shorter side than this are drawn to their ink."""

SEARCHED = 3
"""Pixels around such a box in which its ink may lie."""

RIM = 1
"""Pixels of blurred ink on each side that labels of scans hold as well."""

LEAST_CONTRAST = 30
"""Grey levels between ink and paper below which nothing is certain."""


def tight_small_boxes(boxes: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """Return boxes, float64 [N, 4], xmin ymin xmax ymax in pixels of a page, with the small ones tight to their ink.

    `grey`: the page, uint8 [height, width]. A box whose ink cannot be told from what stands around it stays as it is.
    """
    tight = boxes.copy()
    small = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) < SMALL
    for row in np.flatnonzero(small):
        tight[row] = _to_ink(boxes[row], grey)
    return tight


def _to_ink(box: np.ndarray, grey: np.ndarray) -> np.ndarray:
    left, top = (max(0, int(edge) - SEARCHED) for edge in box[:2])
    right, bottom = (int(np.ceil(edge)) + SEARCHED for edge in box[2:])
    window = grey[top:bottom, left:right].astype(np.int16)
    if not window.size:
        return box
    border = np.concatenate([window[0], window[-1], window[:, 0], window[:, -1]])
    contrast = np.abs(window - np.median(border))
    if contrast.max() < LEAST_CONTRAST:
        return box
    ink = (contrast > contrast.max() / 2).view(np.uint8)
    count, _, places, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y = centres[1:count, 0] + left + 0.5, centres[1:count, 1] + top + 0.5
    inside = (x > box[0] - 1) & (x < box[2] + 1) & (y > box[1] - 1) & (y < box[3] + 1)
    # A neighbour's stroke or a rule may reach into the window; the ink of the sign has its middle in the box.
    first, size = places[1:count, :2], places[1:count, 2:4]
    within = (first > 0).all(axis=1) & (first + size < window.shape[::-1]).all(axis=1)
    own = places[1:count][inside & within]
    if not len(own):
        return box
    xmin, ymin = own[:, :2].min(axis=0) - RIM
    xmax, ymax = (own[:, :2] + own[:, 2:4]).max(axis=0) + RIM
    return np.array([left + xmin, top + ymin, left + xmax, top + ymax], np.float64)
