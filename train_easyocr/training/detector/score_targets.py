"""The target maps of CRAFT: a Gaussian on every character, and one between neighbouring characters of a word.

Baek et al. 2019, "Character Region Awareness for Text Detection", section 3.1, with the numbers of EasyOCR's own
recipe (trainer/craft): a Gaussian of 200 x 200 pixels with sigma 40, cut off at its circle, is stretched onto the box
enlarged by half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ENLARGED = 1.5
STEEPNESS = 0.5 * (100 / 40) ** 2
"""The Gaussian is exp(-STEEPNESS r²), where r is 1 at the edge of the circle, at 100 pixels; sigma is 40 pixels."""

MAP_SCALE = 2
"""Pixels of the image across one pixel of the maps."""

NOBODY = 0
"""The owner of a pixel on which no character was drawn."""


@dataclass(frozen=True)
class Placed:
    """N parallelograms on an image: their centres, and the vectors from there to the middle of two sides.

    All are float64 [N, 2], x y in pixels of the image; `right` points to the right side, `down` to the lower side.
    """

    centres: np.ndarray
    right: np.ndarray
    down: np.ndarray


def placed(boxes: np.ndarray, matrix: np.ndarray) -> Placed:
    """Map upright boxes of a page to an image.

    Args:
        boxes: [N, 4], xmin ymin xmax ymax in pixels of the page.
        matrix: [2, 3], which maps x y 1 of the page to x y of the image.
    """
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    middles, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    return Placed(
        middles @ matrix[:, :2].T + matrix[:, 2],
        half[:, :1] * matrix[:, 0],
        half[:, 1:] * matrix[:, 1],
    )


def affinities(characters: Placed, vertical: bool) -> Placed:
    """Return the affinity boxes between neighbouring characters: from centre to centre, two thirds of their height.

    In EasyOCR's recipe each corner is the mean of two corners of a character and its centre. For characters of equal
    height that is the same box. In a vertical word the box has two thirds of their width.
    """
    first, second = characters.centres[:-1], characters.centres[1:]
    along = (second - first) / 2
    across = (characters.right if vertical else characters.down)[:-1] * 2 / 3
    right, down = (across, along) if vertical else (along, across)
    return Placed((first + second) / 2, right, down)


def draw_targets(words: Sequence[tuple[Placed, bool]], size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Draw words; where Gaussians overlap, the larger value counts and the pixel belongs to its word.

    Args:
        words: the characters of each word in pixels of the image, and whether its text runs down.
        size: height, width of the image in pixels; the maps have half of each.

    Returns:
        scores: float32 [2, h, w], 0 to 1: where characters are, and where neighbours of a word join.
        owners: int32 [h, w], which word a pixel belongs to, counted from 1; `NOBODY` where nothing is drawn.
    """
    height, width = (side // MAP_SCALE for side in size)
    scores = np.zeros((2, height, width), np.float32)
    owners = np.full((height, width), NOBODY, np.int32)
    for number, (characters, vertical) in enumerate(words, 1):
        for drawn, boxes in zip(scores, (characters, affinities(characters, vertical)), strict=True):
            for box in zip(boxes.centres, boxes.right * ENLARGED, boxes.down * ENLARGED, strict=True):
                window, values = _gaussian(*box, drawn.shape)
                owners[window][values > scores[(slice(None), *window)].max(axis=0)] = number
                np.maximum(drawn[window], values, out=drawn[window])
    return scores, owners


def _gaussian(
    centre: np.ndarray, right: np.ndarray, down: np.ndarray, shape: tuple[int, int]
) -> tuple[tuple[slice, slice], np.ndarray]:
    """Return which part of a map of `shape` a Gaussian on a parallelogram covers, and its values there, float32."""
    window = window_around(centre, np.abs(right) + np.abs(down), shape)
    # A map pixel covers 2 x 2 image pixels; its value is that at their common corner, as in EasyOCR's scaled-down map.
    y, x = np.mgrid[window] * float(MAP_SCALE) + (MAP_SCALE - 1) / 2
    x, y = x - centre[0], y - centre[1]
    area = right[0] * down[1] - right[1] * down[0]
    if abs(area) < 1e-6:  # a box that is a line, or a point
        return window, np.zeros(x.shape, np.float32)
    squared = ((x * down[1] - y * down[0]) / area) ** 2 + ((y * right[0] - x * right[1]) / area) ** 2
    return window, np.where(squared <= 1, np.exp(-STEEPNESS * squared), 0).astype(np.float32)


def window_around(centre: np.ndarray, reach: np.ndarray, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the part of a map within `reach` pixels of the image to each side of a place."""
    first = np.floor((centre - reach) / MAP_SCALE).astype(int)
    last = np.ceil((centre + reach) / MAP_SCALE).astype(int) + 1
    columns, rows = (
        slice(int(np.clip(first[axis], 0, size)), int(np.clip(last[axis], 0, size)))
        for axis, size in ((0, shape[1]), (1, shape[0]))
    )
    return rows, columns
