"""Writes a searchable PDF: the pages of a document with what was read on them as invisible text.

The pages of a PDF stay as they are, and text that they hold already is not written again. Images become pages of their
printed size: a JPEG byte for byte, others without loss.
"""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from train_easyocr.pages.documents.invisible_text import InvisibleFont, runs
from train_easyocr.pages.image_header import is_pdf, plain_header
from train_easyocr.pages.page_image import PagePixels
from train_easyocr.pages.pdf_pages import DOTS_PER_INCH, POINTS_PER_INCH
from train_easyocr.pages.records import Reading, ReadPage
from train_easyocr.program.atomic import replacing

_BELIEVED = (50, 2400)
"""Dots per inch that an image may state; others, such as a photo's 1, are taken for `DOTS_PER_INCH`."""

_LONGEST_SIDE = 14_400  # points; ISO 32000-1, annex C.2
_JPEG_QUALITY = 95  # of a photo that had to be turned
_ORIENTATION, _UPRIGHT = 0x0112, 1  # EXIF


class SearchablePdf:
    """A searchable PDF of a document, whose file is `content`: add its pages one after the other, then save it."""

    def __init__(self, content: bytes) -> None:
        self._content, self._keeps_pages = content, is_pdf(content)
        self._document = pypdfium2.PdfDocument(content) if self._keeps_pages else pypdfium2.PdfDocument.new()
        self._font = InvisibleFont(self._document)

    def add(self, pixels: PagePixels, read: ReadPage) -> None:
        """Add a page, or to a page of a PDF its text."""
        if self._keeps_pages:
            page = self._document[read.number - 1]
            present = page.get_textpage()
            to_points = _to_points(page, read)
        else:
            page, present = _page_of_image(self._document, self._content, pixels), None
            to_points = _to_points(page, read)

        def has_text(word: Reading) -> bool:
            return present is not None and _holds(present, word, to_points)

        for run in runs(read.lines, read.turn, has_text):
            self._font.write(page, run, to_points)
        page.set_rotation((page.get_rotation() - read.turn) % 360)
        page.gen_content()
        page.close()

    def save(self, path: Path) -> None:
        """Write the file, in place of an earlier one."""
        with replacing(path) as part:
            self._document.save(part)


def _to_points(page: pypdfium2.PdfPage, read: ReadPage) -> np.ndarray:
    """Return the matrix [2, 3] that turns pixels of a page as it is shown, x, y, 1, into its points, y upwards."""
    placed = pypdfium2.PdfPosConv(page, (0, 0, read.width, read.height, 0))
    origin, right, down = (np.array(placed.to_page(*pixel)) for pixel in ((0, 0), (read.width, 0), (0, read.height)))
    return np.stack([(right - origin) / read.width, (down - origin) / read.height, origin], axis=1)


def _holds(present: pypdfium2.PdfTextPage, word: Reading, to_points: np.ndarray) -> bool:
    """Return whether the page has text in the middle of a word's box."""
    xmin, ymin, xmax, ymax = word.box
    quarter = np.array([xmax - xmin, ymax - ymin]) / 4
    corners = np.array([[xmin, ymin], [xmax, ymax]]) + np.array([quarter, -quarter])
    (left, right), (bottom, top) = np.sort(to_points[:, :2] @ corners.T + to_points[:, 2:], axis=1)
    return bool(present.get_text_bounded(left, bottom, right, top).strip())


def _page_of_image(document: pypdfium2.PdfDocument, content: bytes, pixels: PagePixels) -> pypdfium2.PdfPage:
    height, width = pixels.grey.shape
    dots, orientation = _printed(content)
    points = [max(_scale(side, per_inch), 1.0) for side, per_inch in zip((width, height), dots, strict=True)]
    image = pypdfium2.PdfImage.new(document)
    jpeg = _jpeg(content, pixels, orientation)
    if jpeg:
        image.load_jpeg(io.BytesIO(jpeg), inline=True)
    else:
        is_grey = bool((pixels.rgb == pixels.grey[..., None]).all())
        shown = Image.fromarray(pixels.grey if is_grey else pixels.rgb)
        image.set_bitmap(pypdfium2.PdfBitmap.from_pil(shown))
    image.set_matrix(pypdfium2.PdfMatrix().scale(*points))
    page = document.new_page(*points)
    page.insert_obj(image)
    return page


def _scale(side: int, dots: float) -> float:
    return min(side * POINTS_PER_INCH / dots, _LONGEST_SIDE)


def _printed(content: bytes) -> tuple[tuple[float, float], int]:
    """Return the dots per inch across and down that an image states, and its EXIF orientation."""
    with Image.open(io.BytesIO(content)) as image:
        stated = image.info.get("dpi", ())
        orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
    low, high = _BELIEVED
    if len(stated) != 2 or not all(low <= dots <= high for dots in stated):
        return (DOTS_PER_INCH, DOTS_PER_INCH), orientation
    across, down = (round(float(dots), 1) for dots in stated)  # PNG stores 200 as 7,874 a metre
    return ((down, across) if orientation > 4 else (across, down)), orientation


def _jpeg(content: bytes, pixels: PagePixels, orientation: int) -> bytes | None:
    """Return the JPEG that shows the page, upright; None for other images."""
    if plain_header(content) is None or not content.startswith(b"\xff\xd8"):
        return None
    if orientation == _UPRIGHT:
        return content
    bgr = cv2.cvtColor(pixels.rgb, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
