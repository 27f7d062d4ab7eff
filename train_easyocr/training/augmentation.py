"""Augmentation of training crops with the effects of scanner, fax and careless crop, at level none, mild or strong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.easyocr_port.reader_tensor import reader_width
from train_easyocr.program.fonts import korean_font

# For each effect: how often it occurs, and the range of its amount in the unit of its function below. Effects are
# applied in physical order: ink, paper, scanner, JPEG. The crops of public documents are about 57 pixels tall.
LEVELS: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "none": {},
    "mild": {
        "stroke": (0.15, 0.2, 0.7),
        "margin": (0.8, 0.1, 0.3),
        "rotation": (0.2, 0.2, 1.0),
        "blur": (0.15, 0.4, 0.9),
        "resolution": (0.15, 0.5, 0.9),
        "contrast": (0.3, 0.05, 0.3),
        "noise": (0.15, 2.0, 8.0),
        "jpeg": (0.15, 35.0, 85.0),
    },
    "strong": {
        "stroke": (0.35, 0.4, 1.0),
        "margin": (0.9, 0.1, 0.4),
        "rotation": (0.4, 0.5, 2.0),
        "blur": (0.35, 0.6, 1.5),
        "resolution": (0.35, 0.35, 0.7),
        "contrast": (0.6, 0.1, 0.6),
        "noise": (0.4, 5.0, 20.0),
        "bilevel": (0.08, -0.5, 0.5),
        "jpeg": (0.4, 12.0, 50.0),
    },
}
OF_THE_CROP = ("margin", "rotation")  # effects that move the edges of a crop, and with them the boxes of its words
MINIMUM_HEIGHT = 24  # pixels; below it strokes are a pixel or two wide, and effects on them would erase the text


def augment(
    image: np.ndarray, level: str, generator: np.random.Generator, *, without: Sequence[str] = ()
) -> np.ndarray:
    """Return `image`, uint8 [height, width] or [height, width, 3], with effects of `level` that `generator` draws.

    The effects named in `without` are left out. Equal generators give equal results. Height and width may change, but
    the Reader never pads the crop further than the original: a crop stays within the width of its batch.
    """
    widest = reader_width(image.shape[1], image.shape[0])
    for name, (probability, low, high) in LEVELS[level].items():
        happens, amount = generator.random(2)
        if happens >= probability or name in without:
            continue
        changed = EFFECTS[name](image, low + amount * (high - low), generator)
        if reader_width(changed.shape[1], changed.shape[0]) <= widest:
            image = changed
    return image


def stroke(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Make dark strokes thicker or thinner by up to a pixel; `amount` from 0 (not) to 1."""
    change = cv2.erode if generator.random() < 0.5 else cv2.dilate
    if image.shape[0] < MINIMUM_HEIGHT:
        return image
    return cv2.addWeighted(image, 1 - amount, change(image, np.ones((2, 2), np.uint8)), amount, 0)


