"""The pictures beside the report: each page as JPEG, and crops of words; blurred if no text may leave the office."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from train_easyocr.pages.page_image import decode_grey, read_image_file
from train_easyocr.pages.records import Box
from train_easyocr.program.progress import say, track
from train_easyocr.program.terminal_text import printable

TALLEST, WIDEST = 2000, 4000
"""Largest picture of a page, in pixels; larger pages are shrunk."""
CROP_HEIGHT = 48
HIDDEN_PAGE_HEIGHT, HIDDEN_WORD_HEIGHT = 200, 3
"""Height in pixels to which a page, and the print in a box, is shrunk where texts are hidden: no letter survives."""
MARGIN = 0.15
"""Margin of a crop around its box, in box heights."""


@dataclass(frozen=True)
class PictureJob:
    """A page to show: its image file, the file to write, the boxes to cut out and the files to write them to.

    `hidden_boxes` are the boxes whose print must not be legible; None if everything may be legible.
    """

    image: Path
    target: Path
    crops: Sequence[tuple[Box, Path]]
    hidden_boxes: Sequence[Box] | None = None


@dataclass(frozen=True)
class Picture:
    """The width and height of a page in pixels, or why the page cannot be shown."""

    width: int = 0
    height: int = 0
    problem: str = ""


def save_pictures(jobs: Sequence[PictureJob]) -> list[Picture]:
    """Write the pictures of all pages, in their order; a page that cannot be shown is reported and left out.

    Raises:
        OSError: the disk is full.
    """
    pictures = []
    # Threads: decoding, shrinking and encoding happen in OpenCV, which lets other threads run.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        saved = pool.map(_save_picture, jobs)
        for job, picture in track("Saving pages", len(jobs), "page", zip(jobs, saved, strict=True)):
            if picture.problem:
                say(printable(f"{job.image}: cannot be shown ({picture.problem})"))
            pictures.append(picture)
    return pictures


def _save_picture(job: PictureJob) -> Picture:
    try:
        page = decode_grey(read_image_file(job.image))
        hidden = job.hidden_boxes is not None
        _write_jpeg(_shrunk(page) if job.hidden_boxes is None else _hidden(page, job.hidden_boxes), job.target)
        for box, target in job.crops:
            crop = _crop(page, box, hidden=hidden)
            if crop.size:
                _write_jpeg(crop, target)
    except (OSError, ValueError, MemoryError, cv2.error) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return Picture(problem=str(error).strip().partition("\n")[0] or type(error).__name__)
    return Picture(page.shape[1], page.shape[0])


def _shrunk(page: np.ndarray, tallest: int = TALLEST) -> np.ndarray:
    scale = min(1.0, tallest / page.shape[0], WIDEST / page.shape[1])
    return _resized(page, round(page.shape[1] * scale), round(page.shape[0] * scale))


def _resized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(image, (max(1, width), max(1, height)), interpolation=cv2.INTER_AREA)


def _crop(page: np.ndarray, box: Box, *, hidden: bool) -> np.ndarray:
    """Cut out a word with some of its surroundings; empty if the box lies outside the page."""
    xmin, ymin, xmax, ymax = box
    margin = 0 if hidden else round((ymax - ymin) * MARGIN)
    cut = page[max(0, ymin - margin) : ymax + margin, max(0, xmin - margin) : xmax + margin]
    if cut.size == 0:
        return cut
    height = HIDDEN_WORD_HEIGHT if hidden else min(CROP_HEIGHT, cut.shape[0])
    return _resized(cut, round(cut.shape[1] * height / cut.shape[0]), height)


def _hidden(page: np.ndarray, boxes: Sequence[Box]) -> np.ndarray:
    """Shrink the page so far that no letter is legible; larger print than usual is first blurred in its box."""
    page = page.copy()
    for xmin, ymin, xmax, ymax in boxes:
        print_ = page[max(0, ymin) : max(0, ymax), max(0, xmin) : max(0, xmax)]
        if print_.size:
            height = min(HIDDEN_WORD_HEIGHT, print_.shape[0])
            small = _resized(print_, round(print_.shape[1] * height / print_.shape[0]), height)
            print_[:] = cv2.resize(small, print_.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return _shrunk(page, HIDDEN_PAGE_HEIGHT)


def _write_jpeg(image: np.ndarray, target: Path) -> None:
    target.write_bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes())
