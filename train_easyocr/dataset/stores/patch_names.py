"""Reads what step 2 writes into the name of a patch, `<stem of its page>_<xmin>-<ymin>-<xmax>-<ymax>.png`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from train_easyocr.dataset.stores.packed_texts import CHUNK, PackedTexts

_SEPARATORS = np.frombuffer(b"_---.", np.uint8)  # around the four numbers
_LONGEST_NUMBER = 9  # digits


def sizes_in_names(names: PackedTexts) -> np.ndarray:
    """Return the width and height in pixels that each name contains, int32 [N, 2]; 0, 0 if it contains none.

    All names of a chunk are read together: a million of them one by one would take seconds.
    """
    sizes = np.zeros((len(names), 2), np.int32)
    for first in range(0, len(names), CHUNK):
        bounds = names.starts[first : first + CHUNK + 1].astype(np.int64)
        data = np.frombuffer(names.data, np.uint8, bounds[-1] - bounds[0], bounds[0])
        sizes[first : first + CHUNK] = _sizes(data, bounds[:-1] - bounds[0], bounds[1:] - bounds[0])
    return sizes


def belong_to_pages(names: PackedTexts, pages: Iterable[str]) -> np.ndarray:
    """Return which names begin with the stem of one of `pages` (`category/agency/year/stem`), bool [N]."""
    stems = {page.rsplit("/", 1)[-1] for page in pages}
    return np.fromiter((name[: name.rfind("_")] in stems for name in names), bool, len(names))


def _sizes(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return what `sizes_in_names` does for names that lie in the bytes `data` from `starts` to `ends`."""
    if not len(data):
        return np.zeros((len(starts), 2), np.int64)
    # Everything but digits; five positions are added in front, for names that have fewer.
    marks = np.concatenate([np.zeros(5, np.int64), np.flatnonzero((data - ord("0")) >= 10)])
    kinds = data[marks]
    kinds[:5] = 0
    letters = np.concatenate([[0], np.cumsum(((kinds | 0x20) - ord("a")) < 26)])  # bytes below "a" wrap round
    dots = np.concatenate([[0], np.flatnonzero(kinds == ord("."))])
    after = np.searchsorted(marks, ends)
    place = dots[np.searchsorted(dots, after) - 1]  # index of each name's last dot among the marks
    dot = marks[place]
    has_ending = (dot > starts) & (ends - dot > 1) & (letters[after] - letters[place + 1] == ends - dot - 1)
    separators = marks[place[:, None] + np.arange(-4, 1)]
    digits = np.diff(separators, axis=1) - 1
    told = has_ending & (separators[:, 0] >= starts) & (data[separators] == _SEPARATORS).all(axis=1)
    told &= ((digits >= 1) & (digits <= _LONGEST_NUMBER)).all(axis=1)
    box = _numbers(data, separators[told, 1:], digits[told])
    sizes = np.zeros((len(starts), 2), np.int64)
    sizes[told] = box[:, 2:] - box[:, :2]
    return sizes


def _numbers(data: np.ndarray, ends: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Return the numbers of `digits` digits that stand in `data` before `ends`, int64 of the same shape."""
    numbers = np.zeros(ends.shape, np.int64)
    for place in range(digits.max(initial=0)):
        digit = data[ends - 1 - place].astype(np.int64) - ord("0")
        numbers += np.where(place < digits, digit, 0) * 10**place
    return numbers
