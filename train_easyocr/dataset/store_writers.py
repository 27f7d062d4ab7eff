"""Writing a patch store: images and `labels.csv`, committed a few pages at a time together with the progress."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from train_easyocr.dataset.staging import load_json, save_json
from train_easyocr.dataset.stores import IMAGES_FOLDER, LABELS_FILE
from train_easyocr.records import Patch

HEADER = ("filename", "words")


class StoreWriter(Protocol):
    """What is committed survives a kill of the process; what is not, is written again by the next run."""

    images_folder: Path | None

    def progress(self) -> dict | None:
        """Give what the last commit recorded; None for a store that has just begun."""
        ...

    def add(self, patches: Sequence[Patch], images: Iterable[bytes]) -> None:
        """Take the patches of one page; `images` is empty where workers wrote them into `images_folder`."""
        ...

    def commit(self, progress: dict) -> None:
        """Make everything that was added, and `progress`, permanent."""
        ...

    def finish(self) -> None:
        """Remove what only the writing needed."""
        ...


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    r"""Give rows of `labels.csv`: standard CSV, UTF-8 without BOM, `\n`; quotes only where a field needs them.

    >>> csv_rows([("a.png", '54,500')])
    b'a.png,"54,500"\n'
    """
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows).encode("utf-8")


def _quoted(field: str) -> str:
    # Not the csv module: until Python 3.13 its writer leaves a lone \r bare, and its reader then ends the row there.
    if any(character in field for character in ',"\r\n'):
        return '"' + field.replace('"', '""') + '"'
    return field


class LabelsWriter:
    """`labels.csv`, appended to; an interrupted one is cut back to its last commit."""

    def __init__(self, path: Path, committed_bytes: int) -> None:
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.seek(committed_bytes)
        self._file.truncate()
        if committed_bytes == 0:
            self._file.write(csv_rows([HEADER]))

    def add(self, patches: Iterable[Patch]) -> None:
        """Append a row for each patch."""
        self._file.write(csv_rows((patch.filename, patch.text) for patch in patches))

    def commit(self) -> int:
        """Make the rows permanent and give the length of the file in bytes."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class FolderWriter:
    """Patches as single files below `images/`; workers write them, the progress stands in a file beside."""

    def __init__(self, folder: Path) -> None:
        self.images_folder: Path | None = folder / IMAGES_FOLDER
        self.images_folder.mkdir(parents=True, exist_ok=True)
        self._progress_file = folder / "progress.json"
        progress = self.progress()
        self._labels = LabelsWriter(folder / LABELS_FILE, progress["labels_bytes"] if progress else 0)

    def progress(self) -> dict | None:
        """Give what the last commit recorded; None for a store that has just begun."""
        return load_json(self._progress_file)

    def add(self, patches: Sequence[Patch], images: Iterable[bytes]) -> None:
        """Take the patches of one page; `images` is empty where a worker has written them."""
        for patch, image in zip(patches, images, strict=False):
            (self.images_folder / patch.filename).write_bytes(image)
        self._labels.add(patches)

    def commit(self, progress: dict) -> None:
        """Make everything that was added, and `progress`, permanent."""
        save_json(self._progress_file, {**progress, "labels_bytes": self._labels.commit()})

    def finish(self) -> None:
        """Close `labels.csv` and remove the progress."""
        self._labels.close()
        self._progress_file.unlink(missing_ok=True)


WRITERS = {"folder": FolderWriter}


def open_writer(kind: str, folder: Path) -> StoreWriter:
    """Begin a store of the kind `patch_store`, or go on with the one that was begun in `folder`."""
    return WRITERS[kind](folder)
