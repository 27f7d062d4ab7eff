"""Reads one file inside an archive by its offset: a process opens each archive once and needs no list of members."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

_LOCAL_HEADER = struct.Struct("<4s22xHH")


class DamagedMemberError(Exception):
    """The bytes in the archive do not agree with its directory."""


@dataclass(frozen=True, slots=True)
class Member:
    """An image or a label in a zip: `key` is its path without root folder and ending, `ending` in lower case."""

    paths: tuple[Path, ...]
    key: str
    ending: str
    offset: int
    compressed_size: int
    size: int
    crc: int
    method: int

    @property
    def place(self) -> str:
        """The file name of the zip."""
        return self.paths[0].name

    def read(self) -> bytes:
        """Return the contents, checked against their size and CRC-32.

        The directory at the end of the zip decides; the local header only gives the start of the data (PKWARE APPNOTE
        4.3.7).

        Raises:
            DamagedMemberError: no header at the offset, data that do not unpack, or a wrong size or CRC.
        """
        file = _opened(self.paths)
        file.seek(self.offset)
        header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise DamagedMemberError("no file header where the zip's directory promises one")
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        file.seek(name_length + extra_length, io.SEEK_CUR)
        data = _unpacked(file.read(self.compressed_size), self)
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise DamagedMemberError("the CRC or the size differs from the zip's directory")
        return data


@dataclass(frozen=True, slots=True)
class UnzippedFile:
    """An image or a label that `--unzip`, or somebody before it, has unpacked.

    `size` in bytes and `crc` identify its contents: the CRC-32 that the archive has, or where no archive tells of the
    file, the time of its last change in nanoseconds.
    """

    path: Path
    key: str
    ending: str
    size: int
    crc: int

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.path.parent)

    def read(self) -> bytes:
        """Return the contents; a file of another size than in the archive, or than when it was listed, is damaged."""
        data = self.path.read_bytes()
        if len(data) != self.size:
            raise DamagedMemberError(f"{self.path} has {len(data)} bytes, {self.size} were expected; unpack it again")
        return data


Source = Member | UnzippedFile
"""One file of a page, in an archive or on disk."""


class PartsReader(io.RawIOBase):
    """The parts of a split download, read as one file without joining them on disk; one part is open at a time."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._starts = [0, *accumulate(path.stat().st_size for path in paths)]
        self._position = 0
        self._part, self._file = 0, paths[0].open("rb", buffering=0)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position in the joined file, as in any binary file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek to {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the part at the position, up to the end of that part."""
        part = bisect_right(self._starts, self._position) - 1
        if part >= len(self._paths):
            return 0
        if part != self._part:
            self._file.close()
            self._part, self._file = part, self._paths[part].open("rb", buffering=0)
        self._file.seek(self._position - self._starts[part])
        count = self._file.readinto(memoryview(buffer)[: self._starts[part + 1] - self._position])
        self._position += count
        return count

    def close(self) -> None:
        """Close the part that is open."""
        self._file.close()
        super().close()


def open_parts(paths: tuple[Path, ...]) -> BinaryIO:
    """Open one file, or several as if they were joined."""
    if len(paths) == 1:
        return paths[0].open("rb")
    return io.BufferedReader(PartsReader(paths))


def close_archives() -> None:
    """Close the archives that `Member.read` keeps open in this process."""
    _opened.cache_clear()


def _unpacked(stored: bytes, member: Member) -> bytes:
    try:
        # Reading one byte more than the stated size reveals a wrong size without unpacking a whole zip bomb.
        return UNPACKERS[member.method](stored, member.size + 1)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, struct.error) as error:
        raise DamagedMemberError(f"the data do not unpack ({error})") from None


def _unpack_lzma(stored: bytes, longest: int) -> bytes:
    """Unpack LZMA as zips hold it: version, size of the properties, properties, data (PKWARE APPNOTE 5.8.8)."""
    _, length, packed, dictionary = struct.unpack("<HHBI", stored[:9])
    if length != 5 or packed >= 9 * 5 * 5:
        raise lzma.LZMAError("invalid properties")
    options = {"lc": packed % 9, "lp": packed // 9 % 5, "pb": packed // 45}
    # A dictionary beyond the size of the contents is never used, and would take its whole size of memory.
    options |= {"id": lzma.FILTER_LZMA1, "dict_size": min(dictionary, max(longest, 4096))}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[options]).decompress(stored[9:], longest)


UNPACKERS: dict[int, Callable[[bytes, int], bytes]] = {
    zipfile.ZIP_STORED: lambda stored, longest: stored,
    zipfile.ZIP_DEFLATED: lambda stored, longest: zlib.decompressobj(-zlib.MAX_WBITS).decompress(stored, longest),
    zipfile.ZIP_BZIP2: lambda stored, longest: bz2.BZ2Decompressor().decompress(stored, longest),
    zipfile.ZIP_LZMA: _unpack_lzma,
}
"""By the number of a compression method: stored bytes become at most so many bytes of contents."""


@lru_cache(maxsize=8)
def _opened(paths: tuple[Path, ...]) -> BinaryIO:
    """Open an archive; the last ones used stay open, and no more, as the system limits the number of open files."""
    return open_parts(paths)
