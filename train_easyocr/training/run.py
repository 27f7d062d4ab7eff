"""What the doors of step 3 share: the lock of a run's folder, the end of a finished run, and signals."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from train_easyocr.program.run_lock import one_run
from train_easyocr.training.distributed import Processes, joined_processes
from train_easyocr.training.experiment import LAST
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.trainer import Length


def is_finished(folder: Path, state: Mapping[str, Any], length: Length, processes: Processes, keys: str = "") -> bool:
    """Return whether the run of `folder`, at this state, has nothing left to do, and print so.

    `keys`: what the names of its settings start with, before `n_iter` and `patience`.
    """
    if not length.is_over(state["progress"]):
        return False
    iteration = state["progress"]["iteration"]
    key = f"{keys}n_iter" if iteration >= length.iterations else f"{keys}patience"
    at = f"{iteration} of {length.iterations}" if iteration <= length.iterations else f"{iteration}"
    by = "" if iteration <= length.iterations else f" = {length.iterations}"
    if processes.is_first:
        print(
            f"{folder / LAST}: the training is finished, at iteration {at}, by its {key}{by}; nothing is changed. To "
            f"go on, give a larger {key}"
        )
    return True


@contextmanager
def only_run(folder: Path) -> Iterator[tuple[Processes, Interruption]]:
    """Yield the processes that train together, and their `Interruption`; `folder` is locked against other runs.

    Raises:
        UserError: another run has the lock.
        SystemExit: after the block, with 128 and the signal's number, if a signal has come.
    """
    lock = folder.with_name(f".{folder.name}.lock")  # beside the folder, which a new run of the same name moves away
    with (
        Interruption() as interruption,
        joined_processes() as processes,
        processes.held_by_first(one_run(folder, "choose another experiment_name", lock_file=lock)),
    ):
        yield processes, interruption
    if interruption.received:
        print(f"stopped by {interruption.received.name}; the same command with --resume goes on", file=sys.stderr)
        sys.exit(128 + interruption.received)
