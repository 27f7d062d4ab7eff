"""Decodes the pixels of a page for steps 2, 4 and 5 and the drawings, so that a box is on the same print in all."""

from __future__ import annotations

import cv2
import numpy as np

# A JPEG ends with EOI, a PNG with IEND; a few padding bytes may follow. OpenCV fills what is missing with grey.
_END_MARKERS = {b"\xff\xd8": b"\xff\xd9", b"\x89P": b"IEND"}
_END_SEARCHED = 4096


class UnreadableImageError(ValueError):
    """The bytes are not an image, or not a whole one."""


def decode_grey(data: bytes) -> np.ndarray:
    """Decode a page as grey, uint8 [height, width]; see `decode_colour`."""
    return _decode(data, cv2.IMREAD_GRAYSCALE)


def decode_colour(data: bytes) -> np.ndarray:
    """Decode a page as BGR, uint8 [height, width, 3], turned upright as its EXIF orientation says.

    EasyOCR's Reader does the same with the bytes of a file. Given a path, it turns the grey page, which it reads from,
    but not the colour page, on which it finds text, so that boxes and crops of a turned page do not agree.

    Raises:
        UnreadableImageError: not an image, or a truncated one.
        MemoryError: an image that may be whole, but too large for the memory that is left.
    """
    return _decode(data, cv2.IMREAD_COLOR)


def _decode(data: bytes, flag: int) -> np.ndarray:
    marker = _END_MARKERS.get(data[:2])
    if marker and marker not in data[-_END_SEARCHED:]:
        raise UnreadableImageError("the file breaks off before its end")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flag) if data else None
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError("not enough memory to decode the image") from None
        raise UnreadableImageError(str(error).strip()) from None
    if image is None:
        raise UnreadableImageError("not an image")
    return image
