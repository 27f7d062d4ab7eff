"""Draws the pages of a PDF file, filled-in forms too, as a scanner would."""

from __future__ import annotations

import math

import numpy as np
import pypdfium2

from train_easyocr.pages.image_header import UnreadableImageError, demand_size

DOTS_PER_INCH = 200
POINTS_PER_INCH = 72
"""A PDF measures in points."""


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF file; close it after use.

    Raises:
        UnreadableImageError: a damaged file, one without pages, or one that asks for a password.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableImageError("a PDF file with a password; save it without one") from None
        raise UnreadableImageError("a damaged PDF file") from None
    if len(document) == 0:
        raise UnreadableImageError("a PDF file without pages")
    document.init_forms()
    return document


def draw_page(document: pypdfium2.PdfDocument, number: int) -> np.ndarray:
    """Draw a page, 0 the first, at `DOTS_PER_INCH`, upright: RGB, uint8 [height, width, 3].

    Raises:
        UnreadableImageError: a damaged page, or one of too many pixels.
    """
    scale = DOTS_PER_INCH / POINTS_PER_INCH
    try:
        page = document[number]
        demand_size(*(math.ceil(side * scale) for side in page.get_size()))
        bitmap = page.render(scale=scale, rev_byteorder=True)
    except pypdfium2.PdfiumError:
        raise UnreadableImageError("a damaged page") from None
    pixels = np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    bitmap.close()
    page.close()
    return pixels
