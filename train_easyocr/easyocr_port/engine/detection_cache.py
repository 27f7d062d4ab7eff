"""Score maps on disk, so that scoring a second checkpoint on the same pages runs no detector at all.

The name of an entry contains what its maps depend on: the pixels of the page, canvas size and magnification, and the
detector with all its versions. The folder has a size limit; the least recently used entries are removed first.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.program.atomic import AN_HOUR, READ_ONLY, remove_leftovers, replacing

ENTRY_ENDING = ".npz"


@dataclass(frozen=True)
class ScoreMaps:
    """The maps that a detector's network makes of one page, float32 [maps, h, w] from about 0 to 1.

    `ratio` is the scale from the page to the image that the network saw.
    """

    maps: np.ndarray
    ratio: float


@dataclass(frozen=True)
class ScoreMapCache:
    """Score maps by page below `folder`, together at most `limit` bytes; a limit of 0 keeps nothing.

    `detector` names what made the maps (`detector.detector_name`).
    """

    folder: Path
    limit: int
    detector: str

    def get_or_make(self, page: np.ndarray, options: ReadingOptions, make: Callable[[], ScoreMaps]) -> ScoreMaps:
        """Return the maps of a page, uint8 [...]: from disk, or made now and kept if the folder is writable."""
        path = self.folder / f"{self.key(page, options)}{ENTRY_ENDING}"
        maps = _load(path)
        if maps is None:
            maps = make()
            self._store(path, maps)
        return maps

    def key(self, page: np.ndarray, options: ReadingOptions) -> str:
        """Return the name of an entry: the SHA-256 of all that its maps depend on, 64 hexadecimal digits."""
        depends = hashlib.sha256(f"{self.detector}|{options.scale}|{page.shape}|".encode())
        depends.update(np.ascontiguousarray(page).data)
        return depends.hexdigest()

    def _store(self, path: Path, maps: ScoreMaps) -> None:
        if self.limit <= 0:
            return
        try:
            with replacing(path) as temporary:
                np.savez_compressed(temporary, maps=maps.maps, ratio=np.float64(maps.ratio))
            self._shrink()
        except OSError as error:
            if error.errno not in READ_ONLY:
                raise

    def _shrink(self) -> None:
        """Remove what killed runs left, then the least recently used entries until the rest is within the limit."""
        remove_leftovers(self.folder, older_than=AN_HOUR)
        entries = sorted(_entries(self.folder), reverse=True)
        kept = 0
        for _, size, path in entries:
            kept += size
            if kept > self.limit:
                path.unlink(missing_ok=True)


def open_cache(folder: Path, limit: int) -> bool:
    """Make the folder of a cache of `limit` bytes, and return whether score maps can be kept there.

    Raises:
        OSError: the folder cannot be made, for another reason than missing permission to write there.
    """
    if limit <= 0:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise
        return False
    return os.access(folder, os.W_OK)


def clear_cache(folder: Path) -> tuple[int, float]:
    """Remove every entry below `folder`; return how many there were and their megabytes (10^6 bytes)."""
    entries = _entries(folder)
    for _, _, path in entries:
        path.unlink(missing_ok=True)
    return len(entries), sum(size for _, size, _ in entries) / 1e6


def _entries(folder: Path) -> list[tuple[float, int, Path]]:
    """Return the entries as (time of last use, bytes, path), without those that another process removes meanwhile."""
    found = []
    # Hidden files are being written; other files belong to a person. Neither counts.
    for path in folder.glob("[0-9a-f]" * 64 + ENTRY_ENDING):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((status.st_mtime, status.st_size, path))
    return found


def _load(path: Path) -> ScoreMaps | None:
    """Read an entry and mark it as used; None if it is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as entry:
            maps = ScoreMaps(entry["maps"], float(entry["ratio"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):  # a folder without write permission cannot be cleaned up
        os.utime(path)
    return maps
