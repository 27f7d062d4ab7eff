"""`pages.json`: the pages from which step 2 has cut the patches of a set. Sets of other programs have no such file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from train_easyocr.program.atomic import read_json, write_json
from train_easyocr.program.errors import UserError

PAGES_FILE = "pages.json"


def save_page_names(folder: Path, names: Collection[str]) -> None:
    """Write into a patch set the list of its pages: the names of its patches contain only the stems."""
    write_json(folder / PAGES_FILE, list(names))


def listed_pages(folder: Path) -> list[str] | None:
    """Return the names of the pages that `save_page_names` has written; None if there is no list.

    Raises:
        UserError: the list is malformed.
    """
    try:
        names = read_json(folder / PAGES_FILE)
    except ValueError as error:
        raise UserError(f"{folder / PAGES_FILE}: no list of page names ({error}); write this set anew") from None
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise UserError(f"{folder / PAGES_FILE}: no list of page names (other JSON); write this set anew")
    return names
