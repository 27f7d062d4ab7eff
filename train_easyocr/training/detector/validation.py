"""Scores a detector on whole pages, with the thresholds that suit its present weights best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import nn

from train_easyocr.easyocr_port.engine.detector import Detector, FoundPage
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.pages.records import Page
from train_easyocr.program.progress import track
from train_easyocr.scoring.box_counts import BoxCounts, count_boxes
from train_easyocr.scoring.options_ranking import rank_by_detection
from train_easyocr.training.distributed import Processes
from train_easyocr.training.interruption import Interruption


@dataclass(frozen=True)
class DetectorValidation:
    """The figures of a detector over the pages of all processes, with word grouping.

    `best` has the thresholds `options`, which were searched on these pages; `shipped` has EasyOCR's own.
    """

    best: BoxCounts
    shipped: BoxCounts
    options: ReadingOptions
    unreadable: tuple[str, ...] = ()

    @property
    def scores(self) -> dict[str, float]:
        """The score by which weights are kept; higher is better."""
        return {"detection_f1": self.best.f1}


@dataclass(frozen=True)
class DetectorValidator:
    """Finds words on this process's share of the pages, and scores them with those of all processes.

    `detector` makes a detector of the network in training.
    """

    pages: Sequence[tuple[Page, Path]]
    detector: Callable[[nn.Module], Detector]
    processes: Processes

    def __call__(self, network: nn.Module, iteration: int, interruption: Interruption) -> DetectorValidation | None:
        """Return the figures of `network`, which is left in evaluation mode; None if any process got a signal."""
        detector = self.detector(network.eval())
        found: list[tuple[Page, FoundPage]] = []
        unreadable = []
        hidden = not self.processes.is_first
        for page, path in track("Finding words", len(self.pages), "page", self.pages, brief=True, hidden=hidden):
            if interruption.received:
                break
            try:
                image = decode(read_image_file(path)).rgb
            except UnreadableImageError:
                unreadable.append(page.name)
                continue
            found.append((page, detector.find(image, WORD_GROUPING)))
        if self.processes.largest(float(interruption.received is not None)):
            return None
        options = rank_by_detection(lambda options: self._counts(found, options).f1, show_progress=False)[0]
        return DetectorValidation(
            best=self._counts(found, options),
            shipped=self._counts(found, WORD_GROUPING),
            options=options,
            unreadable=tuple(unreadable),
        )

    def _counts(self, found: Sequence[tuple[Page, FoundPage]], options: ReadingOptions) -> BoxCounts:
        """Count boxes and words over the pages of all processes."""
        counts = [count_boxes(page, [box.bounds for box in seen.boxes(options)]) for page, seen in found]
        nothing = count_boxes(_EMPTY, [])
        own = np.sum([each.numbers() for each in (nothing, *counts)], axis=0).tolist()
        return BoxCounts.from_numbers(self.processes.summed(own))


_EMPTY = Page("", "", "", 0, 0, (), "")
