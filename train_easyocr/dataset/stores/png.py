"""Writes patches as PNG files with uncompressed pixels: quick to write, and quick to read at every step."""

from __future__ import annotations

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NO_FILTER = 0
_GREY, _RGB = 0, 2


def encode_png(image: np.ndarray) -> bytes:
    """Encode uint8 [height, width] or BGR [height, width, 3] as PNG without compression.

    The format is that of the W3C's PNG specification: IHDR, one IDAT with stored deflate blocks, IEND.
    """
    height, width = image.shape[:2]
    colour = _RGB if image.ndim == 3 else _GREY
    rows = np.empty((height, 1 + width * (3 if colour == _RGB else 1)), np.uint8)
    rows[:, 0] = _NO_FILTER  # each row begins with the number of its filter
    rows[:, 1:] = image[..., ::-1].reshape(height, -1) if colour == _RGB else image
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    pixels = zlib.compress(rows.data, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
