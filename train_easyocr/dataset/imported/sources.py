"""Labelled words that other programs wrote: lists of paths and labels, and LMDBs of deep-text-recognition-benchmark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from train_easyocr.dataset.drops import STRAY, LeftOut
from train_easyocr.dataset.labels import clean_text, objection_to_text
from train_easyocr.dataset.stores.label_file import encoding_mistake, read_labels
from train_easyocr.dataset.stores.lmdb_file import reading_lmdb
from train_easyocr.dataset.stores.store import IMAGES_FOLDER
from train_easyocr.pages.page_image import read_image_file
from train_easyocr.pages.stray_files import names_stray_file
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted

LMDB_DATA_FILE = "data.mdb"

_COUNT_KEY = b"num-samples"
_LOOKED_AT = 100  # images of a list


class ImportedWord(NamedTuple):
    """A label, and where its image is: a file, or the value of `key` in the LMDB `file`. `where` names it for people.

    Its text is NFC without white space at its ends. `objection` says why it cannot be used, or is "".
    """

    where: str
    text: str
    file: Path
    key: bytes | None = None
    objection: str = ""

    @property
    def stem(self) -> str:
        """The name of the image without its folder and ending."""
        return self.key.decode() if self.key else self.file.stem

    def image(self) -> bytes:
        """Return the bytes of the image.

        Raises:
            UnreadableImageError: the path is not that of a file.
            OSError: the image is missing or cannot be read.
        """
        if self.key is None:
            return read_image_file(self.file)
        with reading_lmdb(self.file) as transaction:
            image = transaction.get(self.key)
        if image is None:
            raise FileNotFoundError(f"no {self.key.decode()}")
        return image

    def left_out(self, reason: str, detail: str = "") -> LeftOut:
        """Return this word as left out for `reason`."""
        return LeftOut(reason, self.where, detail or (self.text if self.text.isprintable() else ascii(self.text)))


@dataclass(frozen=True)
class TabbedWords:
    """A list in UTF-8: a line has the path of an image, a tab, and its label."""

    file: Path
    images: Path | None = None
    expected = "lines of a path, a tab and a label"

    def __iter__(self) -> Iterator[ImportedWord]:
        folder = self.images or self.file.parent
        lines = (line.partition("\t") for _, line in self._lines())
        _demand_images(self.file, folder, (path for path, tab, _ in lines if tab))
        named: set[str] = set()
        for number, line in self._lines():
            where = f"{self.file.name} line {number:,}"
            path, tab, label = line.partition("\t")
            if not tab:
                yield ImportedWord(where, line, self.file, objection="line without a tab")
            elif "\t" in label:
                yield ImportedWord(where, line, self.file, objection="line with more than one tab")
            else:
                yield _word(where, path, label, folder, named)

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield number and content of each line that is not blank."""
        try:
            with self.file.open(encoding="utf-8-sig", newline="\n") as file:
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield number, line.rstrip("\r\n")
        except UnicodeDecodeError:
            raise UserError(f"{self.file}: {encoding_mistake(self.file, 'save it in UTF-8')}") from None


@dataclass(frozen=True)
class CsvWords:
    """A `labels.csv` as EasyOCR's trainer reads it: the images are beside it, or below `images/`."""

    file: Path
    images: Path | None = None
    expected = "the columns filename and words"

    def __iter__(self) -> Iterator[ImportedWord]:
        beside = self.file.parent / IMAGES_FOLDER
        folder = self.images or (beside if beside.is_dir() else self.file.parent)
        names, texts = read_labels(self.file)
        _demand_images(self.file, folder, names)
        named: set[str] = set()
        for number, (name, text) in enumerate(zip(names, texts, strict=True), start=2):
            yield _word(f"{self.file.name} row {number:,}", name, text, folder, named)


@dataclass(frozen=True)
class LmdbWords:
    """An LMDB of deep-text-recognition-benchmark: `num-samples`, and from 1 on `image-%09d` and `label-%09d`."""

    file: Path
    expected = "the keys num-samples, image-000000001, label-000000001 and so on"

    def __iter__(self) -> Iterator[ImportedWord]:
        with reading_lmdb(self.file) as transaction:
            count = transaction.get(_COUNT_KEY, b"")
            if not count.isdigit():
                raise UserError(f"{self.file}: holds no number under num-samples; expected {self.expected}")
            if int(count) > (keys := transaction.stat()["entries"]):
                raise UserError(
                    f"{self.file}: num-samples is {int(count):,} and it holds {counted(keys, 'key')}; copy it anew"
                )
            for number in range(1, int(count) + 1):
                yield self._word(number, transaction.get(b"label-%09d" % number))

    def _word(self, number: int, label: bytes | None) -> ImportedWord:
        key, where = b"image-%09d" % number, f"label-{number:09}"
        if label is None:
            return ImportedWord(where, "", self.file, key, "image without a label")
        try:
            text = clean_text(label.decode("utf-8"))
        except UnicodeDecodeError:
            return ImportedWord(where, repr(label), self.file, key, "label that is not in UTF-8")
        return ImportedWord(where, text, self.file, key, objection_to_text(text))


WordSource = TabbedWords | CsvWords | LmdbWords
"""Words in the order of their file. They can be read again from the start, and none of them is held in memory."""


def open_source(file: Path, images: Path | None = None) -> WordSource:
    """Open a list (`.csv`: filename,words; other endings: path, tab, label) or an LMDB (a folder or its file).

    `images` is the folder that the paths of a list are relative to: by default that of the list.

    Raises:
        UserError: no such file, or none of these.
    """
    if file.is_dir():
        if not (file / LMDB_DATA_FILE).is_file():
            raise UserError(f"{file}: a folder without {LMDB_DATA_FILE}, so no LMDB; name the file of labels in it")
        return LmdbWords(file / LMDB_DATA_FILE)
    if not file.is_file():
        raise UserError(f"{file}: no such file; name a gt.txt, a labels.csv, or the folder of an LMDB")
    if file.suffix.lower() == ".mdb":
        return LmdbWords(file)
    return CsvWords(file, images) if file.suffix.lower() == ".csv" else TabbedWords(file, images)


def _word(where: str, path: str, label: str, folder: Path, named: set[str]) -> ImportedWord:
    """Return the word of a line of a list; `named` are the paths of the lines before, and gets this one."""
    text = clean_text(label)
    objection = objection_to_text(text) or ("image that an earlier line names" if path in named else "")
    if "\0" in path:
        objection, path = "path with NUL", ""
    elif names_stray_file(path):
        objection = STRAY
    if not objection:
        named.add(path)
    return ImportedWord(where, text, _image_file(folder, path), objection=objection)


def _image_file(folder: Path, path: str) -> Path:
    return folder / path.strip().replace("\\", "/")


def _demand_images(file: Path, folder: Path, paths: Iterable[str]) -> None:
    """Refuse a list if none of the first images that it names is in `folder`."""
    some = [path for path in islice(paths, _LOOKED_AT) if "\0" not in path]
    if some and not any(_image_file(folder, path).exists() for path in some):
        raise UserError(
            f"{file}: names {some[0]!r}, which is not in {folder}; name the folder of the images with --import_images"
        )
