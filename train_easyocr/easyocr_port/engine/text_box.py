"""The boxes that are read on a page, made from the regions that a detector found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.easyocr_port.box_grouping import group_quadrilaterals, is_read
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.boxes import clip_box, is_empty, pixel_box
from train_easyocr.pages.records import Box


@dataclass(frozen=True, slots=True)
class TextBox:
    """A box to read on a page: its bounding rectangle within the page, and its corners where it is rotated.

    `corners` are x, y in pixels from the upper left clockwise; None for a box that is parallel to the page.
    """

    bounds: Box
    corners: tuple[tuple[float, float], ...] | None = None


def group_regions(regions: Sequence[np.ndarray], options: ReadingOptions, page_size: tuple[int, int]) -> list[TextBox]:
    """Group regions, int32 [8] each, into boxes as `Reader.detect` does, and drop the small ones.

    `page_size` is width, height in pixels. Boxes parallel to the page come first, then the rotated ones. Boxes without
    a pixel on the page are left out; the Reader would fail on them.
    """
    joined, rotated = group_quadrilaterals(regions, options)
    boxes = [TextBox(box.bounds) for box in joined if is_read(*_extent(box.bounds), options)]
    spans = (np.ptp(corners, axis=0) for corners in rotated)
    boxes += [
        rotated_box(corners)
        for corners, (width, height) in zip(rotated, spans, strict=True)
        if is_read(width, height, options)
    ]
    return on_page(boxes, page_size)


def _extent(bounds: Box) -> tuple[int, int]:
    """Return width and height in pixels."""
    return bounds[2] - bounds[0], bounds[3] - bounds[1]


def rotated_box(corners: np.ndarray | Sequence[Sequence[float]]) -> TextBox:
    """Make a box from four corners, with the whole pixels that its bounding rectangle touches as its bounds."""
    points = np.array(corners, np.float64)
    bounds = pixel_box([*points.min(axis=0), *points.max(axis=0)])
    return TextBox(bounds, tuple((float(x), float(y)) for x, y in points))


def on_page(boxes: Sequence[TextBox], page_size: tuple[int, int]) -> list[TextBox]:
    """Clip boxes to a page of (width, height) pixels and leave out those that lie outside it."""
    clipped = [TextBox(clip_box(box.bounds, *page_size), box.corners) for box in boxes]
    return [box for box in clipped if not (is_empty(box.bounds) or _is_flat(box))]


def _is_flat(box: TextBox) -> bool:
    """Return whether a rotated box has opposite sides shorter than a pixel, so that nothing can be straightened."""
    if box.corners is None:
        return False
    points = np.array(box.corners)
    upper, right, lower, left = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    return max(upper, lower) < 1 or max(right, left) < 1
