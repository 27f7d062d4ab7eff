"""The folder of a run: weights, checkpoint, logs and pictures. One process of a run writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import torch
from torch import nn

from train_easyocr.records import Sample
from train_easyocr.training.checkpoint import save_checkpoint, save_weights
from train_easyocr.training.log import Figures, RunFigures, TextLogs
from train_easyocr.training.plots import Board, draw_history
from train_easyocr.training.step import TrainingBatch

LAST = "last.ckpt"


def set_aside(folder: Path) -> None:
    """Rename the folder of an earlier run, so that a new run of that name overwrites nothing, and print its place."""
    if (folder / LAST).exists():
        place = folder.with_name(f"{folder.name}.{datetime.now():%Y%m%d-%H%M%S}")
        folder.rename(place)
        print(f"{folder} held an earlier run, which is in {place} now")


class Experiment:
    """Writes the files of a run into `folder`; with `writes` False, for all processes but one, it writes nothing.

    `description`: what a checkpoint says about the run beside its state: settings, characters, data and start. `kind`:
    what the figures of a validation are. `write_report`, where there is one, writes what people look at: it is called
    after each validation with the folder, the description, and by name the `samples`, the `mistakes` and the images
    that are `unreadable`.
    """

    def __init__(
        self,
        folder: Path,
        description: dict[str, Any],
        *,
        writes: bool,
        kind: type[RunFigures] = Figures,
        write_report: Callable[..., object] | None = None,
    ) -> None:
        self._folder, self._description, self._writes = folder, description, writes
        self._write_report = write_report
        self._logs = TextLogs(folder, kind)
        self.kind = kind
        self._board: Board | None = None
        self._unreadable: set[str] = set()

    def begin(self, state: dict[str, Any] | None) -> None:
        """Get ready for a new run, or for one that goes on from `state`: its logs are cut back to that moment."""
        if self._writes:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._logs.cut_back(state["log_sizes"] if state else {})
            self._board = Board(self._folder, state["progress"]["iteration"] if state else 0)
            self.add_unreadable(state["unreadable"] if state else [])

    def add_validation(self, figures: RunFigures, samples: Sequence[Sample], mistakes: Sequence[Sample]) -> None:
        """Log one validation, redraw the pictures and write the report."""
        if not self._writes:
            return
        self._logs.add(figures, samples)
        draw_history(self._logs.history(), self._folder)
        self._board.add(figures, samples)
        if self._write_report:
            found = {"samples": samples, "mistakes": mistakes, "unreadable": sorted(self._unreadable)}
            self._write_report(self._folder, self._description, **found)

    def save_weights(self, network: nn.Module, name: str) -> None:
        """Write `name`.pth."""
        if self._writes:
            save_weights(network, self._folder / f"{name}.pth")

    def save_state(self, state: dict[str, Any], name: str = LAST) -> None:
        """Write the checkpoint `name`, with what a resumed run needs to know about the logs."""
        if self._writes:
            logs = {"log_sizes": self._logs.sizes(), "unreadable": sorted(self._unreadable)}
            whole = {**self._description, **state, **logs}
            save_checkpoint(whole, self._folder / name)

    def add_unreadable(self, names: Sequence[str]) -> None:
        """Note images that turned out damaged, each once, in `log_dataset.txt`."""
        new = [name for name in dict.fromkeys(names) if name not in self._unreadable]
        self._unreadable.update(new)
        if self._writes and new:
            with (self._folder / "log_dataset.txt").open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"left out while training, the image is damaged: {name}\n" for name in new)

    def save_failed_batch(self, batch: TrainingBatch, rank: int) -> Path:
        """Write a batch whose loss is no number, for a look, and return the file."""
        path = self._folder / f"failed_batch_{rank}.pt"
        torch.save(batch._asdict(), path)
        return path

    def close(self) -> None:
        """Finish the files."""
        if self._board:
            self._board.close()
