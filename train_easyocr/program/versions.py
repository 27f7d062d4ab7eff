"""The versions of the software that the figures depend on."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def source_digest(*files: Path) -> str:
    """Return a digest of source files as the version of our own code: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for content in sorted(file.read_bytes() for file in files):
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions that the figures depend on: Python and the packages that read and score."""
    found = {"python": platform.python_version()}
    for package in ("easyocr", "torch", "opencv-python-headless", "numpy", "pillow", "rapidfuzz"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
