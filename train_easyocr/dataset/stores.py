"""Where patches live on disk: a folder of images beside `labels.csv`. Training reads them through `PatchStore`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pandas as pd
from PIL import Image, UnidentifiedImageError

from train_easyocr.errors import UserError

LABELS_FILE = "labels.csv"
IMAGES_FOLDER = "images"
_BOX_IN_NAME = re.compile(r"_(\d+)-(\d+)-(\d+)-(\d+)\.[A-Za-z]+$")


class PatchStore(Protocol):
    """Labelled patches, addressed by their row in `labels.csv`."""

    filenames: Sequence[str]
    texts: Sequence[str]

    def sizes(self) -> np.ndarray:
        """Give width and height of every patch in pixels, int32 [N, 2], without decoding an image."""
        ...

    def read(self, row: int) -> np.ndarray:
        """Give one patch as grey, uint8 [height, width]; raises OSError where the image cannot be read."""
        ...


class FolderStore:
    """Patches as one image file each, `images/<filename>`, beside `labels.csv`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filenames, self.texts = read_labels(folder / LABELS_FILE)

    def sizes(self) -> np.ndarray:
        """Give width and height of every patch in pixels, int32 [N, 2]; see `patch_sizes`."""
        return patch_sizes(self.filenames, self.folder / IMAGES_FOLDER)

    def read(self, row: int) -> np.ndarray:
        """Give one patch as grey, uint8 [height, width]; raises OSError where the image cannot be read."""
        path = self.folder / IMAGES_FOLDER / self.filenames[row]
        # cv2.imread cannot open a path with Korean letters on Windows; decoding the bytes works everywhere.
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise OSError(f"{path}: not an image")
        return image


def open_store(folder: Path) -> PatchStore:
    """Open the patches that step 2 wrote into `folder`.

    Raises:
        UserError: the folder or its `labels.csv` is missing or malformed.
    """
    if not (folder / LABELS_FILE).is_file():
        raise UserError(
            f"{folder / LABELS_FILE}: no such file; run step 2, or correct train_data, val_data and select_data"
        )
    return FolderStore(folder)


def read_labels(path: Path) -> tuple[list[str], list[str]]:
    """Read `labels.csv`: the columns filename and words. "NA" and "null" are words, and quotes are CSV's own."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: no CSV in UTF-8 ({str(error).strip()}); run step 2 again") from None
    if list(table.columns) != ["filename", "words"]:
        raise UserError(f"{path}: header is {','.join(table.columns)!r}, expected 'filename,words'")
    return table["filename"].tolist(), table["words"].tolist()


def patch_sizes(filenames: Sequence[str], images: Path) -> np.ndarray:
    """Give width and height of every patch in pixels, int32 [N, 2].

    Step 2 writes the box into the name, `<stem>_<xmin>-<ymin>-<xmax>-<ymax>.png`, so that nothing has to be opened;
    of other names the image header is read. A patch whose header cannot be read has the size 0, 0.
    """
    sizes = np.zeros((len(filenames), 2), np.int32)
    for row, name in enumerate(filenames):
        match = _BOX_IN_NAME.search(name)
        if match:
            xmin, ymin, xmax, ymax = map(int, match.groups())
            sizes[row] = xmax - xmin, ymax - ymin
            continue
        try:
            with Image.open(images / name) as image:
                sizes[row] = image.size
        except (OSError, UnidentifiedImageError):
            continue
    return sizes
