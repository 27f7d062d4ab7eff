"""Text that a PDF holds and nobody sees: over the picture of a page it can be searched, selected and copied.

Its font has one glyph without an area for all characters. The code of a character is its UTF-16, so a table of one
line tells every reader of PDF which character it is, and no typeface has to be embedded. Tesseract and OCRmyPDF do the
same.
"""

from __future__ import annotations

import ctypes
import io
import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pypdfium2
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdfium2 import raw

from train_easyocr.pages.records import Reading

_EM, _ASCENT, _DESCENT, _ADVANCE = 1000, 0.8, 0.2, 0.5
"""Units of the font, and parts of its size: above and below the baseline, and the width of a glyph."""

_LEAST_SPACE = 0.1
"""The least width of a space or a word, in heights of the line."""

_MOST_SLOPE = 0.1  # of a line, as `reading_order.py` levels it

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
1 beginbfrange
<0000> <FFFF> <0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_GLYPH_OF_CODE = b"\0\1" * 0x10000


class Run(NamedTuple):
    """A word, or the space behind it, in pixels of the page as it lies.

    `start` is where its baseline begins, `along` a unit vector in which it runs, `across` one that points down a line.
    """

    text: str
    start: np.ndarray
    along: np.ndarray
    across: np.ndarray
    length: float
    size: float


def runs(lines: Sequence[Sequence[Reading]], turn: int, has_text: Callable[[Reading], bool]) -> Iterator[Run]:
    """Place the words of each line, and a space between two of them that fills the gap.

    Args:
        lines: words in reading order.
        turn: by how many degrees clockwise the print lies turned on the page.
        has_text: tells whether the page holds the text of a word already, which is then left out.
    """
    angle = np.deg2rad(turn)
    along = np.rint([np.cos(angle), np.sin(angle)])  # x right, y down
    across = np.array([-along[1], along[0]])
    for line in lines:
        words = [word for word in line if word.text and not has_text(word)]
        if words:
            yield from _runs_of_line(words, along, across)


def _runs_of_line(words: Sequence[Reading], along: np.ndarray, across: np.ndarray) -> Iterator[Run]:
    corners = np.array([word.box for word in words], float).reshape(-1, 2, 2)
    begin, end = np.sort(corners @ along, axis=1).T
    top, bottom = np.sort(corners @ across, axis=1).T
    size = max(1.0, statistics.median(bottom - top))
    middle, slope = _straight((begin + end) / 2, (top + bottom) / 2, end - begin)
    least = _LEAST_SPACE * size
    at = begin[0]
    for word, stop, following in zip(words, end, [*begin[1:], None], strict=True):
        if following is not None:  # boxes may touch
            stop = min(stop, following - least)
        stop = max(stop, at + least)
        start = at * along + (middle + slope * at + size * (0.5 - _DESCENT)) * across
        yield Run(word.text, start, along, across, stop - at, size)
        if following is not None:
            following = max(following, stop + least)
            yield Run(" ", start + (stop - at) * along, along, across, following - stop, size)
            at = following


def _straight(places: np.ndarray, middles: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the line through the middles of words: its place at 0, and its slope; long words count for more."""
    weights = np.maximum(weights, 1) ** 2
    place, middle = np.average(places, weights=weights), np.average(middles, weights=weights)
    spread = np.average((places - place) ** 2, weights=weights)
    slope = np.average((places - place) * (middles - middle), weights=weights) / spread if spread else 0.0
    slope = float(np.clip(slope, -_MOST_SLOPE, _MOST_SLOPE))
    return float(middle - slope * place), slope


@cache
def _blank_font() -> bytes:
    """Return a TrueType font whose one glyph is a line without a width.

    It gives the glyph its height and its advance as extent: PDFium leaves out text without any.
    """
    font, names = FontBuilder(_EM, isTTF=True), [".notdef", "blank"]
    advance, ascent, descent = (round(part * _EM) for part in (_ADVANCE, _ASCENT, _DESCENT))
    pen = TTGlyphPen(None)
    pen.moveTo((0, -descent))
    pen.lineTo((advance, ascent))
    pen.closePath()
    glyph = pen.glyph()
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(" "): "blank"})
    font.setupGlyf(dict.fromkeys(names, glyph))
    font.setupHorizontalMetrics(dict.fromkeys(names, (advance, 0)))
    font.setupHorizontalHeader(ascent=ascent, descent=-descent)
    font.setupNameTable({"familyName": "Invisible", "styleName": "Regular", "psName": "Invisible"})
    font.setupOS2()
    font.setupPost()
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


class InvisibleFont:
    """The font of a document, with which text is written on its pages."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document, data = document, _blank_font()
        self._font = raw.FPDFText_LoadCidType2Font(
            document, _array(data), len(data), _TO_UNICODE, _array(_GLYPH_OF_CODE), len(_GLYPH_OF_CODE)
        )

    def write(self, page: pypdfium2.PdfPage, run: Run, to_points: np.ndarray) -> None:
        """Write a run on a page; `to_points` [2, 3] turns pixels x, y, 1 into the page's points, y upwards."""
        codes = np.frombuffer(run.text.encode("utf-16-le", "replace"), "<u2").astype(np.uint32)
        text = raw.FPDFPageObj_CreateTextObj(self._document, self._font, run.size)
        raw.FPDFText_SetCharcodes(text, codes.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32)), len(codes))
        raw.FPDFTextObj_SetTextRenderMode(text, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        stretched = run.length / (len(codes) * _ADVANCE * run.size)
        (a, b), (c, d) = to_points[:, :2] @ run.along * stretched, to_points[:, :2] @ -run.across
        e, f = to_points @ [*run.start, 1.0]
        raw.FPDFPageObj_SetMatrix(text, raw.FS_MATRIX(a, b, c, d, e, f))
        raw.FPDFPage_InsertObject(page, text)


def _array(data: bytes) -> ctypes.Array[ctypes.c_ubyte]:
    return (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
