"""Reads documents, files of one or more pages, and writes a result for each: text, JSON lines, or a searchable PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2

from train_easyocr.pages.documents.finding import SEVERAL_PAGES
from train_easyocr.pages.documents.searchable_pdf import SearchablePdf
from train_easyocr.pages.documents.texts import as_json_lines, as_text
from train_easyocr.pages.page_image import PagePixels
from train_easyocr.pages.page_source import Pages
from train_easyocr.pages.records import Reading, ReadPage
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.program.progress import Progress, say, track
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.program.terminal_text import printable
from train_easyocr.texts.text_scores import nfc

ENDINGS = {"text": ".txt", "jsonl": ".jsonl", "pdf": ".pdf"}
"""The formats of results, each with the ending of its files."""

ReadLines = Callable[[PagePixels], tuple[Sequence[Sequence[Reading]], int]]
"""Reads the lines of a page, and tells by how many degrees clockwise it lies turned."""


def read_documents(results: Mapping[Path, Path], kind: str, read: ReadLines) -> tuple[int, int]:
    """Read each file of `results` and write its result in the format `kind`; return the pages read, and those not.

    A page that cannot be read is told in a line, and the others are read. A file without a readable page has no result.
    """
    counts = {path: _page_count(path) for path in results}
    read_pages = failed = 0
    with track("Reading", sum(counts.values()), "page") as progress:
        for path, result in results.items():
            pages = _read_document(path, result, kind, read, progress)
            failures = sum(page.failure is not None for page in pages)
            read_pages, failed = read_pages + len(pages) - failures, failed + failures
    return read_pages, failed


def _page_count(path: Path) -> int:
    """Return how many pages a file has; 1 for one that cannot be opened, which is told when it is read."""
    if path.suffix.lower() not in SEVERAL_PAGES:
        return 1
    try:
        return Pages(path).count
    except UserError:
        return 1


def _read_document(path: Path, result: Path, kind: str, read: ReadLines, progress: Progress[object]) -> list[ReadPage]:
    """Read the pages of a file and write its result; a file that cannot be opened is one page that failed."""
    try:
        document = Pages(path)
        searchable = SearchablePdf(document.file) if kind == "pdf" else None
    except UserError as error:
        say(printable(str(error)))
        progress.update()
        return [ReadPage(1, 0, 0, failure=str(error))]
    pages = []
    for number in range(document.count):
        try:
            pixels = document.page(number)
            lines, turn = read(pixels)
            height, width = pixels.grey.shape
            page = ReadPage(number + 1, width, height, turn, tuple(map(tuple, lines)))
            if searchable:
                searchable.add(pixels, page)
        except (UserError, RuntimeError, MemoryError, cv2.error) as error:
            told = _told(error, document, number)
            say(printable(told))
            page = ReadPage(number + 1, 0, 0, failure=told)
        pages.append(page)
        progress.update()
    if all(page.failure for page in pages):
        return pages
    if searchable:
        searchable.save(result)
    else:
        write_text(result, as_text(pages) if kind == "text" else as_json_lines(nfc(path.name), pages))
    return pages


def _told(error: BaseException, document: Pages, number: int) -> str:
    """Say in a line why a page could not be read."""
    if isinstance(error, UserError):
        return str(error)
    told = in_one_line(error) or str(error).strip().partition("\n")[0] or type(error).__name__
    return f"{document.page_name(number)}: {told}"
