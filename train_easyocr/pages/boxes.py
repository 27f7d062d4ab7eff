"""Boxes of whole pixels: rounded outwards, and clipped to their page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from train_easyocr.pages.records import Box


def pixel_box(edges: Sequence[float]) -> Box:
    """Return the whole pixels that a rectangle touches: xmin, ymin, xmax, ymax rounded outwards.

    >>> pixel_box((0.9, 2.0, 10.1, 7.0))
    (0, 2, 11, 7)
    """
    xmin, ymin, xmax, ymax = edges
    return math.floor(xmin), math.floor(ymin), math.ceil(xmax), math.ceil(ymax)


def clip_box(box: Box, width: int, height: int) -> Box:
    """Cut `box` at all four sides of a page; 0 as width or height means unknown and does not cut.

    >>> clip_box((-3, 5, 120, 40), 100, 0)
    (0, 5, 100, 40)
    """
    xmin, ymin, xmax, ymax = box
    right, bottom = width or xmax, height or ymax
    return max(0, xmin), max(0, ymin), min(right, xmax), min(bottom, ymax)


def is_empty(box: Box) -> bool:
    """Return whether `box` holds no pixel."""
    return box[2] <= box[0] or box[3] <= box[1]
