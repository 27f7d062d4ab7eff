"""Opens LMDB files for reading, after a look at whether they are whole: reading what a file lacks kills the process."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import lmdb

from train_easyocr.program.errors import UserError

# The two first pages of a file each hold one of these behind 16 bytes; the later transaction counts (lmdb's mdb.c,
# MDB_meta on a machine of 64 bits): magic number, version, address, size of the map, size of a page (in the first of
# two tables of 48 bytes), last page that is used, transaction.
_META = struct.Struct("<16x I I 8x 8x I 92x Q Q")
_MAGIC, _VERSION = 0xBEEFC0DE, 1
_PAGE_SIZES = {1 << bits for bits in range(9, 17)}


@contextmanager
def reading_lmdb(file: Path, buffers: bool = False) -> Iterator[Any]:
    """Read an LMDB file, which is opened once in a process, and again when it was replaced.

    It yields a transaction. `buffers`: values are views of the file, which end with the block.

    Raises:
        UserError: it is none, does not hold all its pages, or some of them are damaged: a copy may have holes.
        OSError: it is missing or cannot be read.
    """
    status = file.stat()
    try:
        environment: Any = _opened(file, status.st_ino, status.st_mtime_ns)
        with environment.begin(buffers=buffers) as transaction:
            yield transaction
    except lmdb.Error as error:
        raise UserError(f"{file}: is a damaged LMDB file ({error}); copy it again, or write it anew") from None


def demand_whole_lmdb(file: Path) -> None:
    """Check that a file is an LMDB and has all pages that are in use: a copy may have broken off.

    Raises:
        UserError: it is not, or has not.
        OSError: it is missing or cannot be read.
    """
    with file.open("rb") as opened:
        start = opened.read(_META.size)
        if len(start) < _META.size or _META.unpack(start)[:2] != (_MAGIC, _VERSION):
            raise UserError(f"{file}: is no LMDB file; copy it again, or write it anew")
        page_size = _META.unpack(start)[2]
        if page_size not in _PAGE_SIZES:
            raise UserError(f"{file}: is a damaged LMDB file (pages of {page_size:,} bytes); copy it again")
        opened.seek(page_size)
        second = opened.read(_META.size).ljust(_META.size, b"\0")
        size = opened.seek(0, 2)
    metas = [_META.unpack(page) for page in (start, second)]
    *_, last_page, _ = max((meta for meta in metas if meta[0] == _MAGIC), key=lambda meta: meta[-1])
    needed = (last_page + 1) * page_size
    if size < needed:
        raise UserError(f"{file}: breaks off: {size:,} of {needed:,} bytes are there; copy it again, or write it anew")


@lru_cache(maxsize=16)
def _opened(file: Path, inode: int, changed: int) -> lmdb.Environment:
    """Open a file of this `inode` that `changed` last at this time.

    Nobody writes to a finished store, so it needs no lock. Without a lock there is no table of readers either: a forked
    worker may use its parent's environment, and a killed worker leaves nothing behind.
    """
    demand_whole_lmdb(file)
    return lmdb.open(str(file), subdir=False, readonly=True, lock=False, readahead=False)
