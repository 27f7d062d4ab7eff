"""Writes the sample dataset: generated pages in exactly AI-Hub's archives, so nothing downstream knows of samples."""

from __future__ import annotations

import os
import random
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from train_easyocr.dataset.archives.finding import archive_files
from train_easyocr.pages.records import Word
from train_easyocr.printing.pages.documents import print_kind
from train_easyocr.printing.pages.label import label_json
from train_easyocr.printing.pages.typefaces import Typefaces
from train_easyocr.printing.pages.words.author import Author
from train_easyocr.printing.pages.words.vocabulary import subjects, words
from train_easyocr.printing.sample.printer import open_printer, printing_hand
from train_easyocr.printing.sample.scan import scan_page
from train_easyocr.program.atomic import replacing
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.progress import Progress, track

_LABEL_ROOT = "01.라벨링데이터(Json)"
_FIXED_TIME = (2021, 1, 4, 9, 0, 0)
_UTF8_FLAG = 0x800
_KINDS = ("공문", "공문", "공문", "공고", "공고", "계약서", "계약서", "증서")  # of pages/documents.yaml
_MARKED_AT_EDGE, _JOINED = 0.12, 0.022
_SMALLEST_DPI, _LARGEST_DPI = 72, 600


@dataclass(frozen=True, slots=True)
class Split:
    """One half of the dataset with AI-Hub's names, and the subjects of its pages."""

    folder: str
    label_zip: str
    image_zips: tuple[str, ...]
    image_root: str
    cities: str
    first_agency: int


TRAINING = Split(
    "Training",
    "[라벨]train.zip",
    ("[원천]train1.zip", "[원천]train2.zip", "[원천]train3.zip"),
    "02.원천데이터(jpg)",
    "training_cities",
    5350010,
)
VALIDATION = Split(
    "Validation",
    "[라벨]validation.zip",
    ("[원천]validation.zip",),
    "02.원천데이터(Jpg)",
    "validation_cities",
    5350710,
)


@dataclass(frozen=True, slots=True)
class PageTask:
    """What decides a page, picklable: `number` counts from 0 within its split."""

    split: Split
    number: int
    dpi: int
    seed: int


@dataclass(frozen=True, slots=True)
class MadePage:
    """A finished page: `path` is category/agency/year/stem."""

    path: str
    jpeg: bytes
    label: bytes


def write_sample(
    archive_folder: Path,
    *,
    training_pages: int = 60,
    validation_pages: int = 20,
    dpi: int = 150,
    seed: int = 1111,
    workers: int | None = None,
) -> None:
    """Write the sample dataset into `archive_folder`, in place of an earlier sample.

    Pages are A4 at `dpi` (150: 1240×1754 pixels). The seed decides every byte, for any `workers` (None: one a core).

    Raises:
        UserError: an invalid number, a missing Korean font, or archives in the folder that do not belong to a sample.
    """
    for name, pages in (("training_pages", training_pages), ("validation_pages", validation_pages)):
        if pages < 1:
            raise UserError(f"{name} is {pages}; the sample needs at least 1 page")
    if not _SMALLEST_DPI <= dpi <= _LARGEST_DPI:
        raise UserError(f"dpi is {dpi}; the sample's pages can have {_SMALLEST_DPI} to {_LARGEST_DPI}")
    _demand_samples_only(archive_folder)
    counts = {TRAINING: training_pages, VALIDATION: validation_pages}
    # One page more than requested: its label is written, its image is not.
    tasks = [PageTask(split, number, dpi, seed) for split, count in counts.items() for number in range(count + 1)]
    with PageProcesses(workers or os.cpu_count() or 1) as processes:
        made = processes.map(make_page, tasks)
        with track("Making the sample", len(tasks), "page") as bar:
            for split, count in counts.items():
                _write_split(archive_folder / split.folder, split, count, made, bar)


