"""Finds boxes that lie on each other by half, in a time of N log N: a label file may hold hundreds of thousands."""

from __future__ import annotations

import numpy as np

_LARGEST_MATRIX = 1 << 18  # pairs; far more than an ordinary page has. Up to here comparing all pairs is faster.


def half_overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Count for each box of `first` the boxes of `second` that share half of the smaller width and of the height.

    Two boxes share half of the smaller width exactly if the middle of one is within the sides of the other. A pair
    counts 1, or 2 if each has the other's middle within its sides, in each direction: 1, 2 or 4 in all.

    Args:
        first: int64 [N, 4], xmin ymin xmax ymax in pixels, minima at most the maxima.
        second: int64 [M, 4], the same.

    Returns:
        int64 [N]: the sum over the pairs of each box; 0 without such a pair.
    """
    if len(first) * len(second) <= _LARGEST_MATRIX:
        return half_overlaps_of_pairs(first[:, None], second[None]).sum(axis=1)
    return counted_half_overlaps(first, second)


def half_overlaps_of_pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 or 4 for each pair of boxes, see `half_overlaps`: int64 [...] of two int64 [..., 4]."""
    apart = np.abs(first[..., :2] + first[..., 2:] - second[..., :2] - second[..., 2:])  # twice as far as the middles
    sides = first[..., 2:] - first[..., :2], second[..., 2:] - second[..., :2]
    times = sum((apart <= side).astype(np.int64) for side in sides)
    return times[..., 0] * times[..., 1]


def counted_half_overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return what `half_overlaps` does, without looking at pairs.

    In each direction, how often a pair counts is a sum of terms ±[a number of the second box <= a number of the first
    box]. So the product of both directions is a sum of counts of points, which `_Points` finds.
    """
    total = np.zeros(len(first), np.int64)
    for x, x_terms in _terms(first[:, ::2], second[:, ::2]):
        for y, y_terms in _terms(first[:, 1::2], second[:, 1::2]):
            points = _Points(x, y)
            for x_sign, x_limits in x_terms:
                for y_sign, y_limits in y_terms:
                    total += x_sign * y_sign * points.count(x_limits, y_limits)
    return total


def _terms(first: np.ndarray, second: np.ndarray) -> list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]:
    """Return, for the sides [N, 2] and [M, 2] in one direction, numbers [M] with their signs and limits [N].

    All are doubled, as a middle may be at half a pixel.
    """
    low, high = first.T
    other_low, other_high = second.T
    return [
        (other_low + other_high, [(1, 2 * high), (-1, 2 * low - 1)]),  # the middle of the second within the first
        (2 * other_low, [(1, low + high)]),  # the middle of the first within the second: it is not before its
        (2 * other_high, [(-1, low + high - 1)]),  # lower side, and not behind its upper side
    ]


class _Points:
    """Points in a plane that are counted in a time of log N: a wavelet matrix (Claude and Navarro, 2012)."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        order = np.argsort(x, kind="stable")
        self._x, self._y = x[order], np.sort(y)
        ranks = np.empty(len(y), np.int64)
        ranks[np.argsort(y[order], kind="stable")] = np.arange(len(y))
        self._levels = []
        for bit in reversed(range(len(y).bit_length())):
            ones = (ranks >> bit & 1).astype(bool)
            self._levels.append((bit, np.concatenate([[0], np.cumsum(~ones)])))
            ranks = np.concatenate([ranks[~ones], ranks[ones]])

    def count(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return how many points are at most `x` and at most `y`, int64 [N] for limits [N]."""
        first, last = np.zeros(len(x), np.int64), np.searchsorted(self._x, x, "right")
        rank = np.searchsorted(self._y, y, "right")
        found = np.zeros(len(x), np.int64)
        for bit, zeros_before in self._levels:
            one = (rank >> bit & 1).astype(bool)
            first_zero, last_zero = zeros_before[first], zeros_before[last]
            found += np.where(one, last_zero - first_zero, 0)
            first = np.where(one, zeros_before[-1] + first - first_zero, first_zero)
            last = np.where(one, zeros_before[-1] + last - last_zero, last_zero)
        return found
