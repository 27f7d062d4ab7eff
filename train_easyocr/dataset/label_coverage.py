"""Finds pages whose labels a person should look at: without words, or with labels on only part of the print.

Unlabelled print teaches a detector that print is paper, and a reading of it counts as an error.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from train_easyocr.dataset.drops import LeftOut
from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.records import Box, Page
from train_easyocr.program.terminal_text import counted

MOST_UNLABELLED = 0.2
"""Share of the print outside all labels from which a page is labelled in part.

It was at most 0.05 on 276 fully labelled pages of public documents with rules, stamps, logos and pictures. Without a
random quarter of their labels it was 0.18 to 0.33, without half of them 0.26 to 0.72.
"""
NO_LABELS, IN_PART = "print, but no labels", "labels on only part of the print"
"""Why a page is no lesson for a detector."""

LEAST_MARKS = 10
"""Marks outside all labels: fewer are a page number, a stamp or a logo."""

_PRINTED_HEIGHTS = (1 / 350, 1 / 40)
"""Heights of print in heights of the page, where no label tells them: 5 to 50 points on A4, accents left aside."""

_DARKER = 40  # grey levels between the paper around it and ink
_PAPER_CELL, _PAPER_AROUND = 8, 11  # pixels of the halved page, and cells, over which the paper is the median
_HEIGHTS, _WIDTHS = (0.3, 1.5), (0.1, 6.0)  # of a mark of print, in median heights of the labels
_MARGIN = 0.25  # of the median height: labels are drawn tightly, or on a page that is not quite straight


def doubts(page: Page, size: tuple[int, int] | None, grey: np.ndarray | None) -> list[LeftOut]:
    """Return why a person should look at the labels of a page.

    Args:
        page: the labels; unreadable print counts as labelled.
        size: width and height of the image in pixels; None if they are not known.
        grey: the pixels, uint8 [height, width]; None if they are not to be compared with the labels.
    """
    boxes = [word.box for word in (*page.words, *page.ignored)]
    if not boxes and grey is not None and is_printed(grey):
        return [LeftOut(NO_LABELS, page.name)]
    found = [] if page.words else [LeftOut("no words", page.name)]
    if not size or not boxes:
        return found
    if page.width not in (0, size[0]) or page.height not in (0, size[1]):
        sizes = f"{page.width}×{page.height} in the label, {size[0]}×{size[1]} in the image"
        return [*found, LeftOut("label made for an image of another size", page.name, sizes)]
    if outside := sum(is_empty(clip_box(box, *size)) for box in boxes):
        found.append(
            LeftOut("boxes outside the image", page.name, f"{outside:,} of {counted(len(boxes), 'box', 'boxes')}")
        )
    share = unlabelled_share(grey, boxes) if grey is not None else 0.0
    if share >= MOST_UNLABELLED:
        found.append(LeftOut(IN_PART, page.name, f"{share:.0%} of it lies outside them"))
    return found


def unlabelled_share(grey: np.ndarray, boxes: Sequence[Box]) -> float:
    """Return the share of the print of a page that lies outside all boxes, 0 to 1; 0 for few marks.

    Print is every dark mark about as tall as the labels: rules, frames, pictures and specks are not. Marks are weighed
    by the area of their rectangles.

    Args:
        grey: uint8 [height, width].
        boxes: the labelled boxes, at least one.
    """
    small = _shrunk(grey, 2)
    labels = np.array(boxes, np.float64) / 2
    tall = np.median((labels[:, 2:] - labels[:, :2]).min(axis=1))
    widths, heights, centres = _marks(small)
    widths, heights = widths / tall, heights / tall
    print_like = (heights >= _HEIGHTS[0]) & (heights <= _HEIGHTS[1]) & (widths >= _WIDTHS[0]) & (widths <= _WIDTHS[1])
    covered = np.zeros(small.shape, bool)
    for xmin, ymin, xmax, ymax in (labels + _MARGIN * tall * np.array([-1, -1, 1, 1])).clip(0).round().astype(int):
        covered[ymin:ymax, xmin:xmax] = True
    outside = print_like & ~covered[centres[:, 1], centres[:, 0]]
    if outside.sum() < LEAST_MARKS:
        return 0.0
    areas = widths * heights
    return float(areas[outside].sum() / areas[print_like].sum())


def is_printed(grey: np.ndarray) -> bool:
    """Return whether a page, uint8 [height, width], has more print on it than a page number, a stamp or a logo."""
    widths, heights, _ = _marks(_shrunk(grey, 2))
    least, most = (share * grey.shape[0] / 2 for share in _PRINTED_HEIGHTS)
    return bool(((heights >= least) & (heights <= most) & (widths <= most * 2)).sum() >= LEAST_MARKS)


def _marks(small: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return widths [N] and heights [N] of the connected marks of ink, and their centres, int [N, 2]; in pixels."""
    _, _, marks, centres = cv2.connectedComponentsWithStats(_ink(small), connectivity=8)
    # The first is the paper.
    return marks[1:, cv2.CC_STAT_WIDTH], marks[1:, cv2.CC_STAT_HEIGHT], centres[1:].astype(int)


def _ink(page: np.ndarray) -> np.ndarray:
    """Return what is clearly darker than the paper around it, uint8 [height, width], 0 or 1."""
    height, width = page.shape
    paper = cv2.medianBlur(_shrunk(page, _PAPER_CELL), _PAPER_AROUND)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return (cv2.subtract(paper, page) > _DARKER).astype(np.uint8)


def _shrunk(page: np.ndarray, factor: int) -> np.ndarray:
    height, width = page.shape
    return cv2.resize(page, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
