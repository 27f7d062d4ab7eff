"""Door of step 3 in several processes: starts them as torchrun does, with its options, and tells their end in a line.

    python3 -m train_easyocr.several --nproc_per_node 4 -m train_easyocr.train --resume

torchrun itself ends each failure and each Ctrl-C with thirty lines of its own.
"""

from __future__ import annotations

from train_easyocr.program.door import guard_imports, run_door

if __name__ == "__main__":
    guard_imports()

import logging
import signal
import sys

from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure
from torch.distributed.run import parse_args, run

from train_easyocr.program.errors import UserError


def main() -> None:
    """Start the processes and wait; exit with the status of the one that failed first, which has said why."""
    arguments = parse_args(None)
    logging.disable(logging.ERROR)  # torchrun's own; the processes log by themselves
    try:
        run(arguments)
    except ChildFailedError as error:
        _, failure = error.get_first_failure()
        if failure.exitcode < 0:
            raise UserError(killed(failure)) from None
        sys.exit(failure.exitcode)
    except SignalException as stop:
        sys.exit(128 + stop.sigval)


def killed(failure: ProcessFailure) -> str:
    """Say which process was ended by which signal, and what to do."""
    name = signal.Signals(-failure.exitcode).name
    why = ", most likely for want of memory: use fewer workers" if name == "SIGKILL" else ""
    return f"process {failure.local_rank} was ended by {name}{why}; start the same command with --resume to go on"


if __name__ == "__main__":
    run_door(main)
