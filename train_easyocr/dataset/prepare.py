"""Step 2 from archives to finished sets: find, pair, draw, write, report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from train_easyocr.dataset.archives import SPLITS, ArchiveContents, find_archives, read_contents
from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.page_processes import PageProcesses
from train_easyocr.dataset.page_sets import copy_pages
from train_easyocr.dataset.pairing import PageSource, first_of_each, pair_pages
from train_easyocr.dataset.patch_sets import write_patches
from train_easyocr.dataset.patches import PatchRules
from train_easyocr.dataset.set_facts import SetFacts
from train_easyocr.dataset.set_jobs import SetJob
from train_easyocr.dataset.splits import SET_NAMES, PageCounts, PageSets, draw_sets
from train_easyocr.dataset.staging import exclusive_run
from train_easyocr.dataset.unzipping import unzip_split

PATCH_SETS_FOLDER = "training_and_validation_set"
UNZIPPED_FOLDER = "unzipped"


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What step 2 is asked to do."""

    dataset: Path
    output: Path
    sets: Collection[str]  # of SET_NAMES
    counts: PageCounts
    seed: int
    patch_folder: str = "documents"
    unzip: bool = False
    workers: int = 1
    rules: PatchRules = field(default_factory=PatchRules)
    store: str = "folder"
    by_document: bool = False
    charset: frozenset[str] = frozenset()


@dataclass
class Prepared:
    """What step 2 found and did."""

    archives: list[ArchiveContents]
    drops: DropLog = field(default_factory=DropLog)
    notes: list[str] = field(default_factory=list)
    sets: dict[str, SetFacts] = field(default_factory=dict)


def prepare(plan: Preparation) -> Prepared:
    """Write the sets that `plan` asks for below `plan.output`.

    Raises:
        UserError: no dataset, an archive that cannot be trusted, or another run that writes to the same output.
    """
    archives = find_archives(plan.dataset)
    contents = [read_contents(archive) for archive in tqdm(archives, "archives", unit="zip")]
    prepared = Prepared(contents)
    with exclusive_run(plan.output) as staging, PageProcesses(plan.workers) as processes:
        pages = {split: _pages_of(split, plan, prepared, processes) for split in SPLITS}
        drawn = draw_sets(pages["training"], pages["validation"], plan.counts, plan.seed, plan.by_document)
        prepared.notes += drawn.notes
        jobs = [_job(name, drawn, plan, staging) for name in SET_NAMES if name in plan.sets]
        for job in jobs:
            prepared.sets[job.name] = _write(job, plan, processes)
        for job in jobs:
            job.forget()
    return prepared


def _pages_of(split: str, plan: Preparation, prepared: Prepared, processes: PageProcesses) -> list[PageSource]:
    of_split = (contents for contents in prepared.archives if contents.archive.split == split)
    found = first_of_each((member for contents in of_split for member in contents.members), prepared.drops)
    if plan.unzip:
        found = unzip_split(found, plan.output / UNZIPPED_FOLDER / split, processes, prepared.drops)
    return pair_pages(found, prepared.drops)


def _job(name: str, drawn: PageSets, plan: Preparation, staging: Path) -> SetJob:
    is_patch_set = name in ("training", "validation")
    target = plan.output / PATCH_SETS_FOLDER / name / plan.patch_folder if is_patch_set else plan.output / f"{name}_set"
    return SetJob(name, drawn.pages_of(name), target, staging, plan.charset)


def _write(job: SetJob, plan: Preparation, processes: PageProcesses) -> SetFacts:
    if job.name in ("training", "validation"):
        return write_patches(job, plan.rules, plan.store, processes)
    return copy_pages(job, processes)
