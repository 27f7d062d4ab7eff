"""The measures of the glyphs that print the sample pages."""

from __future__ import annotations

from functools import cache

from PIL import ImageFont

from train_easyocr.program.fonts import font_path

GlyphBox = tuple[int, int, int, int]
"""xmin, ymin, xmax, ymax of the ink in pixels, from the pen position on the baseline; y grows downwards."""


@cache
def load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Load one of `fonts.TYPEFACES` in `size` pixels per em."""
    # The basic engine gives the same bytes whether Pillow was built with Raqm or without.
    return ImageFont.truetype(str(font_path(face)), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def glyph_box(face: str, size: int, character: str) -> GlyphBox:
    """Measure the ink of one character."""
    xmin, ymin, xmax, ymax = load_font(face, size).getbbox(character, anchor="ls")
    return round(xmin), round(ymin), round(xmax), round(ymax)


@cache
def advance(face: str, size: int, character: str) -> float:
    """Return how far the pen moves after one character, in pixels."""
    return load_font(face, size).getlength(character)
