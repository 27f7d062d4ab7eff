"""The frozen records that travel between the rooms. They hold facts and open no files, images or models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

_AGENCY_AND_YEAR = re.compile(r"(?:.*?/)?(?:(\d+)/((?:19|20)\d\d)/[^/]+|(\d{5,})-((?:19|20)\d\d)-[^/]*)")

IMAGE_ENDINGS, LABEL_ENDING = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"), ".json"
"""The endings of the files of a page: of its image, in lower case, and of its label."""
UNREAD_ENDINGS = (".heic", ".heif", ".pdf", ".gif", ".jp2", ".psd", ".svg")
"""Endings of other files that people lay beside a label as its image; they are told, not read."""

Box = tuple[int, int, int, int]
"""xmin, ymin, xmax, ymax in pixels of the page; xmax and ymax are exclusive, as in a slice."""


@dataclass(frozen=True, slots=True)
class Word:
    """One labelled word of a page: its text (NFC, no spaces at the ends) and its box."""

    text: str
    box: Box

    @property
    def width(self) -> int:
        """Width of the box in pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """Height of the box in pixels."""
        return self.box[3] - self.box[1]

    @property
    def is_vertical(self) -> bool:
        """True for characters stacked upright: two or more in a box at least 1.5 times as tall as wide."""
        return len(self.text) >= 2 and self.height >= 1.5 * self.width


class NamedPage:
    """A page by its `name`, the path below `images/` without its ending: `category/agency/year/stem` in NFC."""

    __slots__ = ()
    name: str

    @property
    def stem(self) -> str:
        """The file name without folder and ending."""
        return self.name.rsplit("/", 1)[-1]

    @property
    def document(self) -> str:
        """The document of the page; see `document_of`."""
        return document_of(self.name)


@dataclass(frozen=True, slots=True)
class Page(NamedPage):
    """One scanned page with its labelled words.

    `name` is unique. `ignored` are labels of unreadable print; readings there count neither for nor against a network.
    """

    name: str
    category: str
    year: str
    width: int
    height: int
    words: tuple[Word, ...]
    schema: str
    ignored: tuple[Word, ...] = ()


class PageFile(NamedTuple):
    """A labelled page, its image file, and the image's name: its NFC path below `images/`."""

    page: Page
    path: Path
    image: str


def document_of(page_name: str) -> str:
    """Return the document of a page: `agency/year`, from its folders or from its stem, `5350093-2001-0001-0344`.

    A page whose name contains neither is its own document, named by its whole name.
    """
    found = _AGENCY_AND_YEAR.fullmatch(page_name)
    return f"{found[1] or found[3]}/{found[2] or found[4]}" if found else page_name


@dataclass(frozen=True, slots=True)
class Patch:
    """One crop of a page as step 2 writes it: the file name below `images/`, its text, its box on the page."""

    filename: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """One word that a network read: bounding box on the page, text (NFC), confidence from 0 to 1."""

    box: Box
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of a document and what was read on it.

    Attributes:
        number: its place in the document, 1 the first.
        width, height: pixels.
        turn: by how many degrees clockwise the print lies turned on the page.
        lines: the words of each line, in reading order; their boxes are those of the page as it lies.
        failure: why the page could not be read; None for a page that was.
    """

    number: int
    width: int
    height: int
    turn: int = 0
    lines: tuple[tuple[Reading, ...], ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One patch as training read it: label, reading, confidence from 0 to 1, image uint8 [C, H, W]."""

    ground_truth: str
    prediction: str
    confidence: float
    image: np.ndarray

    @property
    def is_right(self) -> bool:
        """True where the whole text was read."""
        return self.prediction == self.ground_truth


@dataclass(frozen=True, slots=True)
class Dropped:
    """The patches dropped for one reason: their number, and the first of them as (file name, label)."""

    count: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best scores that any network with this character list can reach on a dataset, both from 0 to 1."""

    accuracy: float
    normalized_edit_distance: float


@dataclass(frozen=True, slots=True)
class DatasetAccount:
    """How training uses the patches of one dataset.

    Attributes:
        role: `training` or `validation`.
        name: its name in `select_data`.
        total: its patches.
        used: those that take part.
        dropped: those that cannot, by reason.
        not_drawn: those that `total_data_usage_ratio` leaves out.
        lower_cased: labels of used patches that lower-casing changed.
        squeezed: used patches that are wider than the widest bucket.
        widths: (bucket width in pixels, used patches), narrowest first.
        foreign: (character outside the list, number of labels with it), the most frequent first.
        ceiling: what the character list allows at best.
    """

    role: str
    name: str
    total: int
    used: int
    dropped: Mapping[str, Dropped]
    not_drawn: int
    lower_cased: int
    squeezed: int
    widths: Sequence[tuple[int, int]]
    foreign: Sequence[tuple[str, int]]
    ceiling: Ceiling
