"""What our own detector learns from: crops with the core of each word, over all the scales of scans."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from train_easyocr.pages.records import Word
from train_easyocr.training.detector.crops import CropRecipe
from train_easyocr.training.detector.score_targets import placed
from train_easyocr.training.detector.word_cores import draw_cores

SHADED, LIGHT = 0.25, (0.5, 1.15)
"""Share of the crops in uneven light, and by what the grey levels at their corners are multiplied."""

NEGATIVE = 0.03
"""Share of the crops that are white on black."""


def draw_words(
    words: Sequence[Word], image: np.ndarray, matrix: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the cores of words on a crop: see `CropRecipe.draw`."""
    return draw_cores(placed(np.array([word.box for word in words]).reshape(-1, 4), matrix), (size, size))


def scan(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return a crop, uint8 [size, size, 3], in uneven light (one in four) or as a negative (one in thirty)."""
    shaded, negative = generator.random(2)
    if shaded < SHADED:
        corners = generator.uniform(*LIGHT, (2, 2)).astype(np.float32)
        light = cv2.resize(corners, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        image = np.clip(image * light[..., None], 0, 255).astype(np.uint8)
    return np.asarray(255 - image) if negative < NEGATIVE else image


WORD_RECIPE = CropRecipe(
    sizes=(448, 512, 576, 640),
    scales=(0.38, 1.5),
    degrees=4.0,
    distortion=0.05,
    turned=0.06,
    scan=scan,
    draw=draw_words,
    rim=0.0,
)
