"""What the archives hold, and whether they can be trusted."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from train_easyocr.dataset.archives.finding import Archive
from train_easyocr.dataset.archives.folders import unzipped_files
from train_easyocr.dataset.archives.member_names import UnsafeNameError, decoded_name, page_key
from train_easyocr.dataset.archives.members import UNPACKERS, DamagedMemberError, Member, UnzippedFile, open_parts
from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING, UNREAD_ENDINGS
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted

_MEMBERS_TRIED = 16
# A JPEG hardly shrinks in a zip and a label file about tenfold: an archive far beyond this is not one of AI-Hub's.
_LARGEST_EXPANSION = 100
_EXPANSION_FREE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """The contents of an archive: the files of its pages, the names of stray ones, and the number of other members.

    `unread_images` are the names of those others that may be images of pages, but of a kind that is not read, or pipes.
    """

    archive: Archive
    members: tuple[Member | UnzippedFile, ...]
    other_members: int
    strays: tuple[str, ...] = ()
    unread_images: tuple[str, ...] = ()

    @property
    def stored_bytes(self) -> int:
        """How many bytes the archive takes on the disk."""
        if self.archive.is_folder:
            return sum(member.size for member in self.members)
        return sum(path.stat().st_size for path in self.archive.paths)

    @property
    def image_count(self) -> int:
        """How many images there are; a label archive has none."""
        return sum(member.ending in IMAGE_ENDINGS for member in self.members)

    @property
    def label_count(self) -> int:
        """How many label files there are; an image archive has none."""
        return len(self.members) - self.image_count


def read_contents(archive: Archive) -> ArchiveContents:
    """Check that `archive` is whole and safe, and list its images and labels.

    Raises:
        UserError: the zip is empty, broken, wrongly joined, encrypted, packed in a way that cannot be read here,
            absurdly large when unpacked, or has members that would leave the output folder.
    """
    if archive.is_folder:
        files, names, other_files = unzipped_files(archive.paths[0])
        return _contents(archive, files, names, other_files)
    if archive.is_split_download:
        _demand_beginning(archive, "the parts")
    members: list[Member] = []
    strays: list[str] = []
    others: list[str] = []
    try:
        with open_parts(archive.paths) as file, zipfile.ZipFile(file) as opened:
            _refuse_absurd_sizes(archive, opened.infolist())
            for info in opened.infolist():
                member = _member(archive, info)
                if member:
                    members.append(member)
                elif not info.is_dir():
                    name = decoded_name(info)
                    (strays if is_stray(name) else others).append(name)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        _demand_beginning(archive, "it")
        raise UserError(f"{archive.paths[-1]}: no whole zip ({error}){_mend(archive)}") from None
    _refuse_wrong_join(archive, members)
    return _contents(archive, members, strays, others)


def _contents(
    archive: Archive, members: Sequence[Member | UnzippedFile], strays: Sequence[str], others: Sequence[str]
) -> ArchiveContents:
    unread = tuple(name for name in others if name.lower().endswith((*UNREAD_ENDINGS, *IMAGE_ENDINGS)))
    return ArchiveContents(archive, tuple(members), len(others), tuple(strays), unread)


def _demand_beginning(archive: Archive, damaged: str) -> None:
    with archive.paths[0].open("rb") as file:
        beginning = file.read(24)
    if not beginning.startswith(b"PK"):
        kind = "is no first part of a zip" if archive.is_split_download else "is no zip"
        raise UserError(
            f"{archive.paths[0]}: {kind}, it begins with {beginning!r}; delete it and download {damaged} again"
        )


def _mend(archive: Archive) -> str:
    if archive.is_split_download:
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
    if info.compress_type not in UNPACKERS:
        method = getattr(zipfile, "compressor_names", {}).get(info.compress_type, f"method {info.compress_type}")
        raise UserError(
            f"{archive.paths[0]}: member {name!r} is packed with {method}, which cannot be read here; unpack the zip "
            "beside it into a folder with another program (7-Zip, for example), and move it away"
        )
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
            f"{archive.paths[0]}: {counted(damaged, 'damaged member')} of {len(tried)} tried; "
            "the zip is broken, or its parts were joined in the wrong order: join or download it again"
        )
