"""One run at a time in a folder: a second one ends with an error, and a killed one leaves nothing locked."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from train_easyocr.program.atomic import remove_leftovers
from train_easyocr.program.errors import UserError

LOCK_FILE = ".lock"
_PATIENCE_SECONDS = 3.0  # workers of a killed run need a moment to notice and release the lock


@contextmanager
def one_run(folder: Path, mend: str, *, lock_file: Path | None = None) -> Iterator[None]:
    """Keep other runs out of `folder` during the block; half-written files of killed runs in it are removed.

    The system releases the lock when the process ends, however it ends. Afterwards the lock file is gone, and the
    folders that were made for it are if they are still empty, so that a refused run leaves nothing.

    Args:
        folder: the folder that one run at a time may write to.
        mend: what a person who started a second run can do, as in "choose another --output".
        lock_file: another file for the lock, if the run itself moves or makes the folder. By default it is
            `folder`/.lock, and the folder is made.

    Raises:
        UserError: another run holds the lock.
        OSError: the folder cannot be written to.
    """
    path = lock_file or folder / LOCK_FILE
    lock = FileLock(path)
    made = [parent for parent in path.parents if not parent.exists()]  # the innermost first
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise UserError(f"{folder}: another run is writing here; wait for it, or {mend}") from None
    except OSError as error:
        error.filename = str(folder)
        raise
    try:
        if folder.exists():
            remove_leftovers(folder)
        yield
    finally:
        # Before the release: a run that waits for this file sees that it is gone, and makes one of its own.
        with suppress(OSError):  # Windows removes no open file
            path.unlink()
        lock.release()
        for parent in made:
            with suppress(OSError):  # not empty
                parent.rmdir()