def margin(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Move the four edges outward by up to `amount` of the height, or, one time in five, inward by a fifth of that.

    Labelled boxes are tight; detected ones carry 0.1 of the height and the detector's own slack.
    """
    height, width = image.shape[:2]
    fractions = generator.random(4) * amount
    if generator.random() < 0.2:
        # A share of the shorter side: a share of the height could remove the whole crop of a thin stroke.
        top, bottom, left, right = (round(min(height, width) * fraction / 5) for fraction in fractions)
        return np.ascontiguousarray(image[top : height - bottom, left : width - right])
    top, bottom, left, right = (round(height * fraction) for fraction in fractions)
    # The sides move only as far as the width that the Reader pads to allows.
    room = reader_width(width, height, 1) * (height + top + bottom) - width
    if left + right > room:
        left, right = (max(0, int(side * room / (left + right))) for side in (left, right))
    return cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=[paper(image)] * 4)


def rotation(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Turn by `amount` degrees to either side; the crop grows taller, as the box of a slanted word does."""
    height, width = image.shape[:2]
    angle = math.copysign(amount, generator.random() - 0.5)
    taller = height + math.ceil(width * math.sin(math.radians(amount)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    matrix[1, 2] += (taller - height) / 2
    return cv2.warpAffine(
        image, matrix, (width, taller), borderMode=cv2.BORDER_CONSTANT, borderValue=[paper(image)] * 4
    )


def blur(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Blur by a Gaussian of `amount` pixels standard deviation in a crop 57 pixels tall; less in a smaller one."""
    return cv2.GaussianBlur(image, (0, 0), max(0.2, amount * min(1.0, image.shape[0] / 57)))


def resolution(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Scale down to `amount` of the size and up again, as a low scanner resolution does."""
    height, width = image.shape[:2]
    smaller = max(MINIMUM_HEIGHT * 2 // 3, round(height * amount))
    if smaller >= height:
        return image
    size = (max(1, round(width * smaller / height)), smaller)
    return cv2.resize(cv2.resize(image, size, interpolation=cv2.INTER_AREA), (width, height))


def contrast(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Fade (or, one time in four, deepen) the contrast by `amount`, and shift the brightness by up to 40 x `amount`."""
    steeper, shift = generator.random(2)
    gain = 1 + amount / 2 if steeper < 0.25 else 1 - amount
    levels = (np.arange(256) - 128) * gain + 128 + (shift * 2 - 1) * 40 * amount
    return cv2.LUT(image, np.clip(levels, 0, 255).astype(np.uint8))


def noise(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise of `amount` grey levels standard deviation."""
    grain = generator.standard_normal(image.shape[:2], dtype=np.float32) * np.float32(amount)
    if image.ndim == 3:
        grain = np.repeat(grain[..., None], image.shape[2], axis=2)
    return cv2.add(image, grain, dtype=cv2.CV_8U)


def bilevel(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Leave black and white, as a fax does; `amount` from -1 to 1 moves the threshold from the ink to the paper."""
    if image.shape[0] < MINIMUM_HEIGHT:
        return image
    grey = image if image.ndim == 2 else image.mean(axis=2).astype(np.uint8)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level += amount * (min(level, 255 - level) / 2)
    black_and_white = cv2.GaussianBlur(np.where(grey > level, 255, 0).astype(np.uint8), (0, 0), 0.5)
    return black_and_white if image.ndim == 2 else np.repeat(black_and_white[..., None], image.shape[2], axis=2)


def jpeg(image: np.ndarray, amount: float, generator: np.random.Generator) -> np.ndarray:
    """Compress as JPEG of quality `amount` (1 to 100) and open again."""
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, round(amount)])[1]
    return cast(np.ndarray, cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED))  # None for what is no image


EFFECTS: Mapping[str, Callable[[np.ndarray, float, np.random.Generator], np.ndarray]] = {
    effect.__name__: effect for effect in (stroke, margin, rotation, blur, resolution, contrast, noise, bilevel, jpeg)
}


def paper(image: np.ndarray) -> int:
    """Return the grey level of the paper: the median along the four edges of the crop."""
    edges = (image[0].ravel(), image[-1].ravel(), image[:, 0].ravel(), image[:, -1].ravel())
    return int(np.median(np.concatenate(edges)))


def contact_sheet(originals: Sequence[np.ndarray], augmented: Sequence[np.ndarray], texts: Sequence[str]) -> np.ndarray:
    """Draw an overview of crops: each row shows two crops, each as original, as training sees it, and its label.

    The crops are uint8 [height, width] or [height, width, 3] of any size; the sheet is uint8 [height, 1280].
    """
    row_height, picture_width, label_width = 44, 240, 160
    column_width = 2 * picture_width + label_width
    rows = math.ceil(len(texts) / 2)
    sheet = Image.new("L", (2 * column_width, max(1, rows) * row_height), 200)
    draw = ImageDraw.Draw(sheet)
    font = korean_font(16)
    for index, (original, changed, text) in enumerate(zip(originals, augmented, texts, strict=True)):
        left, top = (index // rows) * column_width, (index % rows) * row_height
        for place, crop in enumerate((original, changed)):
            picture = Image.fromarray(crop).convert("L")
            picture.thumbnail((picture_width - 8, row_height - 6))
            sheet.paste(picture, (left + place * picture_width + 4, top + 3))
        draw.text((left + 2 * picture_width, top + 10), _shortened(text, font, label_width - 8), fill=0, font=font)
    return np.asarray(sheet)


def _shortened(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    end = next(end for end in range(len(text), -1, -1) if font.getlength(text[:end] + "…") <= width)
    return text[:end] + "…"
