"""`log_train.txt` and `metrics.csv`: what a run scored, for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path

from train_easyocr.terminal_text import padded, printable
from train_easyocr.training.validation import Sample

COLUMN = 25
RULE = "-" * 80


@dataclass(frozen=True)
class Figures:
    """The figures of one validation. NaN stands for what is not known: a loss before the first step, no average."""

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


def block(figures: Figures, samples: Sequence[Sample]) -> str:
    """Return the entry of `log_train.txt` for one validation."""
    elapsed = timedelta(seconds=int(figures.elapsed_seconds))
    # Before the first step there is none; "nan" would look like a training gone wrong.
    training_loss = "-" if math.isnan(figures.training_loss) else f"{figures.training_loss:.5f}"
    lines = [
        f"[{figures.iteration}/{figures.iterations}]",
        f"Training loss: {training_loss} | Validation loss: {figures.validation_loss:.5f} | Total {elapsed} elapsed",
        f"Current accuracy : {figures.accuracy:.3f} "
        f"| Current normalized edit distance: {figures.normalized_edit_distance:.4f}",
        f"Best accuracy    : {figures.best_accuracy:.3f} "
        f"| Best normalized edit distance: {figures.best_normalized_edit_distance:.4f}",
        *(RULE, f"{padded('Ground Truth', COLUMN)} | {padded('Prediction', COLUMN)} | Confidence Score & T/F", RULE),
        *(
            f"{_cell_of(sample.ground_truth)} | {_cell_of(sample.prediction)} "
            f"| {sample.confidence:.4f} {sample.is_right}"
            for sample in samples
        ),
        RULE,
    ]
    return "\n".join(lines) + "\n"


def _cell_of(text: str) -> str:
    return padded(printable(text), COLUMN)


class TextLogs:
    """`log_train.txt` and `metrics.csv` of one run; both are appended to."""

    def __init__(self, folder: Path) -> None:
        self._files = [folder / "log_train.txt", folder / "metrics.csv"]

    def sizes(self) -> dict[str, int]:
        """Return the length of each file in bytes, for `cut_back`."""
        return {path.name: path.stat().st_size if path.exists() else 0 for path in self._files}

    def cut_back(self, sizes: dict[str, int]) -> None:
        """Remove what was written after `sizes` were taken: the resumed run writes it once more."""
        for path in self._files:
            if path.exists() and path.stat().st_size > sizes.get(path.name, 0):
                with path.open("r+b") as file:
                    file.truncate(sizes.get(path.name, 0))

    def add(self, figures: Figures, samples: Sequence[Sample]) -> None:
        """Append one validation to both files."""
        text_file, table = self._files
        with text_file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(block(figures, samples))
        is_new = not table.exists() or table.stat().st_size == 0
        with table.open("a", encoding="utf-8", newline="\n") as file:
            if is_new:
                file.write(",".join(field.name for field in fields(Figures)) + "\n")
            file.write(",".join(map(_cell, asdict(figures).values())) + "\n")

    def history(self) -> list[Figures]:
        """Return the figures of all validations so far."""
        _, table = self._files
        kinds = {field.name: int if field.type == "int" else float for field in fields(Figures)}
        names, *rows = (line.split(",") for line in table.read_text(encoding="utf-8").splitlines())
        return [
            Figures(**{name: kinds[name](cell or "nan") for name, cell in zip(names, row, strict=True)}) for row in rows
        ]


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.8g}"
