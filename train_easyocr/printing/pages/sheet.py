"""The sheet that a page is printed on: its pixels, the exact boxes of its words, and the places of everything else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train_easyocr.pages.records import Box, Word
from train_easyocr.printing.pages.typefaces import Colour, Style, Typefaces

INK = 48
"""Pixels that a glyph covers by this much of 255 belong to the box of its word."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


class Sheet:
    """An RGB page, uint8 [H, W, 3], with `words` in reading order and `marks`, the boxes of what is no text."""

    def __init__(self, width: int, height: int, dpi: int, typefaces: Typefaces, paper: Colour = WHITE) -> None:
        self.width, self.height, self.dpi, self.typefaces = width, height, dpi, typefaces
        self.image = np.empty((height, width, 3), np.uint8)
        self.image[:] = paper
        self.words: list[Word] = []
        self.marks: list[Box] = []

    def pixels(self, points: float) -> int:
        """Turn points (1/72 inch) into pixels, at least 1."""
        return max(1, round(points * self.dpi / 72))

    def put(self, text: str, x: float, y: float, style: Style) -> float:
        """Print one word with its baseline at `y`; return the x after it. A word that leaves the sheet is left out."""
        ink = self.typefaces.word(text, style)
        x0, y0 = round(x) + ink.left, round(y) + ink.top
        height, width = ink.mask.shape
        inked = ink.mask >= INK
        columns, rows = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
        inside = x0 >= 0 and y0 >= 0 and x0 + width <= self.width and y0 + height <= self.height
        if len(columns) and inside:
            self.blend((x0, y0), ink.mask, style.colour)
            box = x0 + columns[0], y0 + rows[0], x0 + columns[-1] + 1, y0 + rows[-1] + 1
            xmin, ymin, xmax, ymax = map(int, box)
            self.words.append(Word(text, (xmin, ymin, xmax, ymax)))
        return x + ink.advance

    def line(self, text: str, x: float, y: float, style: Style, gap: float | None = None) -> float:
        """Print words with `gap` pixels between them, the style's own by default; return the x after the last."""
        step = style.gap * style.size if gap is None else gap
        for word in text.split():
            x = self.put(word, x, y, style) + step
        return x - step

    def blend(self, corner: tuple[int, int], mask: np.ndarray, colour: Colour) -> None:
        """Cover the sheet with `colour` where `mask`, uint8 [H, W], says so; no mark is noted."""
        part = self.image[corner[1] : corner[1] + mask.shape[0], corner[0] : corner[0] + mask.shape[1]]
        cover = mask[: part.shape[0], : part.shape[1], None].astype(np.uint16)
        part[:] = (part * (255 - cover) + np.array(colour, np.uint16) * cover + 127) // 255

    def fill(self, box: Sequence[float], colour: Colour, colour_below: Colour | None = None) -> None:
        """Fill a box, with a gradient down to `colour_below` if one is given."""
        x0, y0, x1, y1 = self._clipped(box)
        if x1 <= x0 or y1 <= y0:
            return
        if colour_below is None:
            self.image[y0:y1, x0:x1] = colour
        else:
            share = np.linspace(0, 1, y1 - y0)[:, None, None]
            self.image[y0:y1, x0:x1] = np.array(colour) * (1 - share) + np.array(colour_below) * share
        self.marks.append((x0, y0, x1, y1))

    def tint(self, box: Sequence[float], colour: Colour) -> None:
        """Colour the paper of a box that is printed already: ink stays dark."""
        x0, y0, x1, y1 = self._clipped(box)
        part = self.image[y0:y1, x0:x1]
        part[:] = (part * np.array(colour, np.uint16) + 127) // 255
        self.marks.append((x0, y0, x1, y1))

    def inverse(self, box: Sequence[float], colour: Colour) -> None:
        """Print a box the other way round: dark ink on white becomes white ink on `colour`."""
        x0, y0, x1, y1 = self._clipped(box)
        part = self.image[y0:y1, x0:x1]
        part[:] = 255 - (part * (255 - np.array(colour, np.uint16)) + 127) // 255
        self.marks.append((x0, y0, x1, y1))

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, thick: int, colour: Colour = BLACK, dash: int = 0
    ) -> None:
        """Draw a horizontal or vertical line centred on its ends; `dash` pixels of ink alternate with as many none."""
        before, behind = thick // 2, thick - thick // 2
        if y0 == y1:
            box = self._clipped((min(x0, x1) - before, y0 - before, max(x0, x1) + behind, y0 + behind))
        else:
            box = self._clipped((x0 - before, min(y0, y1) - before, x0 + behind, max(y0, y1) + behind))
        left, top, right, bottom = box
        if right <= left or bottom <= top:
            return
        part = self.image[top:bottom, left:right]
        if not dash:
            part[:] = colour
        elif y0 == y1:
            part[:, np.arange(right - left) // dash % 2 == 0] = colour
        else:
            part[np.arange(bottom - top) // dash % 2 == 0] = colour
        self.marks.append(box)

    def frame(self, box: Sequence[float], thick: int, colour: Colour = BLACK, dash: int = 0) -> None:
        """Draw the four sides of a box."""
        x0, y0, x1, y1 = box
        for start, end in (((x0, y0), (x1, y0)), ((x0, y1), (x1, y1)), ((x0, y0), (x0, y1)), ((x1, y0), (x1, y1))):
            self.rule(*start, *end, thick, colour, dash)

    def paste(self, picture: np.ndarray, x: float, y: float, opacity: np.ndarray | None = None) -> None:
        """Lay a picture, uint8 [H, W, 3], on the sheet; `opacity`, uint8 [H, W], says where it covers."""
        left, top = round(x), round(y)
        x0, y0, x1, y1 = self._clipped((left, top, left + picture.shape[1], top + picture.shape[0]))
        if x1 <= x0 or y1 <= y0:
            return
        shift_x, shift_y = x0 - left, y0 - top
        seen = picture[shift_y : shift_y + y1 - y0, shift_x : shift_x + x1 - x0]
        part = self.image[y0:y1, x0:x1]
        if opacity is None:
            part[:] = seen
        else:
            cover = opacity[shift_y : shift_y + y1 - y0, shift_x : shift_x + x1 - x0, None].astype(np.uint16)
            part[:] = (part * (255 - cover) + seen * cover + 127) // 255
        self.marks.append((x0, y0, x1, y1))

    def _clipped(self, box: Sequence[float]) -> Box:
        x0, y0, x1, y1 = (round(edge) for edge in box)
        return max(0, x0), max(0, y0), min(self.width, x1), min(self.height, y1)
