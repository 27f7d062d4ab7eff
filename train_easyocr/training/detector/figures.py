"""The figures of one validation of a detector, for `log_train.txt`, `metrics.csv` and the pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from train_easyocr.pages.records import Sample
from train_easyocr.training.detector.validation import DetectorValidation
from train_easyocr.training.log import Course

THRESHOLDS = ("text_threshold", "low_text", "link_threshold", "add_margin", "min_size")
"""The reading options that a validation searches."""


@dataclass(frozen=True)
class DetectorFigures:
    """All shares are from 0 to 1."""

    course: Course
    result: DetectorValidation
    average: DetectorValidation | None  # of the moving average of the weights

    WEIGHTS: ClassVar[Mapping[str, str]] = {"detection_f1": "best_detection_f1"}
    CURVES: ClassVar[Mapping[str, tuple[str, Mapping[str, str]]]] = {
        "loss.png": ("loss", {"training": "training_loss"}),
        "detection.png": (
            "detection F1",
            {
                "thresholds searched": "detection_f1",
                "EasyOCR's thresholds": "detection_f1_shipped",
                "IoU 0.5 to 0.95": "detection_f1_50_95",
                "moving average": "average_detection_f1",
            },
        ),
    }
    samples: ClassVar[Sequence[Sample]] = ()  # a detector reads nothing
    mistakes: ClassVar[Sequence[Sample]] = ()

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of `metrics.csv`; NaN for what is unknown."""
        best, options = self.result.best, self.result.options
        average = self.average.best if self.average else None
        return self.course.columns(
            {
                "detection_f1": best.f1,  # IoU 0.5, word grouping, thresholds searched on the validation pages
                "detection_f1_50_95": best.mean_f1,
                "detection_f1_shipped": self.result.shipped.f1,  # with EasyOCR's own thresholds
                "one_character_recall": best.short_recall,
                "best_detection_f1": max(self.course.best.values()),
                "average_detection_f1": average.f1 if average else math.nan,
                "average_detection_f1_50_95": average.mean_f1 if average else math.nan,
                "average_one_character_recall": average.short_recall if average else math.nan,
                **{name: getattr(options, name) for name in THRESHOLDS},
            }
        )

    def line(self) -> str:
        """Return the line that is printed after a validation."""
        best = self.result.best
        average = f", of the average {self.average.best.f1:.4f}" if self.average else ""
        return (
            f"{self.course.place} detection F1 {best.f1:.4f}{average}, "
            f"one-character words found {best.short_recall:.1%}"
        )

    def entry(self) -> str:
        """Return the entry of `log_train.txt`."""
        best, options = self.result.best, self.result.options
        lines = [
            f"Detection F1     : {best.f1:.4f} | IoU 0.5 to 0.95: {best.mean_f1:.4f} "
            f"| EasyOCR's thresholds: {self.result.shipped.f1:.4f}",
            f"One character    : {best.short_recall:.4f} found",
            f"Best detection F1: {max(self.course.best.values()):.4f}",
            "Thresholds       : " + ", ".join(f"{name} {getattr(options, name):g}" for name in THRESHOLDS),
        ]
        if self.average:
            average = self.average.best
            lines.append(
                f"Average          : {average.f1:.4f} | IoU 0.5 to 0.95: {average.mean_f1:.4f} "
                f"| one character {average.short_recall:.4f}"
            )
        return self.course.entry(lines)
