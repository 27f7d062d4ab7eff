"""The typefaces of one process, and the ink of a word in one of them; glyphs are drawn once and kept."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from train_easyocr.printing.generated.faces import LATIN, Face, load_font
from train_easyocr.texts.hangul import is_syllable

_MISSING = "\U0010ffff"  # no font has this character: a font draws its sign for missing ones instead
_MOST_GLYPHS = 60_000  # kept at a time, about 100 MB
_FINE = 2  # stretched and slanted glyphs are drawn so much larger first
Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Style:
    """How words are printed.

    `face`, `latin`: numbers of faces; `latin` prints ASCII, -1: the same face. `size`: pixels per em. `stretch`: width
    of letters to their usual one. `tracking`, `gap`: ems between letters and between words. `smear`: pixels by which
    strokes are widened where a family has no bold face. `slant`: how far letters lean. `ruled`: ems below the baseline
    where a rule runs, if one does.
    `outline`: pixels of the strokes around hollow letters, 0: full ones. `ground`: the colour behind the words.
    """

    face: int
    size: int
    colour: Colour = (0, 0, 0)
    latin: int = -1
    stretch: float = 1.0
    tracking: float = 0.0
    gap: float = 0.4
    smear: int = 0
    slant: float = 0.0
    ruled: float | None = None
    outline: int = 0
    ground: Colour | None = None


class Glyph(NamedTuple):
    """`mask`: coverage, uint8 [H, W]; `left`, `top`: its corner from the pen, in pixels; `advance`: of the pen."""

    mask: np.ndarray
    left: int
    top: int
    advance: float


Draw = Callable[[Face, int, float, float, str], Glyph]
"""Draws a character: its face, pixels per em, stretch and slant as in `Style`, the character."""


class Typefaces:
    """The faces of a set of pages. A character that a face lacks comes from a face of the same style that has it.

    `draw` puts the glyphs on paper, as outlines by default. Words with other `characters` than these leave no ink.
    """

    def __init__(
        self, faces: Sequence[Face], draw: Draw | None = None, characters: frozenset[str] | None = None
    ) -> None:
        self._faces, self._draw, self._characters = tuple(faces), draw or drawn, characters
        self._glyphs: dict[tuple[int, int, float, float, str], Glyph] = {}
        self._words: dict[tuple[str, Style], Glyph] = {}
        self._sources: dict[tuple[int, str], int] = {}
        self._signs: dict[int, bytes] = {}
        self.families: dict[str, list[int]] = defaultdict(list)
        for number, face in enumerate(self._faces):
            self.families[face.family].append(number)
        for numbers in self.families.values():
            numbers.sort(key=self._darkness)

    def draw_family(self, rng: random.Random, styles: Sequence[str], role: str) -> list[int]:
        """Draw a family of the `styles` by weight, of `role` if there is one; return its faces, the lightest first."""
        fitting = [numbers for numbers in self.families.values() if self._faces[numbers[0]].style in styles]
        fitting = fitting or [n for n in self.families.values() if self._faces[n[0]].style != LATIN]
        fitting = [numbers for numbers in fitting if self._faces[numbers[0]].role == role] or fitting
        weights = [sum(self._faces[number].weight for number in numbers) for numbers in fitting]
        return rng.choices(fitting, weights)[0]

    def word(self, text: str, style: Style) -> Glyph:
        """Return the ink of `text` as one mask."""
        found = self._words.get((text, style))
        if found is None:
            if len(self._words) > _MOST_GLYPHS // 4:
                self._words.clear()
            found = self._words[text, style] = self._composed(text, style)
        return found

    def width(self, text: str, style: Style) -> float:
        """Return how far the pen moves, in pixels, after the words of `text` with the gaps between them."""
        words = text.split(" ")
        return sum(self.word(word, style).advance for word in words) + (len(words) - 1) * style.gap * style.size

    def _composed(self, text: str, style: Style) -> Glyph:
        pen, placed = 0.0, []
        if self._characters is not None and not self._characters.issuperset(text):
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, pen)
        for character in text:
            face = style.latin if style.latin >= 0 and character.isascii() else style.face
            glyph = self._glyph(face, style.size, style.stretch, style.slant, character)
            placed.append((glyph, round(pen) + glyph.left))
            pen += glyph.advance + style.tracking * style.size
        pen -= style.tracking * style.size
        placed = [(glyph, left) for glyph, left in placed if glyph.mask.size]
        if not placed:
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, pen)
        left, top = min(left for _, left in placed), min(glyph.top for glyph, _ in placed)
        right = max(left + glyph.mask.shape[1] for glyph, left in placed) + style.smear
        bottom = max(glyph.top + glyph.mask.shape[0] for glyph, _ in placed)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        for glyph, x in placed:
            height, width = glyph.mask.shape
            for shift in range(style.smear + 1):
                y0, x0 = glyph.top - top, x - left + shift
                part = mask[y0 : y0 + height, x0 : x0 + width]
                np.maximum(part, glyph.mask, out=part)
        if style.outline:
            around = np.pad(mask, style.outline)
            spread = cv2.dilate(around, np.ones((2 * style.outline + 1,) * 2, np.uint8))
            mask, left, top = spread - around, left - style.outline, top - style.outline
        return Glyph(mask, left, top, pen + style.smear)

    def _glyph(self, face: int, size: int, stretch: float, slant: float, character: str) -> Glyph:
        key = face, size, stretch, slant, character
        found = self._glyphs.get(key)
        if found is None:
            if len(self._glyphs) > _MOST_GLYPHS:
                self._glyphs.clear()
            source = self._faces[self._source(face, character)]
            found = self._glyphs[key] = self._draw(source, size, stretch, slant, character)
        return found

    def _source(self, face: int, character: str) -> int:
        """Return the face that prints `character` in place of `face`."""
        key = face, character
        if key not in self._sources:
            style = self._faces[face].style
            others = sorted(range(len(self._faces)), key=lambda n: (self._faces[n].style != style, (n - face) % 97))
            self._sources[key] = next((n for n in (face, *others) if self._has(n, character)), face)
        return self._sources[key]

    def _has(self, face: int, character: str) -> bool:
        if face not in self._signs:
            self._signs[face] = self._picture(face, _MISSING)
        picture = self._picture(face, character)
        if not any(picture) or picture == self._signs[face]:
            return False
        # Some faces draw one empty box for all symbols that they lack.
        symbol = not character.isascii() and not is_syllable(character)
        return not symbol or all(picture != self._picture(face, other) for other in "Ⅱ㉯➋" if other != character)

    def _picture(self, face: int, character: str) -> bytes:
        return bytes(load_font(self._faces[face], 32).getmask2(character, mode="L", anchor="ls")[0])

    def _darkness(self, face: int) -> float:
        picture = self._picture(face, "가" if self._faces[face].style != LATIN else "H")
        return sum(picture) / 255


def glyph(face: Face, size: int, character: str) -> Glyph:
    """Return a glyph as the face has it; the mask of a character without ink has no pixels."""
    font = load_font(face, size)
    bitmap, (left, top) = font.getmask2(character, mode="L", anchor="ls")
    width, height = bitmap.size
    return Glyph(np.frombuffer(bytes(bitmap), np.uint8).reshape(height, width), left, top, font.getlength(character))


def drawn(face: Face, size: int, stretch: float, slant: float, character: str) -> Glyph:
    """Return a glyph as a laser printer has it; `stretch` and `slant` as in `Style`."""
    if stretch == 1 and slant == 0:
        return glyph(face, size, character)
    fine = glyph(face, size * _FINE, character)
    return _transformed(fine, stretch, slant) if fine.mask.size else fine


def _transformed(fine: Glyph, stretch: float, slant: float) -> Glyph:
    """Reduce a glyph that was drawn `_FINE` times too large, and stretch and slant it around the pen."""
    across, down = stretch / _FINE, 1 / _FINE
    height, width = fine.mask.shape
    lean = abs(slant) * height
    left, top = int(np.floor(fine.left * across - lean)) - 1, int(np.floor(fine.top * down)) - 1
    size = int(np.ceil(width * across + 2 * lean)) + 4, int(np.ceil(height * down)) + 3
    # x' = across * (x + left) - slant * y', y' = down * (y + top), both from the corner of the new mask
    matrix = np.array(
        [
            [across, -slant * down, across * fine.left - slant * down * fine.top - left],
            [0, down, down * fine.top - top],
        ]
    )
    smooth = cv2.GaussianBlur(np.pad(fine.mask, 2), (3, 3), 0.6)
    matrix[:, 2] -= matrix[:, :2] @ (2, 2)
    return Glyph(cv2.warpAffine(smooth, matrix, size, flags=cv2.INTER_LINEAR), left, top, fine.advance * across)
