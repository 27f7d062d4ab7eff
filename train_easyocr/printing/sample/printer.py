"""A worn dot-matrix printer, as offices had in the 1990s: letters of 24 × 24 dots, printed in two passes of the head.

The wear is of three kinds, and every office's printer has its own: the second pass starts beside the first, one pin
strikes faintly, and dots have grown.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from train_easyocr.pages.provenance import sha256
from train_easyocr.printing.generated.faces import TRAIN, Face
from train_easyocr.printing.pages.composer import Composer
from train_easyocr.printing.pages.sheet import BLACK
from train_easyocr.printing.pages.typefaces import Glyph, Style, Typefaces, glyph
from train_easyocr.printing.pages.words.author import Author
from train_easyocr.printing.pages.words.wording import Wording
from train_easyocr.program.fonts import TYPEFACES, font_path
from train_easyocr.texts.charset import KOREAN_PUBLIC

_PINS = 24  # dots per em, across and down
_ABOVE_BASELINE = 21  # of them
_FINE = 8  # dots are drawn so many times larger than the page's pixels
_STRUCK = 100  # of 255: a dot is printed where the outline covers so much of its place
_POINTS, _TITLE_POINTS, _WORD_SPACE = 12, 18, 0.5  # the space between words is half a letter wide


@dataclass(frozen=True, slots=True)
class Wear:
    """How a printer is worn.

    `beside`: dots by which the lower pass is off. `pin` strikes `faintly`, 0 to 1. `radius`: of a dot, in their pitch.
    """

    beside: float
    pin: int
    faintly: float
    radius: float

    @staticmethod
    def of_an_office(rng: random.Random) -> Wear:
        """Draw the wear of one office's printer."""
        return Wear(
            beside=rng.uniform(1.5, 2.1),
            pin=rng.randrange(2, _PINS),
            faintly=rng.uniform(0.4, 0.7),
            radius=rng.uniform(0.5, 0.65),
        )

    def draw(self, face: Face, size: int, stretch: float, slant: float, character: str) -> Glyph:
        """Print a character in dots; these printers cannot do `slant`."""
        coarse = glyph(face, _PINS, character)
        pitch = size / _PINS
        across, advance = pitch * stretch, coarse.advance * pitch * stretch
        rows, columns = np.nonzero(coarse.mask >= _STRUCK)
        if not len(rows):
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, advance)
        pins = rows + coarse.top + _ABOVE_BASELINE
        x = (columns + coarse.left + 0.5 + np.where(pins < _PINS / 2, -0.5, 0.5) * self.beside) * across
        y = (rows + coarse.top + 0.5) * pitch
        reach = self.radius * pitch
        left, top = int(np.floor(x.min() - reach)) - 1, int(np.floor(y.min() - reach)) - 1
        width, height = int(np.ceil(x.max() + reach)) + 1 - left, int(np.ceil(y.max() + reach)) + 1 - top
        ink: np.ndarray = np.zeros((height * _FINE, width * _FINE), np.uint8)
        levels = np.where(pins == self.pin, 255 * self.faintly, 255)
        ink[((y - top) * _FINE).astype(int), ((x - left) * _FINE).astype(int)] = levels
        side = 2 * max(1, round(reach * _FINE)) + 1
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        return Glyph(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), left, top, advance)


def open_printer(rng: random.Random) -> Typefaces:
    """Return the letters of one office's printer: those of KS X 1001 that the sample's network knows."""
    return Typefaces(faces(), Wear.of_an_office(rng).draw, _characters())


def printing_hand(rng: random.Random, printer: Typefaces, author: Author, dpi: int) -> Composer:
    """Return the hand of a page whose print has one size, twice struck for headings, and wider for titles."""
    hand = Composer(rng, printer, TRAIN, dpi=dpi, a4=True, words=Wording(rng, author))
    plain = Style(face=rng.randrange(len(faces())), size=hand.sheet.pixels(_POINTS), gap=_WORD_SPACE)
    bold = replace(plain, smear=1)
    hand.body = hand.cell = hand.small = hand.hand_written = plain
    hand.bold = hand.head = bold
    hand.title = replace(bold, size=hand.sheet.pixels(_TITLE_POINTS))
    hand.accent = BLACK
    return hand


@cache
def faces() -> tuple[Face, ...]:
    """Return the typefaces whose outlines the dots follow."""
    files = {name: font_path(name) for name in TYPEFACES}
    return tuple(
        Face(name, "gothic", "OFL-1.1", TRAIN, str(file), 0, sha256(file), 1.0) for name, file in files.items()
    )


@cache
def _characters() -> frozenset[str]:
    return frozenset(character for character in KOREAN_PUBLIC if character.encode("euc_kr", "ignore"))
