"""Atomic writes: after any interruption a file or folder is the old one or the whole new one, never a part of it."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

_PART = re.compile(r"\..*\.[0-9a-f]{8}\.part(\.\w{1,9})?")
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors for a path to which this run may not write."""

AN_HOUR = 3600.0  # seconds; no write takes so long
_CANNOT_BE_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield an empty file beside `path`; when the block succeeds, it is synced to disk and replaces `path`.

    Its permissions are those of any new file: 666 without the bits of the umask.

    Raises:
        OSError: the disk is full; the error names `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    part = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}.part{suffix}")
    with _named(path, part):
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield part
            with part.open("rb+") as written:
                commit(written)
            part.replace(path)
            _commit_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write a file in place of an earlier one."""
    with replacing(path) as part:
        part.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 in place of an earlier file; line ends stay as they are in `text`."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, data: Any) -> None:
    """Write `data` as JSON in place of an earlier file; a lone surrogate, which UTF-8 lacks, is escaped."""
    write_bytes(path, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace"))


def read_json(path: Path) -> Any | None:
    """Read what `write_json` wrote; None if there is no file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file to `target`, in place of an earlier one."""
    with replacing(target) as part:
        shutil.copyfile(source, part)


def commit(file: IO[Any]) -> None:
    """Return when everything that was written to `file` is on the disk."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`; it replaces the folder `path` when the block succeeds.

    Leftovers of a killed run are removed first, so only one run at a time may write to `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    _remove(new)
    new.mkdir()
    try:
        yield new
        put_in_place(new, path)
    finally:
        _remove(new)


def put_in_place(staged: Path, target: Path) -> None:
    """Replace the folder `target` by the finished folder `staged`.

    A run that is killed in between leaves the old folder, the new one, or none; never a mixture. A `target` that is a
    link stays a link: the folder that it points to, perhaps on another disk, is replaced.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    new = staged
    if staged.stat().st_dev != target.parent.stat().st_dev:
        new = target.with_name(f".{target.name}.new")
        _remove(new)
        shutil.copytree(staged, new)
    old = new.with_name(new.name + ".old")
    _remove(old)
    if target.exists():
        target.rename(old)
    new.rename(target)
    _commit_folder(target.parent)
    _remove(old)
    _remove(staged)


def remove_leftovers(folder: Path, *, older_than: float = 0.0) -> None:
    """Remove the files that killed runs left unfinished in `folder`.

    If other runs may be writing now, `older_than` is the age in seconds from which a file no longer belongs to any.
    """
    for entry in folder.iterdir():
        if _PART.fullmatch(entry.name):
            with suppress(FileNotFoundError):
                if time.time() - entry.stat().st_mtime >= older_than:
                    entry.unlink()


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _commit_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows and some network disks have no such thing
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _named(path: Path, part: Path) -> Iterator[None]:
    """Put `path` into an error of the block that names `part`, or that reports an error of the disk without a name."""
    try:
        yield
    except OSError as error:
        is_part = str(part) in (error.filename, error.filename2)  # the second is the target of a copy
        if is_part or (error.filename is None and error.errno in _CANNOT_BE_WRITTEN):
            error.filename = str(path)
        raise
