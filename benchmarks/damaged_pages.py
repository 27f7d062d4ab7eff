"""The same page as a scanner, a fax machine or a telephone would give it, with its labels on the same print.

Each kind of damage is a function of a page, uint8 [height, width, 3] RGB, and its record. What is drawn by chance
depends on the name of the page alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from train_easyocr.pages.boxes import clip_box, pixel_box
from train_easyocr.pages.page_image import decode
from train_easyocr.pages.records import Box, Page, Word

SKEW_DEGREES = 3.0
FAX_LINES = 0.5  # of the lines of 200 dpi: "standard" faxes have 204 x 98 dots an inch (ITU-T T.4)
NARROWED = 0.04
"""By how much of the page's sides the corners of a photo lie inwards at most."""
DESK, DARKEST, PHOTO_BLUR, PHOTO_GRAIN, PHOTO_QUALITY = 96, 0.62, 1.0, 3.0, 75


@dataclass(frozen=True)
class Sheet:
    """A page with its labels, and its image as a file: JPEG or PNG bytes."""

    page: Page
    data: bytes

    @property
    def rgb(self) -> np.ndarray:
        """The pixels, uint8 [height, width, 3] RGB."""
        return decode(self.data).rgb


def at_100_dpi(sheet: Sheet) -> Sheet:
    """Scan a page of 200 dots per inch at 100."""
    small = cv2.resize(sheet.rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return _saved(sheet, small, np.diag([0.5, 0.5, 1.0]))


def skewed(sheet: Sheet) -> Sheet:
    """Lay the page askew, to the left or to the right."""
    rgb = sheet.rgb
    height, width = rgb.shape[:2]
    degrees = SKEW_DEGREES * _chance(sheet).choice((-1, 1))
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0, 0, 1]])
    return _saved(sheet, _warped(rgb, matrix, int(np.median(rgb))), matrix)


def faxed(sheet: Sheet) -> Sheet:
    """Send the page by fax: black and white, with half of the lines."""
    grey = cv2.cvtColor(sheet.rgb, cv2.COLOR_RGB2GRAY)
    lines = cv2.resize(grey, None, fx=1.0, fy=FAX_LINES, interpolation=cv2.INTER_AREA)
    ink = cv2.threshold(lines, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    whole = cv2.resize(ink, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return _saved(sheet, cv2.cvtColor(whole, cv2.COLOR_GRAY2RGB), np.eye(3))


def photographed(sheet: Sheet) -> Sheet:
    """Take a photo of the page: perspective, a shadow over one side, blur, grain, JPEG."""
    rgb, chance = sheet.rgb, _chance(sheet)
    height, width = rgb.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inwards = chance.uniform(0, NARROWED, (4, 2)) * [width, height] * [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    matrix = cv2.getPerspectiveTransform(corners, (corners + inwards).astype(np.float32))
    photo = cv2.GaussianBlur(_warped(rgb, matrix, DESK), (0, 0), PHOTO_BLUR).astype(np.float32)
    photo *= _shade(height, width, chance)[..., None]
    photo += chance.standard_normal((height, width, 1), dtype=np.float32) * PHOTO_GRAIN
    return _saved(sheet, np.clip(photo, 0, 255).astype(np.uint8), matrix, PHOTO_QUALITY)


DAMAGES: dict[str, Callable[[Sheet], Sheet]] = {
    "100 dpi": at_100_dpi,
    "skew 3 degrees": skewed,
    "fax": faxed,
    "phone photo": photographed,
}


def _chance(sheet: Sheet) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(sheet.page.name.encode()))


def _warped(rgb: np.ndarray, matrix: np.ndarray, border: int) -> np.ndarray:
    size = rgb.shape[1], rgb.shape[0]
    return cv2.warpPerspective(rgb, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(border,) * 3)


def _shade(height: int, width: int, chance: np.random.Generator) -> np.ndarray:
    """Draw light that falls off across the page, and the soft edge of a shadow: float32 [height, width], up to 1."""
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle, edge = chance.uniform(0, 2 * np.pi), chance.uniform(-0.3, 0.7)
    along = down * np.float32(np.sin(angle)) + across * np.float32(np.cos(angle))
    shadow = 1 / (1 + np.exp((along - np.float32(edge)) * 12))
    return DARKEST + (1 - DARKEST) * (0.5 * shadow + 0.25 * (1 - along / np.float32(np.sqrt(2))))


def _saved(sheet: Sheet, rgb: np.ndarray, matrix: np.ndarray, quality: int | None = None) -> Sheet:
    """Save changed pixels without loss, or as a JPEG, and move the labels by the 3 x 3 `matrix`."""
    height, width = rgb.shape[:2]

    def moved(word: Word) -> Word:
        return replace(word, box=clip_box(_moved(word.box, matrix), width, height))

    page = sheet.page
    words, ignored = (tuple(map(moved, labels)) for labels in (page.words, page.ignored))
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    if quality is None:
        data = cv2.imencode(".png", bgr, (cv2.IMWRITE_PNG_COMPRESSION, 1))[1]
    else:
        data = cv2.imencode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
    return Sheet(replace(page, words=words, ignored=ignored, width=width, height=height), data.tobytes())


def _moved(box: Box, matrix: np.ndarray) -> Box:
    """Return the upright bounds of a box whose corners are moved."""
    xmin, ymin, xmax, ymax = box
    corners = np.array([[[xmin, ymin], [xmax, ymin], [xmax, ymax], [xmin, ymax]]], np.float64)
    places = cv2.perspectiveTransform(corners, matrix)[0].round(3)
    return pixel_box([*places.min(axis=0), *places.max(axis=0)])
