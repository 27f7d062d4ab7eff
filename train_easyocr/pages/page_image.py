"""The one decoder of images: upright, 8 bits, over white paper, so that a box is on the same print everywhere.

OpenCV decodes plain images, grey or RGB in a JPEG or PNG, as EasyOCR's Reader does; Pillow decodes all others
(`image_conversion.py`): CMYK, transparency, TIFF of any depth, BMP, WebP, GIF and so on.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from train_easyocr.pages import image_conversion, image_header
from train_easyocr.pages.image_conversion import decode_frame, page_frames
from train_easyocr.pages.image_header import UnreadableImageError, demand_size, plain_header, told_kind

DECODER_FILES = tuple(Path(file) for file in (__file__, image_conversion.__file__, image_header.__file__))
"""The code that decides the pixels of a page."""

_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a pipe (FIFO)",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


class PagePixels(NamedTuple):
    """The pixels of a page: RGB, uint8 [height, width, 3], to find text on, and grey, uint8 [height, width], to read.

    OpenCV decodes a JPEG's grey on its own, without the rounding of a way through RGB, and so does EasyOCR.
    """

    rgb: np.ndarray
    grey: np.ndarray


def decode(data: bytes | memoryview) -> PagePixels:
    """Decode a page in colour and in grey; see `decode_colour`."""
    if plain_header(data) is None:
        return as_page(_only_page(data))
    return PagePixels(cv2.cvtColor(decode_colour(data), cv2.COLOR_BGR2RGB), decode_grey(data))


def as_page(rgb: np.ndarray) -> PagePixels:
    """Add the grey pixels to those of a page in RGB."""
    return PagePixels(rgb, cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))


def decode_grey(data: bytes | memoryview) -> np.ndarray:
    """Decode a page as grey, uint8 [height, width]; see `decode_colour`."""
    return _decode(data, cv2.IMREAD_GRAYSCALE, cv2.COLOR_RGB2GRAY)


def decode_colour(data: bytes | memoryview) -> np.ndarray:
    """Decode a page as BGR, uint8 [height, width, 3], turned upright as its EXIF orientation says.

    Raises:
        UnreadableImageError: not an image, a truncated one, one of several pages or of too many pixels.
        MemoryError: an image that may be whole, but too large for the memory that is left.
    """
    return _decode(data, cv2.IMREAD_COLOR, cv2.COLOR_RGB2BGR)


def read_image_file(path: str | Path) -> bytes:
    """Read a file that should be an image. Pipes and devices are not opened: the reader of a pipe waits for ever.

    Raises:
        UnreadableImageError: the path is not that of a file.
        OSError: the file is missing or cannot be read.
    """
    # os.stat and open without a buffer, because training reads many small files: Path objects take twice the time.
    mode = os.stat(path).st_mode  # noqa: PTH116
    if not stat.S_ISREG(mode):
        raise UnreadableImageError(next((kind for is_kind, kind in _KINDS.items() if is_kind(mode)), "not a file"))
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _decode(data: bytes | memoryview, flag: int, conversion: int) -> np.ndarray:
    header = plain_header(data)
    if header is None:
        return cv2.cvtColor(_only_page(data), conversion)
    demand_size(header.width, header.height)
    if not header.is_whole:
        raise UnreadableImageError("the file breaks off before its end")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError("not enough memory to decode the image") from None
        raise UnreadableImageError(str(error).strip()) from None
    if image is None:
        raise UnreadableImageError(told_kind(data))
    return image


def _only_page(data: bytes | memoryview) -> np.ndarray:
    """Decode an image of another kind as RGB; refuse one of several pages, because a label belongs to one."""
    data = bytes(data)
    if (count := len(page_frames(data))) != 1:
        raise UnreadableImageError(f"{count} pages, and one is expected; save each as an image of its own")
    return decode_frame(data)
