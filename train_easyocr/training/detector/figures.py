"""The figures of one validation of a detector, for `log_train.txt`, `metrics.csv` and the pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import ClassVar

from train_easyocr.training.detector.validation import DetectorValidation
from train_easyocr.training.log import RULE, Course


@dataclass(frozen=True)
class DetectorFigures:
    """All shares are from 0 to 1; NaN means unknown. The thresholds are those of `detection_f1`."""

    iteration: int
    iterations: int
    training_loss: float  # mean since the last validation
    detection_f1: float  # IoU 0.5, word grouping, thresholds searched on the validation pages
    detection_f1_50_95: float  # mean over IoU 0.5 to 0.95
    detection_f1_shipped: float  # with EasyOCR's own thresholds
    one_character_recall: float
    best_detection_f1: float
    average_detection_f1: float  # of the moving average of the weights
    average_detection_f1_50_95: float
    average_one_character_recall: float
    text_threshold: float
    low_text: float
    link_threshold: float
    add_margin: float
    min_size: int
    learning_rate: float
    crops_per_second: float
    data_wait: float
    skipped_steps: int
    elapsed_seconds: float

    WEIGHTS: ClassVar[Mapping[str, str]] = {"detection_f1": "best_detection_f1"}
    """The score by which weights are kept, and the file of the best ones."""

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

    @classmethod
    def of(cls, course: Course, result: DetectorValidation, average: DetectorValidation | None) -> DetectorFigures:
        """Combine what the trainer knows with the scores of the network and of the average of its weights."""
        return cls(
            iteration=course.iteration,
            iterations=course.iterations,
            training_loss=course.training_loss,
            detection_f1=result.best.f1,
            detection_f1_50_95=result.best.mean_f1,
            detection_f1_shipped=result.shipped.f1,
            one_character_recall=result.best.short_recall,
            best_detection_f1=max(course.best.values()),
            average_detection_f1=average.best.f1 if average else math.nan,
            average_detection_f1_50_95=average.best.mean_f1 if average else math.nan,
            average_one_character_recall=average.best.short_recall if average else math.nan,
            text_threshold=result.options.text_threshold,
            low_text=result.options.low_text,
            link_threshold=result.options.link_threshold,
            add_margin=result.options.add_margin,
            min_size=result.options.min_size,
            learning_rate=course.learning_rate,
            crops_per_second=course.images_per_second,
            data_wait=course.data_wait,
            skipped_steps=course.skipped_steps,
            elapsed_seconds=course.elapsed_seconds,
        )

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of a table."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def line(self) -> str:
        """Return the line that is printed after a validation."""
        average = "" if math.isnan(self.average_detection_f1) else f", of the average {self.average_detection_f1:.4f}"
        return (
            f"[{self.iteration}/{self.iterations}] detection F1 {self.detection_f1:.4f}{average}, "
            f"one-character words found {self.one_character_recall:.1%}"
        )

    def entry(self, samples: Sequence[object] = ()) -> str:
        """Return the entry of `log_train.txt`."""
        loss = "-" if math.isnan(self.training_loss) else f"{self.training_loss:.5f}"
        lines = [
            f"[{self.iteration}/{self.iterations}]",
            f"Training loss: {loss} | Total {timedelta(seconds=int(self.elapsed_seconds))} elapsed",
            f"Detection F1     : {self.detection_f1:.4f} | IoU 0.5 to 0.95: {self.detection_f1_50_95:.4f} "
            f"| EasyOCR's thresholds: {self.detection_f1_shipped:.4f}",
            f"One character    : {self.one_character_recall:.4f} found",
            f"Best detection F1: {self.best_detection_f1:.4f}",
            f"Thresholds       : text_threshold {self.text_threshold:g}, low_text {self.low_text:g}, "
            f"link_threshold {self.link_threshold:g}, add_margin {self.add_margin:g}, min_size {self.min_size}",
        ]
        if not math.isnan(self.average_detection_f1):
            lines.append(
                f"Average          : {self.average_detection_f1:.4f} | IoU 0.5 to 0.95: "
                f"{self.average_detection_f1_50_95:.4f} | one character {self.average_one_character_recall:.4f}"
            )
        return "\n".join([*lines, RULE]) + "\n"
