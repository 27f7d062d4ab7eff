"""Draws at random how each word is printed, for all rows at once; the size of its crop follows by formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from train_easyocr.printing.generated.glyphs import GlyphTables
from train_easyocr.printing.generated.text_layout import can_print, ink_boxes, line_boxes

SMALLEST = 6  # pixels, of width and height of a crop
_TRIALS = 40  # draws of a face before a row takes the first that can print it

# Points (share of the rows up to here, value) with straight lines between them: they need only sums and products.
_LINE_HEIGHT = ((0, 12), (0.05, 17), (0.25, 25), (0.5, 33), (0.75, 44), (0.92, 60), (1, 84))  # pixels of Hangul's ink
_PLAIN_HEIGHT = 24
_STRETCH = ((0, 0.7), (0.04, 0.8), (0.14, 0.9), (0.4, 0.97), (0.4001, 1), (0.88, 1), (0.8801, 1.02), (1, 1.2))
_TRACKING = ((0, -0.1), (0.12, -0.08), (0.45, -0.03), (0.55, 0), (0.8, 0), (0.92, 0.05), (0.98, 0.15), (1, 0.3))
# Widths of spaces, times the face's own: real lines are set tighter than fonts are designed, justified ones also wider.
_SPACE = ((0, 0.4), (0.07, 0.5), (0.15, 0.65), (0.5, 0.77), (0.8, 1), (0.95, 1.25), (1, 1.6))
_SPACED = re.compile("[^가-힣]*[가-힣](?: [가-힣])+[^가-힣]*")
# Spaces in a heading with a space after each syllable, times the face's own: wider than tracking alone could be.
_HEADING_SPACE = ((0, 1), (0.2, 1.2), (0.6, 2), (0.9, 3.5), (1, 6))
_BOLD = ((0, 0), (0.85, 0), (0.8501, 0.012), (1, 0.05))  # added thickness, ems
_HEAVY = 0.42  # a face with this share of ink in the boxes of Hangul is bold enough
_SLANT = ((0, 0), (0.96, 0), (0.9601, 0.1), (1, 0.28))
_TURN = ((0, -0.026), (0.06, -0.012), (0.2, 0), (0.8, 0), (0.94, 0.012), (1, 0.026))  # slope: 0.026 is 1.5 degrees
# Margins, as shares of the line's height: labels are tight, some cut a pixel; detectors leave room, unevenly.
_TIGHT = ((0, -0.03), (0.1, 0), (0.6, 0.05), (1, 0.13))
_LOOSE = ((0, 0), (0.15, 0.06), (0.7, 0.15), (1, 0.28))
_LOOSE_SIDE = ((0, 0.02), (0.2, 0.08), (0.8, 0.2), (1, 0.4))
_LOOSE_SHARE, _LONE_LOOSE_SHARE = 0.4, 0.65  # of all rows; of rows with one character
_LINE_BOX_SHARE = 0.35  # of the rows: the box is as tall as the line, however low the ink
_SMALL_LINE_BOX_SHARE = 0.7  # of dots and dashes: in a tight box · . ● and - _ — look alike
_LATIN_SHARE = 0.12  # of the rows: ASCII in another face than Hangul
_UNDERLINED_SHARE = 0.03
_WIDEST = 27  # times the height: longer lines are set narrower, as far as possible


@dataclass(frozen=True)
class Recipes:
    """The settings from which the size of N crops follows, and the place of the text in them.

    `face` int16: index in the tables; `latin` int16: the face that prints ASCII, -1 for the same. `em` float32, pixels.
    `stretch`: factor of widths. `tracking`: share of each advance that is added to it. `space`: factor of the advance
    of a space. `bold`: added thickness in ems. `slant`: ems to the right for each em up. `turn`: slope of the line.
    `underline`: its depth below the ink in ems; 0 for none. `ink` float32 [N, 4]: xmin ymin xmax ymax in pixels, from
    the corner of the crop, before turning. `left`, `top` float32: the ink's edge in ems from the pen's start on the
    baseline. `size` int32 [N, 2]: width and height of the crop.
    """

    face: np.ndarray
    latin: np.ndarray
    em: np.ndarray
    stretch: np.ndarray
    tracking: np.ndarray
    space: np.ndarray
    bold: np.ndarray
    slant: np.ndarray
    turn: np.ndarray
    underline: np.ndarray
    ink: np.ndarray
    left: np.ndarray
    top: np.ndarray
    size: np.ndarray

    def row(self, row: int) -> Recipe:
        """Return the recipe of one row as plain numbers."""
        return Recipe(**{field.name: getattr(self, field.name)[row].tolist() for field in fields(self)})


@dataclass(frozen=True)
class Recipe:
    """One row of `Recipes`."""

    face: int
    latin: int
    em: float
    stretch: float
    tracking: float
    space: float
    bold: float
    slant: float
    turn: float
    underline: float
    ink: list[float]
    left: float
    top: float
    size: list[int]


def draw_recipes(texts: Sequence[str], tables: GlyphTables, weights: np.ndarray, seed: int, plain: bool) -> Recipes:
    """Draw the recipes of N texts; row i depends on `seed`, i and its text alone.

    Args:
        texts: N of them, none empty; `can_print` says which can be printed.
        tables: measures of F faces.
        weights: float [F], how often each face is drawn; 0: never.
        seed: decides every draw.
        plain: not bold, slanted, turned, underlined, narrow or small, and in boxes as tall as the line.
    """
    characters, starts = tables.indices(texts)
    lengths = np.diff(starts, append=len(characters))
    draw = _Draws(seed, len(texts))
    face = _draw_faces(characters, starts, tables, weights, seed)
    # The faces of ASCII, int64 [N]; -1, the face of the Hangul, for most.
    latin = np.where(draw.uniform("latin") < _LATIN_SHARE, _face_at(draw.uniform("latin face"), weights), -1)
    lines = line_boxes(tables)[face]  # [N, 2], top and bottom of Hangul in ems
    darkness = tables.darkness[face]
    height = _draw_heights(draw, darkness, plain)
    setting = _draw_setting(draw, texts, lengths, height / (lines[:, 1] - lines[:, 0]), darkness, plain)
    widths = setting.stretch, setting.tracking, setting.space
    box, setting = _printed(ink_boxes(characters, starts, face, latin, *widths, tables), setting)
    ink, size = _place(draw, box, setting, lines, height, lengths, plain)
    measures = {**setting._asdict(), "ink": ink, "left": box[:, 0], "top": box[:, 1]}
    return Recipes(
        face=face.astype(np.int16),
        latin=latin.astype(np.int16),
        size=size,
        **{name: values.astype(np.float32) for name, values in measures.items()},
    )


class _Setting(NamedTuple):
    """How N texts are set: fields of `Recipes`, float64 [N] each."""

    em: np.ndarray
    stretch: np.ndarray
    tracking: np.ndarray
    space: np.ndarray
    bold: np.ndarray
    slant: np.ndarray
    turn: np.ndarray
    underline: np.ndarray


def _draw_heights(draw: _Draws, darkness: np.ndarray, plain: bool) -> np.ndarray:
    """Draw the printed height of Hangul, float64 [N], pixels; heavy faces are not printed very small."""
    height = np.maximum(draw("height", _LINE_HEIGHT), 14 + 40 * np.clip(darkness - 0.3, 0, 0.3))
    return np.maximum(height, _PLAIN_HEIGHT) if plain else height


def _draw_setting(
    draw: _Draws, texts: Sequence[str], lengths: np.ndarray, em: np.ndarray, darkness: np.ndarray, plain: bool
) -> _Setting:
    """Draw how texts of `lengths` characters are set in about `em` pixels, rounded to half pixels."""
    em, ones, zeros = np.round(em * 2) / 2, np.ones(len(texts)), np.zeros(len(texts))
    if plain:
        return _Setting(em, ones, zeros, ones, zeros, zeros, zeros, zeros)
    underlined = draw.uniform("underlined") < _UNDERLINED_SHARE
    turn = draw("turn", _TURN)
    return _Setting(
        em,
        stretch=draw("stretch", _STRETCH),
        tracking=draw("tracking", _TRACKING),
        space=np.where(_spaced(texts), draw("heading space", _HEADING_SPACE), draw("space", _SPACE)),
        bold=draw("bold", _BOLD) * np.clip((_HEAVY - darkness) / 0.15, 0, 1),
        slant=draw("slant", _SLANT),
        turn=np.where(em * lengths > 12 * 40, turn / 2, turn),  # a long line is cut from a page that lies straighter
        underline=np.where(underlined, 0.08 + 0.1 * draw.uniform("underline"), 0),
    )


def _printed(box: np.ndarray, setting: _Setting) -> tuple[np.ndarray, _Setting]:
    """Return the boxes of the printed ink, float64 [N, 4] ems, and its setting.

    Long lines would exceed the widest bucket, so they are set narrower than `box`, the result of `ink_boxes`.
    """
    xmin, ymin, xmax, ymax = box.T
    widest = _WIDEST / np.maximum((xmax - xmin) / 1.15, 1e-6)
    squeeze = np.clip(widest, np.minimum(0.7 / setting.stretch, 1), 1)
    edge, slant = setting.bold / 2, setting.slant
    left = xmin * squeeze - (edge + slant * np.maximum(ymax, 0))
    right = xmax * squeeze + (edge + slant * np.maximum(-ymin, 0))
    printed = np.stack([left, ymin - edge, right, ymax + (edge + setting.underline)], axis=1)
    return printed, setting._replace(stretch=setting.stretch * squeeze)


def _place(
    draw: _Draws,
    box: np.ndarray,
    setting: _Setting,
    lines: np.ndarray,
    height: np.ndarray,
    lengths: np.ndarray,
    plain: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the margins around the ink; return `ink` and `size` of `Recipes`, float64 and int32.

    `box` and `lines`, top and bottom of Hangul, are in ems, `height` in pixels.
    """
    ink_size = (box[:, 2:] - box[:, :2]) * setting.em[:, None]
    small = box[:, 3] - box[:, 1] < (lines[:, 1] - lines[:, 0]) / 2
    whole_line = draw.uniform("line box") < np.where(small, _SMALL_LINE_BOX_SHARE, _LINE_BOX_SHARE) + plain
    margins = _margins(draw, lengths) * height[:, None]
    margins[:, 1] += np.where(whole_line, np.maximum(box[:, 1] - lines[:, 0], 0), 0) * setting.em
    margins[:, 3] += np.where(whole_line, np.maximum(lines[:, 1] - box[:, 3], 0), 0) * setting.em
    margins[:, 1::2] += (np.abs(setting.turn) * ink_size[:, 0] / 2)[:, None]
    full = ink_size + margins[:, :2] + margins[:, 2:]
    size = np.maximum(np.ceil(full), SMALLEST).astype(np.int32)
    corner = margins[:, :2] + (size - full) / 2
    return np.concatenate([corner, corner + ink_size], axis=1), size


