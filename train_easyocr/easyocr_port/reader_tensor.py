"""Turns one crop into the tensor that EasyOCR's Reader would build from it (contract 2 of the design).

The steps are those of EasyOCR 1.7.2: `utils.get_image_list`, `utils.compute_ratio_and_resize` and
`recognition.AlignCollate`. Training and evaluation share them, so both see what an installed network will see.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import Image

Levels = TypeVar("Levels")

IMAGE_HEIGHT = 64
"""Rows of the images that networks read, in pixels."""


def reader_width(width: int, height: int, image_height: int = IMAGE_HEIGHT) -> int:
    """Width in pixels to which the Reader pads a crop of `width` x `height` pixels: a multiple of `image_height`.

    >>> reader_width(152, 57)
    192
    """
    ratio = width / height
    return math.ceil(ratio if ratio >= 1 else 1 / ratio) * image_height


def bucket_widths(sizes: np.ndarray, widest: int) -> np.ndarray:
    """Return the bucket width in pixels of every crop, int32 [N]: its `reader_width`, at most `widest`.

    `sizes`: int [N, 2], width and height; where a size is unknown (0), the bucket width is 0.
    """
    width, height = sizes[:, 0].astype(float), sizes[:, 1].astype(float)
    known = (width > 0) & (height > 0)
    ratio = np.divide(width, height, out=np.ones_like(width), where=known)
    ratio = np.where(ratio < 1, 1 / ratio, ratio)
    return np.where(known, np.minimum(np.ceil(ratio) * IMAGE_HEIGHT, widest), 0).astype(np.int32)


def resize_crop(crop: np.ndarray) -> np.ndarray:
    """Scale a grey crop, uint8 [height, width], as the Reader does before it batches.

    A crop that is at least as wide as tall becomes `IMAGE_HEIGHT` tall. A taller one becomes `IMAGE_HEIGHT` wide
    and keeps its shape; `fit_to_height` shrinks it again. The Reader passes PIL's LANCZOS, value 1, to OpenCV, where
    1 means INTER_LINEAR.
    """
    height, width = crop.shape[:2]
    ratio = width / height
    size = (IMAGE_HEIGHT, int(IMAGE_HEIGHT * (1 / ratio))) if ratio < 1 else (int(IMAGE_HEIGHT * ratio), IMAGE_HEIGHT)
    return cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR)


def stretch_contrast(image: np.ndarray, target: float) -> np.ndarray:
    """Stretch the grey levels of `image`, uint8 [height, width], where their contrast is below `target` (0 to 1).

    The contrast is (p90 - p10) / max(10, p90 + p10) of the 10th and 90th percentile, as in
    `easyocr.recognition.adjust_contrast_grey`.
    """
    high, low = np.percentile(image, 90), np.percentile(image, 10)
    if (high - low) / np.maximum(10, high + low) >= target:
        return image
    stretched = (image.astype(int) - low + 25) * (200.0 / np.maximum(10, high - low))
    return np.clip(stretched, 0, 255).astype(np.uint8)


def fit_to_height(resized: np.ndarray, target_width: int) -> np.ndarray:
    """Scale a resized crop to `IMAGE_HEIGHT` rows and at most `target_width` columns (PIL bicubic)."""
    height, width = resized.shape[:2]
    fitted_width = min(math.ceil(IMAGE_HEIGHT * (width / height)), target_width)
    if (height, width) == (IMAGE_HEIGHT, fitted_width):
        return resized
    return np.asarray(Image.fromarray(resized).resize((fitted_width, IMAGE_HEIGHT), Image.Resampling.BICUBIC))


def pad_right(image: np.ndarray, target_width: int) -> np.ndarray:
    """Repeat the last column until `image`, uint8 [height, width], is `target_width` wide."""
    missing = target_width - image.shape[1]
    if missing <= 0:
        return image
    return cv2.copyMakeBorder(image, 0, 0, 0, missing, cv2.BORDER_REPLICATE)


def normalize(levels: Levels) -> Levels:
    """Map grey levels from 0 to 255 to -1 to 1 in place: x / 255, minus 0.5, divided by 0.5; return them.

    `levels`: a float32 array of numpy or tensor of torch, of any shape.
    """
    numbers: Any = levels  # numpy and torch share this arithmetic
    numbers /= 255
    numbers -= 0.5
    numbers /= 0.5
    return levels


def reader_image(crop: np.ndarray, target_width: int, contrast: float = 0.0) -> np.ndarray:
    """Return the padded grey image, uint8 [64, target_width], that the Reader makes of one crop.

    `target_width` is `reader_width` of the crop or more (a batch shares the widest); a smaller width squeezes the
    crop. `contrast` above 0 stretches low contrast first: the Reader's second pass uses 0.5.
    """
    resized = resize_crop(crop)
    if contrast > 0:
        resized = stretch_contrast(resized, contrast)
    return pad_right(fit_to_height(resized, target_width), target_width)
