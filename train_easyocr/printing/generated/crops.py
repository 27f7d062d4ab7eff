"""Makes one crop from its recipe: prints the word, draws what lies around it, then wears it as machines do.

All random numbers come from the generator of the row, so a crop depends on nothing else.
"""

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
_CLEAN_SHARE = 0.28  # of the crops with all effects: as clean as a rendered page
_HARD_SHARE = 0.1  # of the crops with all effects: hard to read
_FULL_WEAR_EM = 30  # pixels; smaller print is worn less, because it would become unreadable
_STYLED_EM = 28  # pixels; only print of this size or larger is outlined or made of dots
# One random number from 0 to 1 chooses the greys of a crop: these are the upper ends of the ranges.
_REVERSED, _ON_GREY, _FAINT = 0.035, 0.11, 0.2


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
    ink = print_word(text, recipe, faces, tables, _stroke_style(style, recipe), generator)
    underline(ink, recipe, generator)
    if any(character.isalnum() for character in text):  # the edge of a word beside a lone mark looks like a second mark
        add_neighbours(ink, recipe, generator)
    layers = _layers(text, ink, recipe, generator)
    if level < _CLEAN_SHARE:
        return clean_scan(layers, generator)
    hard = level > 1 - _HARD_SHARE
    hardness = generator.uniform(0.6, 1.0) if hard else generator.uniform(0.0, 0.55)
    hardness *= min(1.0, recipe.em / _FULL_WEAR_EM)
    return worn_scan(layers, recipe.em, float(hardness), generator)


def _stroke_style(number: float, recipe: Recipe) -> str:
    """Choose by a random number from 0 to 1: plain, outlined or dots; small and bold print stays plain."""
    if recipe.em < _STYLED_EM or recipe.bold:
        return "plain"
    return "outlined" if number < 0.015 else "dots" if number < 0.035 else "plain"


def _layers(text: str, ink: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> InkLayers:
    """Choose the greys of ink and paper; draw ruled lines on some crops and a stamp on a few."""
    kind, ruled, stamped = generator.random(3)
    paper = float(generator.uniform(222, 255)) if generator.random() < 0.7 else 255.0
    dark = float(generator.uniform(0, 75))
    if kind < _REVERSED:  # white print on a dark ground
        paper, dark = float(generator.uniform(15, 115)), float(generator.uniform(215, 255))
    elif kind < _ON_GREY:  # the header of a table, or a highlighted word
        paper = float(generator.uniform(178, 225))
    elif kind < _FAINT:  # faint or coloured ink
        dark = float(generator.uniform(75, 135))
    return InkLayers(
        text=ink,
        text_grey=dark,
        paper_grey=paper,
        rules=ruled_lines(text, recipe, generator) if ruled < 0.17 else None,
        rules_grey=float(generator.uniform(0, 110)) if kind > _REVERSED else dark,
        stamp=stamp(recipe, generator) if stamped < 0.025 and kind > _ON_GREY else None,
        stamp_grey=float(generator.uniform(120, 190)),
    )
