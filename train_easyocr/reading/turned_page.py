"""A page that lies turned by 90, 180 or 270 degrees: a few of its words are read in each direction, and they vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.records import Box
from train_easyocr.program.errors import UserError

TURNS = (0, 90, 180, 270)
"""The degrees by which a page can lie turned clockwise."""

VOTERS = 8
"""Words that vote. On 45 scanned pages of laws, notices and forms, 200 draws each of this many words told all four
directions without an error; draws of three words never turned an upright page, and kept 1% of the turned ones."""

LEAST_VOTERS = 3
"""A page or a direction with fewer words to ask does not change how a page is taken."""

DASH = 0.5
"""The least height of a word, in that of the taller words of the page: a dash reads alike upside down."""

SURE = 0.8
"""Confidence, the lower of mean and median, from which a direction is right without a look at the others (upside down:
0.4 at most)."""

LEAST_CONFIDENCE, LEAST_GAIN = 0.5, 0.2
"""The confidence that another direction needs, and by how much it has to exceed that of the first; a first
direction with too few words to ask counts as one of the least confidence."""


def most_legible_turn(
    grey: np.ndarray,
    regions: Callable[[int], Sequence[np.ndarray]],
    confidence: Callable[[np.ndarray], float],
    turns: Sequence[int] = TURNS,
) -> int:
    """Return by which of `turns`, in degrees clockwise, a page lies turned; the first one unless the words disagree.

    Args:
        grey: the page, uint8 [height, width].
        regions: what the detector finds on the page as it lies, at 0, or turned back by 90 degrees, at 90: int32 [8]
            each, four corners x y. A detector trained on upright pages cuts words that stand on end into pieces.
        confidence: reads a grey crop that should be upright, and returns how sure it is, 0 to 1.
        turns: what to choose from.
    """
    if len(turns) == 1 or len(regions(turns[0] % 180)) < LEAST_VOTERS:
        return turns[0]
    words = lru_cache(lambda quarter: _voters(turned_back(grey, quarter), regions(quarter)))

    def legibility(turn: int) -> float:
        asked = [confidence(turned_back(word, turn - turn % 180)) for word in words(turn % 180)]
        # The mean falls where half of the words are signs that read alike upside down; the median ignores single ones.
        return float(min(np.mean(asked), np.median(asked))) if len(asked) >= LEAST_VOTERS else 0.0

    best, reached = turns[0], legibility(turns[0])
    needed = max(LEAST_CONFIDENCE, (reached or LEAST_CONFIDENCE) + LEAST_GAIN)
    for turn in sorted(turns[1:], key=lambda turn: (turn - turns[0]) % 180):  # those without another detection first
        if reached >= SURE:
            break
        if (legible := legibility(turn)) >= max(needed, reached):
            best, reached = turn, legible
    return best


def _voters(grey: np.ndarray, regions: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Cut up to `VOTERS` words out of a page, evenly spread: neither single characters nor rules or dashes."""
    if not len(regions):
        return []
    height, width = grey.shape
    corners = np.array(regions).reshape(-1, 4, 2)
    first, last = corners.min(axis=1), corners.max(axis=1)
    shorter, longer = np.sort(last - first, axis=1).T
    tall = shorter >= DASH * np.percentile(shorter, 75)
    margin = np.rint(shorter * 0.1).astype(int)[:, None]  # as large as the Reader's margin (`add_margin`)
    edges = np.hstack([first - margin, last + margin])[tall & (2 * shorter <= longer) & (longer <= 10 * shorter)]
    boxes = [box for edge in edges.tolist() if not is_empty(box := clip_box(tuple(edge), width, height))]
    chosen = sorted({round(row) for row in np.linspace(0, len(boxes) - 1, min(VOTERS, len(boxes)))})
    return [grey[ymin:ymax, xmin:xmax] for xmin, ymin, xmax, ymax in (boxes[row] for row in chosen)]


def turned_back(page: np.ndarray, turn: int) -> np.ndarray:
    """Return a page that lies turned clockwise by `turn` degrees, [height, width, ...], upright; the page itself at 0.

    >>> turned_back(np.array([[3, 1], [4, 2]]), 90).tolist()
    [[1, 2], [3, 4]]
    """
    return np.ascontiguousarray(np.rot90(page, turn // 90)) if turn else page


def box_as_it_lies(box: Box, turn: int, width: int, height: int) -> Box:
    """Return where a box of an upright page, `width` x `height` pixels, lies on the page that is turned by `turn`.

    >>> box_as_it_lies((0, 0, 3, 1), 90, 5, 4)
    (3, 0, 4, 3)
    """
    xmin, ymin, xmax, ymax = box
    if turn == 0:
        return box
    if turn == 90:
        return height - ymax, xmin, height - ymin, xmax
    if turn == 180:
        return width - xmax, height - ymax, width - xmin, height - ymin
    return ymin, width - xmax, ymax, width - xmin


def demand_turns(name: str, turns: Sequence[int]) -> None:
    """Refuse an argument `name` that is not one or more of `TURNS`, none of them twice."""
    known = isinstance(turns, Sequence) and all(turn in TURNS for turn in turns)
    if not known or not turns or len({*turns}) < len(turns):
        raise UserError(f"{name}={turns!r}: expected one or more of {TURNS}, in degrees, each at most once")
