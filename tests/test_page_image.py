"""The one decoder of pages: upright as EXIF says, whole, and as EasyOCR's Reader decodes the bytes of a file."""

import io
import subprocess
import sys

import cv2
import numpy as np
import pytest
from archive_factory import page_image
from easyocr.utils import reformat_input
from PIL import Image, ImageOps

from train_easyocr.page_image import UnreadableImageError, decode_colour, decode_grey

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


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space as Linux counts it")
def test_an_image_that_the_memory_has_no_room_for_is_not_called_unreadable():
    script = """
import resource, cv2, numpy
from pathlib import Path
from train_easyocr.page_image import decode_grey
data = cv2.imencode(".png", numpy.zeros((16_000, 16_000), numpy.uint8))[1].tobytes()
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (100 << 20),) * 2)
decode_grey(data)
"""
    failed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert failed.stderr.splitlines()[-1] == "MemoryError: not enough memory to decode the image"
