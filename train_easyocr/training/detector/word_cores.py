"""The target map of our own detector: the core of each word, from which EasyOCR's own widening restores the box.

EasyOCR widens a region of w x h map pixels by sqrt(min(w, h)) on every side (`craft_utils.getDetBoxes`; a full
rectangle). A box whose shorter side has m map pixels is therefore shrunk by sqrt(1 + m) - 1 on every side.
"""

from __future__ import annotations

import numpy as np

from train_easyocr.training.detector.score_targets import MAP_SCALE, NOBODY, Placed, window_around

LEAST_CORE = 2.0
"""Map pixels that a core has at least along each side, if the box has as many: less would be lost between pixels."""

OWNED = 0.25
"""A pixel belongs to a word if its core covers this share of it."""


def draw_cores(words: Placed, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Draw the cores of N words on an image.

    Args:
        words: their boxes in pixels of the image, measured from pixel corners.
        size: height, width of the image in pixels; the map has half of each.

    Returns:
        cores: float32 [1, h, w], the share of each pixel that lies in a core, 0 to 1.
        owners: int32 [h, w], which word a pixel belongs to, counted from 1; `NOBODY` elsewhere.
    """
    height, width = (side // MAP_SCALE for side in size)
    cores = np.zeros((1, height, width), np.float32)
    owners = np.full((height, width), NOBODY, np.int32)
    halves = np.stack([np.linalg.norm(words.right, axis=1), np.linalg.norm(words.down, axis=1)], axis=1)
    shrunk = shrunk_halves(halves / MAP_SCALE) * MAP_SCALE
    for number, word in enumerate(zip(words.centres, words.right, words.down, halves, shrunk, strict=True), 1):
        window, covered = _coverage(*word, owners.shape)
        owners[window][(covered >= OWNED) & (covered > cores[0][window])] = number
        np.maximum(cores[0][window], covered, out=cores[0][window])
    return cores, owners


def shrunk_halves(halves: np.ndarray) -> np.ndarray:
    """Return half the sides of cores, from half the sides of boxes, both float64 [N, 2] in map pixels.

    >>> shrunk_halves(np.array([[20.0, 7.5]])).tolist()  # a box of 40 x 15 map pixels: 3 less on every side
    [[17.0, 4.5]]
    """
    margins = np.sqrt(1 + 2 * halves.min(axis=1, keepdims=True)) - 1
    return np.maximum(halves - margins, np.minimum(halves, LEAST_CORE / 2))


def _coverage(
    centre: np.ndarray,
    right: np.ndarray,
    down: np.ndarray,
    halves: np.ndarray,
    shrunk: np.ndarray,
    shape: tuple[int, int],
) -> tuple[tuple[slice, slice], np.ndarray]:
    """Return which part of a map of `shape` a core may cover, and about which share of each pixel there, float32.

    The share is exact for an upright core, and near enough for one that is turned by a few degrees.
    """
    window = window_around(centre, np.abs(right) + np.abs(down), shape)
    # The map pixel i covers the pixels 2i and 2i + 1 of the image: its middle is 2i + 1 pixels from the corner.
    y, x = (axis.astype(np.float32) for axis in np.ogrid[window])
    x, y = x * MAP_SCALE + MAP_SCALE / 2 - centre[0], y * MAP_SCALE + MAP_SCALE / 2 - centre[1]
    shares = []
    for side, half, kept in zip((right, down), halves, shrunk, strict=True):
        along = (x * side[0] + y * side[1]) / max(half, 1e-6)
        pixel = MAP_SCALE / 2
        shares.append(((np.minimum(along + pixel, kept) - np.maximum(along - pixel, -kept)) / MAP_SCALE).clip(0, 1))
    return window, shares[0] * shares[1]
