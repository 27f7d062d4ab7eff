"""The pages of sets on disk, and checks that sets share none: a page is for training, tuning or evaluation only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from train_easyocr.dataset.sets.page_folders import label_files
from train_easyocr.dataset.stores.page_list import listed_pages
from train_easyocr.pages.records import document_of
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted


def page_names(folder: Path) -> frozenset[str] | None:
    """Return the names of the pages in a set of patches or of whole pages; None if no list of them exists.

    A missing folder holds no pages. Step 2 writes the list of its pages into each patch set; other programs do not.

    Raises:
        UserError: the list of the pages is malformed.
    """
    if (folder / "labels").is_dir():
        return frozenset(label_files(folder))
    names = listed_pages(folder)
    if names is None and folder.is_dir():
        return None
    return frozenset(names or ())


def demand_apart(
    drawn: Mapping[str, Collection[str]], staying: Mapping[Path, tuple[str, str]], by_document: bool
) -> list[str]:
    """Refuse to write sets that share pages (with `by_document`, documents) with sets that stay on the disk.

    Args:
        drawn: the names of the pages to write, by set.
        staying: the sets that stay, by folder: the name of the set, and what to do about a shared page there. There
            is one message for each such advice.
        by_document: whether all pages of a document belong in one set.

    Returns:
        A note on each set without a list of pages.

    Raises:
        UserError: pages are shared.
    """
    key = document_of if by_document else str
    drawn_for = {key(page): name for name, pages in drawn.items() for page in pages}
    notes: list[str] = []
    mistakes: dict[str, str] = {}
    for folder, (staying_name, mend) in staying.items():
        names = page_names(folder)
        if names is None:
            notes.append(f"{folder}: does not tell which pages it holds; whether other sets share some is not known")
            continue
        shared = sorted(page for page in names if drawn_for.get(key(page), staying_name) != staying_name)
        if shared:
            held = counted(len(shared), *(("page of documents", "pages of documents") if by_document else ("page",)))
            now = "is" if len(shared) == 1 else "are"
            mistakes.setdefault(
                mend,
                f"{folder}: holds {held} that {now} now drawn for another set, such as {shared[0]} "
                f"({drawn_for[key(shared[0])]} set); {mend}",
            )
    if mistakes:
        raise UserError("\n".join(mistakes.values()))
    return notes


def demand_no_shared_page(folder: Path, others: Iterable[Path]) -> list[str]:
    """Refuse a set of whole pages that shares pages with other sets.

    Returns:
        A note on each set that is missing or does not list its pages.

    Raises:
        UserError: `folder` shares pages with one of `others`.
    """
    names, notes = page_names(folder) or frozenset(), []
    for other in others:
        theirs = page_names(other)
        if theirs is None or not other.is_dir():
            why = "does not list its pages" if theirs is None else "is not there"
            notes.append(f"{other}: {why}, so whether {folder} shares pages with it is not known")
        elif shared := sorted(names & theirs):
            raise UserError(
                f"{folder}: shares {len(shared):,} of its {counted(len(names), 'page')}, such as {shared[0]}, with "
                f"{other}; run step 2 for all sets together, or name another folder"
            )
    return notes
