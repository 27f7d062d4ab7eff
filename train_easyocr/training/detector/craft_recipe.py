"""What CRAFT learns from: crops with Gaussians on the characters of each word and between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from train_easyocr.pages.records import Page, Word
from train_easyocr.training.detector.characters import character_boxes
from train_easyocr.training.detector.crops import CropRecipe
from train_easyocr.training.detector.score_targets import ENLARGED, draw_targets, placed

SCALES = (0.7, 1.4)
"""Least and largest scale, beside the one at which a Reader shows a page to the detector."""

INK = 40
"""Grey levels that are this much darker than the paper are ink."""


def draw_characters(
    words: Sequence[Word], image: np.ndarray, matrix: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the maps of words on a crop: see `CropRecipe.draw`. The ink of the page tells where characters end."""
    paper = float(np.median(image[::8, ::8].reshape(-1, 3), axis=0).mean())
    ink = np.clip(paper - INK - image.mean(axis=2, dtype=np.float32), 0, None)
    return draw_targets(
        [(placed(character_boxes(word, _within(ink, word)), matrix), word.is_vertical) for word in words], (size, size)
    )


def _within(ink: np.ndarray, word: Word) -> np.ndarray:
    xmin, ymin, xmax, ymax = word.box
    return ink[max(0, ymin) : ymax, max(0, xmin) : xmax]


def as_a_reader_shows_it(page: Page, shrunk: float, generator: np.random.Generator) -> float:
    """Return a scale near the one at which a Reader shows the page to the detector."""
    return shrunk * math.exp(generator.uniform(*np.log(SCALES)))


def as_it_is(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return a crop unchanged."""
    return image


CRAFT_RECIPE = CropRecipe(
    sizes=(640, 672, 704, 736, 768),
    scale=as_a_reader_shows_it,
    degrees=2.0,
    distortion=0.0,
    turned=0.0,
    scan=as_it_is,
    draw=draw_characters,
    rim=(ENLARGED - 1) / 2,
)
