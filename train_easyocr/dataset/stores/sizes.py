"""The size of every patch: from its name where step 2 gave the name, elsewhere from the header of its image."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from train_easyocr.dataset.stores.packed_texts import PackedTexts
from train_easyocr.dataset.stores.page_list import listed_pages
from train_easyocr.dataset.stores.patch_names import belong_to_pages, sizes_in_names
from train_easyocr.program.progress import track

_ORIENTATION = 0x0112  # EXIF
_ON_ITS_SIDE = {5, 6, 7, 8}  # orientations in which rows and columns of the stored image change places


def patch_sizes(
    names: PackedTexts, folder: Path, size_in_header: Callable[[str], tuple[int, int]], *, show_progress: bool = True
) -> np.ndarray:
    """Return width and height of every patch in pixels, int32 [N, 2]; 0, 0 where they cannot be read.

    A name that step 2 gave contains them, so that no image of its millions has to be opened. It is such a name if it
    belongs to a page that the set lists: numbers at the end of any other name may be a date or a telephone number.

    Args:
        names: the file names of the patches.
        folder: the set, with or without a list of its pages.
        size_in_header: returns width and height of one patch from the header of its image, by its name.
        show_progress: whether a bar may appear if this takes longer than a moment.
    """
    sizes = np.zeros((len(names), 2), np.int32)
    pages = listed_pages(folder)
    if pages:
        told = belong_to_pages(names, pages)
        sizes[told] = sizes_in_names(names)[told]
    unknown = np.flatnonzero(~sizes.any(axis=1)).tolist()
    title = f"{folder.name}: sizes of images"
    with track(title, len(unknown), "image", unknown, brief=True, hidden=not show_progress) as rows:
        for row in rows:
            sizes[row] = size_in_header(names[row])
    return sizes


def file_size_in_pixels(path: str | Path) -> tuple[int, int]:
    """Return width and height of an image file; see `image_size`. What is no plain file has none: it may block."""
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return 0, 0
        with Path(path).open("rb") as file:
            return image_size(file)
    except (OSError, ValueError):  # a name with NUL is a ValueError
        return 0, 0


def image_size(file: BinaryIO) -> tuple[int, int]:
    """Return width and height in pixels of the upright image in `file`, from its header; 0, 0 without one."""
    try:
        with _warnings_ignored(), Image.open(file) as image:
            width, height = image.size
            # PIL turns the size of a TIFF itself, and would decode a whole PNG in search of EXIF behind its pixels.
            has_exif = image.format != "TIFF" and (image.format != "PNG" or "exif" in image.info)
            turned = has_exif and image.getexif().get(_ORIENTATION) in _ON_ITS_SIDE
            return (height, width) if turned else (width, height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0


@contextmanager
def _warnings_ignored() -> Iterator[None]:
    """Keep quiet what Pillow says of many pixels, which are not decoded here, and of damaged EXIF."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
