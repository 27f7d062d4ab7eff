"""`--unzip`: unpacks the archives to `unzipped/<split>/{images,labels}/<category>/<agency>/<year>/…`."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from train_easyocr.dataset.archives.members import DamagedMemberError, Member, Source, UnzippedFile
from train_easyocr.dataset.archives.pairing import SplitMembers
from train_easyocr.dataset.drops import DropLog, LeftOut
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import SMALL_TASKS, PageProcesses
from train_easyocr.program.progress import track


def unzip_split(found: SplitMembers, folder: Path, processes: PageProcesses, drops: DropLog) -> SplitMembers:
    """Unpack one split below `folder` and return its files at their new places.

    A file that already exists with the archive's CRC-32 is kept, so an interrupted run can be resumed. Files appear
    only when they are whole. Damaged members are counted in `drops` and left out. Files that are unzipped already stay
    where they are.

    Raises:
        UserError: the disk has no room for the files that remain to be unpacked.
    """
    images, labels = _places(found.images, folder / "images"), _places(found.labels, folder / "labels")
    loose_images, loose_labels = _unzipped_before(found.images), _unzipped_before(found.labels)
    places = [*images.items(), *labels.items()]
    _check_room(folder, places)
    unpacked = processes.map(_unpack, places, SMALL_TASKS)
    with track(f"{folder.name}: unzip", len(places), "file", unpacked) as results:
        failures = [failure for failure in results if failure]
    drops.add(failures)
    damaged = {failure.where for failure in failures}
    return SplitMembers(_unzipped(images, damaged) | loose_images, _unzipped(labels, damaged) | loose_labels)


def _places(files: Mapping[str, Source], folder: Path) -> dict[Member, Path]:
    return {member: folder / f"{key}{member.ending}" for key, member in files.items() if isinstance(member, Member)}


def _unzipped_before(files: Mapping[str, Source]) -> dict[str, Source]:
    return {key: file for key, file in files.items() if isinstance(file, UnzippedFile)}


def _unzipped(places: Mapping[Member, Path], damaged: set[str]) -> dict[str, Source]:
    return {
        member.key: UnzippedFile(path, member.key, member.ending, member.size, member.crc)
        for member, path in places.items()
        if member.key + member.ending not in damaged
    }


def _check_room(folder: Path, places: Iterable[tuple[Member, Path]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    needed = sum(member.size for member, path in places if not path.exists())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise UserError(
            f"{folder}: unpacking needs {needed:,} bytes and {free:,} are free; "
            "choose another --output, or leave out --unzip: pages are then read from the archives"
        )


def _unpack(place: tuple[Member, Path]) -> LeftOut | None:
    """Unpack a member to its path; return why it cannot be unpacked, or None."""
    member, path = place
    if _is_unpacked(member, path):
        return None
    try:
        data = member.read()
    except DamagedMemberError as error:
        return LeftOut("damaged in the archive", member.key + member.ending, str(error))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not the name with an added ending: it may already have the largest length.
    temporary = path.with_name(f".{hashlib.blake2b(path.name.encode(), digest_size=8).hexdigest()}.new")
    temporary.write_bytes(data)
    temporary.replace(path)
    return None


def _is_unpacked(member: Member, path: Path) -> bool:
    try:
        return path.stat().st_size == member.size and zlib.crc32(path.read_bytes()) == member.crc
    except FileNotFoundError:
        return False
