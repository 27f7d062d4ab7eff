"""Makes one crop from its recipe: word, surroundings, paper and machine, all drawn by the row's own seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train_easyocr.printing.generated.faces import Face
from train_easyocr.printing.generated.glyphs import GlyphTables
from train_easyocr.printing.generated.machines import InkLayers, clean_scan, worn_scan
from train_easyocr.printing.generated.printing import print_word
from train_easyocr.printing.generated.recipes import Recipe
from train_easyocr.printing.generated.surroundings import add_neighbours, ruled_lines, stamp, underline

ALL, CLEAN = "all", "clean"
EFFECTS = ALL, CLEAN
_CLEAN_SHARE, _HARD_SHARE = 0.28, 0.1
_SMALL = 30  # pixels per em, below which the effects of wear are weaker
_LARGE = 28  # pixels per em from which a title may be outlined, or printed by needles


def make_crop(
    text: str,
    recipe: Recipe,
    faces: Sequence[Face],
    tables: GlyphTables,
    effects: str,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the crop of a word, uint8 grey [height, width], of exactly the recipe's size."""
    if effects == CLEAN:
        ink = print_word(text, recipe, faces, tables, "plain", generator)
        return clean_scan(InkLayers(ink, text_grey=float(generator.uniform(0, 40)), paper_grey=255.0), generator)
    level, style = generator.random(2)
    ink = print_word(text, recipe, faces, tables, _style(style, recipe), generator)
    underline(ink, recipe, generator)
    if any(character.isalnum() for character in text):  # beside a lone mark, the edge of a word looks like another mark
        add_neighbours(ink, recipe, generator)
    layers = _layers(text, ink, recipe, generator)
    if level < _CLEAN_SHARE:
        return clean_scan(layers, generator)
    hard = level > 1 - _HARD_SHARE
    hardness = generator.uniform(0.6, 1.0) if hard else generator.uniform(0.0, 0.55)
    hardness *= min(1.0, recipe.em / _SMALL)  # wear that a large title survives would make small print unreadable
    return worn_scan(layers, recipe.em, float(hardness), generator)


def _style(number: float, recipe: Recipe) -> str:
    if recipe.em < _LARGE or recipe.bold:
        return "plain"
    return "outlined" if number < 0.015 else "dots" if number < 0.035 else "plain"


def _layers(text: str, ink: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> InkLayers:
    """Choose the greys of ink and paper, and add ruled lines and a stamp to some."""
    kind, ruled, stamped = generator.random(3)
    paper = float(generator.uniform(222, 255)) if generator.random() < 0.7 else 255.0
    dark = float(generator.uniform(0, 75))
    if kind < 0.035:  # reversed: white on a dark ground
        paper, dark = float(generator.uniform(15, 115)), float(generator.uniform(215, 255))
    elif kind < 0.11:  # the grey ground of a table's head, a highlighter
        paper = float(generator.uniform(178, 225))
    elif kind < 0.2:  # coloured or faint ink
        dark = float(generator.uniform(75, 135))
    return InkLayers(
        text=ink,
        text_grey=dark,
        paper_grey=paper,
        rules=ruled_lines(text, recipe, generator) if ruled < 0.17 else None,
        rules_grey=float(generator.uniform(0, 110)) if kind > 0.035 else dark,
        stamp=stamp(recipe, generator) if stamped < 0.025 and kind > 0.11 else None,
        stamp_grey=float(generator.uniform(120, 190)),
    )
