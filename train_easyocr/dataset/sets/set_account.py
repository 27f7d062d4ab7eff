"""What a run says about a set of whole pages: what is left out of it, and pages whose labels are to be looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from train_easyocr.dataset.drops import DropLog, LeftOut, drop_lines
from train_easyocr.dataset.label_coverage import IN_PART, NO_LABELS, doubts
from train_easyocr.dataset.stores.sizes import file_size_in_pixels
from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode_grey, read_image_file
from train_easyocr.pages.records import Page
from train_easyocr.program.errors import UserError
from train_easyocr.program.progress import track
from train_easyocr.program.terminal_text import counted, printable

MOST_OPENED = 200
"""Pages whose print is compared with their labels, evenly spaced in larger sets: decoding takes 0.1 s a page."""


@dataclass(frozen=True)
class SetAccount:
    """Counts by reason, with examples: labels that take no part, and pages whose labels are in doubt.

    `opened` of the `pages` were compared with their images.
    """

    pages: int
    opened: int
    left_out: DropLog
    to_look_at: DropLog

    def lines(self) -> list[str]:
        """Return the account as lines for console and log; none for a set without fault."""
        lines = drop_lines("left out", self.left_out.to_dict())
        doubtful = drop_lines("pages to look at", self.to_look_at.to_dict())
        if doubtful and self.opened < self.pages:
            doubtful.append(
                f"  the images of {self.opened:,} of the {self.pages:,} pages were compared with their labels"
            )
        return [printable(line) for line in (*lines, *doubtful)]


def labelled_whole(pages: Sequence[tuple[Page, Path]], folder: Path, left_out: DropLog) -> list[tuple[Page, Path]]:
    """Return the pages of `folder` whose labels cover their print, for a detector; count the others in `left_out`.

    Every image is opened.

    Raises:
        UserError: no page is left.
    """
    whole = []
    for page, found in zip(pages, _looked_at([(*page, True) for page in pages]), strict=True):
        unlabelled = [doubt for doubt in found if doubt.reason in (NO_LABELS, IN_PART)]
        left_out.add(LeftOut(f"page with {doubt.reason}", doubt.where, doubt.detail) for doubt in unlabelled)
        if not unlabelled:
            whole.append(page)
    if not whole:
        raise UserError(
            f"{folder}: {counted(len(pages), 'page')}, and none has labels on all its print; label them, or set "
            "detector_keep_partly_labelled=True to train on them all the same"
        )
    return whole


def account_of(pages: Sequence[tuple[Page, Path]], left_out: DropLog) -> SetAccount:
    """Look at the labels of `pages` and at most `MOST_OPENED` of their images; `left_out`: see `labelled_pages`."""
    opened = {number * len(pages) // MOST_OPENED for number in range(MOST_OPENED)} if pages else set()
    tasks = [(page, path, number in opened) for number, (page, path) in enumerate(pages)]
    found = DropLog()
    for reasons in _looked_at(tasks):
        found.add(reasons)
    return SetAccount(len(pages), len(opened), left_out, found)


def _looked_at(tasks: Sequence[tuple[Page, Path, bool]]) -> Iterator[list[LeftOut]]:
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        yield from track("Looking at labels", len(tasks), "page", threads.map(_look, tasks), brief=True)


def _look(task: tuple[Page, Path, bool]) -> list[LeftOut]:
    page, path, is_opened = task
    try:
        grey = decode_grey(read_image_file(path)) if is_opened else None
        size = file_size_in_pixels(path) if grey is None else grey.shape[::-1]
    except (UnreadableImageError, OSError, MemoryError):
        grey, size = None, None  # the step that needs the image reports the error
    return doubts(page, size if size and all(size) else None, grey)
