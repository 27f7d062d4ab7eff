"""`log_train.txt` and `metrics.csv`: what a run scored, for people and for programs."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from train_easyocr.pages.records import Sample
from train_easyocr.program.terminal_text import padded, printable
from train_easyocr.training.metrics_table import without_nul
from train_easyocr.training.validation import Validation

METRICS = "metrics.csv"
COLUMN = 25
RULE = "-" * 80
FURTHER_SCORES = ("loss", "accuracy", "normalized_edit_distance")


@dataclass(frozen=True)
class Course:
    """What a trainer of any network knows about a run at a validation. NaN means unknown.

    `unit` names the images of a batch. `best` has the best scores so far by name, those of the moving average as
    `average_<name>`.
    """

    iteration: int
    iterations: int
    training_loss: float  # mean since the last validation
    learning_rate: float
    unit: str
    images_per_second: float
    data_wait: float  # share of the time, 0 to 1
    skipped_steps: int
    elapsed_seconds: float
    best: Mapping[str, float]

    @property
    def place(self) -> str:
        """How far the run is, as every entry and every line on a validation begins."""
        return f"[{self.iteration}/{self.iterations}]"

    def columns(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Return one row of `metrics.csv`, with the scores of a network in their place."""
        return {
            **{"iteration": self.iteration, "iterations": self.iterations, "training_loss": self.training_loss},
            **scores,
            "learning_rate": self.learning_rate,
            f"{self.unit}_per_second": self.images_per_second,
            **{"data_wait": self.data_wait, "skipped_steps": self.skipped_steps},
            "elapsed_seconds": self.elapsed_seconds,
        }

    def entry(self, lines: Sequence[str], losses: str = "") -> str:
        """Return an entry of `log_train.txt` with these lines, and `losses` behind the loss of the training."""
        # Before the first step there is no loss; "nan" would look like a failed training.
        loss = "-" if math.isnan(self.training_loss) else f"{self.training_loss:.5f}"
        elapsed = timedelta(seconds=int(self.elapsed_seconds))
        head = [self.place, f"Training loss: {loss}{losses} | Total {elapsed} elapsed"]
        return "\n".join([*head, *lines, RULE]) + "\n"


class RunFigures(Protocol):
    """The figures of one validation of any training."""

    WEIGHTS: ClassVar[Mapping[str, str]]
    """The scores by which weights are kept, and the files of the best ones."""
    CURVES: ClassVar[Mapping[str, tuple[str, Mapping[str, str]]]]
    """The pictures of a run: file → what the axis shows, and the lines by name and column."""

    def __init__(self, course: Course, result: Any, average: Any | None) -> None:
        """Put together what the trainer knows and what the network, and the average of its weights, scored."""

    @property
    def course(self) -> Course:
        """What the trainer knows."""

    @property
    def samples(self) -> Sequence[Sample]:
        """Readings to show."""

    @property
    def mistakes(self) -> Sequence[Sample]:
        """Wrong readings to show."""

    def line(self) -> str:
        """Return what a person sees of a validation while training runs."""
        ...

    def entry(self) -> str:
        """Return the entry of `log_train.txt`."""
        ...

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of `metrics.csv`; NaN for what is unknown."""
        ...


@dataclass(frozen=True)
class RecogniserFigures:
    """The figures of one validation of a recogniser; its scores are those of the first dataset."""

    course: Course
    result: Validation
    average: Validation | None  # of the moving average of the weights

    WEIGHTS: ClassVar[Mapping[str, str]] = {"accuracy": "best_accuracy", "normalized_edit_distance": "best_norm_ed"}
    CURVES: ClassVar[Mapping[str, tuple[str, Mapping[str, str]]]] = {
        "loss.png": ("loss", {"training": "training_loss", "validation": "validation_loss"}),
        "accuracy.png": ("accuracy, %", {"weights": "accuracy", "moving average": "average_accuracy"}),
    }

    @property
    def samples(self) -> Sequence[Sample]:
        """Readings drawn at random."""
        return self.result.samples

    @property
    def mistakes(self) -> Sequence[Sample]:
        """The wrong readings of the highest confidence."""
        return self.result.mistakes

    def line(self) -> str:
        """Return what a person sees of a validation while training runs."""
        first = self.result.first
        return (
            f"{self.course.place} accuracy {first.accuracy:.2f}%, normalized edit distance "
            f"{first.normalized_edit_distance:.4f}, validation loss {first.loss:.4f}"
        )

    def entry(self) -> str:
        """Return the entry of `log_train.txt`."""
        first, best = self.result.first, self.course.best
        lines = [
            f"Current accuracy : {first.accuracy:.3f} "
            f"| Current normalized edit distance: {first.normalized_edit_distance:.4f}",
            f"Best accuracy    : {best['accuracy']:.3f} "
            f"| Best normalized edit distance: {best['normalized_edit_distance']:.4f}",
            *(
                f"Accuracy of {printable(scores.name)}: {scores.accuracy:.3f} "
                f"| Normalized edit distance of {printable(scores.name)}: {scores.normalized_edit_distance:.4f}"
                for scores in self.result.further
            ),
            *(RULE, f"{_cell_of('Ground Truth')} | {_cell_of('Prediction')} | Confidence Score & T/F", RULE),
            *(
                f"{_cell_of(sample.ground_truth)} | {_cell_of(sample.prediction)} "
                f"| {sample.confidence:.4f} {sample.is_right}"
                for sample in self.samples
            ),
        ]
        return self.course.entry(lines, losses=f" | Validation loss: {first.loss:.5f}")

    def columns(self) -> dict[str, float]:
        """Return all figures as one row of `metrics.csv`; those of further datasets under their names."""
        average = self.average.scores if self.average else {}
        scores = {"validation_loss": self.result.first.loss, **self.result.scores}
        scores |= {f"best_{name}": self.course.best[name] for name in self.WEIGHTS}
        scores |= {f"average_{name}": average.get(name, math.nan) for name in self.WEIGHTS}
        table = self.course.columns(scores)
        for further in self.result.further:
            table |= {f"{further.name}_{score}": getattr(further, score) for score in FURTHER_SCORES}
        return table


def _cell_of(text: str) -> str:
    return padded(printable(text), COLUMN)


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

    def add(self, figures: RunFigures) -> None:
        """Append one validation to both files."""
        text_file, table = self._files
        with text_file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(figures.entry())
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
