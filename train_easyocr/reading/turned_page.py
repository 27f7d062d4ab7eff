"""A page that lies turned by 90, 180 or 270 degrees: a few of its words are read in each direction, and they vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
"""A page with fewer words to ask is taken as it comes."""

SURE = 0.8
"""Mean confidence from which the first direction is right without a look at the others (upside down: 0.4 at most)."""

LEAST_CONFIDENCE, LEAST_GAIN = 0.5, 0.2
"""The mean confidence that another direction needs, and by how much it has to exceed that of the first."""


def most_legible_turn(
    grey: np.ndarray,
    regions: Sequence[np.ndarray],
    confidence: Callable[[np.ndarray], float],
    turns: Sequence[int] = TURNS,
) -> int:
    """Return by which of `turns`, in degrees clockwise, a page lies turned; the first one unless the words disagree.

    Args:
        grey: the page, uint8 [height, width].
        regions: what the detector found on it, int32 [8] each, four corners x y.
        confidence: reads a grey crop that should be upright, and returns how sure it is, 0 to 1.
        turns: what to choose from.
    """
    words = _voters(grey, regions) if len(turns) > 1 else []
    if len(words) < LEAST_VOTERS:
        return turns[0]
    votes = {turns[0]: [confidence(turned_back(word, turns[0])) for word in words]}
    first = float(np.mean(votes[turns[0]]))
    if first >= SURE:
        return turns[0]
    votes |= {turn: [confidence(turned_back(word, turn)) for word in words] for turn in turns[1:]}
    best = max(turns, key=lambda turn: np.mean(votes[turn]))
    won = sum(max(turns, key=lambda turn: votes[turn][word]) == best for word in range(len(words)))
    reached = max(LEAST_CONFIDENCE, first + LEAST_GAIN)
    return best if np.mean(votes[best]) >= reached and won > len(words) / 2 else turns[0]


def _voters(grey: np.ndarray, regions: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Cut up to `VOTERS` words out of a page, evenly spread: neither single characters nor rules."""
    height, width = grey.shape
    boxes = []
    for region in regions:
        (xmin, ymin), (xmax, ymax) = region.reshape(-1, 2).min(axis=0), region.reshape(-1, 2).max(axis=0)
        shorter, longer = sorted((int(xmax - xmin), int(ymax - ymin)))
        margin = round(shorter * 0.1)  # as large as the Reader's margin (`add_margin`)
        box = clip_box((xmin - margin, ymin - margin, xmax + margin, ymax + margin), width, height)
        if 2 * shorter <= longer <= 10 * shorter and not is_empty(box):
            boxes.append(box)
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
