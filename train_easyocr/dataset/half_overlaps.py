"""Finds boxes that lie on each other by half; a label file may hold hundreds of thousands."""

from __future__ import annotations

import numpy as np

from train_easyocr.pages.overlap import touching_pairs


def half_overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Count for each box of `first` the boxes of `second` that share half of the smaller width and of the height.

    Two boxes share half of the smaller width exactly if the middle of one is within the sides of the other. A pair
    counts 1, or 2 if each has the other's middle within its sides, in each direction: 1, 2 or 4 in all.

    Args:
        first: int64 [N, 4], xmin ymin xmax ymax in pixels.
        second: int64 [M, 4], the same.

    Returns:
        int64 [N]: the sum over the pairs of each box; 0 without such a pair.

    Raises:
        MemoryError: so many boxes lie on each other that their pairs would not fit into memory.
    """
    rows, columns = touching_pairs(first, second)
    counts = np.zeros(len(first), np.int64)
    np.add.at(counts, rows, half_overlaps_of_pairs(first[rows], second[columns]))
    return counts


def half_overlaps_of_pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 or 4 for each pair of boxes, see `half_overlaps`: int64 [...] of two int64 [..., 4]."""
    apart = np.abs(first[..., :2] + first[..., 2:] - second[..., :2] - second[..., 2:])  # twice as far as the middles
    sides = first[..., 2:] - first[..., :2], second[..., 2:] - second[..., :2]
    times = sum((apart <= side).astype(np.int64) for side in sides)
    return times[..., 0] * times[..., 1]
