"""The one decoder of pages: upright as EXIF says, whole, and as EasyOCR's Reader decodes the bytes of a file."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from archive_factory import page_image
from easyocr.utils import reformat_input
from image_kinds import file_of, huge_png, image_files, plain_page
from PIL import Image, ImageOps

from train_easyocr.pages.image_conversion import array_rgb
from train_easyocr.pages.page_image import UnreadableImageError, decode, decode_colour, decode_grey, read_image_file

ORIENTATION = 0x0112


def turned_page(orientation: int) -> bytes:
    """A JPEG of 60 x 40 stored pixels, darker to the left and redder to the top, that EXIF says how to turn."""
    across, down = np.meshgrid(np.linspace(0, 250, 60), np.linspace(250, 0, 40))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    file = io.BytesIO()
    stored = Image.fromarray(np.stack([down, across, across], axis=2).astype(np.uint8))
    stored.save(file, "JPEG", quality=100, subsampling=0, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pages_stand_upright_as_pillow_turns_them(orientation):
    data = turned_page(orientation)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data)))).astype(int)
    colour, grey = decode_colour(data), decode_grey(data)
    assert grey.shape == colour.shape[:2] == ((40, 60) if orientation <= 4 else (60, 40))
    assert np.abs(colour[..., ::-1].astype(int) - upright).max() <= 4  # two JPEG decoders
    assert np.abs(grey - cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY).astype(int)).max() <= 4


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_pages_are_what_the_reader_makes_of_the_bytes_and_of_the_grey_of_a_path(tmp_path, orientation):
    data = turned_page(orientation)
    (tmp_path / "page.jpg").write_bytes(data)
    assert np.array_equal(decode_colour(data)[..., ::-1], reformat_input(data)[0])
    assert np.array_equal(decode_grey(data), reformat_input(str(tmp_path / "page.jpg"))[1])


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_an_image_that_breaks_off_is_unreadable(ending):
    data = page_image(ending=ending)
    assert decode_grey(data).shape == (320, 240)
    for broken in (
        data[: len(data) // 2],
        data[:-100],
        b"",
        b"no image",
        data[:2],
        data[: len(data) // 2] + bytes(9000),
    ):
        with pytest.raises(UnreadableImageError):
            decode_grey(broken)


PAGE = plain_page()
FILES = image_files(PAGE)


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_image_is_the_plain_page(kind):
    rgb, grey = decode(FILES[kind])
    assert rgb.dtype == grey.dtype == np.uint8 and rgb.shape == (90, 420, 3) and grey.shape == (90, 420)
    furthest = 8 if "JPEG" in kind else 0  # levels
    assert np.abs(rgb.astype(int) - np.asarray(PAGE)).max() <= furthest
    assert np.array_equal(decode_colour(FILES[kind])[..., ::-1], rgb) and np.array_equal(decode_grey(FILES[kind]), grey)


def test_half_transparent_ink_lies_on_white_and_deep_values_are_scaled():
    red = Image.new("RGBA", (2, 1), (200, 0, 0, 51))  # a fifth of red: 0.2 * 200 + 0.8 * 255 = 244, 0.8 * 255 = 204
    assert decode(file_of(red)).rgb[0, 0].tolist() == [244, 204, 204]
    assert array_rgb(np.array([[[0, 0, 200, 51]]], np.uint8))[0, 0].tolist() == [244, 204, 204]  # BGRA
    values = {np.uint16: [0, 0x80FF, 0xFFFF], np.float32: [0.0, 0.5, 1.0], np.int64: [0, 128, 255], bool: [0, 1, 1]}
    shown = {kind: array_rgb(np.array([row], kind))[0, :, 0].tolist() for kind, row in values.items()}
    assert shown == {np.uint16: [0, 128, 255], np.float32: [0, 128, 255], np.int64: [0, 128, 255], bool: [0, 255, 255]}
    assert array_rgb(np.array([[0.0, 100.4, 255.0]]))[0, :, 0].tolist() == [0, 100, 255]
    assert array_rgb(np.array([[[1, 2, 3]]], np.uint8)).tolist() == [[[3, 2, 1]]]  # BGR
    assert array_rgb(np.array([[[7, 255], [0, 0]]], np.uint8))[..., 1].tolist() == [[7, 255]]  # grey and alpha


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros((3, 40, 50)), r"shape \(3, 40, 50\)"),
        (np.zeros((0, 40)), "shape"),
        (np.zeros(4), "shape"),
        (np.full((2, 2), np.nan), "floats from nan to nan"),
        (np.full((2, 2), -1.0), "floats from -1.0"),
        (np.full((2, 2), -1), "whole numbers from -1"),
        (np.full((2, 2), 70000), "whole numbers from 70000"),
        (np.full((2, 2), "a"), "an array of <U1"),
        (np.broadcast_to(np.uint8(0), (40_000, 10)), "at most 32,766 a side"),
    ],
)
def test_an_array_that_is_no_page_is_told(array, told):
    with pytest.raises(UnreadableImageError, match=told):
        array_rgb(array)


def test_what_cannot_be_a_page_is_told_in_words():
    tiff = io.BytesIO()
    PAGE.save(tiff, "TIFF", save_all=True, append_images=[PAGE, PAGE])
    png = FILES["1-bit PNG"]
    length = png.index(b"IDAT") - 4
    long_chunk = png[:length] + b"\x7f\0\0\0" + png[length + 4 :]  # OpenCV would take 2 GB, and seconds
    told = {
        b"": "an empty file",
        b"no image": "not an image",
        bytes(4) + b"ftypheic" + bytes(90): "a HEIC photo; save it as JPEG",
        b"%PDF-1.7": "a PDF file, not an image",
        FILES["1-bit TIFF, group4"][:300]: "a damaged image, or one that breaks off",
        FILES["RGBA PNG"][:-30]: "the file breaks off|damaged",
        FILES["GIF"][:200]: "damaged",
        long_chunk: "the file breaks off before its end",
        FILES["JPEG with a film behind it"][:900] + bytes(9000): "breaks off",
        huge_png(): "60,000 × 60,000 pixels, and at most 178,956,970 are read",
        huge_png(colour=6): "more than the 178,956,970 pixels",
        huge_png(40_000, 10): "40,000 × 10 pixels, and at most 32,766 a side are read",
        tiff.getvalue(): "3 pages, and one is expected",
    }
    for data, words in told.items():
        for decoder in (decode, decode_grey, decode_colour):
            with pytest.raises(UnreadableImageError, match=words):
                decoder(data)


def test_what_is_no_file_is_not_opened(tmp_path):
    pipe = tmp_path / "p.jpg"
    os.mkfifo(pipe)
    for path, kind in ((pipe, "a pipe"), (tmp_path, "a folder"), (Path(os.devnull), "a device")):
        with pytest.raises(UnreadableImageError, match=kind):
            read_image_file(path)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space as Linux counts it")
def test_an_image_that_the_memory_has_no_room_for_is_not_called_unreadable():
    script = """
import resource, cv2, numpy
from pathlib import Path
from train_easyocr.pages.page_image import decode_grey
data = cv2.imencode(".png", numpy.zeros((13_000, 13_000), numpy.uint8))[1].tobytes()
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (100 << 20),) * 2)
decode_grey(data)
"""
    failed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert failed.stderr.splitlines()[-1] == "MemoryError: not enough memory to decode the image"


def test_damage_anywhere_is_told_or_survived():
    generator = np.random.default_rng(0)
    for data in FILES.values():
        for _ in range(4):
            damaged = bytearray(data)
            for place in generator.integers(60, len(data), 5):  # the size stays: a huge one takes seconds
                damaged[place] = generator.integers(256)
            with contextlib.suppress(UnreadableImageError):
                assert decode(bytes(damaged)).grey.dtype == np.uint8
