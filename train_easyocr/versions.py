"""The versions of what decides the figures."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str]:
    """Return the versions of what decides the figures: Python and the packages that read and score."""
    found = {"python": platform.python_version()}
    for package in ("easyocr", "torch", "opencv-python-headless", "numpy", "pillow", "rapidfuzz"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
