"""Scores a detector on whole pages, with the thresholds that suit its present weights best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from torch import nn

from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.pages.page_image import UnreadableImageError, decode_colour, read_image_file
from train_easyocr.pages.records import Box, Page
from train_easyocr.program.progress import track
from train_easyocr.training.distributed import Processes
from train_easyocr.training.interruption import Interruption


class AddableCounts(Protocol):
    """Counts of boxes and labels as numbers that add up over pages: see `scoring.box_counts`."""

    def numbers(self) -> list[float]:
        """Return all counts in a fixed order."""
        ...


class PageScores(Protocol):
    """The figures of added-up counts, each 0 to 1."""

    f1: float
    mean_f1: float
    short_recall: float


@dataclass(frozen=True)
class Scoring:
    """Functions of other rooms that find boxes and score them.

    Attributes:
        score_maps: from a detector and a page, uint8 [height, width, 3] RGB, to score maps.
        polygons: from score maps and the thresholds of the options to polygons.
        boxes: from polygons and the other options to boxes on a page of (width, height) pixels.
        count: counts the boxes of a page against its labels.
        scores: from added-up counts (`AddableCounts.numbers`) to figures.
        best_options: from a function that returns the F1 of options to the options of the highest F1.
    """

    score_maps: Callable[[nn.Module, np.ndarray], Any]
    polygons: Callable[[Any, ReadingOptions], Any]
    boxes: Callable[[Any, ReadingOptions, tuple[int, int]], Sequence[Box]]
    count: Callable[[Page, Sequence[Box]], AddableCounts]
    scores: Callable[[Sequence[float]], PageScores]
    best_options: Callable[[Callable[[ReadingOptions], float]], ReadingOptions]


@dataclass(frozen=True)
class DetectorValidation:
    """The figures of a detector over the pages of all processes, with word grouping.

    `best` has the thresholds `options`, which were searched on these pages; `shipped` has EasyOCR's own.
    """

    best: PageScores
    shipped: PageScores
    options: ReadingOptions
    unreadable: tuple[str, ...] = ()
    samples: tuple[()] = ()
    mistakes: tuple[()] = ()

    @property
    def scores(self) -> dict[str, float]:
        """The score by which weights are kept; higher is better."""
        return {"detection_f1": self.best.f1}


@dataclass(frozen=True)
class DetectorValidator:
    """Finds words on this process's share of the pages, and scores them with those of all processes."""

    pages: Sequence[tuple[Page, Path]]
    scoring: Scoring
    processes: Processes

    def __call__(self, network: nn.Module, iteration: int, interruption: Interruption) -> DetectorValidation | None:
        """Return the figures of `network`, which is left in evaluation mode; None if any process got a signal."""
        network.eval()
        seen, unreadable = [], []
        hidden = not self.processes.is_first
        for page, path in track("Finding words", len(self.pages), "page", self.pages, brief=True, hidden=hidden):
            if interruption.received:
                break
            try:
                image = np.ascontiguousarray(decode_colour(read_image_file(path))[:, :, ::-1])
            except UnreadableImageError:
                unreadable.append(page.name)
                continue
            size = image.shape[1], image.shape[0]
            seen.append(_SeenPage(page, size, self.scoring.score_maps(network, image), self.scoring))
        if self.processes.largest(float(interruption.received is not None)):
            return None
        options = self.scoring.best_options(lambda options: self._scores(seen, options).f1)
        return DetectorValidation(
            best=self._scores(seen, options),
            shipped=self._scores(seen, WORD_GROUPING),
            options=options,
            unreadable=tuple(unreadable),
        )

    def _scores(self, seen: Sequence[_SeenPage], options: ReadingOptions) -> PageScores:
        counts = [page.count(options).numbers() for page in seen]
        nothing = self.scoring.count(_EMPTY, []).numbers()
        own = np.sum([nothing, *counts], axis=0).tolist()
        return self.scoring.scores(self.processes.summed(own))


_EMPTY = Page("", "", "", 0, 0, (), "")


@dataclass
class _SeenPage:
    """A page whose boxes are made repeatedly with other options; it keeps its polygons for each set of thresholds."""

    page: Page
    size: tuple[int, int]
    maps: Any
    scoring: Scoring
    polygons: dict[tuple[float, float, float], Any] = field(default_factory=dict)

    def count(self, options: ReadingOptions) -> AddableCounts:
        key = options.text_threshold, options.low_text, options.link_threshold
        if key not in self.polygons:
            self.polygons[key] = self.scoring.polygons(self.maps, options)
        return self.scoring.count(self.page, self.scoring.boxes(self.polygons[key], options, self.size))
