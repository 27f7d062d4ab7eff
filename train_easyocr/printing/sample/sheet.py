"""Lays out a sheet of paper: words are placed as a clerk with a typewriter would, each with the box of its ink."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from train_easyocr.printing.sample.fonts import GlyphBox, advance, glyph_box

IN_BOX_SPACE = "_"
"""In texts this is a space within one label box; a plain space separates two boxes."""

_A4_INCHES = 210 / 25.4, 297 / 25.4
_POINTS_PER_INCH = 72
_IN_BOX_SPACE_EMS = 0.22


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a run of text: face, size in pixels per em, extra pixels between characters."""

    face: str
    size: int
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """One label box: `x` and `y` are the pen's start on the baseline in pixels; `vertical` stacks characters."""

    text: str
    x: float
    y: float
    style: Style
    vertical: bool = False

    def glyphs(self) -> list[tuple[str, float, float]]:
        """Return character and pen position of each glyph; the space within a box has none."""
        face, size = self.style.face, self.style.size
        placed, x, y = [], self.x, self.y
        for character in self.text:
            if character == " ":
                x += _IN_BOX_SPACE_EMS * size
                continue
            placed.append((character, x, y))
            if self.vertical:
                y += 1.12 * size
            else:
                x += advance(face, size, character) + self.style.tracking
        return placed

    def ink(self) -> GlyphBox:
        """Return the bounding box of the ink on the page: xmin, ymin, xmax, ymax in pixels."""
        boxes = [
            (round(x) + box[0], round(y) + box[1], round(x) + box[2], round(y) + box[3])
            for character, x, y in self.glyphs()
            for box in [glyph_box(self.style.face, self.style.size, character)]
        ]
        xmin, ymin, xmax, ymax = zip(*boxes, strict=True)
        return min(xmin), min(ymin), max(xmax), max(ymax)


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line from x0, y0 to x1, y1 in pixels, `thickness` pixels wide."""

    x0: int
    y0: int
    x1: int
    y1: int
    thickness: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished page, width × height pixels."""

    width: int
    height: int
    words: tuple[PrintedWord, ...]
    rules: tuple[Rule, ...]


def text_width(text: str, style: Style, word_space: float = 0.0) -> float:
    """Measure `text` in pixels; plain spaces are `word_space` ems wide."""
    width = 0.0
    for character in text:
        if character == " ":
            width += word_space * style.size
        elif character == IN_BOX_SPACE:
            width += _IN_BOX_SPACE_EMS * style.size
        else:
            width += advance(style.face, style.size, character) + style.tracking
    return width


