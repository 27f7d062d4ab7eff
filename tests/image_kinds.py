"""One page as image files of all kinds that people give: what phones, scanners, fax machines and programs write."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import tifffile
from PIL import Image, ImageChops, ImageDraw, ImageFont

ORIENTATION = 0x0112
TEXT = "Gimhae   City   2001"


def plain_page() -> Image.Image:
    """A page of 420 x 90 pixels with three words in pure black on white, so that every kind can hold it exactly."""
    image = Image.new("L", (420, 90), "white")
    ImageDraw.Draw(image).text((20, 25), TEXT, font=ImageFont.load_default(30), fill="black")
    return image.point(lambda level: 255 * (level > 127)).convert("RGB")


def file_of(image: Image.Image, kind: str = "PNG", **arguments) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **arguments)
    return file.getvalue()


def turned(image: Image.Image, orientation: int, kind: str = "JPEG", **arguments) -> bytes:
    """A file whose EXIF says how to turn it so that it looks like `image`."""
    undo = {
        **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM},
        **{5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE},
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = image.transpose(undo[orientation]) if orientation > 1 else image
    return file_of(stored, kind, exif=exif, **arguments)


def _on_nothing(image: Image.Image) -> Image.Image:
    """The ink of a page alone; the paper is transparent, and black where transparency is ignored."""
    ink = Image.new("RGBA", image.size, (0, 0, 0, 0))
    ink.putalpha(ImageChops.invert(image.convert("L")))
    return ink


def _palette_with_transparency(image: Image.Image) -> bytes:
    palette = image.convert("L").point(lambda level: int(level > 127)).convert("L")
    palette.putpalette([0, 0, 0, 0, 0, 0])
    return file_of(palette, transparency=1)


def _cmyk_without_adobe(image: Image.Image) -> bytes:
    """A CMYK JPEG whose values are not inverted, as programs other than Adobe's write it."""
    data = file_of(ImageChops.invert(image.convert("CMYK")), "JPEG", quality=95)
    start = data.index(b"\xff\xee")
    return data[:start] + data[start + 2 + int.from_bytes(data[start + 2 : start + 4], "big") :]


def _opencv(array: np.ndarray, ending: str = ".png") -> bytes:
    return cv2.imencode(ending, array)[1].tobytes()


def _tiff(array: np.ndarray, **arguments) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, **arguments)
    return file.getvalue()


def image_files(page: Image.Image) -> dict[str, bytes]:
    """Files of all kinds that show `page`, which is black and white; those with JPEG in their name only nearly."""
    grey, colour = np.asarray(page.convert("L")), np.asarray(page)
    two_tones = page.convert("1")
    ink = _on_nothing(page)
    return {
        **{f"JPEG, EXIF {number}": turned(page, number, quality=95) for number in (1, 3, 6, 8)},
        "grey JPEG": file_of(page.convert("L"), "JPEG", quality=95),
        "JPEG with a film behind it": file_of(page, "JPEG", quality=95) + bytes(range(200)) * 50,
        "CMYK JPEG by Adobe": file_of(page.convert("CMYK"), "JPEG", quality=95),
        "CMYK JPEG, not inverted": _cmyk_without_adobe(page),
        "1-bit PNG": file_of(two_tones),
        "palette PNG": file_of(page.quantize(2)),
        "palette PNG with transparency": _palette_with_transparency(page),
        "grey PNG with a transparent level": file_of(page.convert("L"), transparency=255),
        "RGB PNG with a transparent colour": file_of(page, transparency=(255, 255, 255)),
        "grey and alpha PNG": file_of(ink.convert("LA")),
        "RGBA PNG": file_of(ink),
        "RGBA WebP": file_of(ink, "WEBP", lossless=True, exact=True),
        "16-bit grey PNG": _opencv(grey.astype(np.uint16) * 257),
        "16-bit RGB PNG": _opencv(colour.astype(np.uint16) * 257),
        "BMP": file_of(page, "BMP"),
        "GIF": file_of(page, "GIF"),
        **{
            f"1-bit TIFF, {packing}": file_of(two_tones, "TIFF", compression=packing)
            for packing in ("group3", "group4", "tiff_lzw")
        },
        "1-bit TIFF, 0 is white": _tiff(grey == 0, photometric="miniswhite"),
        "RGBA TIFF, EXIF 6": turned(ink, 6, "TIFF"),
        "CMYK TIFF": file_of(page.convert("CMYK"), "TIFF", compression="raw"),
        "16-bit grey TIFF": _tiff(grey.astype(np.uint16) * 257, photometric="minisblack"),
        "16-bit grey TIFF, 0 is white": _tiff((255 - grey).astype(np.uint16) * 257, photometric="miniswhite"),
        "16-bit RGB TIFF": _tiff(colour.astype(np.uint16) * 257, photometric="rgb"),
        "float TIFF": _tiff((grey / 255).astype(np.float32), photometric="minisblack"),
    }


def huge_png(width: int = 60_000, height: int = 60_000, colour: int = 0) -> bytes:
    """A small PNG whose header promises an image that no memory holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
