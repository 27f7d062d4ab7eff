"""Readings on disk: `predictions_<network>_<grouping>.jsonl`, a line a page.

A line is `{"image": "category/agency/year/name.jpg", "readings": [{"bbox": [xmin, ymin, xmax, ymax], "text": "…",
"confidence": 0.98}]}`, corners in pixels, confidence from 0 to 1. Any engine that writes this can be scored.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING, Page, Reading
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.texts.text_scores import nfc

UNFINISHED = "unfinished.jsonl"
"""The pages that an interrupted run has read."""

LARGEST_COORDINATE = 1 << 20
"""Largest absolute coordinate of a corner, in pixels: OpenCV opens no image with a longer side."""


def write_predictions(path: Path, pages: Iterable[tuple[str, Sequence[Reading]]]) -> None:
    """Write the readings of pages, each with the name of its image."""
    lines = [
        json.dumps({"image": image, "readings": [to_json(reading) for reading in readings]}, ensure_ascii=False)
        for image, readings in pages
    ]
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_predictions(path: Path, pages: Sequence[Page]) -> tuple[list[tuple[Reading, ...]], int]:
    """Return the readings of `pages`, in their order, and how many pages have a line; the others have no readings.

    `image` names a page by its path below `images/`, with or without ending, or by its file name if only one page has
    that name. A path that is a page's own wins: `p` is the page `p`, also beside `x/p`.

    Raises:
        UserError: the file is missing or malformed, or names a page twice or an unknown page.
    """
    row_of_name = _rows_by_name(pages)
    found: dict[int, tuple[Reading, ...]] = {}
    for number, line in enumerate(_lines_of_file(path), start=1):
        place = f"{path}: line {number}"
        image, readings = _parse_line(line, place)
        rows = row_of_name.get(_without_ending(nfc(image).replace("\\", "/")), [])
        if len(rows) != 1:
            problem = (
                "is no page of the evaluation set" if not rows else f"fits {len(rows)} pages; give its folders too"
            )
            raise UserError(f"{place}: image {image[:200]!r} {problem}")
        if rows[0] in found:
            raise UserError(f"{place}: image {image[:200]!r} stands in an earlier line; give one line a page")
        found[rows[0]] = readings
    return [found.get(row, ()) for row in range(len(pages))], len(found)


def to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as an entry of a line."""
    return {"bbox": list(reading.box), "text": reading.text, "confidence": round(reading.confidence, 6)}


def from_json(value: Any, place: str) -> Reading:
    """Read one entry of `readings`; `place` names file and line for the errors. Corners are rounded to pixels.

    Raises:
        UserError: bbox or text is missing, or one of the three values is invalid.
    """
    try:
        corners = [round(_finite(corner)) for corner in value["bbox"]]
        text, confidence = value["text"], _finite(value.get("confidence", 1.0))
        text.encode("utf-8")  # half a surrogate pair could not be written again
        xmin, ymin, xmax, ymax = corners
        if max(map(abs, corners)) > LARGEST_COORDINATE or xmin > xmax or ymin > ymax or not 0 <= confidence <= 1:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        wanted = '{"bbox": [xmin, ymin, xmax, ymax], "text": "…", "confidence": 0.98}, pixels; confidence 0 to 1'
        raise UserError(f"{place}: reading {reprlib.repr(value)}, expected {wanted}") from None
    return Reading((xmin, ymin, xmax, ymax), nfc(text), confidence)


def _finite(value: Any) -> float:
    """Return a JSON number as float, and refuse booleans and texts, which Python's float would accept."""
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _lines_of_file(path: Path) -> Iterable[str]:
    try:
        # Not splitlines(): it also splits at characters that a text may hold, such as U+2028.
        return path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"{path}: no such file; give --predictions NAME=FILE.jsonl") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; save the predictions as UTF-8") from None


def _parse_line(line: str, place: str) -> tuple[str, tuple[Reading, ...]]:
    try:
        value = json.loads(line)
        image, readings = value["image"], value["readings"]
        if not isinstance(image, str) or not isinstance(readings, list):
            raise TypeError
    except (ValueError, RecursionError, KeyError, TypeError):  # ValueError: not JSON, or a number of 5,000 digits
        raise UserError(f'{place}: expected {{"image": "…", "readings": […]}}, found {line[:80]!r}') from None
    return image, tuple(from_json(reading, place) for reading in readings)


def _rows_by_name(pages: Sequence[Page]) -> dict[str, list[int]]:
    of_file_name: dict[str, list[int]] = defaultdict(list)
    for row, page in enumerate(pages):
        of_file_name[page.stem].append(row)
    return of_file_name | {page.name: [row] for row, page in enumerate(pages)}


def _without_ending(name: str) -> str:
    """Remove an image ending; a name without one may hold dots (`인.허가/…`), so nothing else is removed."""
    lower = name.lower()
    return next((name[: -len(ending)] for ending in (*IMAGE_ENDINGS, LABEL_ENDING) if lower.endswith(ending)), name)
