"""Reads a page with an installed network, with the detector and the options that are stored with it.

Importing this file takes no seconds: torch and EasyOCR are imported when the first page is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from train_easyocr.easyocr_port.custom_network import (
    DETECTOR_ENDING,
    LANGUAGES,
    Description,
    demand_installed,
    described_detector,
    installed_files,
    read_description,
)
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, ReadingOptions
from train_easyocr.easyocr_port.weights import easyocr_folder
from train_easyocr.pages.documents.texts import line_text
from train_easyocr.pages.page_image import PagePixels
from train_easyocr.pages.page_source import only_page, pages_of
from train_easyocr.pages.records import Reading
from train_easyocr.reading.reading_order import lines_in_reading_order
from train_easyocr.reading.turned_page import TURNS, box_as_it_lies, demand_turns, most_legible_turn, turned_back

Turns = Sequence[int]


def read(
    image: Any,
    name: str = "finetuned",
    *,
    cuda: bool = False,
    turns: Turns = TURNS,
    rotation_info: Turns | None = None,
) -> list[Reading]:
    """Read a page with an installed network, its own detector if it has one, and its own reading options.

    On a CPU the convolutions that read words run in a quicker way, which rounds differently (`quick_convolutions.py`):
    `benchmarks/read_speed.py` tells on how many words texts and confidences stay those of a plain Reader.

    Args:
        image: an image file, as a path, as bytes, or opened for reading bytes: JPEG, PNG, TIFF, BMP, WebP, GIF, or a
            PDF of one page, which is drawn at 200 dots per inch; an image of Pillow; or an array as OpenCV returns it,
            [height, width] grey or [height, width, 3] BGR (`array_rgb`). It is turned upright as its EXIF says and
            read as if on white paper.
        name: the installed network.
        cuda: read on the GPU.
        turns: by how many degrees clockwise the print may lie turned on the page. Some words are read in each of these
            directions, and where another one than the first is clearly more legible, the page is turned and searched
            once more. `turns=(0,)` takes a page as it comes; `turns=(90,)` knows how it lies.
        rotation_info: degrees, such as `[90, 180, 270]`, by which EasyOCR's Reader turns the crop of each single box as
            well, to keep the surest reading: for pages with words in several directions.

    Returns:
        The readings in reading order: blocks, in a block lines, in a line words (`reading_order.py`). Each has the
        bounding rectangle of its box in pixels of the page as its EXIF turns it, within it; where the print lies turned
        on that page, the boxes do too.

    Raises:
        UserError: no such network is installed, its reading options are malformed, a file of weights is unreadable,
            `image` is not an image of one page, there is no GPU, or `turns` or `rotation_info` hold other degrees.
    """
    _demand_readable(name, turns, rotation_info)
    return _words(_read_page(only_page(image), name, cuda, turns, rotation_info))


def read_pages(
    document: Any,
    name: str = "finetuned",
    *,
    cuda: bool = False,
    turns: Turns = TURNS,
    rotation_info: Turns | None = None,
) -> list[list[Reading]]:
    """Read all pages of a PDF or TIFF file, or of anything that `read` accepts: a list of readings for each page."""
    _demand_readable(name, turns, rotation_info)
    return [_words(_read_page(page, name, cuda, turns, rotation_info)) for page in pages_of(document)]


def read_lines(
    document: Any,
    name: str = "finetuned",
    *,
    cuda: bool = False,
    turns: Turns = TURNS,
    rotation_info: Turns | None = None,
) -> list[str]:
    """Read all pages as `read_pages` does; return the texts of their lines in reading order, words joined by spaces."""
    _demand_readable(name, turns, rotation_info)
    pages = (_read_page(page, name, cuda, turns, rotation_info) for page in pages_of(document))
    texts = (line_text(line) for lines in pages for line in lines)
    return [text for text in texts if text]


def _demand_readable(name: str, turns: Turns, rotation_info: Turns | None) -> None:
    """Check what needs neither the image nor the seconds in which torch and EasyOCR are imported."""
    demand_turns("turns", turns)
    if rotation_info is not None:
        demand_turns("rotation_info", rotation_info)
    installed_options(name, easyocr_folder())


def _words(lines: list[list[Reading]]) -> list[Reading]:
    return [word for line in lines for word in line]


def _read_page(
    page: PagePixels, name: str, cuda: bool, turns: Turns, rotation_info: Turns | None
) -> list[list[Reading]]:
    return lines_and_turn(page, name, cuda, turns, rotation_info)[0]


def lines_and_turn(
    page: PagePixels, name: str, cuda: bool, turns: Turns = TURNS, rotation_info: Turns | None = None
) -> tuple[list[list[Reading]], int]:
    """Read the words of a page, line by line in reading order; return also by how many degrees the page lies turned."""
    from train_easyocr.easyocr_port.engine.loaded_network import loaded_network

    network = loaded_network(name, easyocr_folder(), cuda)
    # Text is found in colour and read in grey, as in EasyOCR's Reader.
    rgb, grey = turned_back(page.rgb, turns[0]), turned_back(page.grey, turns[0])
    found = lru_cache(lambda turn: network.find(turned_back(rgb, turn)))
    further = most_legible_turn(
        grey,
        lambda turn: found(turn).regions(network.options),
        network.confidence,
        [(turn - turns[0]) % 360 for turn in turns],
    )
    grey = turned_back(grey, further)
    readings = network.read_boxes(grey, found(further).boxes(network.options), rotation_info)
    turn, (height, width) = (turns[0] + further) % 360, grey.shape
    lines = [
        [replace(readings[row], box=box_as_it_lies(readings[row].box, turn, width, height)) for row in line]
        for line in lines_in_reading_order([reading.box for reading in readings])
    ]
    return lines, turn


def installed_options(name: str, folder: Path) -> ReadingOptions:
    """Return the reading options that step 4 stored with the network `name`; EasyOCR's defaults if it stored none.

    Raises:
        UserError: no such network is installed, or its reading options are malformed.
    """
    return _description(name, folder).reading or DEFAULT_GROUPING


def installed_detector(name: str, folder: Path) -> Path | None:
    """Return the weights of the detector that is installed with the network `name`; None for EasyOCR's own.

    Raises:
        UserError: no such network is installed, or its description is malformed.
    """
    return described_detector(name, folder, _description(name, folder))


def _description(name: str, folder: Path) -> Description:
    demand_installed(name, folder)
    return read_description(installed_files(name, folder)[2])


def usage(name: str, options: ReadingOptions, detector: Path | None = None) -> str:
    """Return the lines of Python that read a page with the installed network and its detector, if it has one."""
    changed = {
        item.name: getattr(options, item.name)
        for item in fields(options)
        if getattr(options, item.name) != getattr(DEFAULT_GROUPING, item.name)
    }
    arguments = "".join(f", {key}={value}" for key, value in changed.items())
    return (
        "Read a page with it:\n"
        "    import easyocr\n"
        f"    reader = easyocr.Reader({LANGUAGES}, recog_network={name!r})\n"
        f"{_taken(name, detector) if detector else ''}"
        # Pass the bytes of the file: given a path, EasyOCR turns a photo upright to read it, but not to find its text.
        f"    reader.readtext(open('page.jpg', 'rb').read(){arguments})\n"
        f"or: from train_easyocr import read; read('page.jpg', {name!r})"
    )


def _taken(name: str, detector: Path) -> str:
    """Return the lines by which a Reader takes a detector: a trained CRAFT, or our own."""
    if detector.stem != f"{name}{DETECTOR_ENDING}":
        return f"    reader.detector = reader.initDetector({str(detector)!r})\n"
    # The Reader has put the folder of the definition on Python's path.
    return (
        f"    from {detector.stem} import load_detector\n"
        f"    reader.detector = load_detector({str(detector)!r}).to(reader.device)\n"
    )
