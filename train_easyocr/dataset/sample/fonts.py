"""The fonts that print the sample pages, and the measures of their glyphs."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from PIL import ImageFont

from train_easyocr.errors import UserError

# Face → package that carries it and the file in it. The packages are looked up, not imported: importing
# `koreanize_matplotlib` would load matplotlib and change its settings.
_FILES = {
    "gothic_light": ("koreanize_matplotlib", "koreanize-matplotlib", "fonts/NanumGothicLight.ttf"),
    "gothic": ("koreanize_matplotlib", "koreanize-matplotlib", "fonts/NanumGothic.ttf"),
    "gothic_bold": ("koreanize_matplotlib", "koreanize-matplotlib", "fonts/NanumGothicBold.ttf"),
    "gothic_extra_bold": ("koreanize_matplotlib", "koreanize-matplotlib", "fonts/NanumGothicExtraBold.ttf"),
    "sans": ("pylopdf_fonts_ko", "pylopdf-fonts-ko", "NotoSansKR-Regular.otf"),
    "serif": ("pylopdf_fonts_ko", "pylopdf-fonts-ko", "NotoSerifKR-Regular.otf"),
}
FACES = tuple(_FILES)

GlyphBox = tuple[int, int, int, int]
"""xmin, ymin, xmax, ymax of the ink in pixels, from the pen position on the baseline; y grows downwards."""


def font_path(face: str) -> Path:
    """Find the file of a face of `FACES`.

    Raises:
        UserError: the package that carries it is not installed.
    """
    package, distribution, file = _FILES[face]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise UserError(f"{distribution}: is not installed, and the sample pages need its Korean fonts; run step 1")
    return Path(spec.origin).parent / file


@cache
def load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a face in `size` pixels per em."""
    # The basic engine: whether Pillow was built with Raqm must not change a byte.
    return ImageFont.truetype(str(font_path(face)), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def glyph_box(face: str, size: int, character: str) -> GlyphBox:
    """Measure the ink of one character."""
    xmin, ymin, xmax, ymax = load_font(face, size).getbbox(character, anchor="ls")
    return round(xmin), round(ymin), round(xmax), round(ymax)


@cache
def advance(face: str, size: int, character: str) -> float:
    """Give how far the pen moves after one character, in pixels."""
    return load_font(face, size).getlength(character)
