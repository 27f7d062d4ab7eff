"""What the doors of step 3 share: their command line, the lock of a run's folder, and the handling of signals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from train_easyocr.run_lock import one_run
from train_easyocr.training.distributed import Processes, joined_processes
from train_easyocr.training.interruption import Interruption


def parse_arguments(door: str, description: str, *, example: str) -> argparse.Namespace:
    """Parse the command line of a door; `example` shows some settings in its help."""
    command = f"-m train_easyocr.{door}"
    parser = argparse.ArgumentParser(
        prog=f"python3 {command}",
        description=f"{description} On several GPUs: torchrun --nproc_per_node 4 {command}",
        epilog=f"example: python3 {command} {example}",
    )
    config = Path("train_easyocr/config_files/config.yaml")
    parser.add_argument("--config", type=Path, default=config, help="default: %(default)s")
    parser.add_argument("--resume", action="store_true", help="go on from last.ckpt; default: start anew")
    parser.add_argument(
        "--saved_models",
        type=Path,
        default=Path("train_easyocr/saved_models"),
        help="folder of all experiments; default: %(default)s",
    )
    parser.add_argument("settings", nargs="*", metavar="key=value", help="keys of the configuration, for this run")
    return parser.parse_args()


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
