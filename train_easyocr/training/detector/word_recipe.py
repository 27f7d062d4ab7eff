"""What our own detector learns from: crops with the core of each word, over all the scales of scans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train_easyocr.pages.records import Word
from train_easyocr.training.detector.crops import CropRecipe
from train_easyocr.training.detector.score_targets import placed
from train_easyocr.training.detector.word_cores import draw_cores


def draw_words(
    words: Sequence[Word], image: np.ndarray, matrix: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the cores of words on a crop: see `CropRecipe.draw`."""
    return draw_cores(placed(np.array([word.box for word in words]).reshape(-1, 4), matrix), (size, size))


WORD_RECIPE = CropRecipe(sizes=(448, 512, 576, 640), scales=(0.42, 1.5), degrees=4.0, draw=draw_words, rim=0.0)
