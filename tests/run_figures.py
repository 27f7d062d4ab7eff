"""Figures and a sample of a validation, for the tests of what a run writes about them."""

import numpy as np

from train_easyocr.pages.records import Sample
from train_easyocr.training.log import Course, RecogniserFigures
from train_easyocr.training.validation import SetScores, Validation

SAMPLE = Sample("결 재", "결재", 0.41551, np.zeros((1, 64, 64), np.uint8))


def figures(iteration=720_000, training_loss=0.008184, accuracy=94.9381, average=None, further=(), samples=()):
    """The figures of a validation; `average`: the accuracy of the moving average."""

    def validation(accuracy):
        return Validation(SetScores("A", 0.098259, accuracy, 0.98261), tuple(further), tuple(samples), (), ())

    best = {"accuracy": 94.9381, "normalized_edit_distance": 0.98261}
    course = Course(iteration, 1_400_000, training_loss, 1.0, "patches", 27.0, 0.01, 0, 21 * 60 + 12.9, best)
    return RecogniserFigures(course, validation(accuracy), validation(average) if average else None)
