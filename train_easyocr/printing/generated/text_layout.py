"""Lays out many texts at once: which faces can print them, which face prints each glyph, and the boxes of the ink."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from train_easyocr.printing.generated.glyphs import HANGUL_LINE, UNITS_PER_EM, GlyphTables

_TEXTS_AT_ONCE = 100_000  # texts that are laid out together
_LINE_WITHOUT_HANGUL = -0.82, 0.1  # top and bottom of a line in a face without Hangul, in ems from the baseline


def can_print(characters: np.ndarray, starts: np.ndarray, tables: GlyphTables) -> np.ndarray:
    """Return which faces can print each text, bool [N, F], for texts as `GlyphTables.indices` returns them."""
    able = np.concatenate(
        [tables.sources.T >= 0, np.zeros((1, len(tables.sources)), bool)]
    )  # the last row is for index -1
    result = np.empty((len(starts), able.shape[1]), bool)
    for rows, part, begin in _chunks(characters, starts):
        result[rows] = np.logical_and.reduceat(able[part], begin, axis=0)
    return result


def glyph_rows(face: np.ndarray, latin: np.ndarray, characters: np.ndarray, tables: GlyphTables) -> np.ndarray:
    """Return the row of the tables that each character is taken from; all arrays have the same shape.

    The row is `face`. For letters, digits and marks of ASCII it is `latin`, if that is not -1 and has them itself.
    """
    lent = (latin >= 0) & tables.is_latin[characters] & (tables.sources[latin, characters] == latin)
    return np.where(lent, latin, face)


def line_boxes(tables: GlyphTables) -> np.ndarray:
    """Return top and bottom of Hangul in each face, in ems from the baseline, float64 [F, 2]."""
    columns = [place for place, character in enumerate(tables.characters) if character in HANGUL_LINE]
    boxes = tables.boxes[:, columns] / UNITS_PER_EM
    known = np.asarray((tables.sources[:, columns] >= 0).all(axis=1))
    if not columns:
        return np.tile([_LINE_WITHOUT_HANGUL], (len(tables.boxes), 1))
    lines = np.stack([boxes[..., 1].min(axis=1), boxes[..., 3].max(axis=1)], axis=1)
    return np.where(known[:, None], lines, _LINE_WITHOUT_HANGUL)


def ink_boxes(
    characters: np.ndarray,
    starts: np.ndarray,
    face: np.ndarray,
    latin: np.ndarray,
    stretch: np.ndarray,
    tracking: np.ndarray,
    space: np.ndarray,
    tables: GlyphTables,
) -> np.ndarray:
    """Lay out the glyphs of N texts and return the ink box of each text in ems, float64 [N, 4].

    The boxes are xmin ymin xmax ymax from the pen's start on the baseline. `characters` and `starts` are those of
    `GlyphTables.indices`; for the other arrays [N] see `Recipes`.
    """
    result = np.empty((len(starts), 4))
    for rows, part, begin in _chunks(characters, starts):
        of_row = np.repeat(np.arange(len(begin)), np.diff(begin, append=len(part)))
        faces = glyph_rows(face[rows][of_row], latin[rows][of_row], part, tables)
        boxes = (
            tables.boxes[faces, part]
            / UNITS_PER_EM
            * np.stack([stretch[rows], np.ones(len(begin))] * 2, axis=1)[of_row]
        )
        advances = tables.advances[faces, part] / UNITS_PER_EM * (stretch[rows] * (1 + tracking[rows]))[of_row]
        advances *= np.where(tables.is_space[part], space[rows][of_row], 1)
        pens = np.cumsum(advances) - advances
        pens -= pens[begin][of_row]
        result[rows, 0] = np.minimum.reduceat(pens + boxes[:, 0], begin)
        result[rows, 1] = np.minimum.reduceat(boxes[:, 1], begin)
        result[rows, 2] = np.maximum.reduceat(pens + boxes[:, 2], begin)
        result[rows, 3] = np.maximum.reduceat(boxes[:, 3], begin)
    return result


def _chunks(characters: np.ndarray, starts: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Yield the texts in chunks: their rows, their characters, and where each text starts among these."""
    for first in range(0, len(starts), _TEXTS_AT_ONCE):
        rows = slice(first, min(first + _TEXTS_AT_ONCE, len(starts)))
        end = starts[rows.stop] if rows.stop < len(starts) else len(characters)
        yield rows, characters[starts[first] : end], starts[rows] - starts[first]
