"""Crops of identifiers in small print, for benchmarks/model_card.py: black on white, capitals of a known height."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from train_easyocr.printing.generated.faces import SYSTEM_FOLDERS
from train_easyocr.printing.generated.words import identifiers

CAPITAL_HEIGHTS = (12, 18, 24)  # pixels
KINDS = ("codes", "amounts", "addresses")
TYPEFACES = ("NanumGothic.ttf", "NanumMyeongjo.ttf", "NotoSansCJK-Regular.ttc", "UnBatang.ttf", "dotum.ttf")
KOREAN_FACE = {"NotoSansCJK-Regular.ttc": 1}
MARGIN = 3  # pixels on each side


def identifier_texts(count: int) -> dict[str, list[str]]:
    """Return `count` texts of each kind, another draw than any training's."""
    rng = random.Random("printed identifiers")
    return {kind: getattr(identifiers, kind)(rng, count) for kind in KINDS}


def printed(texts: list[str], height: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield text and crop, uint8 grey, of each text in each typeface that has its characters.

    `height` is that of a capital H in pixels. The blur is that of a rendered page.
    """
    for name in TYPEFACES:
        font = _font(name, height)
        for text in texts:
            if _has_all(font, text):
                yield text, _crop(text, font)


def _font(name: str, height: int) -> ImageFont.FreeTypeFont:
    path = next(path for folder in SYSTEM_FOLDERS if folder.is_dir() for path in sorted(Path(folder).rglob(name)))
    large = ImageFont.truetype(path, 1000, index=KOREAN_FACE.get(name, 0))
    _, top, _, bottom = large.getbbox("H")
    return ImageFont.truetype(path, height * 1000 / (bottom - top), index=KOREAN_FACE.get(name, 0))


def _has_all(font: ImageFont.FreeTypeFont, text: str) -> bool:
    missing = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(character)) != missing for character in set(text))


def _crop(text: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left) + 2 * MARGIN, int(bottom - top) + 2 * MARGIN), 255)
    ImageDraw.Draw(image).text((MARGIN - left, MARGIN - top), text, fill=0, font=font)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.4)))
