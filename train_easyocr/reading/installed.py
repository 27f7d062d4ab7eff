"""Reads a page with an installed network, with the detector and the options that are stored with it."""

from __future__ import annotations

from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import easyocr

from train_easyocr.boxes import clip_box
from train_easyocr.custom_network import LANGUAGES, Description, detector_file, installed_files, read_description
from train_easyocr.errors import UserError
from train_easyocr.page_image import PagePixels
from train_easyocr.page_source import only_page, pages_of
from train_easyocr.reading.detector import use_detector
from train_easyocr.reading.inked_part import InkedPart
from train_easyocr.reading.reader import open_reader, rotated_box
from train_easyocr.reading_options import DEFAULT_GROUPING, ReadingOptions
from train_easyocr.records import Reading
from train_easyocr.text_scores import nfc
from train_easyocr.weights import easyocr_folder


def read(image: Any, name: str = "finetuned", *, cuda: bool = False) -> list[Reading]:
    """Read a page with an installed network, its own detector if it has one, and its own reading options.

    Text is searched only in the inked part of the page (`inked_part.py`), so pages with margins take less time than in
    a plain Reader, and the edge of a box may differ by a pixel or two.

    Args:
        image: an image file, as a path, as bytes, or opened for reading bytes: JPEG, PNG, TIFF, BMP, WebP, GIF, or a
            PDF of one page, which is drawn at 200 dots per inch; an image of Pillow; or an array as OpenCV returns it,
            [height, width] grey or [height, width, 3] BGR (`array_rgb`). It is turned upright as its EXIF says and
            read as if on white paper.
        name: the installed network.
        cuda: read on the GPU.

    Returns:
        The readings in EasyOCR's order, each with the bounding rectangle of its box in pixels of the upright page,
        within it.

    Raises:
        UserError: no such network is installed, its reading options are malformed, a file of weights is unreadable, or
            `image` is not an image of one page.
    """
    options = installed_options(name, easyocr_folder())
    return _read_page(only_page(image), options, name, cuda)


def read_pages(document: Any, name: str = "finetuned", *, cuda: bool = False) -> list[list[Reading]]:
    """Read all pages of a PDF or TIFF file, or of anything that `read` accepts: a list of readings for each page."""
    options = installed_options(name, easyocr_folder())
    return [_read_page(page, options, name, cuda) for page in pages_of(document)]


def _read_page(page: PagePixels, options: ReadingOptions, name: str, cuda: bool) -> list[Reading]:
    reader = _reader(name, easyocr_folder(), cuda)
    # What `readtext` does, on pixels that EasyOCR would decode in two ways: text is found in colour and read in grey.
    [boxes], [rotated] = reader.detect(page.rgb, **asdict(options), reformat=False)
    found = reader.recognize(page.grey, boxes, rotated, reformat=False)
    height, width = page.grey.shape
    return [
        # The margin of a box may extend beyond the page.
        Reading(clip_box(rotated_box(corners).bounds, width, height), nfc(text), float(confidence))
        for corners, text, confidence in found
    ]


def installed_options(name: str, folder: Path) -> ReadingOptions:
    """Return the reading options that step 4 stored with the network `name`; EasyOCR's defaults if it stored none.

    Raises:
        UserError: no such network is installed, or its reading options are malformed.
    """
    return _description(name, folder).reading or DEFAULT_GROUPING


def installed_detector(name: str, folder: Path) -> Path | None:
    """Return the trained detector that step 4 installed with the network `name`; None for EasyOCR's own.

    Raises:
        UserError: no such network is installed, or its description is malformed.
    """
    return detector_file(name, folder) if _description(name, folder).detector else None


def _description(name: str, folder: Path) -> Description:
    path = installed_files(name, folder)[2]
    if not path.is_file():
        raise UserError(f"{path}: no such file, so the network '{name}' is not installed; run step 4")
    return read_description(path)


def usage(name: str, options: ReadingOptions, detector: Path | None = None) -> str:
    """Return the lines of Python that read a page with the installed network and its detector, if it has one."""
    changed = {
        item.name: getattr(options, item.name)
        for item in fields(options)
        if getattr(options, item.name) != getattr(DEFAULT_GROUPING, item.name)
    }
    arguments = "".join(f", {key}={value}" for key, value in changed.items())
    taken = f"    reader.detector = reader.initDetector({str(detector)!r})\n" if detector else ""
    return (
        "Read a page with it:\n"
        "    import easyocr\n"
        f"    reader = easyocr.Reader({LANGUAGES}, recog_network={name!r})\n"
        f"{taken}"
        # The bytes of the file: given a path, EasyOCR turns a photo for reading, but not for finding text on it.
        f"    reader.readtext(open('page.jpg', 'rb').read(){arguments})\n"
        f"or: from train_easyocr.reading.installed import read; read('page.jpg', {name!r})"
    )


@lru_cache(maxsize=2)
def _reader(name: str, folder: Path, cuda: bool) -> easyocr.Reader:
    reader = open_reader(folder, name, cuda=cuda)
    if detector := installed_detector(name, folder):
        use_detector(reader, detector)
    reader.detector = InkedPart(reader.detector)
    return reader
