"""What our own detector learns from: crops with the core of each word, over all the scales of scans."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from train_easyocr.pages.records import Page, Word
from train_easyocr.training.detector.characters import drawable
from train_easyocr.training.detector.crops import CropRecipe
from train_easyocr.training.detector.score_targets import placed
from train_easyocr.training.detector.word_cores import draw_cores

HEIGHTS, USUAL_HEIGHT = (11.0, 50.0), 30.0
"""The median height of the words on a crop in pixels: print of 10 points is 11 pixels tall at 75 dpi, 44 at 300 dpi."""

SHADED, LIGHT = 0.25, (0.5, 1.15)
"""Share of the crops in uneven light, and by what the grey levels at their corners are multiplied."""

NEGATIVE = 0.03
"""Share of the crops that are white on black."""


def draw_words(
    words: Sequence[Word], image: np.ndarray, matrix: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the cores of words on a crop: see `CropRecipe.draw`."""
    return draw_cores(placed(np.array([word.box for word in words]).reshape(-1, 4), matrix), (size, size))


def to_a_height(page: Page, shrunk: float, generator: np.random.Generator) -> float:
    """Return a scale by which the words of a page get any of `HEIGHTS`; near `shrunk` on a page without words."""
    words = drawable(page.words)
    height = float(np.median([min(word.width, word.height) for word in words])) if words else USUAL_HEIGHT / shrunk
    return math.exp(generator.uniform(*np.log(HEIGHTS))) / height


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
    scale=to_a_height,
    degrees=4.0,
    distortion=0.05,
    turned=0.06,
    scan=scan,
    draw=draw_words,
    rim=0.0,
)
