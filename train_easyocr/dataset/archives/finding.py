"""Finds the dataset below a folder: its zips, which of their parts belong together, or the folders of unzipped ones."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.program.errors import UserError
from train_easyocr.texts.text_scores import nfc

SPLITS = ("training", "validation")

_SPLIT_FOLDER = re.compile(r"^\d*\.?\s*(training|validation)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.zip(\.part\d+)?$", re.IGNORECASE)
_PART = re.compile(r"^(?P<zip>.+\.zip)\.part(?P<number>\d+)$", re.IGNORECASE)
_OWN_OUTPUT = re.compile(r"_set$")
"""Step 2's own folders, which hold copies: `training_and_validation_set/training` is no split of the dataset."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One zip: its split (`training` or `validation`), and its file, or the parts of a split download in order.

    A dataset that is already unzipped has the folder of each split instead.
    """

    split: str
    paths: tuple[Path, ...]

    @property
    def is_folder(self) -> bool:
        """True for a folder of unzipped files."""
        return self.paths[0].is_dir()

    @property
    def is_split_download(self) -> bool:
        """True where the file is named as a part of a zip."""
        return bool(_PART.match(self.paths[0].name))

    @property
    def name(self) -> str:
        """The file name of the zip, without `.partN`."""
        match = _PART.match(self.paths[0].name)
        return nfc(match["zip"] if match else self.paths[0].name)


def find_archives(archive_folder: Path) -> list[Archive]:
    """Find the zips below the folders Training and Validation of `archive_folder`, at any depth and in any spelling.

    Images and labels that somebody has unzipped there count too, each split as one more archive behind its zips.

    Raises:
        UserError: no such folder, no archive in it, or a split download whose parts do not fit together.
    """
    if not archive_folder.is_dir():
        raise UserError(
            f"{archive_folder}: no such folder; give the folder that holds Training/ and Validation/ with --dataset"
        )
    archives = [
        Archive(split, paths)
        for (split, folder), names in archive_files(archive_folder).items()
        for paths in _complete_zips(folder, names)
    ]
    archives += [Archive(split, (folder,)) for split, folder in _unzipped_splits(archive_folder)]
    if not archives and _SPLIT_FOLDER.match(nfc(archive_folder.absolute().name)):
        raise UserError(f"{archive_folder}: is one split of the dataset; give the folder that holds it with --dataset")
    if not archives:
        raise UserError(
            f"{archive_folder}: holds no zip, and no image or label, below Training/ or Validation/; give the folder "
            "that holds these with --dataset, or download the dataset from AI-Hub"
        )
    return sorted(archives, key=lambda archive: (archive.split, archive.is_folder, archive.paths))


def archive_files(archive_folder: Path) -> dict[tuple[str, Path], list[str]]:
    """Return the names of the zips and of the parts of zips, by split and by the folder that they lie in."""
    found: dict[tuple[str, Path], list[str]] = {}
    for folder, files in folders_below(archive_folder):
        place = folder.relative_to(archive_folder)
        split = _split_of(place)
        archives = sorted(file for file in files if _ARCHIVE.search(file) and not is_stray((place / file).as_posix()))
        if split and archives:
            found[split, folder] = archives
    return found


def stray_archives(archive_folder: Path) -> list[str]:
    """Return the zips that are stray files, as paths relative to `archive_folder`, with slashes."""
    files = (
        (folder.relative_to(archive_folder) / file).as_posix()
        for folder, names in folders_below(archive_folder)
        for file in names
    )
    return sorted(file for file in files if _ARCHIVE.search(file) and is_stray(file))


def folders_below(archive_folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield every folder below `archive_folder` with the names of its files.

    Folders may be links, to another disk for example.
    """
    above: dict[Path, frozenset[tuple[int, int]]] = {}  # the inodes of each folder and its parents
    for name, subfolders, files in os.walk(archive_folder, followlinks=True):
        folder = Path(name)
        status = folder.stat()
        inode = (status.st_dev, status.st_ino)
        parents = above.get(folder.parent, frozenset())
        if inode in parents:  # a link to a parent folder, whose files were already found
            subfolders.clear()
            continue
        above[folder] = parents | {inode}
        yield folder, files


def _unzipped_splits(archive_folder: Path) -> list[tuple[str, Path]]:
    """Return the folders of splits that hold images or labels at any depth."""
    found = set()
    for folder, files in folders_below(archive_folder):
        place = folder.relative_to(archive_folder)
        split = None if any(map(_OWN_OUTPUT.search, place.parts)) else _split_of(place)
        if split and any(is_page_file((place / file).as_posix()) for file in files):
            found.add(
                (split, next(above for above in (folder, *folder.parents) if _SPLIT_FOLDER.match(nfc(above.name))))
            )
    return sorted(found)


def is_page_file(path: str) -> bool:
    """Return whether a file is an image or a label by its ending, and no stray file; `path` is relative."""
    return path.lower().endswith((*IMAGE_ENDINGS, LABEL_ENDING)) and not is_stray(path)


def _split_of(folder: Path) -> str | None:
    for part in reversed(folder.parts):
        match = _SPLIT_FOLDER.match(nfc(part))
        if match:
            return match[1].lower()
    return None


def _complete_zips(folder: Path, names: Iterable[str]) -> list[tuple[Path, ...]]:
    """Group the zips and the parts of zips of one folder; parts are ignored if the whole zip exists."""
    whole: dict[str, Path] = {}
    parts: dict[str, list[tuple[int, Path]]] = {}
    for name in names:
        path, match = folder / name, _PART.match(name)
        if not path.exists():
            raise UserError(f"{path}: is a link to {path.readlink()}, which is not there; mend or delete the link")
        if match:
            parts.setdefault(nfc(match["zip"]), []).append((int(match["number"]), path))
        else:
            whole[nfc(name)] = path
    for name, path in whole.items():
        if path.stat().st_size == 0:
            beside = "delete it, its parts beside it are read directly" if name in parts else "download it again"
            raise UserError(f"{path}: is empty (0 bytes); {beside}")
    joined = [_in_order(sorted(found)) for name, found in sorted(parts.items()) if name not in whole]
    return [(path,) for path in whole.values()] + joined


def _in_order(parts: list[tuple[int, Path]]) -> tuple[Path, ...]:
    """Check that sorted parts follow each other, counted 0, 1, 2 (or from 1), or named by their byte offsets."""
    numbers = [number for number, _ in parts]
    by_count = list(range(numbers[0], numbers[0] + len(parts)))
    offsets = [sum(path.stat().st_size for _, path in parts[:index]) for index in range(len(parts))]
    empty = next((path for _, path in parts if path.stat().st_size == 0), None)
    if empty:
        raise UserError(f"{empty}: is empty (0 bytes); download this part again")
    if numbers == offsets or (numbers == by_count and numbers[0] in (0, 1)):
        return tuple(path for _, path in parts)
    counted = numbers[-1] < 10_000
    expected = list(range(len(parts))) if counted else offsets
    wrong = next(index for index, number in enumerate(numbers) if number != expected[index])
    raise UserError(
        f"{parts[wrong][1]}: expected part {expected[wrong]} here; "
        "a part is missing or of the wrong size: download the parts again"
    )
