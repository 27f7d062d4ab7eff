"""Tables of glyphs: which characters each face can print, and the size of each; the sizes of crops follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL.ImageFont import FreeTypeFont

from train_easyocr.printing.generated.faces import Face, load_font
from train_easyocr.program.atomic import replacing
from train_easyocr.texts.hangul import is_syllable

HANGUL_LINE = "가힣를"  # their ink defines the height of a line
UNITS_PER_EM = 1000  # the tables measure in thousandths of an em
_MEASURED_EM = 128  # pixels; the size in which glyphs are measured
_NOT_A_CHARACTER = "\U0010ffff"  # no font has it: instead, a font prints its sign for missing characters
_FEWEST_SHARING = 6  # a picture that so many characters share is a sign for missing characters
_NO_INK = 30000, 30000, -30000, -30000  # the box of a glyph without ink: it enlarges no box that it is joined with


@dataclass(frozen=True)
class GlyphTables:
    """Measures of F faces for C characters, in thousandths of an em; x from the pen, y from the baseline downwards.

    `characters`: sorted, C of them. `advances`: int16 [F, C]. `boxes`: int16 [F, C, 4], xmin ymin xmax ymax of the ink;
    the box of a space is empty. `sources`: int16 [F, C], the index of the face that prints the character: usually the
    face itself, another one for symbols that it lacks, as in any text program; -1 if the whole text needs another face.
    `darkness`: float32 [F], the share of ink in the boxes of Hangul: 0.2 in a light face, 0.5 in a headline.
    """

    characters: str
    advances: np.ndarray
    boxes: np.ndarray
    sources: np.ndarray
    darkness: np.ndarray

    def indices(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the characters of all texts, one after the other, as int32 indices, and where each text starts.

        A character outside the tables has the index -1. The starts are int64 [N]. No text may be empty.
        """
        joined = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
        places = np.minimum(np.searchsorted(self._code_points, joined), len(self._code_points) - 1)
        indices = np.where(self._code_points[places] == joined, places, -1).astype(np.int32)
        lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
        return indices, np.cumsum(lengths) - lengths

    @cached_property
    def _code_points(self) -> np.ndarray:
        return np.array([ord(character) for character in self.characters], np.uint32)

    @cached_property
    def is_latin(self) -> np.ndarray:
        """Return which characters are letters, digits and marks of ASCII, bool [C]."""
        return (self._code_points > ord(" ")) & (self._code_points < 128)

    @cached_property
    def is_space(self) -> np.ndarray:
        """Return which character is the space, bool [C]."""
        return self._code_points == ord(" ")

    def save(self, path: Path) -> None:
        """Write the tables to an .npz file."""
        with replacing(path) as temporary:
            np.savez_compressed(
                temporary,
                characters=self._code_points,
                advances=self.advances,
                boxes=self.boxes,
                sources=self.sources,
                darkness=self.darkness,
            )

    @classmethod
    def load(cls, path: Path) -> GlyphTables:
        """Read what `save` wrote."""
        with np.load(path) as tables:
            characters = "".join(map(chr, tables["characters"].tolist()))
            return cls(characters, tables["advances"], tables["boxes"], tables["sources"], tables["darkness"])


def measure(faces: Sequence[Face], characters: str) -> GlyphTables:
    """Measure the glyphs of `faces` for `characters`, which are sorted first."""
    ordered = "".join(sorted(set(characters)))
    shape = len(faces), len(ordered)
    advances, boxes, printable = np.zeros(shape, np.int16), np.zeros((*shape, 4), np.int16), np.zeros(shape, bool)
    for place, face in enumerate(faces):
        _measure_face(face, ordered, advances[place], boxes[place], printable[place])
    sources = np.where(printable, np.arange(len(faces), dtype=np.int16)[:, None], np.int16(-1))
    for column, character in enumerate(ordered):
        if character.isascii() or is_syllable(character) or not printable[:, column].any():
            continue
        lenders = np.flatnonzero(printable[:, column])
        for place in np.flatnonzero(~printable[:, column]).tolist():
            # Faces that lack a symbol borrow it from different faces; the choice is always the same.
            lender = lenders[(place * 31 + column) % len(lenders)]
            sources[place, column] = lender
            advances[place, column], boxes[place, column] = advances[lender, column], boxes[lender, column]
    return GlyphTables(ordered, advances, boxes, sources, np.array([_darkness(face) for face in faces], np.float32))


def _darkness(face: Face) -> float:
    """Measure the share of ink in the boxes of Hangul; a face without Hangul shows its sign for missing characters."""
    font = load_font(face, _MEASURED_EM)
    shares = []
    for character in HANGUL_LINE:
        bitmap = font.getmask2(character, mode="L")[0]
        xmin, ymin, xmax, ymax = bitmap.getbbox() or (0, 0, 1, 1)
        shares.append(sum(bytes(bitmap)) / 255 / ((xmax - xmin) * (ymax - ymin)))
    return sum(shares) / len(shares)


def _measure_face(face: Face, characters: str, advances: np.ndarray, boxes: np.ndarray, printable: np.ndarray) -> None:
    font = load_font(face, _MEASURED_EM)
    missing = _picture(font, _NOT_A_CHARACTER)[0]
    pictures = []
    for place, character in enumerate(characters):
        picture, box = _picture(font, character)
        advances[place] = round(font.getlength(character) * UNITS_PER_EM / _MEASURED_EM)
        boxes[place] = _NO_INK if box is None else [round(edge * UNITS_PER_EM / _MEASURED_EM) for edge in box]
        printable[place] = character == " " or (box is not None and picture != missing)
        pictures.append(picture)
    counts = Counter(pictures)
    syllables = Counter(p for p, character in zip(pictures, characters, strict=True) if is_syllable(character))
    for place, (picture, character) in enumerate(zip(pictures, characters, strict=True)):
        # Some faces draw one sign for all characters that they lack.
        if character != " " and (counts[picture] >= _FEWEST_SHARING or syllables[picture] > 1):
            printable[place] = False


def _picture(font: FreeTypeFont, character: str) -> tuple[bytes, tuple[int, int, int, int] | None]:
    """Draw a glyph; return its pixels, and xmin ymin xmax ymax of its ink in pixels from the pen, None without ink."""
    bitmap, (x, y) = font.getmask2(character, mode="L", anchor="ls")
    width, height = bitmap.size
    if not width or not height or bitmap.getbbox() is None:
        return b"", None
    xmin, ymin, xmax, ymax = bitmap.getbbox()
    return bytes([width % 256, height % 256]) + bytes(bitmap), (x + xmin, y + ymin, x + xmax, y + ymax)
