"""The training and validation sets: the words of their pages, cut out into a patch store."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import Dropped
from train_easyocr.dataset.page_processes import PageProcesses
from train_easyocr.dataset.patches import PageResult, PatchRules, cut_page
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.dataset.stores.png import NO_PNGS, PackedPngs
from train_easyocr.dataset.stores.store import LABELS_FILE
from train_easyocr.dataset.stores.writers import open_writer

_PAGES_A_COMMIT = 32


def write_patches(job: SetJob, rules: PatchRules, store: str, processes: PageProcesses) -> SetFacts:
    """Write the patches of `job.pages` as a store of the kind `store`; give what was kept and what was dropped."""
    finished = job.begin({**asdict(rules), "store": store})
    if finished:
        return finished
    writer = open_writer(store, job.staged)
    progress = writer.progress()
    done = progress["pages_done"] if progress else 0
    facts = SetFacts.from_dict(progress["facts"], job.charset) if progress else SetFacts(job.charset)
    names = _SharedNames(job.pages, job.staged / LABELS_FILE)
    tasks = ((page, None if names.may_repeat(page) else writer.images_folder) for page in job.pages[done:])
    results = processes.map(partial(_cut_page_into, rules=rules), tasks)
    with tqdm(results, f"{job.name}: patches", len(job.pages), initial=done, unit="page") as counted:
        for number, result in enumerate(counted, start=done + 1):
            unique = names.without_repeated(result)
            writer.add(unique.patches, unique.images)
            facts.add(unique)
            if number % _PAGES_A_COMMIT == 0 or number == len(job.pages):
                writer.commit({"pages_done": number, "facts": facts.to_dict()})
    writer.finish()
    job.complete(facts)
    return facts


def _cut_page_into(task: tuple[PageSource, Path | None], rules: PatchRules) -> PageResult:
    """Cut a page. With a folder, the patches are written there at once and do not travel between processes."""
    source, folder = task
    result = cut_page(source, rules)
    if folder is None:
        return result
    for patch, image in zip(result.patches, result.images, strict=True):
        (folder / patch.filename).write_bytes(image)
    return replace(result, images=NO_PNGS)


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
        """Tell whether another page of the set has the same stem."""
        return page.stem.casefold() in self._stems

    def without_repeated(self, result: PageResult) -> PageResult:
        """Drop the patches whose name an earlier page has taken."""
        if result.name.rsplit("/", 1)[-1].casefold() not in self._stems:
            return result
        kept, repeated = [], []
        for patch, image in zip(result.patches, result.images, strict=True):
            if patch.filename.casefold() in self._taken:
                repeated.append(Dropped("patch name of an earlier page", result.name, patch.text))
            else:
                kept.append((patch, image))
        self._taken.update(patch.filename.casefold() for patch, _ in kept)
        return replace(
            result,
            patches=tuple(patch for patch, _ in kept),
            images=PackedPngs.of(image for _, image in kept),
            dropped_words=(*result.dropped_words, *repeated),
        )
