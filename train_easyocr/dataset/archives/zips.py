"""The zips of the dataset: where they are, which parts belong together, and whether they can be trusted."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from train_easyocr.dataset.archives.members import DamagedMemberError, Member, open_parts
from train_easyocr.dataset.archives.names import UnsafeNameError, decoded_name, page_key
from train_easyocr.errors import UserError
from train_easyocr.records import IMAGE_ENDINGS, LABEL_ENDING
from train_easyocr.text_scores import nfc

SPLITS = ("training", "validation")

_SPLIT_FOLDER = re.compile(r"^\d*\.?\s*(training|validation)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.zip(\.part\d+)?$", re.IGNORECASE)
_PART = re.compile(r"^(?P<zip>.+\.zip)\.part(?P<number>\d+)$", re.IGNORECASE)
_MEMBERS_TRIED = 16
# A JPEG hardly shrinks in a zip and a label file about tenfold: an archive far beyond this is not one of AI-Hub's.
_LARGEST_EXPANSION = 100
_EXPANSION_FREE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """One zip: its split (`training` or `validation`), and its file, or the parts of a split download in order."""

    split: str
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The file name of the zip, without `.partN`."""
        match = _PART.match(self.paths[0].name)
        return nfc(match["zip"] if match else self.paths[0].name)


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """The contents of an archive: the files of its pages, and the number of other members."""

    archive: Archive
    members: tuple[Member, ...]
    other_members: int

    @property
    def image_count(self) -> int:
        """How many images there are; a label archive has none."""
        return sum(member.ending in IMAGE_ENDINGS for member in self.members)

    @property
    def label_count(self) -> int:
        """How many label files there are; an image archive has none."""
        return len(self.members) - self.image_count


def find_archives(dataset: Path) -> list[Archive]:
    """Find the zips below the folders Training and Validation of `dataset`, at any depth and in any spelling.

    Raises:
        UserError: no such folder, no archive in it, or a split download whose parts do not fit together.
    """
    if not dataset.is_dir():
        raise UserError(
            f"{dataset}: no such folder; give the folder that holds Training/ and Validation/ with --dataset"
        )
    archives = [
        Archive(split, paths)
        for (split, folder), names in archive_files(dataset).items()
        for paths in _complete_zips(folder, names)
    ]
    if not archives:
        raise UserError(f"{dataset}: holds no Training/*.zip and no Validation/*.zip; download the dataset from AI-Hub")
    return sorted(archives, key=lambda archive: (archive.split, archive.paths))


def archive_files(dataset: Path) -> dict[tuple[str, Path], list[str]]:
    """Return the names of the zips and of the parts of zips, by split and by the folder that they lie in.

    Folders may be links, to another disk for example.
    """
    found: dict[tuple[str, Path], list[str]] = {}
    above: dict[Path, frozenset[tuple[int, int]]] = {}  # the inodes of each folder and its parents
    for name, subfolders, files in os.walk(dataset, followlinks=True):
        folder = Path(name)
        status = folder.stat()
        inode = (status.st_dev, status.st_ino)
        parents = above.get(folder.parent, frozenset())
        if inode in parents:  # a link to a parent folder, whose files were already found
            subfolders.clear()
            continue
        above[folder] = parents | {inode}
        split = _split_of(folder.relative_to(dataset))
        archives = sorted(file for file in files if _ARCHIVE.search(file) and not file.startswith("._"))
        if split and archives:
            found[split, folder] = archives
    return found


def read_contents(archive: Archive) -> ArchiveContents:
    """Check that `archive` is whole and safe, and list its images and labels.

    Raises:
        UserError: the zip is empty, broken, wrongly joined, encrypted, absurdly large when unpacked, or has members
            that would leave the output folder.
    """
    members, others = [], 0
    try:
        with open_parts(archive.paths) as file, zipfile.ZipFile(file) as opened:
            _refuse_absurd_sizes(archive, opened.infolist())
            for info in opened.infolist():
                member = _member(archive, info)
                if member:
                    members.append(member)
                else:
                    others += not info.is_dir()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise UserError(f"{archive.paths[-1]}: no whole zip ({error}){_mend(archive)}") from None
    _refuse_wrong_join(archive, members)
    return ArchiveContents(archive, tuple(members), others)


def _split_of(folder: Path) -> str | None:
    for part in reversed(folder.parts):
        match = _SPLIT_FOLDER.match(nfc(part))
        if match:
            return match[1].lower()
    return None


def _complete_zips(folder: Path, names: Iterable[str]) -> list[tuple[Path, ...]]:
    """Group the zips and the parts of zips of one folder; parts are ignored if the whole zip exists."""
    whole, parts = {}, {}
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


def _mend(archive: Archive) -> str:
    if len(archive.paths) > 1:
        return "; its last part is missing or damaged: download the parts again"
    return "; delete it and download it again, or leave its .partN files beside it: they are read directly"


def _refuse_absurd_sizes(archive: Archive, infos: list[zipfile.ZipInfo]) -> None:
    stored = sum(path.stat().st_size for path in archive.paths)
    unpacked = sum(info.file_size for info in infos)
    if sum(info.compress_size for info in infos) > stored:
        raise UserError(f"{archive.paths[0]}: its members overlap; this is no AI-Hub archive: delete it")
    if unpacked > stored * _LARGEST_EXPANSION + _EXPANSION_FREE_BYTES:
        raise UserError(
            f"{archive.paths[0]}: {stored:,} bytes would unpack to {unpacked:,}; this is no AI-Hub archive: delete it"
        )


def _member(archive: Archive, info: zipfile.ZipInfo) -> Member | None:
    """Describe one image or label; None for folders and for files of other kinds."""
    name = decoded_name(info)
    ending = sys.intern(PurePosixPath(name).suffix.lower())
    try:
        key = page_key(name)
    except UnsafeNameError:
        raise UserError(f"{archive.paths[0]}: member {name!r} would leave the output folder: delete this zip") from None
    if info.is_dir() or key is None or ending not in (*IMAGE_ENDINGS, LABEL_ENDING):
        return None
    if info.flag_bits & 0x1:
        raise UserError(f"{archive.paths[0]}: member {name!r} is encrypted; unlock the zip and pack it again")
    sizes = info.compress_size, info.file_size
    # Interning shares one string between an image's and its label's key, and between endings: a sixth of the memory.
    return Member(archive.paths, sys.intern(key), ending, info.header_offset, *sizes, info.CRC, info.compress_type)


def _refuse_wrong_join(archive: Archive, members: list[Member]) -> None:
    """Read a few members, evenly spread: parts joined in the wrong order do open, but most members are damaged."""
    in_file_order = sorted(members, key=lambda member: member.offset)
    tried = in_file_order[:: max(1, len(in_file_order) // _MEMBERS_TRIED)]
    damaged = 0
    for member in tried:
        try:
            member.read()
        except DamagedMemberError:
            damaged += 1
    if damaged > len(tried) / 2:
        raise UserError(
            f"{archive.paths[0]}: {damaged} of {len(tried)} members tried are damaged; "
            "the zip is broken, or its parts were joined in the wrong order: join or download it again"
        )
