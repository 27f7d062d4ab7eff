"""Draws the pages of each set. Only the seed decides, and no page is ever in two sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.program.terminal_text import counted

PATCH_SETS = ("training", "validation")
DETECTION_SETS = ("detection_training", "detection_validation")
SET_NAMES = (*PATCH_SETS, "evaluation", "tuning", *DETECTION_SETS)


@dataclass(frozen=True)
class PageSets:
    """The drawn pages of each set, sorted by name, and notes on the draw for a person."""

    training: tuple[PageSource, ...]
    validation: tuple[PageSource, ...]
    evaluation: tuple[PageSource, ...]
    tuning: tuple[PageSource, ...]
    detection_training: tuple[PageSource, ...] = ()
    detection_validation: tuple[PageSource, ...] = ()
    notes: tuple[str, ...] = ()

    def pages_of(self, name: str) -> tuple[PageSource, ...]:
        """Return the pages of one of `SET_NAMES`."""
        pages: tuple[PageSource, ...] = getattr(self, name)
        return pages


@dataclass(frozen=True)
class PageCounts:
    """The number of pages requested for each set."""

    training: int
    validation: int
    evaluation: int
    tuning: int
    detection_training: int = 0
    detection_validation: int = 0


def draw_sets(
    training_pages: Iterable[PageSource],
    validation_pages: Iterable[PageSource],
    wanted: PageCounts,
    seed: int,
    by_document: bool = False,
) -> PageSets:
    """Draw all sets without replacement.

    Evaluation, tuning, validation and the detector's validation pages come from `validation_pages`, in this order, so
    that the evaluation set stays the same when the others grow. Too few pages are shared in proportion. Training pages,
    then those of the detector's training, come from `training_pages`, without any page that another set holds.

    `by_document` keeps all pages of one agency and year together: no document of the sets from `validation_pages` is
    in any other set.
    """
    training_pages, validation_pages = list(training_pages), list(validation_pages)
    candidates = shuffled(validation_pages, seed)
    asked = (wanted.evaluation, wanted.tuning, wanted.validation, wanted.detection_validation)
    shares = share_pages(len(candidates), asked)
    take = _take_documents if by_document else _take_pages
    held_out = take(candidates, shares)
    names = {page.name for pages in held_out for page in pages}
    documents = {page.document for pages in held_out for page in pages} if by_document else set()
    free = [page for page in training_pages if page.name not in names and page.document not in documents]
    free = shuffled(free, seed)
    training, rest = free[: wanted.training], free[wanted.training :]
    if by_document:
        known = {page.document for page in training}
        rest = [page for page in rest if page.document not in known]
    evaluation, tuning, validation, detection_validation = map(_sorted, held_out)
    detection_training = _sorted(rest[: wanted.detection_training])
    drawn = PageSets(_sorted(training), validation, evaluation, tuning, detection_training, detection_validation)
    all_pages = [*training_pages, *validation_pages]
    notes = (*_notes_on_documents(all_pages, by_document), *_notes_on_sizes(drawn, wanted, all_pages, by_document))
    return replace(drawn, notes=notes)


def _notes_on_documents(pages: Sequence[PageSource], by_document: bool) -> list[str]:
    unknown = [page for page in pages if page.document == page.name]
    if not by_document or not unknown:
        return []
    return [
        f"split_by: document: the names of {len(unknown):,} of {counted(len(pages), 'page')} tell no agency and year "
        f"({unknown[0].name}); such a page counts as a document of its own"
    ]


def _notes_on_sizes(
    drawn: PageSets, wanted: PageCounts, pages: Sequence[PageSource], by_document: bool
) -> Iterator[str]:
    reason = "the archives hold no more that may be used"
    if by_document:
        documents = len({page.document for page in pages})
        reason += f"; split_by: document gives a document to one set; {counted(documents, 'document')} in all"
    for name in SET_NAMES:
        count, asked = len(drawn.pages_of(name)), getattr(wanted, name)
        if count < asked:
            yield f"{name}: {count:,} of {counted(asked, 'page')} asked for; {reason}"


def shuffled(pages: Iterable[PageSource], seed: int) -> list[PageSource]:
    """Order pages by a keyed hash of their names: equal in every Python, and not changed by additional pages."""
    return sorted(pages, key=lambda page: _hash(page.name, seed))


def share_pages(available: int, asked: Sequence[int]) -> list[int]:
    """Share `available` pages in proportion to `asked`, at least one for each as long as there are pages.

    >>> share_pages(10, [500, 20, 500])
    [5, 1, 4]
    """
    if sum(asked) <= available:
        return list(asked)
    exact = [available * count / sum(asked) for count in asked]
    shares = [max(int(part), min(count, 1)) for part, count in zip(exact, asked, strict=True)]
    while sum(shares) > available:
        largest = max(range(len(shares)), key=lambda index: (shares[index], index))
        shares[largest] -= 1
    while sum(shares) < available:
        behind = max(range(len(shares)), key=lambda index: (exact[index] - shares[index], -index))
        shares[behind] += 1
    return shares


def _take_pages(candidates: Sequence[PageSource], shares: Sequence[int]) -> list[list[PageSource]]:
    remaining = iter(candidates)
    return [list(islice(remaining, share)) for share in shares]


def _take_documents(candidates: Sequence[PageSource], shares: Sequence[int]) -> list[list[PageSource]]:
    """Fill one set after another with whole documents; the document that overfills a set is cut, not shared."""
    documents: dict[str, list[PageSource]] = {}
    for page in candidates:
        documents.setdefault(page.document, []).append(page)
    remaining = iter(documents.values())
    taken: list[list[PageSource]] = []
    for share in shares:
        pages: list[PageSource] = []
        while len(pages) < share and (document := next(remaining, None)):
            pages += document
        taken.append(pages[:share])
    return taken


def _sorted(pages: Iterable[PageSource]) -> tuple[PageSource, ...]:
    return tuple(sorted(pages, key=lambda page: page.name))


def _hash(name: str, seed: int) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=16, key=str(seed).encode()).digest()
