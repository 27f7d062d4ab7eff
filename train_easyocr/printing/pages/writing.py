"""Writes sets of printed pages in the form that the detector's training reads: images/ and labels/, as step 2 does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2

from train_easyocr.pages.boxes import clip_box
from train_easyocr.pages.records import Box
from train_easyocr.printing.generated.faces import CATALOGUE, HELD_OUT, TRAIN, Face, demand_families, find_faces
from train_easyocr.printing.pages.documents import print_page
from train_easyocr.printing.pages.label import label_json
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.typefaces import Typefaces
from train_easyocr.program.atomic import replacing_folder, write_json
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.progress import track

MARKER = "printed_pages.json"
"""The file that tells a set of printed pages from one that somebody labelled."""
FEWEST_FAMILIES = 10
RIM = 1
"""Pixels of blurred ink on each side that labels of scans hold as well."""

LEADER_SIGNS, SHORTEST_LEADER = frozenset("·.…‥-"), 9
"""A word of so many of these signs leads from a title to its page number: its label has no text, so training masks it
and scores ignore it."""

_QUALITY = 95  # of JPEG
_FIRST_AGENCY = {"training": 8_100_000, "validation": 8_900_000}
_PAGES_OF_AN_AGENCY = 10


@dataclass(frozen=True, slots=True)
class PageTask:
    """What decides a page, picklable: `number` counts from 0 within its set."""

    set_name: str
    number: int
    seed: int
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class MadePage:
    """A finished page: `name` is category/agency/year/stem."""

    name: str
    jpeg: bytes
    label: bytes


def write_pages(
    output: Path,
    *,
    pages: int = 1500,
    validation_pages: int = 60,
    seed: int = 1111,
    fonts: Sequence[Path] = (),
    workers: int = 1,
    catalogue: Path = CATALOGUE,
    fewest_families: int = FEWEST_FAMILIES,
) -> None:
    """Write `output`/training and `output`/validation, each in place of an earlier set of printed pages.

    The seed decides every byte, for any `workers`. Pages to validate on have random seeds of their own, and half their
    print is in typefaces that no training page has. `fonts` are folders of fonts beside those of the system.

    Raises:
        UserError: a number is invalid, typefaces are missing, or a set's place is taken by pages of another origin.
    """
    counts = {"training": pages, "validation": validation_pages}
    for name, count in counts.items():
        if count < 0 or not pages:
            raise UserError(
                f"--make_pages: {count} pages for {name}; expected 1 or more to train on, 0 or more to validate"
            )
        folder = output / name
        if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
            raise UserError(f"{folder}: holds something else than printed pages; choose another --output")
    found = find_faces(fonts, catalogue)
    demand_families(found, fewest_families)
    faces = {"training": found.of_role(TRAIN), "validation": found.faces}
    with PageProcesses(workers) as processes, track("Printing pages", sum(counts.values()), "page") as bar:
        for name, count in counts.items():
            with replacing_folder(output / name) as folder:
                tasks = (PageTask(name, number, seed, faces[name]) for number in range(count))
                for page in processes.map(make_page, tasks):
                    _write(folder, page)
                    bar.update()
                for part in ("images", "labels"):
                    (folder / part).mkdir(exist_ok=True)
                write_json(folder / MARKER, {"pages": count, "seed": seed, "typefaces": len(faces[name])})


def make_page(task: PageTask) -> MadePage:
    """Print and label one page."""
    category, sheet = printed(task)
    agency = _FIRST_AGENCY[task.set_name] + task.number // _PAGES_OF_AN_AGENCY
    stem = f"{agency}-2026-0001-{task.number + 1:04}"
    label = label_json(
        [labelled_text(word.text) for word in sheet.words],
        [with_rim(word.box, sheet.width, sheet.height) for word in sheet.words],
        (sheet.width, sheet.height),
        stem,
        category,
        f"{task.seed} {stem}",
    )
    jpeg = cv2.imencode(".jpg", sheet.image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return MadePage(f"{category}/{agency}/2026/{stem}", jpeg.tobytes(), label)


def with_rim(box: Box, width: int, height: int) -> Box:
    """Return the label of an ink box on a page of that size: as the boxes of scans do, it holds the rim of the ink."""
    xmin, ymin, xmax, ymax = box
    return clip_box((xmin - RIM, ymin - RIM, xmax + RIM, ymax + RIM), width, height)


def labelled_text(text: str) -> str:
    """Return the label of a printed word; none for a leader of dots, which no reader wants as a word.

    >>> labelled_text("·" * 20), labelled_text("·" * 20 + "7")[-1], labelled_text("…")
    ('', '7', '…')
    """
    return "" if len(text) >= SHORTEST_LEADER and set(text) <= LEADER_SIGNS else text


def printed(task: PageTask) -> tuple[str, Sheet]:
    """Return the kind and the sheet of a page."""
    rng = random.Random(f"{task.seed} {task.set_name} {task.number}")
    return print_page(rng, _typefaces(task.faces), HELD_OUT if task.set_name == "validation" else TRAIN)


@lru_cache(maxsize=2)
def _typefaces(faces: tuple[Face, ...]) -> Typefaces:
    return Typefaces(faces)


def _write(folder: Path, page: MadePage) -> None:
    for part, ending, content in (("images", ".jpg", page.jpeg), ("labels", ".json", page.label)):
        path = folder / part / f"{page.name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)  # the folder is put in place whole
