"""The versions of what decides the figures."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def source_digest(*files: Path) -> str:
    """Name the content of source files, our own version of what they compute: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for content in sorted(file.read_bytes() for file in files):
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions of what decides the figures: Python and the packages that read and score."""
    found = {"python": platform.python_version()}
    for package in ("easyocr", "torch", "opencv-python-headless", "numpy", "pillow", "rapidfuzz"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
