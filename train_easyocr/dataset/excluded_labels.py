"""Labels with a text that count as unreadable print: placeholders, and the labels of the key `exclude_labels`.

A person found these to be wrong; the report of step 5 saves the file.
A row names a page, a box and a text, and applies only to exactly this label: if the label is corrected later, the row
has no effect. Steps 2 to 5 treat an excluded label like a placeholder, that is, as unreadable print.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.labels import clean_text
from train_easyocr.dataset.stores.label_file import other_separator
from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.texts.text_scores import nfc

COLUMNS = ("page", "xmin", "ymin", "xmax", "ymax", "text")
PLACEHOLDER = "placeholder text"
_MOST_DIGITS = 10

ExcludedLabels = Mapping[str, Collection[Word]]
"""Name of a page → its labels that are left out."""


def read_excluded_labels(file: str) -> dict[str, frozenset[Word]]:
    """Read the file that the key `exclude_labels` names; an empty name means no labels.

    Raises:
        UserError: the file is missing or not UTF-8, lacks a column, or has a row without page or box.
    """
    if not file:
        return {}
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as opened:
            return _parse(csv.DictReader(opened, restval=""), file)
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"exclude_labels: {file}: no such file; save one in the report of step 5, or set ''") from None
    except UnicodeDecodeError:
        raise UserError(f"exclude_labels: {file}: not UTF-8; save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise UserError(f"exclude_labels: {file}: no CSV ({error}); save one in the report of step 5") from None


def _parse(rows: csv.DictReader[str], file: str) -> dict[str, frozenset[Word]]:
    separator = other_separator(rows.fieldnames or ())
    if separator:
        raise UserError(f"exclude_labels: {file}: its columns are separated by {separator}; save it with commas")
    names = rows.fieldnames or ()
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise UserError(f"exclude_labels: {file}: has no column {', '.join(missing)}; expected {','.join(COLUMNS)}")
    twice = [column for column in COLUMNS if names.count(column) > 1]
    if twice:
        raise UserError(f"exclude_labels: {file}: has column {', '.join(twice)} twice; keep one of each name")
    found: dict[str, set[Word]] = {}
    for row in rows:
        place = f"exclude_labels: {file}: line {rows.line_num}"
        if not row["page"]:
            raise UserError(f"{place}: page is empty; expected category/agency/year/name")
        xmin, ymin, xmax, ymax = (_pixels(row[column], column, place) for column in COLUMNS[1:5])
        found.setdefault(nfc(row["page"]), set()).add(Word(clean_text(row["text"]), (xmin, ymin, xmax, ymax)))
    return {page: frozenset(words) for page, words in found.items()}


def ignore_labels(page: Page, excluded: Collection[Word]) -> tuple[Page, list[LeftOut]]:
    """Return the page with its excluded words moved to its `ignored`, and a list of these words as left out."""
    left_out = [word for word in page.words if word in excluded]
    if not left_out:
        return page, []
    words = tuple(word for word in page.words if word not in excluded)
    dropped = [LeftOut("in exclude_labels", page.name, f"{word.text} {list(word.box)}") for word in left_out]
    return replace(page, words=words, ignored=(*page.ignored, *left_out)), dropped


def ignore_placeholders(page: Page, placeholder_texts: Collection[str]) -> tuple[Page, list[LeftOut]]:
    """Return the page with placeholders for unreadable print, such as `xxx`, moved to its `ignored`; also count them.

    A placeholder is a whole label.
    """
    placeholders = [word for word in page.words if word.text in placeholder_texts]
    words = tuple(word for word in page.words if word.text not in placeholder_texts)
    counted = [LeftOut(PLACEHOLDER, page.name, f"{word.text} {list(word.box)}") for word in placeholders]
    return replace(page, words=words, ignored=(*page.ignored, *placeholders)), counted


def _pixels(text: str, column: str, place: str) -> int:
    if len(text) <= _MOST_DIGITS and text.removeprefix("-").isdecimal():
        return int(text)
    raise UserError(f"{place}: {column} {text[:40]!r} is no whole number; expected pixels of the page")
