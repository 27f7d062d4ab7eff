"""Reads an evaluation set page by page and saves each page at once, so that an interrupted run can be resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from train_easyocr import easyocr_port
from train_easyocr.easyocr_port.engine.detection_cache import open_cache
from train_easyocr.pages.page_image import DECODER_FILES
from train_easyocr.pages.predictions import UNFINISHED, from_json, to_json
from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import Page, PageFile
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.program.progress import say, track
from train_easyocr.program.terminal_text import counted, printable
from train_easyocr.program.versions import source_digest, versions
from train_easyocr.reading.comparison import NetworkPlace, ReadingPlan
from train_easyocr.reading.page_reading import PageReadings
from train_easyocr.reading.page_workers import read_pages
from train_easyocr.scoring.columns import GROUND_TRUTH, Readings
from train_easyocr.texts import charset, text_scores

_READING_CODE = (
    *Path(__file__).parent.glob("*.py"),
    *Path(easyocr_port.__file__).parent.rglob("*.py"),
    *(Path(str(module.__file__)) for module in (charset, text_scores)),
    *DECODER_FILES,
)


def read_evaluation_set(
    plan: ReadingPlan, pages: Sequence[PageFile], output: Path, workers: int = 1
) -> tuple[Readings, dict[str, str]]:
    """Read every page; return the readings by network and grouping in the order of `pages`, and the failures by name.

    Each finished page is appended to `unfinished.jsonl` in `output`. If that file comes from a run of the same
    networks, options and versions, its pages are reused and only the others are read; a page that failed is tried
    again.

    Raises:
        UserError: no page at all could be read, so the pages are not the cause.
    """
    if plan.cache_limit and not open_cache(plan.cache_folder, plan.cache_limit):
        print(f"{printable(str(plan.cache_folder))}: cannot be written to, so what is detected is not kept there")
    unfinished = output / UNFINISHED
    key_of = {image: _page_key(page, path) for page, path, image in pages}
    run = _fingerprint(plan)
    done = _finished_pages(unfinished, run, key_of)
    left = [page for page in pages if page[2] not in done]
    if done:
        print(f"{unfinished}: {len(done)} of {counted(len(pages), 'page')} read before; {len(left)} left")
    # Write the file anew: an interrupted run may have left half a line at its end.
    lines = [{"run": run}, *(_to_line(read, key_of[image]) for image, read in done.items())]
    write_text(unfinished, "".join(_json_line(line) for line in lines))
    with unfinished.open("a", encoding="utf-8") as file, closing(read_pages(plan, left, workers)) as pages_read:
        for read in track("Finding and reading words", len(left), "page", pages_read):
            done[read.image] = read
            if read.failure:
                say(printable(f"{read.image}: {read.failure}; counted as read with nothing"))
            else:
                file.write(_json_line(_to_line(read, key_of[read.image])))
                file.flush()
    read_pages_in_order = [done[image] for _, _, image in pages]
    failures = {page.image: page.failure for page in read_pages_in_order if page.failure}
    if len(failures) == len(pages):
        image, reason = next(iter(failures.items()))
        raise UserError(f"{image}: {reason}; no page could be read, so there is nothing to score")
    readings = {
        key: {
            grouping: [page.readings.get((key, grouping), ()) for page in read_pages_in_order]
            for grouping in (*plan.groupings_of(place, key), GROUND_TRUTH)
        }
        for place in plan.networks
        for key in place.masks
    }
    return readings, failures


def _fingerprint(plan: ReadingPlan) -> str:
    """Return a fingerprint of everything beside the page that its readings depend on."""
    networks = [[dict(place.masks), *(sha256(path) for path in _files(place))] for place in plan.networks]
    return json.dumps([networks, plan.conditions(), versions(), source_digest(*_READING_CODE)], sort_keys=True)


def _files(place: NetworkPlace) -> list[Path]:
    """Return the installed files of a network: weights, definition, description."""
    return [path for path in sorted(place.easyocr_folder.glob(f"*/{place.name}.*")) if path.is_file()]


def _page_key(page: Page, path: Path) -> str:
    """Return a key of the state of a page: its image file on disk, and its labelled boxes, which are read as well."""
    status = path.stat()
    boxes = [word.box for word in page.words]
    return hashlib.sha256(f"{status.st_size}|{status.st_mtime_ns}|{boxes}".encode()).hexdigest()


def _finished_pages(unfinished: Path, run: str, key_of: Mapping[str, str]) -> dict[str, PageReadings]:
    """Return the pages of an interrupted run whose readings would be the same again."""
    try:
        lines = unfinished.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    done: dict[str, PageReadings] = {}
    for number, line in enumerate(lines):
        try:
            value = json.loads(line)
            if number == 0 and value != {"run": run}:
                return {}
            if number > 0 and key_of.get(value["image"]) == value["page"]:
                done[value["image"]] = _from_line(value, f"{unfinished}: line {number + 1}")
        except (ValueError, LookupError, TypeError):  # half a line, which an interrupted run has left
            break
    return done


def _json_line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _to_line(read: PageReadings, key: str) -> dict[str, Any]:
    readings = [
        {"network": network, "grouping": grouping, "readings": [to_json(reading) for reading in found]}
        for (network, grouping), found in read.readings.items()
    ]
    return {"page": key, "image": read.image, "readings": readings}


def _from_line(value: Mapping[str, Any], place: str) -> PageReadings:
    readings = {
        (part["network"], part["grouping"]): tuple(from_json(reading, place) for reading in part["readings"])
        for part in value["readings"]
    }
    return PageReadings(value["image"], readings)