def _spaced(texts: Sequence[str]) -> np.ndarray:
    """Return which texts are headings with a space after each syllable: 공 고, 여 권 발 급:, 《의 안》; bool [N]."""
    return np.fromiter((bool(_SPACED.fullmatch(text)) for text in texts), bool, len(texts))


def _draw_faces(
    characters: np.ndarray, starts: np.ndarray, tables: GlyphTables, weights: np.ndarray, seed: int
) -> np.ndarray:
    able = can_print(characters, starts, tables) & (weights > 0)
    face = np.argmax(able, axis=1)
    waiting = np.ones(len(starts), bool)
    for trial in range(_TRIALS):
        generator = np.random.default_rng([seed, *b"face", trial])
        drawn = _face_at(generator.random(len(starts)), weights)
        fits = waiting & able[np.arange(len(starts)), drawn]
        face[fits] = drawn[fits]
        waiting &= ~fits
    return face


def _face_at(numbers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the face for each number from 0 to 1, int64 [N]; the range of a face is proportional to its weight."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, numbers, side="right"), len(edges) - 1)


class _Draws:
    """Random numbers for all rows: each name has its own sequence, and row i gets its i-th number."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed, self._count = seed, count

    def uniform(self, name: str) -> np.ndarray:
        """Return numbers from 0 to 1, float64 [N]."""
        return np.random.default_rng([self._seed, *name.encode()]).random(self._count)

    def __call__(self, name: str, table: tuple[tuple[float, float], ...]) -> np.ndarray:
        """Return numbers with the distribution `table`, float64 [N]."""
        shares, values = zip(*table, strict=True)
        return np.interp(self.uniform(name), shares, values)


def _margins(draw: _Draws, lengths: np.ndarray) -> np.ndarray:
    """Draw the margins left, top, right and bottom as shares of the line's height, float64 [N, 4]."""
    loose = draw.uniform("loose") < np.where(lengths == 1, _LONE_LOOSE_SHARE, _LOOSE_SHARE)
    sides = []
    for name, table in (("left", _LOOSE_SIDE), ("top", _LOOSE), ("right", _LOOSE_SIDE), ("bottom", _LOOSE)):
        sides.append(np.where(loose, draw(f"loose {name}", table), draw(f"tight {name}", _TIGHT)))
    return np.stack(sides, axis=1)
