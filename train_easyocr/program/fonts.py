"""Finds the Korean fonts in pip packages, without importing the packages."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from PIL import ImageFont

from train_easyocr.program.errors import UserError

# Typeface → module, distribution and file. Importing `koreanize_matplotlib` would load matplotlib and change its
# settings.
_FILES = {
    "gothic": ("koreanize_matplotlib", "koreanize-matplotlib", "fonts/NanumGothic.ttf"),
    "sans": ("pylopdf_fonts_ko", "pylopdf-fonts-ko", "NotoSansKR-Regular.otf"),
    "serif": ("pylopdf_fonts_ko", "pylopdf-fonts-ko", "NotoSerifKR-Regular.otf"),
}
TYPEFACES = tuple(_FILES)


def font_path(typeface: str = "gothic") -> Path:
    """Return the file of one of `TYPEFACES`; "gothic", Nanum Gothic, is the font of reports and logs.

    Raises:
        UserError: the package that carries it is not installed.
    """
    module, distribution, file = _FILES[typeface]
    package = importlib.util.find_spec(module)
    if package is None or package.origin is None:
        raise UserError(f"{distribution} is not installed, so a Korean font is missing; run step 1")
    return Path(package.origin).parent / file


@cache
def korean_font(size: int) -> ImageFont.FreeTypeFont:
    """Load Nanum Gothic in `size` pixels per em.

    Raises:
        UserError: the package that carries it is not installed.
    """
    return ImageFont.truetype(str(font_path()), size)
