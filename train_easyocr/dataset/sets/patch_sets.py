"""Writes the training and validation sets: the words of their pages, cut out into a patch store."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.patches import PageResult, PatchRules, cut_page
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.dataset.stores.store import LABELS_FILE
from train_easyocr.dataset.stores.writers import FolderWriter, LmdbWriter, open_writer
from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.progress import track

_PAGES_A_COMMIT = 32


def write_patches(
    job: SetJob, rules: PatchRules, store: str, processes: PageProcesses, lines_job: SetJob | None = None
) -> dict[str, SetFacts]:
    """Write the patches of `job.pages` as a store of the kind `store`; with `lines_job`, also those of their lines.

    Each page is read once for both. Return what was kept and what was dropped, by the name of the job.
    """
    words = _StoreInProgress(job, {**asdict(replace(rules, lines=None)), "store": store}, store)
    lines = lines_job and _StoreInProgress(lines_job, {**asdict(rules), "store": store}, store)
    stores = [words, lines] if lines else [words]
    done = min(each.pages_done for each in stores)
    tasks = ((page, [each.folder_for(page) for each in stores]) for page in job.pages[done:])
    results = processes.map(partial(_cut_page_into, rules=rules), tasks)
    with track(f"{job.name}: patches", len(job.pages), "page", results, done=done) as counted:
        for number, result in enumerate(counted, start=done + 1):
            words.take(number, result)
            if lines:
                lines.take(number, result.lines)
    for each in stores:
        each.complete()
    return {each.job.name: each.facts for each in stores}


def _cut_page_into(task: tuple[PageSource, list[Path | None]], rules: PatchRules) -> PageResult:
    """Cut a page. With a folder for a kind, this process writes its patches there and does not return their images."""
    source, (words_folder, *lines_folder) = task
    result = cut_page(source, rules)
    lines = result.lines and _written(result.lines, *lines_folder)
    return replace(_written(result, words_folder), lines=lines)


def _written(result: PageResult, folder: Path | None) -> PageResult:
    if folder is None:
        return result
    for patch, image in zip(result.patches, result.images, strict=True):
        (folder / patch.filename).write_bytes(image)
    return replace(result, images=())


class _StoreInProgress:
    """The store of one set while it is written: page by page, or not at all if an earlier run has finished it.

    After an interruption two stores of the same pages may be a commit apart; pages that a store already has are
    skipped.
    """

    def __init__(self, job: SetJob, rules: Mapping[str, Any], store: str) -> None:
        self.job = job
        self._writer: FolderWriter | LmdbWriter | None = None
        finished = job.begin(rules)
        self.pages_done = len(job.pages)
        self.facts = finished or SetFacts(job.charset)
        if finished:
            return
        self._writer = open_writer(store, job.staged)
        progress = self._writer.progress()
        self.pages_done = progress["pages_done"] if progress else 0
        if progress:
            self.facts = SetFacts.from_dict(progress["facts"], job.charset)
        self._names = _SharedNames(job.pages, job.staged / LABELS_FILE)

    def folder_for(self, page: PageSource) -> Path | None:
        """Return the folder to which a worker may write the patches of `page` itself; None if it must return them."""
        if self._writer is None or self._names.may_repeat(page):
            return None
        return self._writer.images_folder

    def take(self, number: int, result: PageResult | None) -> None:
        """Add the result of page `number`, counted from 1; None for a page that could not be read."""
        if self._writer is None or number <= self.pages_done:
            return
        if result:
            unique = self._names.without_repeated(result)
            self._writer.add(unique.patches, unique.images)
            self.facts.add(unique)
        if number % _PAGES_A_COMMIT == 0 or number == len(self.job.pages):
            self._writer.commit({"pages_done": number, "facts": self.facts.to_dict()})

    def complete(self) -> None:
        """Move the store to its target."""
        if self._writer:
            self._writer.finish()
            save_page_names(self.job.staged, [page.name for page in self.job.pages])
            self.job.complete(self.facts)


class _SharedNames:
    """Patches of pages with the same file name in different folders; the second of the same box is a duplicate.

    Only pages whose stem another page has can collide, so only their patches are remembered: memory stays flat.
    """

    def __init__(self, pages: Sequence[PageSource], labels: Path) -> None:
        stems = Counter(page.stem.casefold() for page in pages)
        self._stems = {stem for stem, count in stems.items() if count > 1}
        self._taken: set[str] = set()
        if self._stems:
            with labels.open(encoding="utf-8", newline="") as file:
                names = (row[0].casefold() for row in csv.reader(file))
                self._taken = {name for name in names if name.rpartition("_")[0] in self._stems}

    def may_repeat(self, page: PageSource) -> bool:
        """Return whether another page of the set has the same stem."""
        return page.stem.casefold() in self._stems

    def without_repeated(self, result: PageResult) -> PageResult:
        """Drop the patches whose name an earlier page has taken."""
        if result.name.rsplit("/", 1)[-1].casefold() not in self._stems:
            return result
        kept, repeated = [], []
        for patch, image in zip(result.patches, result.images, strict=True):
            if patch.filename.casefold() in self._taken:
                repeated.append(LeftOut("patch name of an earlier page", result.name, patch.text))
            else:
                kept.append((patch, image))
        self._taken.update(patch.filename.casefold() for patch, _ in kept)
        return replace(
            result,
            patches=tuple(patch for patch, _ in kept),
            images=tuple(image for _, image in kept),
            dropped_words=(*result.dropped_words, *repeated),
        )
