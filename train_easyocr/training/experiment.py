"""The folder of a run: weights, checkpoint, logs and pictures. One process of a run writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import torch
from torch import nn

from train_easyocr.training.checkpoint import save_checkpoint, save_weights
from train_easyocr.training.log import METRICS, RecogniserFigures, RunFigures, TextLogs
from train_easyocr.training.metrics_table import read_history
from train_easyocr.training.plots import Board, draw_history
from train_easyocr.training.step import TrainingBatch

LAST = "last.ckpt"


def set_aside(folder: Path) -> None:
    """Rename the folder of an earlier run so that a new run of that name overwrites nothing; print its new place."""
    if (folder / LAST).exists():
        place = folder.with_name(f"{folder.name}.{datetime.now():%Y%m%d-%H%M%S}")
        folder.rename(place)
        print(f"{folder} held an earlier run, which is in {place} now")


class Experiment:
    """Writes the files of a run into `folder`. `writes` is False in all processes but one, which then write nothing.

    `description`: settings, characters, data and start of the run, saved in a checkpoint beside the state. `kind`: the
    class of the figures of a validation. `write_report`, if given, writes the report for people. It is called after
    each validation with the folder, the description, and by keyword `samples`, `mistakes` and the images that are
    `unreadable`.
    """

    def __init__(
        self,
        folder: Path,
        description: dict[str, Any],
        *,
        writes: bool,
        kind: type[RunFigures] = RecogniserFigures,
        write_report: Callable[..., object] | None = None,
    ) -> None:
        self._folder, self._description, self._writes = folder, description, writes
        self._write_report = write_report
        self._logs = TextLogs(folder)
        self.kind = kind
        self._board: Board | None = None
        self._unreadable: set[str] = set()

    def begin(self, state: dict[str, Any] | None) -> None:
        """Prepare a new run, or one that resumes from `state`, whose logs are cut back to that moment."""
        if self._writes:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._logs.cut_back(state["log_sizes"] if state else {})
            self._board = Board(self._folder, state["progress"]["iteration"] if state else 0)
            self.add_unreadable(state["unreadable"] if state else [])

    def add_validation(self, figures: RunFigures) -> None:
        """Log one validation, redraw the pictures and write the report."""
        if self._board is None:  # of another process than the first
            return
        self._logs.add(figures)
        draw_history(read_history(self._folder / METRICS), self.kind.CURVES, self._folder)
        self._board.add(figures)
        if self._write_report:
            self._write_report(
                self._folder,
                self._description,
                samples=figures.samples,
                mistakes=figures.mistakes,
                unreadable=sorted(self._unreadable),
            )

    def save_weights(self, network: nn.Module, name: str) -> None:
        """Write `name`.pth."""
        if self._writes:
            save_weights(network, self._folder / f"{name}.pth")

    def save_state(self, state: dict[str, Any], name: str = LAST) -> None:
        """Write the checkpoint `name`, with the lengths of the logs that a resumed run cuts back to."""
        if self._writes:
            logs = {"log_sizes": self._logs.sizes(), "unreadable": sorted(self._unreadable)}
            whole = {**self._description, **state, **logs}
            save_checkpoint(whole, self._folder / name)

    def add_unreadable(self, names: Sequence[str]) -> None:
        """Add damaged images to `log_dataset.txt`, each once."""
        new = [name for name in dict.fromkeys(names) if name not in self._unreadable]
        self._unreadable.update(new)
        if self._writes and new:
            with (self._folder / "log_dataset.txt").open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"left out while training, the image is damaged: {name}\n" for name in new)

    def save_failed_batch(self, batch: TrainingBatch, rank: int) -> Path:
        """Save a batch whose loss is not finite for inspection, and return the file."""
        path = self._folder / f"failed_batch_{rank}.pt"
        torch.save(batch._asdict(), path)
        return path

    def close(self) -> None:
        """Finish the files."""
        if self._board:
            self._board.close()