class Sheet:
    """An A4 page that is filled from top to bottom; `y` is the lower edge of its content, in pixels."""

    def __init__(self, rng: random.Random, dpi: int, face: str, bold_face: str) -> None:
        self.rng = rng
        self.dpi = dpi
        self.width, self.height = (round(inches * dpi) for inches in _A4_INCHES)
        self.left = self.pixels(rng.uniform(58, 78))
        self.right = self.width - self.pixels(rng.uniform(52, 70))
        self.bottom = self.height - self.pixels(rng.uniform(60, 80))
        self.y = self.pixels(rng.uniform(48, 72))
        self.bold_face = bold_face
        self.body = Style(face, self.pixels(rng.choice((11, 11.5, 12, 12, 12, 12.5, 13))), rng.uniform(0, 0.03) * 12)
        self.pitch = rng.uniform(1.65, 2.0)
        # Typewriters and the word processors of that time set half an em between words.
        self.word_space = rng.uniform(0.46, 0.6)
        self.words: list[PrintedWord] = []
        self.rules: list[Rule] = []

    def pixels(self, points: float) -> int:
        """Turn points (1/72 inch) into pixels."""
        return round(points * self.dpi / _POINTS_PER_INCH)

    def heading(self, points: float) -> Style:
        """Return a bold style of `points`."""
        return Style(self.bold_face, self.pixels(points))

    def room(self, lines: float) -> bool:
        """Return whether `lines` more lines of the body fit."""
        return self.y + lines * self.pitch * self.body.size < self.bottom

    def skip(self, lines: float) -> None:
        """Leave some lines empty."""
        self.y += round(lines * self.pitch * self.body.size)

    def put(self, text: str, x: float, y: float, style: Style | None = None) -> float:
        """Print a line with its baseline at `y`, one box a word; return the x after it."""
        style = style or self.body
        for word in text.split():
            self.words.append(PrintedWord(word.replace(IN_BOX_SPACE, " "), x, y, style))
            x += text_width(word, style) + self.word_space * style.size
        return x

    def line(self, text: str, x: float | None = None, style: Style | None = None) -> float:
        """Print the next line, from the left margin on unless `x` is given; return the x after it."""
        style = style or self.body
        self.y += round(self.pitch * max(style.size, self.body.size))
        return self.put(text, self.left if x is None else x, self.y, style)

    def centred(self, text: str, style: Style | None = None) -> None:
        """Print the next line in the middle."""
        style = style or self.body
        width = text_width(text, style, self.word_space)
        self.line(text, (self.left + self.right - width) / 2, style)

    def flush_right(self, text: str) -> None:
        """Print the next line at the right margin."""
        self.line(text, self.right - text_width(text, self.body, self.word_space))

    def spread(self, text: str, x: float, y: float, width: float, style: Style | None = None) -> None:
        """Print letters evenly over `width` pixels, each in its own box, as in labels of forms."""
        style = style or self.body
        step = (width - style.size) / max(1, len(text) - 1)
        for number, character in enumerate(text):
            self.words.append(PrintedWord(character, x + number * step, y, style))

    def spread_centred(self, text: str, style: Style) -> None:
        """Print the next line in the middle, with letters far apart and each in its own box."""
        width = style.size * (1 + 2.7 * (len(text) - 1))
        self.y += round(self.pitch * style.size)
        self.spread(text, (self.left + self.right - width) / 2, self.y, width, style)

    def stacked(self, text: str, x: float, y: float, style: Style) -> None:
        """Print upright characters under each other in one box."""
        self.words.append(PrintedWord(text, x, y, style, vertical=True))

    def paragraph(self, text: str, marker: str = "", indent: float = 0.0) -> None:
        """Print `marker` and `text` over as many lines as they need; further lines align behind the marker.

        `indent` is in ems. Text that no longer fits on the page is left out.
        """
        x = self.left + indent * self.body.size
        hanging = x + (text_width(marker + " ", self.body, self.word_space) if marker else 0)
        for number, words in enumerate(self._broken(text, hanging)):
            if not self.room(1):
                return
            start = f"{marker} {words}" if marker and number == 0 else words
            self.line(start, hanging if number else x)

    def _broken(self, text: str, x: float) -> list[str]:
        """Break `text` into lines that fit between `x` and the right margin."""
        lines, line = [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and x + text_width(longer, self.body, self.word_space) > self.right:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line]

    def rule(self, x0: float, y0: float, x1: float, y1: float, points: float = 0.5) -> None:
        """Draw a line of `points` thickness."""
        self.rules.append(Rule(round(x0), round(y0), round(x1), round(y1), max(1, self.pixels(points))))

    def frame(self, x0: float, y0: float, x1: float, y1: float, points: float = 0.5) -> None:
        """Draw a rectangle of four rules."""
        for start, end in (((x0, y0), (x1, y0)), ((x0, y1), (x1, y1)), ((x0, y0), (x0, y1)), ((x1, y0), (x1, y1))):
            self.rule(*start, *end, points)

    def table(self, rows: Sequence[Sequence[str]], row_ems: float = 1.75) -> None:
        """Print ruled rows of equal numbers of cells over the whole width, centred in their columns.

        The first row is the header; in most tables its words of two letters are spread.
        """
        spread_header = self.rng.random() < 0.7
        style = Style(self.body.face, round(self.body.size * 0.94))
        spread_width = 3.6 * style.size
        widths = [
            max(spread_width, *(text_width(row[column], style, self.word_space) for row in rows))
            for column in range(len(rows[0]))
        ]
        spare = (self.right - self.left - sum(widths)) / len(widths)
        edges = [float(self.left)]
        for width in widths:
            edges.append(edges[-1] + width + spare)
        top, step = self.y + self.pixels(10), row_ems * style.size
        for number, row in enumerate(rows):
            baseline = top + (number + 0.5) * step + 0.36 * style.size
            for text, x0, x1 in zip(row, edges, edges[1:], strict=False):
                if spread_header and number == 0 and len(text) == 2:
                    self.spread(text, (x0 + x1 - spread_width) / 2, round(baseline), spread_width, style)
                    continue
                self.put(text, (x0 + x1 - text_width(text, style, self.word_space)) / 2, round(baseline), style)
        lower = top + len(rows) * step
        for number in range(1, len(rows)):
            self.rule(self.left, top + number * step, self.right, top + number * step, 0.75 if number == 1 else 0.4)
        for x in edges[1:-1]:
            self.rule(x, top, x, lower, 0.4)
        self.frame(self.left, top, self.right, lower, 1.0)
        self.y = round(lower)

    def finish(self) -> Layout:
        """Return the finished layout of the sheet."""
        return Layout(self.width, self.height, tuple(self.words), tuple(self.rules))
