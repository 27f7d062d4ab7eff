"""Writes a patch store: images and `labels.csv`, committed a few pages at a time together with the progress.

Committed pages survive a kill of the process; the next run writes the others again.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import lmdb

from train_easyocr.dataset.stores.label_file import HEADER
from train_easyocr.dataset.stores.store import IMAGES_FOLDER, LABELS_FILE, LMDB_FILE
from train_easyocr.pages.records import Patch
from train_easyocr.program.atomic import commit, read_json, remove_leftovers, write_json

_NEEDS_QUOTES = re.compile(r'[,"\r\n]')


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    r"""Return rows of `labels.csv`: standard CSV, UTF-8 without BOM, `\n`; quotes only where a field needs them.

    >>> csv_rows([("a.png", '54,500')])
    b'a.png,"54,500"\n'
    """
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows).encode("utf-8")


def _quoted(field: str) -> str:
    # Not the csv module: before Python 3.13 its writer does not quote a lone \r, and its reader ends the row there.
    if _NEEDS_QUOTES.search(field):
        return '"' + field.replace('"', '""') + '"'
    return field


def _open_labels(folder: Path, progress: dict[str, Any] | None) -> BinaryIO:
    """Open `labels.csv` for appending; after an interruption it is cut back to its last commit."""
    path = folder / LABELS_FILE
    file = path.open("r+b" if path.exists() else "w+b")
    file.seek(progress["labels_bytes"] if progress else 0)
    file.truncate()
    if not progress:
        file.write(csv_rows([HEADER]))
    return file


def _rows_of(patches: Iterable[Patch]) -> bytes:
    return csv_rows((patch.filename, patch.text) for patch in patches)


class FolderWriter:
    """Patches as single files below `images/`, written by workers; the progress is in a file beside them."""

    def __init__(self, folder: Path) -> None:
        self.images_folder = folder / IMAGES_FOLDER
        self.images_folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        self._progress_file = folder / "progress.json"
        self._labels = _open_labels(folder, self.progress())

    def progress(self) -> dict[str, Any] | None:
        """Return what the last commit recorded; None for a store that has just begun."""
        return read_json(self._progress_file)

    def add(self, patches: Sequence[Patch], images: Iterable[bytes]) -> None:
        """Take the patches of one page; `images` is empty where a worker has written them."""
        for patch, image in zip(patches, images, strict=False):
            (self.images_folder / patch.filename).write_bytes(image)
        self._labels.write(_rows_of(patches))

    def commit(self, progress: dict[str, Any]) -> None:
        """Make everything that was added, and `progress`, permanent."""
        commit(self._labels)
        write_json(self._progress_file, {**progress, "labels_bytes": self._labels.tell()})

    def finish(self) -> None:
        """Close `labels.csv` and remove the progress."""
        self._labels.close()
        self._progress_file.unlink(missing_ok=True)


class LmdbWriter:
    """Patches in one LMDB file, with the progress in the same transaction as its patches.

    Each commit opens the file again. LMDB then chooses its pages only by the content of the file, so an interrupted run
    ends with the same bytes as an uninterrupted one.
    """

    images_folder: Path | None = None

    def __init__(self, folder: Path) -> None:
        self._file = folder / LMDB_FILE
        self._waiting: list[tuple[Patch, bytes]] = []
        self._map_size = 1 << 30
        progress = self.progress()
        if progress:
            self._map_size = progress["map_size"]
        else:
            self._file.unlink(missing_ok=True)
        self._labels = _open_labels(folder, progress)

    def progress(self) -> dict[str, Any] | None:
        """Return what the last commit recorded; None for a store that has just begun."""
        if not self._file.exists():
            return None
        try:
            with self._opened() as environment, environment.begin() as transaction:
                progress = transaction.get(_PROGRESS_KEY)
        except lmdb.Error:  # killed before the file had its first page
            return None
        return json.loads(progress) if progress else None

    def add(self, patches: Sequence[Patch], images: Iterable[bytes]) -> None:
        """Take the patches of one page and their images."""
        self._waiting += zip(patches, images, strict=True)
        self._labels.write(_rows_of(patches))

    def commit(self, progress: dict[str, Any]) -> None:
        """Make everything that was added, and `progress`, permanent."""
        # A value of more than half a page takes whole pages of 4 KiB; twice that leaves room for LMDB's own tree.
        self._map_size += 2 * sum(len(image) + 8192 for _, image in self._waiting) + (4 << 20)
        commit(self._labels)
        positions = {"labels_bytes": self._labels.tell(), "map_size": self._map_size}
        try:
            with self._opened() as environment, environment.begin(write=True) as transaction:
                for patch, image in self._waiting:
                    transaction.put(patch.filename.encode(), image)
                transaction.put(_PROGRESS_KEY, json.dumps({**progress, **positions}).encode())
        except lmdb.Error as error:
            # LMDB sees a write that the disk cuts short as a plain input/output error.
            if os.strerror(errno.EIO) not in str(error) and not isinstance(error, lmdb.DiskError):
                raise
            has_room = shutil.disk_usage(self._file.parent).free > sum(len(image) for _, image in self._waiting)
            number = errno.EFBIG if has_room else errno.ENOSPC
            raise OSError(number, os.strerror(number), str(self._file)) from None
        self._waiting.clear()

    def finish(self) -> None:
        """Close `labels.csv` and remove the progress."""
        self._labels.close()
        with self._opened() as environment, environment.begin(write=True) as transaction:
            transaction.delete(_PROGRESS_KEY)

    def _opened(self) -> lmdb.Environment:
        # The lock of the run keeps other writers away.
        return lmdb.open(str(self._file), subdir=False, lock=False, map_size=self._map_size)


_PROGRESS_KEY = b"\0progress"  # no file name begins with NUL
_WRITERS: dict[str, type[FolderWriter | LmdbWriter]] = {"folder": FolderWriter, "lmdb": LmdbWriter}


def open_writer(kind: str, folder: Path) -> FolderWriter | LmdbWriter:
    """Begin a store of the kind `patch_store` in `folder`, or resume the one that was begun there."""
    return _WRITERS[kind](folder)
