"""Pictures of a run: `loss.png` and `accuracy.png`, redrawn at each validation, and the same in TensorBoard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure
from torch.utils.tensorboard import SummaryWriter

from train_easyocr.program.atomic import replacing
from train_easyocr.training.log import RunFigures
from train_easyocr.training.metrics_table import ITERATION, History


def draw_history(history: History, curves: Mapping[str, tuple[str, Mapping[str, str]]], folder: Path) -> None:
    """Draw the `curves` of a run (`RunFigures.CURVES`), such as its losses, over the iterations of all validations."""
    iterations = [row[ITERATION] for row in history]
    for filename, (label, columns) in curves.items():
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot(xlabel="iteration", ylabel=label)
        for name, column in columns.items():
            values = [row.get(column, math.nan) for row in history]
            if any(value == value for value in values):  # NaN differs from itself
                axes.plot(iterations, values, marker="o", markersize=3, label=name)
        if label == "loss":
            axes.set_yscale("log")
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
        with replacing(folder / filename) as temporary:
            figure.savefig(temporary, dpi=120)


class Board:
    """Scalars and sample readings for TensorBoard, below `folder`/tensorboard."""

    def __init__(self, folder: Path, first_iteration: int) -> None:
        # Hides what an interrupted run wrote after its last checkpoint.
        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=first_iteration + 1)

    def add(self, figures: RunFigures) -> None:
        """Write one validation."""
        iteration = figures.course.iteration
        for name, value in figures.columns().items():
            if name not in ("iteration", "iterations") and value == value:
                self._writer.add_scalar(name, value, iteration)
        for number, sample in enumerate(figures.samples):
            verdict = "right" if sample.is_right else f"wrong: {sample.prediction}"
            self._writer.add_image(f"sample {number}", sample.image, iteration)
            self._writer.add_text(f"sample {number}", f"{sample.ground_truth} ({verdict})", iteration)
        self._writer.flush()

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
