"""Step 2 from archives to finished sets: find, pair, draw, write, report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from train_easyocr.dataset.archives.finding import SPLITS, find_archives, stray_archives
from train_easyocr.dataset.archives.members import close_archives
from train_easyocr.dataset.archives.pairing import PageSource, first_of_each, pair_pages
from train_easyocr.dataset.archives.unpacking import unzip_split
from train_easyocr.dataset.archives.zips import ArchiveContents, read_contents
from train_easyocr.dataset.dataset_report import LINES_SUFFIX, report_data
from train_easyocr.dataset.drops import STRAY, DropLog, LeftOut
from train_easyocr.dataset.excluded_labels import ExcludedLabels
from train_easyocr.dataset.lines import LINES_FOLDER
from train_easyocr.dataset.patches import PatchRules, survey_page
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.dataset.sets.line_draw import draw_lines
from train_easyocr.dataset.sets.near_duplicates import (
    NO_NEAR_DUPLICATES,
    NearDuplicates,
    find_near_duplicates,
    fingerprint_pages,
    without_near_duplicates,
)
from train_easyocr.dataset.sets.page_sets import copy_pages
from train_easyocr.dataset.sets.pages_on_disk import demand_apart
from train_easyocr.dataset.sets.patch_sets import write_patches
from train_easyocr.dataset.sets.set_folders import demand_replaceable, set_folder, sets_on_disk
from train_easyocr.dataset.sets.splits import DETECTION_SETS, PATCH_SETS, SET_NAMES, PageCounts, PageSets, draw_sets
from train_easyocr.dataset.sets.staging import exclusive_run
from train_easyocr.program.atomic import write_json
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.progress import track

FROM_TRAINING_ARCHIVES = ("training", "detection_training")
OPTION_OF_SET = {name: name for name in SET_NAMES} | {"tuning": "evaluation"}
OPTION_OF_SET |= dict.fromkeys(DETECTION_SETS, "detection")
"""The option of the command line that writes each set."""

UNZIPPED_FOLDER = "unzipped"
REPORT_FILE = "dataset_report.json"


@dataclass(frozen=True, kw_only=True)
class PreparationPlan:
    """The task of step 2. `sets` are some of `SET_NAMES`; `report_only` writes nothing but the report.

    `archive_folder` holds Training/ and Validation/. `line_share`: how many lines are kept for each word patch, if
    `rules` include lines.
    """

    archive_folder: Path
    output: Path
    sets: Collection[str]
    counts: PageCounts
    seed: int
    patch_folder: str = "documents"
    unzip: bool = False
    report_only: bool = False
    workers: int = 1
    rules: PatchRules = field(default_factory=PatchRules)
    line_share: float = 0.0
    store: str = "folder"
    by_document: bool = False
    drop_near_duplicates: bool = False
    charset: frozenset[str] = frozenset()
    excluded: ExcludedLabels = field(default_factory=dict)


def prepare(plan: PreparationPlan) -> dict[str, Any]:
    """Write the sets that `plan` asks for and the report below `plan.output`; return the report.

    Raises:
        UserError: no dataset, an untrustworthy archive, another run that writes to the same output, one folder for
            words and lines, a set whose place is taken by something else, or one that shares pages with other sets.
    """
    if plan.rules.lines and plan.patch_folder == LINES_FOLDER:
        raise UserError(
            f"select_data begins with '{LINES_FOLDER}', where step 2 writes lines; name another folder first, or set "
            "line_patches: 0"
        )
    if not plan.report_only:
        for target in (target for name in plan.sets for target in _targets(name, plan)):
            demand_replaceable(target)
    archives = find_archives(plan.archive_folder)
    close_archives()  # an earlier run in this process may have opened files that no longer exist
    with track("archives", len(archives), "zip", archives) as counted:
        contents = [read_contents(archive) for archive in counted]
    close_archives()  # from now on the workers read them
    drops = DropLog()
    drops.add(LeftOut(STRAY, name) for name in stray_archives(plan.archive_folder))
    drops.add(LeftOut(STRAY, name, held.archive.name) for held in contents for name in held.strays)
    with exclusive_run(plan.output) as staging, PageProcesses(plan.workers) as processes:
        pages = {split: _pages_of(split, contents, plan, drops, processes) for split in SPLITS}
        drawn = draw_sets(pages["training"], pages["validation"], plan.counts, plan.seed, plan.by_document)
        repeated = _near_duplicates(drawn, plan, processes)
        if plan.drop_near_duplicates:
            for name, names in repeated.repeating.items():
                drops.add(LeftOut(f"{name} page that repeats another set", page) for page in sorted(names))
            drawn, repeated = without_near_duplicates(drawn, repeated), NO_NEAR_DUPLICATES
        unknown = [] if plan.report_only else _demand_apart(drawn, plan)
        jobs = [_job(name, drawn, plan, staging) for name in SET_NAMES if name in plan.sets]
        sets: dict[str, SetFacts] = {}
        for job in jobs:
            sets |= _write_or_survey(job, plan, processes)
        notes = [*_notes(drawn, repeated), *unknown]
        report = report_data(contents, drops, repeated, notes, sets, plan.charset)
        write_json(plan.output / REPORT_FILE, report)
        if not plan.report_only:
            for job in jobs:
                job.forget()
                _lines_job(job).forget()
    return report


def _pages_of(
    split: str, archives: list[ArchiveContents], plan: PreparationPlan, drops: DropLog, processes: PageProcesses
) -> list[PageSource]:
    of_split = [contents for contents in archives if contents.archive.split == split]
    found = first_of_each((member for contents in of_split for member in contents.members), drops)
    if plan.unzip and not plan.report_only:
        folder = (plan.output / UNZIPPED_FOLDER).resolve()  # the target of a link may still have to be made
        found = unzip_split(found, folder / split, processes, drops)
    pages = pair_pages(found, drops, (name for contents in of_split for name in contents.unread_images))
    return [replace(page, excluded=frozenset(plan.excluded.get(page.name, ()))) for page in pages]


def _near_duplicates(drawn: PageSets, plan: PreparationPlan, processes: PageProcesses) -> NearDuplicates:
    """Compare the sets; labels of training pages are read only if the training set is to be written."""
    compared = [
        name for name in SET_NAMES if drawn.pages_of(name) and (name not in FROM_TRAINING_ARCHIVES or name in plan.sets)
    ]
    if len(compared) < 2:
        return NO_NEAR_DUPLICATES
    return find_near_duplicates(
        {name: fingerprint_pages(drawn.pages_of(name), f"{name}: compare", processes) for name in compared}
    )


def _notes(drawn: PageSets, repeated: NearDuplicates) -> list[str]:
    notes = list(drawn.notes)
    if repeated.repeating:
        counts = ", ".join(f"{len(pages):,} {name}" for name, pages in repeated.repeating.items())
        notes.append(
            f"warning: pages with the text, but for digits, of a page of another set: {counts}; "
            "drop_near_duplicates: True leaves them out"
        )
    return notes


def _demand_apart(drawn: PageSets, plan: PreparationPlan) -> list[str]:
    """Compare the drawn pages with the sets that this run does not replace."""
    drawn_names = {name: [page.name for page in drawn.pages_of(name)] for name in plan.sets}
    staying = {}
    for name, folder in sets_on_disk(plan.output):
        if folder not in _targets(name, plan):
            staying[folder] = name, f"delete {folder}, or choose another --output"
        elif name not in plan.sets:
            anew = "or with none of these options, which writes all sets anew"
            staying[folder] = name, f"run again with --{OPTION_OF_SET[name]} as well, {anew}"
    return demand_apart(drawn_names, staying, plan.by_document)


def _targets(name: str, plan: PreparationPlan) -> list[Path]:
    """Return the folders that the set `name` is written to: of its words, and of its lines if there are rules."""
    target = set_folder(plan.output, name, plan.patch_folder)
    return [target, target.with_name(LINES_FOLDER)] if plan.rules.lines and name in PATCH_SETS else [target]


def _job(name: str, drawn: PageSets, plan: PreparationPlan, staging: Path) -> SetJob:
    target = set_folder(plan.output, name, plan.patch_folder)
    return SetJob(name, drawn.pages_of(name), target, staging, plan.charset)


def _lines_job(job: SetJob) -> SetJob:
    """Return the job that writes the lines of `job`'s pages beside its words."""
    return replace(job, name=f"{job.name}{LINES_SUFFIX}", target=job.target.with_name(LINES_FOLDER))


