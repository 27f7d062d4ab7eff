"""Turns images of every kind into upright RGB of 8 bits over white paper: Pillow's modes and NumPy's arrays."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from train_easyocr.pages.image_header import MOST_PIXELS, UnreadableImageError, demand_size, told_kind

# Not all that Pillow can open: its EPS plugin runs Ghostscript, for example.
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "DIB", "GIF", "WEBP", "AVIF", "JPEG2000", "PPM")
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # TIFF 6.0
_SUBFILE, _REDUCED = 254, 1
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    struct.error,
)

_MOST_OF_ONE = 2.0
"""Floats up to this are from 0 to 1, with some overshoot: from 0 to 255 the whole image would be black."""


def decode_frame(data: bytes, frame: int = 0) -> np.ndarray:
    """Decode an image file, or one of the `page_frames` of a TIFF, with Pillow: RGB, uint8 [height, width, 3].

    Raises:
        UnreadableImageError: not an image, a damaged one, or one of too many pixels.
    """
    with _pillow_errors(data), Image.open(io.BytesIO(data), formats=_formats()) as image:
        if frame:
            image.seek(frame)
        return upright_rgb(image)


def page_frames(data: bytes) -> list[int]:
    """Return the frames of an image file that are pages, more than one of a TIFF only, without decoding them.

    A TIFF's thumbnails are not pages; of animated images the first picture counts.
    """
    with _pillow_errors(data), Image.open(io.BytesIO(data), formats=_formats()) as image:
        if not isinstance(image, TiffImageFile):
            return [0]
        frames = []
        for frame in range(image.n_frames):
            image.seek(frame)
            if not (frame and image.tag_v2.get(_SUBFILE, 0) & _REDUCED):
                frames.append(frame)
        return frames


@lru_cache(maxsize=1)
def _formats() -> tuple[str, ...]:
    Image.init()
    return tuple(kind for kind in _FORMATS if kind in Image.OPEN)  # AVIF, for example, came with Pillow 11.3


@contextmanager
def _pillow_errors(data: bytes) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of half as many pixels as are allowed, of metadata out of order
            yield
    except UnreadableImageError:
        raise
    except Image.DecompressionBombError:
        raise UnreadableImageError(f"more than the {MOST_PIXELS:,} pixels that are read") from None
    except UnidentifiedImageError:
        raise UnreadableImageError(told_kind(data)) from None
    except _DAMAGED as error:
        raise UnreadableImageError(f"a damaged image ({str(error).strip() or type(error).__name__})") from None


def picture_rgb(image: Image.Image) -> np.ndarray:
    """Convert an image of Pillow as `upright_rgb` does: the picture that it shows, of several.

    Raises:
        UnreadableImageError: see `upright_rgb`; also a damaged or closed file, which Pillow decodes only here.
    """
    with _pillow_errors(b""):
        return upright_rgb(image)


def upright_rgb(image: Image.Image) -> np.ndarray:
    """Convert a Pillow image to RGB, uint8 [height, width, 3]: turned as its EXIF says, and over white paper.

    Raises:
        UnreadableImageError: no pixel or too many, or values that are no brightness.
    """
    demand_size(*image.size)
    image.load()  # Pillow turns a TIFF here
    inverted = _is_inverted(image)
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":
        grey = eight_bits(np.asarray(image))
        return cv2.cvtColor(255 - grey if inverted else grey, cv2.COLOR_GRAY2RGB)
    if inverted:
        image = ImageChops.invert(image)
    if image.mode == "La":
        image = image.convert("LA")  # the only mode to which Pillow converts it
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        ink = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(ink, mask=ink.getchannel("A"))
    return np.array(image.convert("RGB"))


def _is_inverted(image: Image.Image) -> bool:
    """Return whether Pillow shows a negative.

    It inverts a TIFF in which 0 is white up to 8 bits only, and the CMYK of a JPEG always, as only Adobe stores it.
    """
    if image.mode.startswith("I;16"):
        return getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    return image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info


def array_rgb(array: np.ndarray) -> np.ndarray:
    """Convert an array with OpenCV's channels to RGB, uint8 [height, width, 3], over white paper.

    Args:
        array: grey [height, width] or [height, width, 1], grey and alpha [height, width, 2], BGR [height, width, 3] or
            BGRA [height, width, 4]; for its values see `eight_bits`.

    Raises:
        UnreadableImageError: another shape, no pixel or too many, or values that are no brightness.
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] > 4) or array.size == 0:
        raise UnreadableImageError(
            f"an array of shape {array.shape}, and [height, width] or [height, width, 1 to 4] is expected"
        )
    height, width = array.shape[:2]
    demand_size(width, height)
    channels = eight_bits(array).reshape(height, width, -1)
    count = channels.shape[2]
    colours = channels[..., 2::-1] if count > 2 else channels[..., [0, 0, 0]]
    if count not in (2, 4):
        return np.ascontiguousarray(colours)
    alpha = channels[..., -1:].astype(np.uint16)
    return ((colours * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def eight_bits(array: np.ndarray) -> np.ndarray:
    """Scale values of any type to uint8, 0 black to 255 white; the shape stays.

    Whole numbers are of 8 bits up to 255 and of 16 bits up to 65,535, whatever their type. Floats are from 0 to 1, or
    else from 0 to 255.

    Raises:
        UnreadableImageError: other values.
    """
    if array.dtype == np.uint8:
        return array
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if array.dtype.kind not in "iuf":
        raise UnreadableImageError(f"an array of {array.dtype}, and numbers are expected")
    low, high = array.min(), array.max()
    if array.dtype.kind == "f":
        if not (low >= 0 and high <= 255):  # NaN as well
            raise UnreadableImageError(f"floats from {low} to {high}, and 0 to 1 or 0 to 255 are expected")
        scale = 255 if high <= _MOST_OF_ONE else 1
        return np.rint(np.clip(array * scale, 0, 255)).astype(np.uint8)
    if low < 0 or high > 65535:
        raise UnreadableImageError(f"whole numbers from {low} to {high}, and 0 to 255 or 0 to 65535 are expected")
    return (array >> 8 if high > 255 else array).astype(np.uint8)
