"""Turns label files of any known schema into pages, whose words have a clean text and a box on the page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.label_schemas import SCHEMAS
from train_easyocr.pages.boxes import clip_box, is_empty, pixel_box
from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.texts.text_scores import nfc

UNREADABLE = "unreadable print"
NO_AREA, NEGATIVE = "box without area", "box of negative width or height"
"""The reason why a label with a box has no word begins so."""

# Characters that no CSV file can carry: NUL ends a field for many readers, a lone surrogate is not valid Unicode.
_NO_CSV_TEXT = re.compile("[\0\ud800-\udfff]")
_LONGEST_TEXT = 1000  # characters: longer than any line of a page; CSV readers accept fields up to 131,072
_FURTHEST = 1 << 20  # pixels: OpenCV does not decode a wider or taller page
_ENDS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"  # white space, also of no width
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # Unicode's categories of controls, formats and spaces


class LabelError(UserError):
    """A label file from which no page can be read. `reason` is the same for all files with the same defect."""

    def __init__(self, name: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{name}: {reason}{': ' + detail if detail else ''}; mend or remove this label file")
        self.reason = reason
        self.detail = detail


def read_label(data: bytes, name: str) -> Page:
    """Read one label file of any known schema.

    `name` is the page's path below `labels/` without its ending. Texts are NFC without spaces at their ends, boxes
    are clipped to the page. A box without a usable text is unreadable print, among the `ignored` of the page; a word
    without a usable box is nowhere (`parse_label` counts both).

    Raises:
        LabelError: the file is not JSON, has no known schema, or describes no image.
    """
    return parse_label(data, name)[0]


def parse_label(data: bytes, name: str) -> tuple[Page, list[LeftOut]]:
    """Read one label file as `read_label` does; also return why each of its other labels is not among the words."""
    label = _decode(data, name)
    schema = next((schema for schema in SCHEMAS if schema.fits(label)), None)
    if schema is None:
        keys = ", ".join(list(label)[:8]) if isinstance(label, dict) else type(label).__name__
        raise LabelError(name, "unknown schema", f"found {keys}")
    try:
        raw = schema.read(label)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise LabelError(name, "malformed label", f"{type(error).__name__} {error}") from None
    if raw is None:
        raise LabelError(name, "no image in the label")
    width, height = _whole(raw.width), _whole(raw.height)
    words, unreadable, left_out = _sort_words(raw.words, width, height, name)
    folders = name.split("/")[:-1]
    category = _text(raw.category) or (folders[0] if len(folders) >= 3 else "")
    year = _text(raw.year) or (folders[-1] if len(folders) >= 3 else "")
    return Page(name, category, year, width, height, tuple(words), schema.name, tuple(unreadable)), left_out


def clean_text(text: str) -> str:
    """Return `text` in NFC without white space, U+200B and U+FEFF at its ends; inside they are kept.

    >>> clean_text(" 경남 김해시 ")
    '경남 김해시'
    """
    return nfc(text).strip(_ENDS)


def _decode(data: bytes, name: str) -> Any:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            # Numbers stay as they are written: as a text, 54.50 is not 54.5, and Python refuses 5,000 digits.
            return json.loads(data.decode(encoding), parse_int=str, parse_float=str, parse_constant=str)
        except UnicodeDecodeError:
            continue
        except (json.JSONDecodeError, RecursionError) as error:
            raise LabelError(name, "no JSON", str(error)) from None
    raise LabelError(name, "neither UTF-8 nor CP949")


def _sort_words(
    raw_words: Iterable[tuple[Any, tuple[float, ...] | None]], width: int, height: int, name: str
) -> tuple[list[Word], list[Word], list[LeftOut]]:
    """Return the readable words, the boxes of unreadable print as words without text, and what is not a word."""
    words, unreadable, left_out = [], [], []
    for number, (raw_text, corners) in enumerate(raw_words, start=1):
        text, where = _text(raw_text), f"{name} word {number}"
        found = _objection_to_box(corners, width, height)
        if found or corners is None:
            left_out.append(LeftOut(found, where, f"{text} {_shown(corners, found)}".strip()))
            continue
        box = clip_box(pixel_box(corners), width, height)
        if found := objection_to_text(text):
            unreadable.append(Word("", box))
            shown = f"{len(text):,} characters" if len(text) > _LONGEST_TEXT else ascii(text) if text else ""
            left_out.append(LeftOut(f"{UNREADABLE}: {found}", where, " ".join([shown, str(list(box))]).strip()))
        else:
            words.append(Word(text, box))
    return words, unreadable, left_out


def _objection_to_box(corners: tuple[float, ...] | None, width: int, height: int) -> str:
    """Return why no part of the page can be the box of a word, or ""."""
    if corners is None:
        return "word without a box of four or eight numbers"
    if max(map(abs, corners)) > _FURTHEST:
        return "box further away than any page"
    box = pixel_box(corners)
    if is_empty(box):
        return NEGATIVE if corners[2] < corners[0] or corners[3] < corners[1] else NO_AREA
    return "box outside the page" if is_empty(clip_box(box, width, height)) else ""


def _shown(corners: tuple[float, ...] | None, objection: str) -> str:
    """Show a box in which no word can be: its size where that is the objection, else its corners."""
    if corners is None:
        return ""
    xmin, ymin, xmax, ymax = corners
    if objection in (NO_AREA, NEGATIVE):
        return f"x {xmin:g}, y {ymin:g}, width {xmax - xmin:g}, height {ymax - ymin:g}"
    return str(list(corners))


def objection_to_text(text: str) -> str:
    """Return why `text` tells nobody what is printed in its box, or ""."""
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        return "no text"
    if len(text) > _LONGEST_TEXT:
        return f"text of more than {_LONGEST_TEXT:,} characters"
    return "text with NUL or a lone surrogate" if _NO_CSV_TEXT.search(text) else ""


def _text(value: Any) -> str:
    """Return a text of the label, or a number as it is written there; other values count as no text."""
    return clean_text(value) if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    """Return a page's width or height in pixels, at most `_FURTHEST`; 0 if it is missing or not a number."""
    try:
        return max(0, min(int(float(value)), _FURTHEST))
    except (TypeError, ValueError, OverflowError):
        return 0
