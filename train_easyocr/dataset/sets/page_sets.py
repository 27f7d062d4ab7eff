"""The evaluation and tuning sets: whole pages, copied as `images/<name>.jpg` beside `labels/<name>.json`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from train_easyocr.dataset.archives.members import Source
from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.label_coverage import doubts
from train_easyocr.dataset.patches import PageResult, load_image, load_page, whole_page
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.progress import track


def copy_pages(job: SetJob, processes: PageProcesses) -> SetFacts:
    """Copy the pages of `job` whose label and image can be read; return what was kept and what was dropped."""
    finished = job.begin({"copied": True})
    if finished:
        return finished
    for part in ("images", "labels"):
        (job.staged / part).mkdir(exist_ok=True)
    facts = SetFacts(job.charset)
    copied = processes.map(partial(_copy_page, folder=job.staged), job.pages)
    with track(f"{job.name}: pages", len(job.pages), "page", copied) as results:
        for result in results:
            facts.add(result)
    job.complete(facts)
    return facts


def _copy_page(source: PageSource, folder: Path) -> PageResult:
    loaded = load_page(source)
    if isinstance(loaded, LeftOut):
        return PageResult(source.name, problem=loaded)
    page, dropped = loaded
    image = load_image(source, page)
    if isinstance(image, LeftOut):
        return PageResult(source.name, page.category, problem=image)
    _write(folder / "images", source.name, source.image, image[1])
    _write(folder / "labels", source.name, source.label, source.label.read())
    found = tuple(doubts(page, image[0].shape[::-1], image[0]))
    return PageResult(source.name, page.category, whole_page(page), tuple(dropped), doubts=found)


def _write(folder: Path, name: str, source: Source, data: bytes) -> None:
    path = folder / f"{name}{source.ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
