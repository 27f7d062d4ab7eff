"""`log_train.txt` and `metrics.csv`: what a run scored, for people and for programs."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from train_easyocr.pages.records import Sample
from train_easyocr.program.terminal_text import padded, printable
from train_easyocr.training.metrics_table import without_nul
from train_easyocr.training.validation import SetScores, Validation

METRICS = "metrics.csv"
COLUMN = 25
RULE = "-" * 80
FURTHER_SCORES = ("loss", "accuracy", "normalized_edit_distance")


@dataclass(frozen=True)
class Course:
    """What a trainer of any network knows about a run at a validation. NaN means unknown.

    `best` has the best scores so far by name, those of the moving average as `average_<name>`.
    """

    iteration: int
    iterations: int
    training_loss: float  # mean since the last validation
    learning_rate: float
    images_per_second: float
    data_wait: float  # share of the time, 0 to 1
    skipped_steps: int
    elapsed_seconds: float
    best: Mapping[str, float]


@dataclass(frozen=True)
class RecogniserFigures:
    """The figures of one validation. NaN means unknown: a loss before the first step, or no moving average.

    All scores except `further` are those of the first dataset.
    """

    iteration: int
    iterations: int
    training_loss: float  # mean since the last validation
    validation_loss: float
    accuracy: float  # percent
    normalized_edit_distance: float  # 0 to 1
    best_accuracy: float
    best_normalized_edit_distance: float
    average_accuracy: float  # of the moving average of the weights
    average_normalized_edit_distance: float
    learning_rate: float
    patches_per_second: float
    data_wait: float  # share of the time, 0 to 1
    skipped_steps: int
    elapsed_seconds: float
    further: tuple[SetScores, ...] = ()

    WEIGHTS: ClassVar[Mapping[str, str]] = {"accuracy": "best_accuracy", "normalized_edit_distance": "best_norm_ed"}
    """The scores by which weights are kept, and the files of the best ones."""

    CURVES: ClassVar[Mapping[str, tuple[str, Mapping[str, str]]]] = {
        "loss.png": ("loss", {"training": "training_loss", "validation": "validation_loss"}),
        "accuracy.png": ("accuracy, %", {"weights": "accuracy", "moving average": "average_accuracy"}),
    }
    """The pictures of a run: file → what the axis shows, and the lines by name and column."""

    @classmethod
    def of(cls, course: Course, result: Validation, average: Validation | None) -> RecogniserFigures:
        """Put together what the trainer knows and what the network, and the average of its weights, scored."""
        return cls(
            iteration=course.iteration,
            iterations=course.iterations,
            training_loss=course.training_loss,
            validation_loss=result.first.loss,
            accuracy=result.first.accuracy,
            normalized_edit_distance=result.first.normalized_edit_distance,
            best_accuracy=course.best["accuracy"],
            best_normalized_edit_distance=course.best["normalized_edit_distance"],
            average_accuracy=average.first.accuracy if average else math.nan,
            average_normalized_edit_distance=average.first.normalized_edit_distance if average else math.nan,
            learning_rate=course.learning_rate,
            patches_per_second=course.images_per_second,
            data_wait=course.data_wait,
            skipped_steps=course.skipped_steps,
            elapsed_seconds=course.elapsed_seconds,
            further=result.further,
        )

    def line(self) -> str:
        """Return what a person sees of a validation while training runs."""
        return (
            f"[{self.iteration}/{self.iterations}] accuracy {self.accuracy:.2f}%, normalized edit distance "
            f"{self.normalized_edit_distance:.4f}, validation loss {self.validation_loss:.4f}"
        )

    def entry(self, samples: Sequence[Sample]) -> str:
        """Return the entry of `log_train.txt`."""
        elapsed = timedelta(seconds=int(self.elapsed_seconds))
        # Before the first step there is no loss; "nan" would look like a failed training.
        training_loss = "-" if math.isnan(self.training_loss) else f"{self.training_loss:.5f}"
        lines = [
            f"[{self.iteration}/{self.iterations}]",
            f"Training loss: {training_loss} | Validation loss: {self.validation_loss:.5f} | Total {elapsed} elapsed",
            f"Current accuracy : {self.accuracy:.3f} "
            f"| Current normalized edit distance: {self.normalized_edit_distance:.4f}",
            f"Best accuracy    : {self.best_accuracy:.3f} "
            f"| Best normalized edit distance: {self.best_normalized_edit_distance:.4f}",
            *(
                f"Accuracy of {printable(scores.name)}: {scores.accuracy:.3f} "
                f"| Normalized edit distance of {printable(scores.name)}: {scores.normalized_edit_distance:.4f}"
                for scores in self.further
            ),
            *(RULE, f"{_cell_of('Ground Truth')} | {_cell_of('Prediction')} | Confidence Score & T/F", RULE),
            *(
                f"{_cell_of(sample.ground_truth)} | {_cell_of(sample.prediction)} "
                f"| {sample.confidence:.4f} {sample.is_right}"
                for sample in samples
            ),
            RULE,
        ]
        return "\n".join(lines) + "\n"

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of a table; those of further datasets under their names."""
        table = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "further"}
        for scores in self.further:
            table |= {f"{scores.name}_{score}": getattr(scores, score) for score in FURTHER_SCORES}
        return table


def _cell_of(text: str) -> str:
    return padded(printable(text), COLUMN)


class RunFigures(Protocol):
    """The figures of one validation of any training: a dataclass with the methods of `RecogniserFigures`."""

    WEIGHTS: ClassVar[Mapping[str, str]]
    CURVES: ClassVar[Mapping[str, tuple[str, Mapping[str, str]]]]

    @property
    def iteration(self) -> int:
        """When it was."""
        ...

    @classmethod
    def of(cls, course: Course, result: Any, average: Any | None) -> RunFigures:
        """Put together what the trainer knows and what the network, and the average of its weights, scored."""
        ...

    def line(self) -> str:
        """Return what a person sees of a validation while training runs."""
        ...

    def entry(self, samples: Sequence[Sample]) -> str:
        """Return the entry of `log_train.txt`."""
        ...

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of a table."""
        ...


class TextLogs:
    """`log_train.txt` and `metrics.csv` of one run; both are appended to."""

    def __init__(self, folder: Path) -> None:
        self._files = [folder / "log_train.txt", folder / METRICS]

    def sizes(self) -> dict[str, int]:
        """Return the size of each file in bytes, for `cut_back`."""
        return {path.name: path.stat().st_size if path.exists() else 0 for path in self._files}

    def cut_back(self, sizes: dict[str, int]) -> None:
        """Truncate the files to `sizes`: the resumed run writes the rest again."""
        for path in self._files:
            if path.exists() and path.stat().st_size > sizes.get(path.name, 0):
                with path.open("r+b") as file:
                    file.truncate(sizes.get(path.name, 0))

    def add(self, figures: RunFigures, samples: Sequence[Sample]) -> None:
        """Append one validation to both files."""
        text_file, table = self._files
        with text_file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(figures.entry(samples))
        columns = figures.columns()
        with table.open("a+", encoding="utf-8", errors="replace", newline="") as file:
            file.seek(0)
            # A resumed run keeps the columns of the file: it may have other datasets.
            names = next(csv.reader(without_nul(file)), None)
            writer = csv.writer(file, lineterminator="\n")
            if names is None:
                writer.writerow(names := list(columns))
            writer.writerow(_cell(columns.get(name, math.nan)) for name in names)


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.8g}"
