"""Reads a dataset that somebody has unzipped: the images and labels below the folder of a split."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from train_easyocr.dataset.archives.finding import folders_below
from train_easyocr.dataset.archives.member_names import page_key
from train_easyocr.dataset.archives.members import UnzippedFile
from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.texts.text_scores import nfc

_ADDED_FOLDER = re.compile(r"^(\[(원천|라벨)\][^/]*|images|labels)/(?=.)", re.IGNORECASE)
"""Folders that unzipping adds: one for each zip, or those of `--unzip`."""


def unzipped_files(folder: Path) -> tuple[list[UnzippedFile], list[str], list[str]]:
    """List the files below `folder`: images and labels, the names of stray files, and those of all others."""
    found, strays, others = [], [], []
    for path, name in _files(folder):
        ending, status = sys.intern(PurePosixPath(name).suffix.lower()), path.stat()
        key = page_key(_ADDED_FOLDER.sub("", nfc(name)))
        if is_stray(name):
            strays.append(name)
        elif key is None or ending not in (*IMAGE_ENDINGS, LABEL_ENDING) or not stat.S_ISREG(status.st_mode):
            others.append(nfc(name))
        else:
            found.append(UnzippedFile(path, sys.intern(key), ending, status.st_size, status.st_mtime_ns))
    return found, strays, others


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for place, names in folders_below(folder):
        for name in sorted(names):
            path = place / name
            yield path, os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