def make_page(task: PageTask) -> MadePage:
    """Write, print, scan and label one page."""
    rng = random.Random(f"{task.seed} {task.split.folder} {task.number}")
    category = list(subjects())[task.number % len(subjects())]
    cities = words(task.split.cities)
    agency = rng.randrange(len(cities))
    year = rng.randint(1996, 2007)
    code = task.split.first_agency + agency
    stem = f"{code}-{year}-{rng.randint(1, 9):04}-{task.number + 1:04}"
    hand = printing_hand(rng, _printer(f"{task.seed} {code}"), Author(rng, category, cities[agency], year), task.dpi)
    if hand.chance(_MARKED_AT_EDGE):
        mark = rng.choice(("사본", "보존", "공람"))
        hand.sheet.put(mark, -hand.sheet.typefaces.word(mark, hand.body).left, hand.top / 2, hand.body)
    print_kind(hand, rng.choice(_KINDS))
    sheet, em = hand.sheet, hand.body.size
    printed = with_joined(sheet.words, em, rng)
    jpeg, boxes = scan_page(sheet.image[:, :, 0], printed, em, rng.getrandbits(64))
    size, texts = (sheet.width, sheet.height), [word.text for word in printed]
    label = label_json(texts, boxes, size, stem, category, f"{task.seed} {stem}")
    return MadePage(f"{category}/{code}/{year}/{stem}", jpeg, label)


def with_joined(printed: Sequence[Word], em: int, rng: random.Random) -> list[Word]:
    """Return the words with some neighbours of a line in one label, a space between, as annotators write them."""
    labels: list[Word] = []
    for word in printed:
        before = labels[-1].box if labels else word.box
        beside = 0 < word.box[0] - before[2] < em and abs(word.box[3] - before[3]) < 0.3 * em
        if beside and rng.random() < _JOINED:
            box = before[0], min(before[1], word.box[1]), word.box[2], max(before[3], word.box[3])
            labels[-1] = Word(f"{labels[-1].text} {word.text}", box)
        else:
            labels.append(word)
    return labels


@lru_cache(maxsize=16)
def _printer(office: str) -> Typefaces:
    return open_printer(random.Random(office))


def _write_split(folder: Path, split: Split, count: int, pages: Iterator[MadePage], bar: Progress[Any]) -> None:
    """Write the zips of one split from `count` + 1 pages; its image zips get equal shares of the images, in order."""
    with ExitStack() as stack:
        label_zip, *image_zips = (
            stack.enter_context(zipfile.ZipFile(stack.enter_context(replacing(folder / name)), "w"))
            for name in (split.label_zip, *split.image_zips)
        )
        for number in range(count + 1):
            page = next(pages)
            _add(label_zip, f"{_LABEL_ROOT}/{page.path}.json", page.label, zipfile.ZIP_DEFLATED)
            if number < count:
                image_zip = image_zips[number * len(image_zips) // count]
                _add(image_zip, f"{split.image_root}/{page.path}.jpg", page.jpeg, zipfile.ZIP_STORED)
            bar.update()


def _demand_samples_only(archive_folder: Path) -> None:
    """Refuse a folder with archives that step 2 would read and that are not a sample's, such as the real dataset."""
    for (_, folder), names in archive_files(archive_folder).items():
        for name in names:
            if not _is_of_a_sample(folder / name):
                raise UserError(
                    f"{folder / name}: --make_sample did not write this archive, and writes no sample beside it; "
                    "choose another --dataset"
                )


def _is_of_a_sample(path: Path) -> bool:
    """Return whether `_add` wrote the zip `path`: all members have one fixed time, which real files hardly have."""
    try:
        with zipfile.ZipFile(path) as archive:
            return all(info.date_time == _FIXED_TIME for info in archive.infolist())
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return False


class _Cp949Info(zipfile.ZipInfo):
    """A member whose name is stored in CP949 and not marked as UTF-8, as Korean Windows tools store it.

    `zipfile` writes only ASCII and UTF-8 names; the method below is the one place where it turns names into bytes.
    """

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile's name)
        return self.filename.encode("cp949"), self.flag_bits & ~_UTF8_FLAG


def _add(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = _Cp949Info(name, _FIXED_TIME)
    info.compress_type = method
    info.create_system = 0  # as on Windows: the bytes must not depend on the system
    archive.writestr(info, data)
