"""Turns whatever a person gives to `read()` into pages: files, their bytes, arrays, Pillow's images, documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from train_easyocr.pages.image_conversion import array_rgb, decode_frame, page_frames, picture_rgb
from train_easyocr.pages.image_header import UnreadableImageError, is_pdf, plain_header
from train_easyocr.pages.page_image import PagePixels, as_page, decode, read_image_file
from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.program.terminal_text import printable

ACCEPTED = (
    "give a JPEG, PNG, TIFF, BMP, WebP, GIF or PDF as a path, as bytes or as a file opened with 'rb', an image of "
    "Pillow, or an array [height, width] or [height, width, 3] (BGR)"
)


def only_page(source: Any) -> PagePixels:
    """Return the one page of an image, or of a TIFF or PDF file of one page; see `pages_of`.

    Raises:
        UserError: it has several pages, or is nothing that is accepted.
    """
    pages = Pages(source)
    if pages.count != 1:
        raise UserError(f"{pages.name}: {pages.count:,} pages, and read() reads one; read_pages() reads them all")
    return pages.page(0)


def pages_of(source: Any) -> Iterator[PagePixels]:
    """Yield the pages of an image, a TIFF or a PDF file one after the other; see `Pages`."""
    pages = Pages(source)
    yield from (pages.page(number) for number in range(pages.count))


class Pages:
    """The `count` pages of an image, a TIFF or a PDF file, which is drawn at 200 dots per inch.

    `name` names it in messages; `file` are the bytes of the file, none for what was given as an image already.

    Args:
        source: a path, with `~` if you like; the bytes of a file; a file opened for reading bytes; an image of Pillow;
            or an array with OpenCV's channels, see `array_rgb`.

    Raises:
        UserError: something else, no such file, or not an image.
    """

    def __init__(self, source: Any) -> None:
        self.name, content = _content(source)
        self.file = content if isinstance(content, bytes) else b""
        with _Told(self.name):
            self.count, self._decode = _decoder(content)

    def page(self, number: int) -> PagePixels:
        """Decode a page, 0 the first.

        Raises:
            UserError: it is damaged or has too many pixels.
        """
        with _Told(self.page_name(number)):
            return self._decode(number)

    def page_name(self, number: int) -> str:
        """Name a page, 0 the first, in messages."""
        return f"{self.name}: page {number + 1:,}" if self.count > 1 else self.name


class _Told:
    """Tells what is wrong with an image in a line that begins with its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UnreadableImageError):
            raise UserError(f"{self._name}: {error}{_advice(str(error))}") from None


def _advice(told: str) -> str:
    """Return what to do about an image, where the words about it do not say so themselves."""
    if ";" in told:
        return ""
    if "pixels" in told:
        return "; scale it down"
    is_damaged = any(word in told for word in ("empty", "breaks off", "damaged", "without pages"))
    return "; copy it again, or save it anew" if is_damaged else f"; {ACCEPTED}"


def _content(source: Any) -> tuple[str, bytes | np.ndarray | Image.Image]:
    """Return a name for messages, and the content: bytes of a file, or what is an image already."""
    if isinstance(source, np.ndarray | Image.Image):
        return "the given image", source
    if isinstance(source, bytes | bytearray | memoryview):
        return "the given bytes", bytes(source)
    if isinstance(source, str | os.PathLike):
        return _file_content(os.fspath(source))
    if not callable(getattr(source, "read", None)):
        raise UserError(f"the given {type(source).__name__}: is no image; {ACCEPTED}")
    name = printable(str(getattr(source, "name", "the given file")))
    try:
        if callable(getattr(source, "seekable", None)) and source.seekable():
            source.seek(0)  # a file that was just written is at its end
        data = source.read()
    except ValueError as error:  # UTF-8 in a file that was opened for text, or a closed file
        raise UserError(f"{name}: cannot be read ({error}); open it with 'rb'") from None
    if not isinstance(data, bytes | bytearray):
        raise UserError(f"{name}: was opened for text; open it with 'rb'")
    return name, bytes(data)


def _file_content(path: str | bytes) -> tuple[str, bytes]:
    path = os.fsdecode(path)
    if not path:
        raise UserError(f"the given path is empty; {ACCEPTED}")
    name = printable(path)
    if path.startswith(("http://", "https://")):
        raise UserError(f"{name}: is an address in the web; download the file and give its path")
    try:
        with _Told(name):
            return name, read_image_file(Path(path).expanduser())
    except FileNotFoundError:
        raise UserError(f"{name}: no such file; check its spelling") from None
    except (OSError, RuntimeError, ValueError) as error:  # no such user of `~`; a NUL in the path
        raise UserError(in_one_line(error) or f"{name}: cannot be opened ({error})") from None


def _decoder(content: bytes | np.ndarray | Image.Image) -> tuple[int, Callable[[int], PagePixels]]:
    """Return how many pages there are, and a function that decodes one of them, 0 the first."""
    if isinstance(content, np.ndarray):
        return 1, lambda _: as_page(array_rgb(content))
    if isinstance(content, Image.Image):
        return 1, lambda _: as_page(picture_rgb(content))
    if is_pdf(content):
        from train_easyocr.pages.pdf_pages import draw_page, open_pdf  # few need it

        document = open_pdf(content)
        return len(document), lambda number: as_page(draw_page(document, number))
    if plain_header(content):
        return 1, lambda _: decode(content)
    frames = page_frames(content)
    return len(frames), lambda number: as_page(decode_frame(content, frames[number]))
