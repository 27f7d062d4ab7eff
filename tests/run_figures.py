"""Figures and a sample of a validation, for the tests of what a run writes about them."""

import numpy as np

from train_easyocr.pages.records import Sample
from train_easyocr.training.log import RecogniserFigures

FIGURES = RecogniserFigures(
    iteration=720000,
    iterations=1400000,
    training_loss=0.008184,
    validation_loss=0.098259,
    accuracy=94.9381,
    normalized_edit_distance=0.98261,
    best_accuracy=94.9381,
    best_normalized_edit_distance=0.98261,
    average_accuracy=float("nan"),
    average_normalized_edit_distance=float("nan"),
    learning_rate=1.0,
    patches_per_second=27.0,
    data_wait=0.01,
    skipped_steps=0,
    elapsed_seconds=21 * 60 + 12.9,
)
SAMPLE = Sample("결 재", "결재", 0.41551, np.zeros((1, 64, 64), np.uint8))
