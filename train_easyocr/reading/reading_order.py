"""The order in which a person reads the words of a page: blocks, in a block lines, in a line words.

A page is cut into strips at white rows. Strips that share a white column, a gutter, are columns of text if the lines on
both sides of it look like prose: several, long, and most of them up to the margin. The cells of a table do not, so a
table is read row by row. Each column is cut further in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from train_easyocr.pages.records import Box

GUTTER = 0.8
"""Least width of a gutter, in heights of a line; the space between two words is about a third of one."""

PROSE_LINES, PROSE_LENGTH = 3, 7.0
"""What a column has at least: lines, and the length that half of them reach, in distances from one to the next (a loose
box is taller than its text)."""

FULL_LINE, FULL_LINES = 0.8, 0.5
"""The share of a column's width that a full line fills, and the least share of full lines in prose."""

APART = 1.5
"""White rows of more heights of a line separate what stands above or below one of two columns from both."""

LOOSE = 0.1
"""The margin, in its height, by which a box may reach into a white row: what EasyOCR adds to a box."""

SAME_LINE = 0.5
"""Words whose middles are closer than this, in heights, are on one line."""

MOST_SLOPE = 0.1
"""The steepest page that is levelled, in pixels down per pixel to the right: about six degrees."""

MOST_ASKED = 500
"""Words, evenly spread, that tell the slope of a page."""


