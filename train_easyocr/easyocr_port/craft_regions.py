"""Turns CRAFT's score maps into a quadrilateral for each region (Baek et al. 2019, "Character Region Awareness").

The result equals EasyOCR 1.7.2, `craft_utils.getDetBoxes` without curved polygons, to the last bit. EasyOCR scans the
whole map for every region; here each region is processed within its own rectangle, which makes a search over hundreds
of thresholds possible.
"""

from __future__ import annotations

import math
from typing import cast

import cv2
import numpy as np

SMALLEST_REGION = 10
"""Regions of fewer pixels of the map are noise."""

SQUARENESS = 0.1
"""A region whose sides differ by less than this share counts as upright: its tilt is not meaningful."""


def region_quadrilaterals(
    text: np.ndarray, link: np.ndarray, text_threshold: float, link_threshold: float, low_text: float
) -> np.ndarray:
    """Find the text regions of score maps.

    Args:
        text: where characters are, float32 [h, w], about 0 to 1.
        link: where neighbouring characters join, the same.
        text_threshold: least peak of a region in `text`.
        link_threshold: least score in `link` of a pixel that joins.
        low_text: least score in `text` of a pixel that belongs to text.

    Returns:
        float32 [N, 4, 2], corners x y in pixels of the map, clockwise from the one nearest to the upper left.
    """
    is_text, is_link = text > low_text, link > link_threshold
    count, labels, statistics, _ = cv2.connectedComponentsWithStats((is_text | is_link).view(np.uint8), connectivity=4)
    peaks = np.zeros(count, np.float32)
    # OpenCV's annotations allow for floats; the labels are int32.
    np.maximum.at(peaks, cast(np.ndarray, labels).ravel(), text.ravel())
    large = statistics[:, cv2.CC_STAT_AREA] >= SMALLEST_REGION
    only_link = is_link & ~is_text
    corners = [
        _region_corners(labels, label, statistics[label], only_link)
        for label in range(1, count)
        if large[label] and peaks[label] >= text_threshold
    ]
    return np.array(corners, np.float32).reshape(-1, 4, 2)


def _region_corners(labels: np.ndarray, label: int, statistics: np.ndarray, only_link: np.ndarray) -> np.ndarray:
    """Return the corners [4, 2] of the smallest rectangle around a region that was widened by its own thickness."""
    left, top, width, height, area = (int(value) for value in statistics)
    margin = int(math.sqrt(area * min(width, height) / (width * height)) * 2)
    window = (
        slice(max(0, top - margin), min(labels.shape[0], top + height + margin + 1)),
        slice(max(0, left - margin), min(labels.shape[1], left + width + margin + 1)),
    )
    region = ((labels[window] == label) & ~only_link[window]).view(np.uint8)
    widened = cv2.dilate(region, cv2.getStructuringElement(cv2.MORPH_RECT, (1 + margin, 1 + margin)))
    outline = _outline(widened) + np.array([window[1].start, window[0].start], np.int32)
    corners = cv2.boxPoints(cv2.minAreaRect(outline))
    sides = np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[1] - corners[2])
    if abs(1 - max(sides) / (min(sides) + 1e-5)) <= SQUARENESS:
        (xmin, ymin), (xmax, ymax) = outline.min(axis=0), outline.max(axis=0)
        corners = np.array([[xmin, ymin], [xmax, ymin], [xmax, ymax], [xmin, ymax]], np.float32)
    return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)


def _outline(region: np.ndarray) -> np.ndarray:
    """Return the first and the last pixel of every row of a region, int32 [N, 2] x y: they span its convex hull."""
    rows = np.flatnonzero(region.any(axis=1))
    filled = region[rows] != 0
    first = filled.argmax(axis=1)
    last = region.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
    return np.concatenate([np.stack([first, rows], axis=1), np.stack([last, rows], axis=1)]).astype(np.int32)
