"""What the doors of step 3 share: the lock of a run's folder, and the handling of signals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from train_easyocr.run_lock import one_run
from train_easyocr.training.distributed import Processes, joined_processes
from train_easyocr.training.interruption import Interruption


@contextmanager
def only_run(folder: Path) -> Iterator[tuple[Processes, Interruption]]:
    """Yield the processes that train together, and their `Interruption`; `folder` is locked against other runs.

    Raises:
        UserError: another run has the lock.
        SystemExit: after the block, with 128 and the signal's number, if a signal has come.
    """
    lock = folder.with_name(f".{folder.name}.lock")  # beside the folder, which a new run of the same name sets aside
    with (
        Interruption() as interruption,
        joined_processes() as processes,
        processes.held_by_first(one_run(folder, "choose another experiment_name", lock_file=lock)),
    ):
        yield processes, interruption
    if interruption.received:
        print(f"stopped by {interruption.received.name}; the same command with --resume goes on", file=sys.stderr)
        sys.exit(128 + interruption.received)