def lines_in_reading_order(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the lines of an upright page in reading order: for each one the indices of its boxes, left to right.

    Every box is in one line, so the lines together are a permutation of the indices.

    >>> lines_in_reading_order([(60, 0, 100, 10), (0, 20, 40, 30), (0, 0, 50, 10)])
    [[2, 0], [1]]
    """
    if not boxes:
        return []
    edges = np.array(boxes, float)  # [N, 4]: xmin ymin xmax ymax
    edges[:, 2:] = np.maximum(edges[:, 2:], edges[:, :2])
    edges[:, [1, 3]] -= _slope(edges) * edges[:, [0, 2]].mean(axis=1, keepdims=True)
    return [line.tolist() for line in _ordered(edges, np.arange(len(edges)))]


def _slope(edges: np.ndarray) -> float:
    """Return by how many pixels lines fall per pixel to the right: the median over words and their right neighbours."""
    left = np.unique(np.linspace(0, len(edges) - 1, min(len(edges), MOST_ASKED)).astype(int))
    xmin, ymin, xmax, ymax = edges.T
    height, middle = ymax - ymin, (ymin + ymax) / 2
    gap = xmin - xmax[left, None]  # [asked, N]
    overlap = np.minimum(ymax[left, None], ymax) - np.maximum(ymin[left, None], ymin)
    beside = overlap > 0.5 * np.maximum(height[left, None], height)
    follows = beside & (np.abs(gap - 0.5 * height[left, None]) < height[left, None]) & (xmin > xmin[left, None])
    told = follows.any(axis=1)
    if told.sum() < 2 * PROSE_LINES:
        return 0.0
    right, left = np.where(follows, gap, np.inf).argmin(axis=1)[told], left[told]
    run = (xmin + xmax)[right] / 2 - (xmin + xmax)[left] / 2
    slope = float(np.median((middle[right] - middle[left]) / np.maximum(run, 1)))
    return slope if abs(slope) <= MOST_SLOPE else 0.0


def _ordered(edges: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """Return the lines of a block, which holds the boxes `rows`, in reading order."""
    strips: list[_Strip] = []
    for strip in _cut_at_white_rows(edges, rows):
        strips.append(_Strip.of(edges, strip, strips[-1].pieces[-1, 0] + 1 if strips else 0))
    ordered, start = [], 0
    while start < len(strips):
        end, gutter = _columns(strips, start)
        if gutter is None:
            ordered += strips[start].lines
        else:
            block = np.concatenate([strip.rows for strip in strips[start:end]])
            left = edges[block, 0] + edges[block, 2] < 2 * gutter
            ordered += _ordered(edges, block[left]) + _ordered(edges, block[~left])
        start = end
    return ordered


def _cut_at_white_rows(edges: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """Cut a block into strips, from top to bottom."""
    margin = LOOSE * (edges[rows, 3] - edges[rows, 1])
    top, bottom = edges[rows, 1] + margin, edges[rows, 3] - margin
    order = np.argsort(top, kind="stable")
    reached = np.maximum.accumulate(bottom[order])
    return np.split(rows[order], np.flatnonzero(top[order][1:] >= reached[:-1]) + 1)


@dataclass(frozen=True)
class _Strip:
    """A strip of a block: its boxes, its lines, top and bottom, and its pieces.

    `pieces` are parts of lines without a gap as wide as a gutter, float [N, 5]: number of the line in the block, left
    end, right end, height of the line, middle from the top.
    """

    rows: np.ndarray
    lines: list[np.ndarray]
    top: float
    bottom: float
    pieces: np.ndarray

    @classmethod
    def of(cls, edges: np.ndarray, rows: np.ndarray, first: float) -> _Strip:
        """Make a strip of the boxes `rows`, whose first line has the number `first`."""
        lines, pieces = _lines(edges, rows), []
        for number, line in enumerate(lines):
            height = np.median(edges[line, 3] - edges[line, 1])
            reached = np.maximum.accumulate(edges[line, 2])
            begins = np.flatnonzero(edges[line[1:], 0] - reached[:-1] >= GUTTER * height) + 1
            for begin, end in zip([0, *begins], [*begins, len(line)], strict=True):
                middle = edges[line[begin:end]][:, [1, 3]].mean()
                pieces.append((first + number, edges[line[begin], 0], reached[end - 1], height, middle))
        return cls(rows, lines, edges[rows, 1].min(), edges[rows, 3].max(), np.array(pieces))


def _columns(strips: Sequence[_Strip], start: int) -> tuple[int, float | None]:
    """Find the longest run of strips from `start` on that is set in columns: its end, and the middle of its gutter.

    Where no columns begin, the run is one strip, without a gutter.
    """
    gutters, candidates = _white_columns(strips[start].pieces), []
    for end in range(start + 1, len(strips) + 1):
        if end > start + 1:
            gutters = _shared(gutters, _white_columns(strips[end - 1].pieces))
        if all(np.isinf(gutter).any() for gutter in gutters):
            if not gutters:
                break
            continue  # one side is empty so far
        candidates.append((end, [gutter for gutter in gutters if np.isfinite(gutter).all()]))
    for end, finite in reversed(candidates):
        for left, right in sorted(finite, key=lambda gutter: gutter[0] - gutter[1]):
            if _are_columns(strips[start:end], left, right):
                return end, (left + right) / 2
    return start + 1, None


def _shared(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return what two lists of white columns have in common."""
    both = [(max(left, begin), min(right, end)) for left, right in some for begin, end in others]
    return [(left, right) for left, right in both if right > left]


def _are_columns(strips: Sequence[_Strip], left: float, right: float) -> bool:
    """Return whether the gutter from `left` to `right` separates two columns of prose in a run of strips."""
    pieces = np.concatenate([strip.pieces for strip in strips])
    height, before = np.median(pieces[:, 3]), pieces[:, 2] <= left
    if right - left < GUTTER * height or not (_is_prose(pieces[before]) and _is_prose(pieces[~before])):
        return False
    both = np.array([(strip.pieces[:, 2] <= left).any() and (strip.pieces[:, 1] >= right).any() for strip in strips])
    if not both.any():
        return False
    white = np.array([below.top - above.bottom for above, below in pairwise(strips)])
    first, last = np.flatnonzero(both)[[0, -1]]
    return bool((white[:first] <= APART * height).all() and (white[last:] <= APART * height).all())


def _is_prose(pieces: np.ndarray) -> bool:
    """Return whether pieces of lines are a column of running text, or several, and not the cells of a table."""
    if len(pieces) < PROSE_LINES:
        return False
    height = np.median(pieces[:, 3])
    for begin, end in _white_columns(pieces)[1:-1]:
        if end - begin >= GUTTER * height:
            return _is_prose(pieces[pieces[:, 2] <= begin]) and _is_prose(pieces[pieces[:, 1] >= end])
    begins = np.flatnonzero(np.diff(pieces[:, 0], prepend=-1))  # pieces of a line stand together, from left to right
    if len(begins) < PROSE_LINES:
        return False
    left, right = pieces[begins, 1], np.maximum.reduceat(pieces[:, 2], begins)
    length, pitch = right - left, np.median(np.diff(pieces[begins, 4]))
    full = length >= FULL_LINE * (right.max() - left.min())
    return bool(full.mean() >= FULL_LINES and np.median(length) >= PROSE_LENGTH * pitch)


def _white_columns(pieces: np.ndarray) -> list[tuple[float, float]]:
    """Return the left and right ends of the white columns of pieces of lines: first and last stand the margins."""
    pieces = pieces[np.argsort(pieces[:, 1], kind="stable")]
    reached = np.maximum.accumulate(pieces[:, 2])
    ends = zip([-np.inf, *reached], [*pieces[:, 1], np.inf], strict=True)
    return [(left, right) for left, right in ends if right > left]


def _lines(edges: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """Put the boxes `rows` on lines, from top to bottom, each from left to right."""
    middles, heights = edges[:, [1, 3]].mean(axis=1), edges[:, 3] - edges[:, 1]
    usual = np.median(heights[rows])
    lines: list[list[int]] = []
    for row in rows[np.argsort(middles[rows], kind="stable")].tolist():
        near = lines[-4:]  # the middles of other lines are further up
        distances = [abs(middles[row] - np.median(middles[line])) for line in near]
        nearest = int(np.argmin(distances)) if near else 0
        # A heading or a tall bracket beside small print counts no more than twice the usual height.
        height = min(max(heights[row], np.median(heights[near[nearest]])), 2 * usual) if near else 0
        if near and distances[nearest] < SAME_LINE * height:
            near[nearest].append(row)
        else:
            lines.append([row])
    lines.sort(key=lambda line: np.median(middles[line]))
    return [np.array(sorted(line, key=lambda row: (edges[row, 0], row))) for line in lines]
