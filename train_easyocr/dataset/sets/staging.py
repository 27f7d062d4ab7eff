"""Work in progress lives in `<output>/.preparing`; a set takes its place in one rename when it is whole."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from train_easyocr.errors import UserError

_FOLDER = ".preparing"
_PATIENCE_SECONDS = 3.0  # workers of a killed run need a moment to notice and let go


@contextmanager
def exclusive_run(output: Path) -> Iterator[Path]:
    """Hold the lock of `output` and give its staging folder.

    Raises:
        UserError: another run holds the lock.
    """
    folder = output / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                raise UserError(f"{output}: another run is writing here; wait for it, or choose another --output")
            time.sleep(0.1)
        yield folder


def _locked(descriptor: int) -> bool:
    """Try to lock; the system lets go of the lock when the process ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def put_in_place(staged: Path, target: Path) -> None:
    """Let `staged`, a whole folder, take the place of `target`.

    A run that dies in between leaves the old folder, the new one, or none; never a mixture.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    old = staged.with_name(staged.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def save_json(path: Path, data: dict) -> None:
    """Write `data` as JSON in one go: the old file or the new one, never a half."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load_json(path: Path) -> dict | None:
    """Read what `save_json` wrote; None where there is nothing."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
