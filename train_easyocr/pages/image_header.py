"""Reads what the first bytes of an image file tell: its kind, its size, and whether OpenCV may decode it directly."""

from __future__ import annotations

import struct
from typing import NamedTuple

MOST_PIXELS = 178_956_970
"""Larger images are refused, as Pillow does: A0 at 300 dots per inch has 139 million pixels, A3 at 600 has 70."""

LONGEST_SIDE = 32_766
"""Images with a longer side are refused: OpenCV cannot turn or straighten them."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the SOF markers; the three others are DHT, JPG, DAC
_START_OF_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # JPEG's markers without a length: TEM and the restart markers
_END_SEARCHED = 4096

# What people take for an image of a page, by the beginning of the file.
_OTHER_KINDS = {
    b"%PDF": "a PDF file, not an image",
    b"PK\x03\x04": "a zip, HWPX or Office file, not an image",
    b"\xd0\xcf\x11\xe0": "an HWP or Office file, not an image",
    b"<svg": "an SVG drawing; save it as PNG",
    b"8BPS": "a Photoshop file; save it as TIFF or PNG",
}
_IMAGE_BEGINNINGS = (b"\xff\xd8\xff", _PNG, b"II*\0", b"MM\0*", b"GIF8", b"RIFF", b"BM")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


class UnreadableImageError(ValueError):
    """The bytes are not an image, not a whole one, or one that is too large."""


class PlainHeader(NamedTuple):
    """Size in pixels of a JPEG or PNG without transparency, in grey or RGB, and whether its end is there.

    OpenCV fills with grey what is missing. Other bytes may follow: a phone stores a film behind its photo.
    """

    width: int
    height: int
    is_whole: bool


def plain_header(data: bytes | memoryview) -> PlainHeader | None:
    """Read the header of a grey or RGB image in a JPEG or PNG; None for images of other kinds."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg_header(data)
        return _png_header(data) if data[:8] == _PNG else None
    except (IndexError, struct.error):  # the file breaks off in its header
        return None


def _jpeg_header(data: bytes | memoryview) -> PlainHeader | None:
    position, width, height = 2, 0, 0
    while data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF or marker in _ALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == _START_OF_SCAN:
            return PlainHeader(width, height, _ends(data, position)) if width and height else None
        if marker in _JPEG_FRAMES:
            bits, height, width, channels = struct.unpack_from(">BHHB", data, position + 4)
            if bits != 8 or channels not in (1, 3):  # four are CMYK
                return None
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return None


def _ends(data: bytes | memoryview, start: int) -> bool:
    """Return whether JPEG's end marker comes after byte `start`, where the pixels begin."""
    return _JPEG_END in bytes(data[max(start, len(data) - _END_SEARCHED) :]) or _JPEG_END in bytes(data[start:])


def _png_header(data: bytes | memoryview) -> PlainHeader | None:
    """Follow the chunks to the last: OpenCV would take the memory that a damaged length asks for, and much time."""
    width, height, _, colour = struct.unpack_from(">IIBB", data, 16)
    if colour not in (0, 2, 3):  # grey, RGB and palette; 4 and 6 have alpha
        return None
    position, kind = 8, b""
    while kind != b"IEND":
        if position + 12 > len(data):
            return PlainHeader(width, height, is_whole=False)
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind == b"tRNS":
            return None
        position += 12 + length
    return PlainHeader(width, height, is_whole=position <= len(data))


def is_pdf(data: bytes) -> bool:
    """Return whether bytes are a PDF file; others may precede its header, as readers of PDF allow."""
    return b"%PDF-" in data[:1024]


def demand_size(width: int, height: int) -> None:
    """Refuse an image of no pixel or too many before its pixels are made: a small file can ask for all the memory."""
    if min(width, height) < 1:
        raise UnreadableImageError(f"an empty image ({width} × {height})")
    if width * height > MOST_PIXELS:
        raise UnreadableImageError(f"{width:,} × {height:,} pixels, and at most {MOST_PIXELS:,} are read")
    if max(width, height) > LONGEST_SIDE:
        raise UnreadableImageError(f"{width:,} × {height:,} pixels, and at most {LONGEST_SIDE:,} a side are read")


def told_kind(data: bytes | memoryview) -> str:
    """Say what bytes are that no decoder takes for an image."""
    start = bytes(data[:16])
    if not start:
        return "an empty file"
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS:
        return "a HEIC photo; save it as JPEG"
    if start.startswith(_IMAGE_BEGINNINGS):
        return "a damaged image, or one that breaks off"
    return next((kind for beginning, kind in _OTHER_KINDS.items() if start.startswith(beginning)), "not an image")
