"""Fetches a published file as EasyOCR itself does."""

from __future__ import annotations

import sys

from easyocr.utils import download_and_unzip


def fetch(url: str, filename: str, folder: str) -> None:
    """Download the zip at `url` and unpack `filename` into `folder`; its bar is drawn on a terminal alone.

    Raises:
        OSError, urllib.error.URLError, zipfile.BadZipFile: what EasyOCR's download met.
    """
    download_and_unzip(url, filename, folder, verbose=sys.stdout.isatty())
