"""Joins neighbouring boxes into lines and adds a margin, as EasyOCR's Reader does.

The results are equal to EasyOCR 1.7.2, `utils.group_text_box`, to the pixel. They decide what a recogniser sees:
`reading` makes its boxes with them, and step 2 makes the lines that a network is trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.records import Box

LEAST_RUN = 10
"""Least width in pixels for measuring a slope: the sides of a shorter box say little about its tilt."""

DIAGONAL_MARGIN = 1.44
"""A rotated box grows along its diagonals, by this factor times the margin of an upright one."""


@dataclass(frozen=True, slots=True)
class JoinedBox:
    """One box that the Reader reads: the bounds of its members with the margin, which may extend beyond the page.

    `members` are the indices of the joined boxes in the input, from left to right.
    """

    bounds: Box
    members: tuple[int, ...]


class _Member(NamedTuple):
    """A box that becomes part of a line. All but `place` in pixels."""

    place: int
    box: Box
    middle: float  # of its height, from the top of the page
    height: int


class _Run:
    """Boxes that belong together so far. Sums of whole and half pixels are exact in any order."""

    def __init__(self, first: _Member) -> None:
        self.members = [first]
        self._middles, self._heights = first.middle, first.height

    def add(self, member: _Member) -> None:
        self.members.append(member)
        self._middles += member.middle
        self._heights += member.height

    @property
    def middle(self) -> float:
        return self._middles / len(self.members)

    @property
    def height(self) -> float:
        return self._heights / len(self.members)


def group_quadrilaterals(
    quadrilaterals: Sequence[np.ndarray], options: ReadingOptions
) -> tuple[list[JoinedBox], list[np.ndarray]]:
    """Turn the quadrilaterals that the detector finds into the boxes that the Reader reads.

    Args:
        quadrilaterals: whole numbers [8] each: four corners x y in pixels, clockwise from the upper left.
        options: `slope_ths`, the `*_ths` of `join_boxes`, and `add_margin` matter.

    Returns:
        The upright boxes, joined to lines, and the rotated ones, float64 [4, 2] each, which are never joined.
    """
    upright, places, rotated = [], [], []
    for place, quadrilateral in enumerate(quadrilaterals):
        corners = quadrilateral.tolist()
        if _is_upright(corners, options.slope_ths):
            upright.append((min(corners[::2]), min(corners[1::2]), max(corners[::2]), max(corners[1::2])))
            places.append(place)
        else:
            rotated.append(_rotated_with_margin(np.asarray(quadrilateral), options.add_margin))
    joined = [
        JoinedBox(box.bounds, tuple(places[member] for member in box.members)) for box in join_boxes(upright, options)
    ]
    return joined, rotated


def join_boxes(boxes: Sequence[Box], options: ReadingOptions) -> list[JoinedBox]:
    """Join upright boxes that stand beside each other in one line, and add the margin.

    Boxes are put into rows from top to bottom: a box belongs to the present row if its middle is less than
    `ycenter_ths` mean heights of the row away from the row's mean middle. In a row, from left to right, a box joins the
    one before if the gap is less than `width_ths` of its own height, and its height differs from the mean height by
    less than the share `height_ths`. The margin is `add_margin` of the joined box's shorter side.
    """
    members = [_Member(place, box, 0.5 * (box[1] + box[3]), box[3] - box[1]) for place, box in enumerate(boxes)]
    members.sort(key=lambda member: member.middle)
    return [
        _with_margin(line, options.add_margin)
        for row in _rows(members, options.ycenter_ths)
        for line in _cut_into_lines(row, options.height_ths, options.width_ths)
    ]


def is_read(width: float, height: float, options: ReadingOptions) -> bool:
    """Return whether the Reader reads a box of this size in pixels, margin included; `min_size` 0 accepts every box."""
    return not options.min_size or max(width, height) > options.min_size


def _rows(members: Sequence[_Member], ycenter_ths: float) -> list[list[_Member]]:
    """Divide boxes, sorted from top to bottom, into rows."""
    rows: list[_Run] = []
    for member in members:
        if rows and abs(rows[-1].middle - member.middle) < ycenter_ths * rows[-1].height:
            rows[-1].add(member)
        else:
            rows.append(_Run(member))
    return [row.members for row in rows]


def _cut_into_lines(row: list[_Member], height_ths: float, width_ths: float) -> list[list[_Member]]:
    """Divide a row, from left to right, into groups that are read as one box each."""
    lines: list[_Run] = []
    for member in sorted(row, key=lambda member: member.box[0]):
        line = lines[-1] if lines else None
        # The gap is to the box before, even if an earlier one extends further to the right.
        if (
            line
            and abs(line.height - member.height) < height_ths * line.height
            and member.box[0] - line.members[-1].box[2] < width_ths * member.height
        ):
            line.add(member)
        else:
            lines.append(_Run(member))
    return [line.members for line in lines]


def _with_margin(line: Sequence[_Member], add_margin: float) -> JoinedBox:
    xmin, ymin = (min(member.box[side] for member in line) for side in (0, 1))
    xmax, ymax = (max(member.box[side] for member in line) for side in (2, 3))
    margin = int(add_margin * min(xmax - xmin, ymax - ymin))
    bounds = (xmin - margin, ymin - margin, xmax + margin, ymax + margin)
    return JoinedBox(bounds, tuple(member.place for member in line))


def _is_upright(corners: Sequence[int], slope_ths: float) -> bool:
    """Return whether the upper and the lower side slope less than `slope_ths`, pixels down for each pixel across."""
    x1, y1, x2, y2, x3, y3, x4, y4 = corners
    upper = (y2 - y1) / max(LEAST_RUN, x2 - x1)
    lower = (y3 - y4) / max(LEAST_RUN, x3 - x4)
    return max(abs(upper), abs(lower)) < slope_ths


def _rotated_with_margin(corners: np.ndarray, add_margin: float) -> np.ndarray:
    """Move the four corners outwards, roughly along the diagonals: float64 [4, 2].

    EasyOCR subtracts the third corner from the first, which is to the left of it: the falling diagonal then counts as
    `LEAST_RUN` wide, so its corners move more vertically than to the sides.
    """
    x1, y1, x2, y2, x3, y3, x4, y4 = corners.astype(np.float64)
    width, height = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2), np.sqrt((x4 - x1) ** 2 + (y4 - y1) ** 2)
    margin = int(DIAGONAL_MARGIN * add_margin * min(width, height))
    falling = abs(np.arctan((y1 - y3) / max(LEAST_RUN, x1 - x3)))
    rising = abs(np.arctan((y2 - y4) / max(LEAST_RUN, x2 - x4)))
    outwards = margin * np.array(
        [
            [-np.cos(falling), -np.sin(falling)],
            [np.cos(rising), -np.sin(rising)],
            [np.cos(falling), np.sin(falling)],
            [-np.cos(rising), np.sin(rising)],
        ]
    )
    return np.array([[x1, y1], [x2, y2], [x3, y3], [x4, y4]]) + outwards
