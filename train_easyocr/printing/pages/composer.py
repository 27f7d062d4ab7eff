"""Sets text: the hand of one page with its styles, and columns that paragraphs flow down."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from train_easyocr.printing.generated.faces import HELD_OUT, LATIN, TRAIN
from train_easyocr.printing.pages.sheet import BLACK, WHITE, Sheet
from train_easyocr.printing.pages.typefaces import Colour, Style, Typefaces
from train_easyocr.printing.pages.words.wording import Wording

SERIF, SANS = ("batang", "myeongjo"), ("gothic", "dotum", "gulim", "round", "graphic")
BODY = (*SERIF, *SANS, *SERIF, "gungseo")
RARE = ("handwriting", "typewriter", "coding", "round", "gungseo", "graphic")
TITLE = ("headline", *SANS, *SERIF)
INKS: tuple[Colour, ...] = ((20, 50, 140), (180, 20, 30), (0, 90, 60), (90, 40, 120), (10, 80, 150), (120, 70, 10))
UNDER, THROUGH = 0.17, -0.3  # ems below the baseline
HIGHLIGHTS: tuple[Colour, ...] = ((255, 255, 0), (255, 242, 150), (200, 255, 200), (220, 220, 220), (255, 210, 220))
_DPI = (75, 96, 110, 130, 150, 150, 170, 200, 200, 200, 200, 200, 220, 250, 250, 300)
_SMALLEST_EM = 9  # pixels
_ASCENT, _PITCH_OF_CELLS = 0.86, 1.3
Piece = tuple[str, Style]
"""A word and how it is printed."""
BREAK = "\n"
"""The word of a piece that ends its line."""


@dataclass
class Column:
    """A strip of the sheet that fills from `y` down to `bottom`; all in pixels."""

    left: float
    right: float
    y: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    def room(self, height: float) -> bool:
        """Return whether `height` more pixels fit."""
        return self.y + height <= self.bottom

    def inset(self, left: float, right: float = 0.0) -> Column:
        """Return a narrower column that begins at the same height."""
        return Column(self.left + left, self.right - right, self.y, self.bottom)


class Composer:
    """The hand of one page: its sheet, wording, and the styles that its blocks share; `a4` allows no other paper."""

    def __init__(
        self,
        rng: random.Random,
        typefaces: Typefaces,
        role: str,
        *,
        dpi: int = 0,
        landscape: bool = False,
        a4: bool = False,
        words: Wording | None = None,
    ) -> None:
        self.rng, self.words = rng, words or Wording(rng)
        dpi = dpi or rng.choice(_DPI)
        size = round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)
        if rng.random() < 0.08 and not a4:
            size = round(size[0] * rng.uniform(0.7, 1.05)), round(size[1] * rng.uniform(0.6, 1.05))
        width, height = reversed(size) if landscape else size
        self.sheet = Sheet(width, height, dpi, typefaces)
        self._typefaces = typefaces
        self._validates = role == HELD_OUT
        self.margin = width * rng.uniform(0.05, 0.13)
        self.page = Column(
            self.margin, width - self.margin, height * rng.uniform(0.04, 0.1), height * rng.uniform(0.88, 0.95)
        )
        self.top = self.page.y
        self.breaks_words = rng.random() < 0.5
        self.align = "justify" if rng.random() < 0.75 else "left"
        self.pitch = rng.choice((rng.uniform(1.25, 1.45), rng.uniform(1.45, 1.8), rng.uniform(1.6, 2.1)))
        self.gap, self.bold_articles = rng.choice((0.0, 0.3, 0.8)), self.chance(0.7)
        self.section, self.columns = rng.randint(1, 4), list[Column]()
        self.accent = rng.choice(INKS) if rng.random() < 0.5 else BLACK
        points = rng.choice((8, 9, 10, 10.5, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15))
        ink = rng.choice((BLACK, BLACK, (30, 30, 30), (60, 60, 60)))
        self.body = self.style(points, RARE if rng.random() < 0.08 else BODY, colour=ink)
        self.bold = self.heavier(self.body)
        self.small = self.sized(self.style(points, SANS) if rng.random() < 0.5 else self.body, 0.85)
        self.cell = self.sized(self.style(points, SANS) if rng.random() < 0.6 else self.body, rng.uniform(0.75, 1.0))
        self.title = self.heavier(self.style(rng.uniform(1.4, 2.2) * points, TITLE))
        if self.chance(0.2):
            self.title = replace(self.title, stretch=round(rng.uniform(0.6, 0.8), 2))
        self.hand_written = self.style(1.15 * points, ("handwriting",), rng.choice((BLACK, (20, 40, 150))))
        self.head = self.heavier(self.style(rng.uniform(1.05, 1.5) * points, TITLE if rng.random() < 0.6 else BODY))

    def style(self, points: float, styles: Sequence[str], colour: Colour = BLACK) -> Style:
        """Draw a family and the spacing of its letters."""
        rng = self.rng
        # Half the families of a validation page are ones that no training page is printed in.
        role = HELD_OUT if self._validates and self.chance(0.6) else TRAIN
        numbers = self._typefaces.draw_family(rng, styles, role)
        kind = rng.random()
        latin = self._typefaces.draw_family(rng, (LATIN,), TRAIN)[0] if rng.random() < 0.15 else -1
        tracking = rng.choice((0, 0, 0, -0.03, -0.05, -0.08, 0.02, 0.05))
        gap = rng.choice((rng.uniform(0.12, 0.25), rng.uniform(0.2, 0.4), rng.uniform(0.3, 0.5), 0.33, 0.5))
        return Style(
            face=rng.choice(numbers[: max(1, len(numbers) // 2)]),
            size=max(_SMALLEST_EM, self.sheet.pixels(points)),
            colour=colour,
            latin=latin,
            stretch=round(1.0 if kind < 0.5 else rng.uniform(0.75, 1.0) if kind < 0.9 else rng.uniform(1, 1.15), 2),
            tracking=tracking,
            gap=gap + max(0.0, 2 * tracking),
        )

    def heavier(self, style: Style) -> Style:
        """Return the bold face of the same family, or wider strokes if it has none."""
        family = next(numbers for numbers in self._typefaces.families.values() if style.face in numbers)
        if family[-1] != style.face and len(family) > 1:
            return replace(style, face=self.rng.choice(family[len(family) // 2 :]))
        return replace(style, smear=max(1, round(style.size / 28)))

    def sized(self, style: Style, factor: float) -> Style:
        """Return a larger or smaller style."""
        return replace(style, size=max(_SMALLEST_EM, round(style.size * factor)))

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.rng.random() < probability

    def emphasised(self, text: str, style: Style, share: float = 0.15) -> list[Piece]:
        """Return the words with some runs of them bold or coloured."""
        strong = replace(self.heavier(style), colour=self.rng.choice((style.colour, self.accent)))
        kind = self.rng.random()
        if kind < 0.3:
            strong = replace(self.rng.choice((style, strong)), ruled=self.rng.choice((UNDER, UNDER, UNDER, THROUGH)))
        elif kind < 0.36:
            strong = replace(style, ground=self.rng.choice(HIGHLIGHTS))
        elif kind < 0.4:
            strong = replace(strong, ground=self.rng.choice(INKS), colour=WHITE)
        pieces, on = [], False
        for word in text.split():
            on = self.chance(0.6) if on else self.chance(share)
            note = self.rng.choice(("*", "**", "1)", "†", "＊")) if self.chance(0.015) else ""
            pieces.append((word + note, strong if on else style))
        return pieces

    def paragraph(
        self,
        column: Column,
        text: str | list[Piece],
        style: Style | None = None,
        *,
        marker: str = "",
        indent: float = 0.0,
        first: float = 0.0,
        align: str = "",
        pitch: float = 0.0,
    ) -> None:
        """Print text down a column; lines that do not fit are left out.

        `marker` hangs before the first line. `indent`, `first`: ems of all lines and of the first alone. `align`:
        justify, left, centre or right. `pitch`: ems from line to line.
        """
        style = style or self.body
        pieces = [(word, style) for word in text.split()] if isinstance(text, str) else text
        pitch, align, em = pitch or self.pitch, align or self.align, style.size
        left = column.left + indent * em
        start = left
        if marker:
            left += self.sheet.typefaces.width(marker, style) + self.rng.choice((0.3, 0.5, 0.5, 0.8)) * em
        lines = self.broken(pieces, left + first * em, left, column.right)
        for number, line in enumerate(lines):
            if not column.room(pitch * em):
                return
            baseline = round(column.y + (pitch - 1) * em / 2 + _ASCENT * em)
            x = left + (first * em if number == 0 else 0)
            if marker and number == 0:
                self.sheet.line(marker, start, baseline, style)
            ends = line is lines[-1] or line[-1][0] == BREAK
            words = [piece for piece in line if piece[0] != BREAK]
            self._set(words, x, column.right, baseline, "left" if align == "justify" and ends else align)
            column.y += pitch * em

    def _set(self, line: list[Piece], left: float, right: float, baseline: int, align: str) -> None:
        widths = [self.sheet.typefaces.word(word, style).advance for word, style in line]
        gaps = [style.gap * style.size for _, style in line[:-1]]
        spare = right - left - sum(widths) - sum(gaps)
        if align == "justify" and gaps and spare < 3.0 * len(gaps) * line[0][1].size:
            gaps = [gap + spare / len(gaps) for gap in gaps]
        elif align in ("centre", "right"):
            left += spare / 2 if align == "centre" else spare
        for place, ((word, style), width) in enumerate(zip(line, widths, strict=True)):
            # Rules and grounds run on below the gap to a word of the same kind.
            gap = gaps[place] if place + 1 < len(line) else 0.0
            end = left + width + (gap if place + 1 < len(line) and line[place + 1][1] == style else 0.0)
            if style.ground:
                self.sheet.fill((left, baseline - 0.92 * style.size, end, baseline + 0.2 * style.size), style.ground)
            self.sheet.put(word, left, baseline, style)
            if style.ruled is not None:
                y = baseline + style.ruled * style.size
                self.sheet.rule(left, y, end, y, max(1, round(style.size / 22)), style.colour)
            left += width + gap

    def broken(self, pieces: list[Piece], first: float, left: float, right: float) -> list[list[Piece]]:
        """Break words into lines; where this page breaks words, a word fills its line and goes on in the next.

        The piece `BREAK` ends its line, and stays at its end.
        """
        lines: list[list[Piece]] = [[]]
        x = first
        waiting = list(reversed(pieces))
        while waiting:
            word, style = waiting.pop()
            if word == BREAK:
                lines[-1].append((word, style))
                lines.append([])
                x = left
                continue
            width = self.sheet.typefaces.word(word, style).advance
            if x + width > right and (lines[-1] or width > right - left):
                fitting = self._fitting(word, style, right - x) if self.breaks_words or width > right - left else 0
                if fitting:
                    lines[-1].append((word[:fitting], style))
                    waiting.append((word[fitting:], style))
                else:
                    waiting.append((word, style))
                    if not lines[-1]:
                        return lines[:-1]  # not one letter fits
                lines.append([])
                x = left
                continue
            lines[-1].append((word, style))
            x += width + style.gap * style.size
        return [line for line in lines if line]

    def _fitting(self, word: str, style: Style, width: float) -> int:
        """Return how many letters of `word` fit into `width`; no line begins with a stop or closing bracket."""
        count = len(word) - 1
        while count and self.sheet.typefaces.word(word[:count], style).advance > width:
            count -= 1
        while count and (
            word[count] in ".,)]」』》〉’”%·~-"
            or word[count - 1] in "([「『《〈‘“"
            or word[count - 1 : count + 1].isascii()
        ):
            count -= 1
        return count
