"""One run at a time in a folder: a second one ends with an error, and a killed one leaves nothing locked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from train_easyocr.atomic import remove_leftovers
from train_easyocr.errors import UserError

LOCK_FILE = ".lock"
_PATIENCE_SECONDS = 3.0  # workers of a killed run need a moment to notice and release the lock


@contextmanager
def one_run(folder: Path, mend: str, *, lock_file: Path | None = None) -> Iterator[None]:
    """Make `folder` and keep other runs out of it during the block; half-written files of killed runs are removed.

    The system releases the lock when the process ends, however it ends; the empty lock file stays.

    Args:
        folder: the folder that one run at a time may write to.
        mend: what a person who started a second run can do, as in "choose another --output".
        lock_file: another file for the lock, if the run itself moves the folder; `folder`/.lock by default.

    Raises:
        UserError: another run holds the lock.
        OSError: the folder cannot be written to.
    """
    lock = FileLock(lock_file or folder / LOCK_FILE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise UserError(f"{folder}: another run is writing here; wait for it, or {mend}") from None
    except OSError as error:
        error.filename = str(folder)
        raise
    try:
        remove_leftovers(folder)
        yield
    finally:
        lock.release()
