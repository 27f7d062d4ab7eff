"""The origin of a result: its weights, by their SHA-256, their training, and its labels."""

from __future__ import annotations

import filecmp
import hashlib
from collections.abc import Iterable
from pathlib import Path

from train_easyocr.pages.records import Page


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return _digest(path, "sha256")


def md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal: it guards against damage, not against an adversary."""
    return _digest(path, "md5")


def _digest(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def labels_sha256(pages: Iterable[Page]) -> str:
    """Return a SHA-256 of the names and labels of pages, which changes with any word or box."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.name, page.words, page.ignored)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def checkpoint_of(weights: Path, saved_models: Path, likely: str) -> Path | None:
    """Return the checkpoint below `saved_models` with the bytes of `weights`, or None.

    Args:
        weights: an installed weight file.
        saved_models: holds a folder for each training.
        likely: the path below `saved_models` that is checked first.
    """
    first = saved_models / likely
    for path in (first, *sorted(saved_models.glob("*/*.pth"))):
        if path.is_file() and filecmp.cmp(path, weights, shallow=False):
            return path
    return None
