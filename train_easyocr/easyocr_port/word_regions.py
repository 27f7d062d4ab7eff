"""Turns the maps of our own detector into a box for each word.

A word is a connected part of the map of cores. Its box is not widened by a rule, as CRAFT's regions are: each pixel of
the core says how far away the edges are, and the mean of what its pixels say is exact to about a pixel.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

EDGE_PIXELS = 4
"""Pixels of the image across one pixel of the edges; across one of the cores, half as many."""

END = 6
"""Pixels of the cores: an edge at the left or right is read off this near to the end, where the network sees it."""

SMALLEST_CORE = 2
"""Cores of fewer pixels are noise. A colon of 4 x 14 pixels has eleven."""


def word_boxes(cores: np.ndarray, edges: np.ndarray, text_threshold: float, low_text: float) -> np.ndarray:
    """Find the boxes of words.

    Args:
        cores: how probably a pixel belongs to the core of a word, float32 [h, w], 0 to 1.
        edges: distances from a pixel to the left, upper, right and lower edge of its word, in pixels of the image,
            float32 [4, h / 2, w / 2].
        text_threshold: least peak of a core.
        low_text: least probability of a pixel of a core.

    Returns:
        float64 [N, 4], xmin ymin xmax ymax in pixels of the image, from top to bottom by the first row of their cores.
    """
    inside = cores > low_text
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(inside.view(np.uint8), connectivity=4)
    rows, columns = np.nonzero(inside)
    # OpenCV's annotations allow for floats; the labels are int32.
    word = cast(np.ndarray, labels)[rows, columns]
    weight = cores[rows, columns].astype(np.float64)
    peaks = np.zeros(count)
    np.maximum.at(peaks, word, weight)
    x, y = (place // 2 * EDGE_PIXELS + EDGE_PIXELS / 2 for place in (columns, rows))
    left, top, right, bottom = edges[:, rows // 2, columns // 2].astype(np.float64)
    first = statistics[word, cv2.CC_STAT_LEFT]
    last = first + statistics[word, cv2.CC_STAT_WIDTH] - 1
    sides = [
        _mean(word, x - left, weight * (columns - first < END), count),
        _mean(word, y - top, weight, count),
        _mean(word, x + right, weight * (last - columns < END), count),
        _mean(word, y + bottom, weight, count),
    ]
    found = (statistics[:, cv2.CC_STAT_AREA] >= SMALLEST_CORE) & (peaks >= text_threshold)
    found[0] = False  # the background
    return np.stack(sides, axis=1)[found]


def _mean(word: np.ndarray, values: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Return the weighted mean of `values` over the pixels of each word; 0 for a word without weights."""
    total = np.bincount(word, weights, count)
    return np.bincount(word, values * weights, count) / np.where(total, total, 1)
