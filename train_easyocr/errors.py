"""Mistakes that a person can make: one line each on standard error, exit status 2, no traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable


class UserError(Exception):
    """A mistake in the input. The message names the file, the value, what was expected and the mend.

    A message of several lines is a list of mistakes, one a line.
    """


def run_door(main: Callable[[], None]) -> None:
    """Run the `main` of a script and leave with the status that fits what happened.

    Status 0: done; 2: a person's mistake or a disk that takes no more, told in one line; 130: stopped by Ctrl-C.
    Anything else is a defect of ours and keeps its traceback. What the terminal's encoding lacks (a Korean one has no
    en dash, a plain one no Hangul) is shown as `?`.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a notebook has another kind
        sys.stdout.reconfigure(errors="replace")
    try:
        main()
    except UserError as mistake:
        leave(str(mistake), 2)
    except KeyboardInterrupt:
        leave("stopped by Ctrl-C; start the same command again to go on", 130)
    except BrokenPipeError:
        # The reader of our output (`| head`) has left. Python would complain again while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except PermissionError as error:
        leave(f"{error.filename}: permission denied; choose a folder that you may write to", 2)
    except OSError as error:
        place = error.filename or "the output folder"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            leave(f"{place}: the disk is full; free some space and run again", 2)
        if error.errno == errno.EFBIG:
            leave(f"{place}: the file system or `ulimit -f` allows no larger file; choose another folder", 2)
        raise


def leave(message: str, status: int) -> None:
    """Print `message`, each line behind `error: `, and end the process."""
    sys.stdout.flush()
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)
    sys.exit(status)
