"""Reads patches from disk: single files, or one LMDB file, beside `labels.csv`. Training uses both in the same way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from train_easyocr.dataset.stores.label_file import read_labels
from train_easyocr.dataset.stores.lmdb_file import demand_whole_lmdb, reading_lmdb
from train_easyocr.dataset.stores.sizes import file_size_in_pixels, image_size, patch_sizes
from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode_colour, decode_grey, read_image_file

LABELS_FILE = "labels.csv"
IMAGES_FOLDER = "images"
LMDB_FILE = "patches.lmdb"
GENERATED_FILE = "generated.json"


class PatchStore(Protocol):
    """Labelled patches, addressed by their row in `labels.csv`. It can be pickled and forked at any time."""

    @property
    def filenames(self) -> Sequence[str]:
        """The name of each patch."""

    @property
    def texts(self) -> Sequence[str]:
        """The label of each patch."""

    @property
    def worn(self) -> bool:
        """Whether the patches show the effects of printer and scanner already: they are not augmented again."""

    def sizes(self, show_progress: bool = True) -> np.ndarray:
        """Return width and height of every patch in pixels, int32 [N, 2], without decoding an image."""
        ...

    def read(self, row: int) -> np.ndarray:
        """Return one patch, uint8: grey [height, width], or RGB [height, width, 3] of a store opened with `rgb`.

        Raises:
            OSError: the image is missing or cannot be read.
        """
        ...


class FolderStore:
    """Patches as one image file each, `images/<filename>`, beside `labels.csv`."""

    worn = False

    def __init__(self, folder: Path, rgb: bool = False) -> None:
        self.folder = folder
        self.rgb = rgb
        self._images = str(folder / IMAGES_FOLDER)
        self.filenames, self.texts = read_labels(folder / LABELS_FILE)

    def sizes(self, show_progress: bool = True) -> np.ndarray:
        """Return width and height of every patch in pixels, int32 [N, 2]; see `patch_sizes`."""

        def size_in_header(name: str) -> tuple[int, int]:
            return file_size_in_pixels(os.path.join(self._images, name))  # noqa: PTH118 - see `read`

        return patch_sizes(self.filenames, self.folder, size_in_header, show_progress=show_progress)

    def read(self, row: int) -> np.ndarray:
        """Return one patch, grey or RGB; raises OSError where the image cannot be read."""
        # Strings, because joining Path objects takes a tenth of the time of a read.
        path = os.path.join(self._images, self.filenames[row])  # noqa: PTH118
        try:
            return _decoded(read_image_file(path), self.rgb)
        except UnreadableImageError as error:
            raise OSError(f"{path}: {error}") from None


class LmdbStore:
    """Patches in one LMDB file, `patches.lmdb`, under their file names, beside `labels.csv`."""

    worn = False

    def __init__(self, folder: Path, rgb: bool = False) -> None:
        self.file = folder / LMDB_FILE
        self.rgb = rgb
        demand_whole_lmdb(
            self.file
        )  # the first read opens it, so that a store is sent to a worker without an open file
        self.filenames, self.texts = read_labels(folder / LABELS_FILE)

    def sizes(self, show_progress: bool = True) -> np.ndarray:
        """Return width and height of every patch in pixels, int32 [N, 2]; see `patch_sizes`."""

        def size_in_header(name: str) -> tuple[int, int]:
            with reading_lmdb(self.file, buffers=True) as transaction:
                image = transaction.get(name.encode())
                return image_size(BytesIO(image)) if image is not None else (0, 0)

        return patch_sizes(self.filenames, self.file.parent, size_in_header, show_progress=show_progress)

    def read(self, row: int) -> np.ndarray:
        """Return one patch, grey or RGB; raises OSError where the image, UserError where the LMDB is damaged."""
        name = self.filenames[row]
        with reading_lmdb(self.file, buffers=True) as transaction:
            image = transaction.get(name.encode())
            if image is None:
                raise OSError(f"{self.file}: holds no patch {name}, which labels.csv names; write this set anew")
            try:
                return _decoded(image, self.rgb)
            except UnreadableImageError as error:
                raise OSError(f"{self.file}: {name}: {error}") from None


def _decoded(data: bytes | memoryview, rgb: bool) -> np.ndarray:
    return cv2.cvtColor(decode_colour(data), cv2.COLOR_BGR2RGB) if rgb else decode_grey(data)
