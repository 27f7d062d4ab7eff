"""Reads `labels.csv`, which step 2 writes and people write by hand, and says what is wrong with one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from train_easyocr.dataset.stores.packed_texts import CHUNK, PackedTexts, Packing
from train_easyocr.pages.records import IMAGE_ENDINGS
from train_easyocr.program.errors import UserError

HEADER = ("filename", "words")

_SAVE = "save it as 'CSV UTF-8 (comma delimited)'"
_QUOTING = 'in CSV the label 1,"000 is written "1,""000"'
_OTHER_FORMATS = {
    b"PK\x03\x04": "is a workbook, not CSV",
    b"\xd0\xcf\x11\xe0": "is a workbook, not CSV",
    b"\xff\xfe": "is in UTF-16",
    b"\xfe\xff": "is in UTF-16",
}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_LONGEST_SHOWN = 60  # characters


def read_labels(path: Path, chunks: int | None = None) -> tuple[PackedTexts, PackedTexts]:
    """Read `labels.csv`: the columns filename and words. Only the quotes of CSV are removed from a word.

    It is standard CSV in UTF-8, with or without the BOM that spreadsheets write. `chunks`: read only so many times
    `CHUNK` rows.

    Raises:
        UserError: anything else; the message says what it is, and what to do.
    """
    filenames, texts = Packing(), Packing()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = next(rows, None)
            if header is None or tuple(header) != HEADER:
                raise UserError(f"{path}: {_header_mistake(header, path)}")
            wanted = rows if chunks is None else islice(rows, chunks * CHUNK)
            while chunk := list(islice(wanted, CHUNK)):
                names = [row[0] if len(row) == 2 else "" for row in chunk]
                if "" in names:
                    place = names.index("")
                    raise UserError(f"{path}: row {texts.count + place + 2:,} {_row_mistake(chunk[place])}")
                filenames.add(names)
                texts.add([row[1] for row in chunk])
    except UnicodeDecodeError:
        raise UserError(f"{path}: {encoding_mistake(path)}") from None
    except csv.Error as error:  # on Python 3.10 also for NUL, as in a workbook
        mistake = _other_format(path) or f"no CSV at line {rows.line_num:,} or before ({error}); {_QUOTING}"
        raise UserError(f"{path}: {mistake}") from None
    return filenames.packed(), texts.packed()


def other_separator(header: Sequence[str]) -> str | None:
    """Return the name of what separates the columns of a file whose header is read as one column; None for commas."""
    joined = ",".join(header)
    return next((name for sign, name in _SEPARATORS.items() if len(header) == 1 and sign in joined), None)


def _header_mistake(header: Sequence[str] | None, path: Path) -> str:
    """Say what is wrong with the first row; None for a file without one."""
    expected = f"'{','.join(HEADER)}'"
    other_format = _other_format(path)
    if other_format:
        return other_format
    if header is None:
        return f"is empty; expected the header {expected} and a row for each image"
    if not any(header):
        return f"row 1 is blank, expected {expected}; delete it"
    separator = other_separator(header)
    if separator:
        return f"its columns are separated by {separator}, expected commas; {_SAVE}"
    if header[0].lower().endswith(IMAGE_ENDINGS):
        return f"begins with {_shown(header)} and has no header; write {expected} above it"
    return f"header is {_shown(header)}, expected {expected}; name the columns so, and leave out others"


def _row_mistake(row: Sequence[str]) -> str:
    if not any(row):
        return "is blank; delete it"
    if len(row) == 2:
        return f"has no file name, but the label {_shown(row[1:])}; write one, or delete the row"
    number = f"{len(row)} column{'s' if len(row) > 1 else ''}"
    return f"has {number}, expected 2: {_shown(row)}; {_QUOTING}"


def encoding_mistake(path: Path, mend: str = _SAVE) -> str:
    """Say what a file that is not in UTF-8 is in, and what to do."""
    other_format = _other_format(path)
    if other_format:
        return other_format
    try:
        with path.open(encoding="cp949") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return f"is in neither UTF-8 nor CP949; {mend}"
    return f"is in CP949, expected UTF-8; {mend}"


def _other_format(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(4)
    return next((f"{what}; {_SAVE}" for mark, what in _OTHER_FORMATS.items() if start.startswith(mark)), None)


def _shown(row: Sequence[str]) -> str:
    text = ",".join(row)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