def _write_or_survey(job: SetJob, plan: PreparationPlan, processes: PageProcesses) -> dict[str, SetFacts]:
    """Write a set, or only count what it would hold; return the facts of its words and lines by the job's name."""
    rules, lines_job = plan.rules if job.name in PATCH_SETS else None, None
    if rules and rules.lines:
        rules, lines_job = draw_lines(job, rules, rules.lines, plan.line_share, processes), _lines_job(job)
    if plan.report_only:
        return _survey(job, rules, processes, lines_job)
    if rules:
        return write_patches(job, rules, plan.store, processes, lines_job)
    return {job.name: copy_pages(job, processes)}


def _survey(
    job: SetJob, rules: PatchRules | None, processes: PageProcesses, lines_job: SetJob | None
) -> dict[str, SetFacts]:
    """Count from the labels alone what a set would hold: of its words, and with `lines_job` of its lines."""
    words, lines = SetFacts(job.charset), SetFacts(job.charset)
    survey = partial(survey_page, rules=rules)
    with track(f"{job.name}: report", len(job.pages), "page", processes.map(survey, job.pages)) as results:
        for result in results:
            words.add(result)
            if result.lines:
                lines.add(result.lines)
    return {job.name: words, lines_job.name: lines} if lines_job else {job.name: words}
