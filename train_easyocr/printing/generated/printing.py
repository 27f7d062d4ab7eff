"""Prints one word as ink on a crop: glyphs of a face, spaced, stretched, slanted and turned.

Glyphs are first drawn large, upright and unstretched. This picture, the master, is then scaled into the crop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from train_easyocr.printing.generated.faces import Face, load_font
from train_easyocr.printing.generated.glyphs import UNITS_PER_EM, GlyphTables
from train_easyocr.printing.generated.recipes import Recipe
from train_easyocr.printing.generated.text_layout import glyph_rows

# Pixels per em of masters. In these sizes the shapes of glyphs suffer neither from hinting nor from bitmaps in fonts.
_MASTER_SIZES = 40, 52, 68, 88
_MASTER_MARGIN = 3  # empty pixels around a master


def print_word(
    text: str, recipe: Recipe, faces: Sequence[Face], tables: GlyphTables, style: str, generator: np.random.Generator
) -> np.ndarray:
    """Return how much ink each pixel of the crop has, uint8 [height, width].

    `style`: plain, outlined or dots (of a dot matrix printer).
    """
    master_size = next((size for size in _MASTER_SIZES if size >= recipe.em), _MASTER_SIZES[-1])
    master, left, top = _draw_master(text, recipe, faces, tables, master_size)
    if recipe.bold:
        master = _thickened(master, recipe.bold * master_size)
    if style == "outlined":
        master = cv2.morphologyEx(master, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    elif style == "dots":
        master = _dotted(master, master_size, generator)
    return _fit_into_crop(master, left, top, master_size, recipe)


def _draw_master(
    text: str, recipe: Recipe, faces: Sequence[Face], tables: GlyphTables, size: int
) -> tuple[np.ndarray, float, float]:
    """Draw the master in `size` pixels per em; return it, with its left and top edge in pixels from the pen's start."""
    columns = tables.indices([text])[0]
    rows = glyph_rows(np.full(len(columns), recipe.face), np.full(len(columns), recipe.latin), columns, tables)
    advances = tables.advances[rows, columns] * (size / UNITS_PER_EM * (1 + recipe.tracking))
    advances *= np.where(tables.is_space[columns], recipe.space, 1)
    pens = (np.cumsum(advances) - advances).tolist()
    drawn = []
    for character, source, pen in zip(text, tables.sources[rows, columns].tolist(), pens, strict=True):
        face = faces[source]
        bitmap, (x, y) = load_font(face, size).getmask2(character, mode="L", anchor="ls")
        if bitmap.size[0] and bitmap.size[1]:
            pixels = np.frombuffer(bytes(bitmap), np.uint8).reshape(bitmap.size[1], bitmap.size[0])
            drawn.append((pixels, round(pen + x), round(y)))
    left = min((x for _, x, _ in drawn), default=0) - _MASTER_MARGIN
    top = min((y for _, _, y in drawn), default=0) - _MASTER_MARGIN
    right = max((x + pixels.shape[1] for pixels, x, _ in drawn), default=1) + _MASTER_MARGIN
    bottom = max((y + pixels.shape[0] for pixels, _, y in drawn), default=1) + _MASTER_MARGIN
    master = np.zeros((bottom - top, right - left), np.uint8)
    for pixels, x, y in drawn:
        place = master[y - top : y - top + pixels.shape[0], x - left : x - left + pixels.shape[1]]
        np.maximum(place, pixels, out=place)
    return master, left, top


def _thickened(master: np.ndarray, pixels: float) -> np.ndarray:
    """Make strokes thicker by `pixels`, as a program without a bold face does."""
    whole = int(pixels)
    if whole:
        master = cv2.dilate(master, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (whole + 1, whole + 1)))
    rest = pixels - whole
    return cv2.addWeighted(master, 1 - rest, cv2.dilate(master, np.ones((2, 2), np.uint8)), rest, 0)


def _dotted(master: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
    """Print as a dot matrix printer does, with 24 or 32 dots an em."""
    dots = int(generator.choice((24, 32)))
    height, width = master.shape
    grid = cv2.resize(
        master, (max(1, width * dots // size), max(1, height * dots // size)), interpolation=cv2.INTER_AREA
    )
    grid = np.where(grid > 90, 255, 0).astype(np.uint8)
    dot = np.array([[0.3, 0.9, 0.9, 0.3], [0.9, 1, 1, 0.9], [0.9, 1, 1, 0.9], [0.3, 0.9, 0.9, 0.3]], np.float32)
    printed = np.kron(grid.astype(np.float32), dot).astype(np.uint8)
    return cv2.resize(printed, (width, height), interpolation=cv2.INTER_AREA)


def _fit_into_crop(master: np.ndarray, left: float, top: float, size: int, recipe: Recipe) -> np.ndarray:
    """Scale the master and place it in the crop, uint8 [height, width]."""
    width, height = recipe.size
    scale = recipe.em / size
    across, down = scale * recipe.stretch, scale
    origin_x, origin_y = recipe.ink[0] - recipe.left * recipe.em, recipe.ink[1] - recipe.top * recipe.em
    shrunk_x, shrunk_y = max(1, math.floor(1 / across)), max(1, math.floor(1 / down))
    if shrunk_x > 1 or shrunk_y > 1:  # linear interpolation alone would skip pixels
        rows, columns = master.shape
        master = cv2.copyMakeBorder(master, 0, -rows % shrunk_y, 0, -columns % shrunk_x, cv2.BORDER_CONSTANT, value=0)
        rows, columns = master.shape
        master = cv2.resize(master, (columns // shrunk_x, rows // shrunk_y), interpolation=cv2.INTER_AREA)
    # The centre of a pixel is half a pixel after its edge, in the master as in the crop.
    x, y, slant = left + shrunk_x / 2, top + shrunk_y / 2, recipe.slant * down
    matrix = np.array(
        [
            [across * shrunk_x, -slant * shrunk_y, origin_x + (across * x - slant * y - 0.5)],
            [0, down * shrunk_y, origin_y + (down * y - 0.5)],
        ]
    )
    if recipe.turn:
        middle = np.array([width / 2, height / 2])
        turn = np.array([[1, -recipe.turn], [recipe.turn, 1]])
        matrix = np.concatenate([turn @ matrix[:, :2], (turn @ (matrix[:, 2] - middle) + middle)[:, None]], axis=1)
    return cv2.warpAffine(master, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=0)
