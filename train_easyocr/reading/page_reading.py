"""Reads pages with several networks over the same boxes: detection once a page, each box once a network.

A page that fails is named, with the reason, and counts as read with nothing; it is never left out.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from train_easyocr.columns import GROUND_TRUTH
from train_easyocr.errors import UserError
from train_easyocr.page_image import decode_colour, decode_grey
from train_easyocr.reading.detection_cache import ScoreMapCache, ScoreMaps, detector_name
from train_easyocr.reading.reader import (
    Detector,
    TextBox,
    find_polygons,
    group_polygons,
    on_page,
    open_network,
    read_boxes_masked,
)
from train_easyocr.reading_options import DEFAULT_GROUPING, ReadingOptions, with_grouping
from train_easyocr.records import Page, Reading


@dataclass(frozen=True)
class NetworkPlace:
    """Where a recognition network is installed: its name in EasyOCR, and the root of EasyOCR's files.

    Attributes:
        masks: the variants to read it in, by their names in the summary: the characters that may not be printed.
        own_groupings: for the variants that have others than the plan's, their groupings by name.
    """

    name: str
    easyocr_folder: Path
    masks: Mapping[str, str]
    own_groupings: Mapping[str, Mapping[str, ReadingOptions]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingPlan:
    """What is read, picklable so that a worker process can open it.

    `groupings` by their names in the summary, for all variants without groupings of their own. Labelled boxes are
    always read as well.
    """

    networks: Sequence[NetworkPlace]
    groupings: Mapping[str, ReadingOptions]
    easyocr_folder: Path
    cache_folder: Path
    cache_limit: int
    cuda: bool = False
    quantize: bool = True

    def groupings_of(self, place: NetworkPlace, key: str) -> Mapping[str, ReadingOptions]:
        """Give the groupings of a variant of a network, by name."""
        return place.own_groupings.get(key, self.groupings)

    def options(self) -> list[ReadingOptions]:
        """List the options of all groupings, each once."""
        variants = [self.groupings_of(place, key) for place in self.networks for key in place.masks]
        return list(dict.fromkeys(options for groupings in variants for options in groupings.values()))

    def conditions(self) -> dict[str, Any]:
        """Give what a summary has to tell of how the pages were read."""
        return {
            "device": "cuda" if self.cuda else "cpu",
            "quantized": self.quantize and not self.cuda,
            "groupings": _as_plain(self.groupings),
            "own_groupings": {
                key: _as_plain(groupings) for place in self.networks for key, groupings in place.own_groupings.items()
            },
        }


@dataclass(frozen=True)
class PageReadings:
    """What was read on one page: readings by (network, grouping), or why the page failed."""

    image: str
    readings: Mapping[tuple[str, str], tuple[Reading, ...]] = field(default_factory=dict)
    failure: str | None = None


class PageReader:
    """The detector and the networks of a plan, loaded."""

    def __init__(self, plan: ReadingPlan) -> None:
        self.plan = plan
        self.cache = ScoreMapCache(plan.cache_folder, plan.cache_limit, detector_name(plan.cuda))
        self._detector: Detector | None = None
        self.networks = [
            open_network(place.name, place.easyocr_folder, plan.cuda, plan.quantize) for place in plan.networks
        ]

    def read(self, page: Page, path: Path, image: str) -> PageReadings:
        """Read one page with every network over every grouping; a page that cannot be read becomes a failure."""
        try:
            data = path.read_bytes()
            rgb, grey = decode(data)
            labelled = on_page([TextBox(word.box) for word in page.words], grey.shape[::-1])
            return PageReadings(image, self._read_boxes(grey, self._find_boxes(data, rgb), labelled))
        except (OSError, ValueError, RuntimeError, MemoryError, cv2.error) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise  # a full disk is no fault of the page
            said = str(error).strip().splitlines() or [type(error).__name__]  # a MemoryError may say nothing
            return PageReadings(image, failure=said[0][:200])

    def _find_boxes(self, data: bytes, rgb: np.ndarray) -> dict[ReadingOptions, list[TextBox]]:
        """Make the boxes of a page for all options of the plan; options that differ in grouping share the polygons."""
        size, boxes = (rgb.shape[1], rgb.shape[0]), {}
        polygons: dict[ReadingOptions, list[np.ndarray]] = {}
        for options in self.plan.options():
            ungrouped = with_grouping(replace(options, add_margin=0.0, min_size=0), DEFAULT_GROUPING)
            if ungrouped not in polygons:
                maps = self.cache.get_or_make(data, options, lambda options=options: self._detect(rgb, options))
                polygons[ungrouped] = find_polygons(maps, options)
            boxes[options] = group_polygons(polygons[ungrouped], options, size)
        return boxes

    def _detect(self, rgb: np.ndarray, options: ReadingOptions) -> ScoreMaps:
        if self._detector is None:  # loaded at the first page that the cache does not know
            self._detector = Detector(self.plan.easyocr_folder, self.plan.cuda)
        return self._detector.score_maps(rgb, options)

    def _read_boxes(
        self, grey: np.ndarray, boxes_of: Mapping[ReadingOptions, Sequence[TextBox]], labelled: Sequence[TextBox]
    ) -> dict[tuple[str, str], tuple[Reading, ...]]:
        """Read each distinct box once a network: groupings and variants share most of theirs."""
        readings = {}
        for place, network in zip(self.plan.networks, self.networks, strict=True):
            groups = {(key, GROUND_TRUTH): labelled for key in place.masks}
            for key in place.masks:
                groupings = self.plan.groupings_of(place, key)
                groups |= {(key, grouping): boxes_of[options] for grouping, options in groupings.items()}
            distinct = list(dict.fromkeys(box for group in groups.values() for box in group))
            masks = list(dict.fromkeys(place.masks.values()))
            variants = read_boxes_masked(network, grey, distinct, masks)
            reading_of = {
                mask: dict(zip(distinct, found, strict=True)) for mask, found in zip(masks, variants, strict=True)
            }
            for (key, grouping), group in groups.items():
                readings[key, grouping] = tuple(reading_of[place.masks[key]][box] for box in group)
        return readings


def _as_plain(groupings: Mapping[str, ReadingOptions]) -> dict[str, dict[str, float]]:
    return {grouping: asdict(options) for grouping, options in groupings.items()}


def decode(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Decode an image file as RGB [height, width, 3] and, as the Reader does, once more as grey [height, width].

    Raises:
        UnreadableImageError: no image, or one that breaks off.
    """
    return cv2.cvtColor(decode_colour(data), cv2.COLOR_BGR2RGB), decode_grey(data)


def read_pages(plan: ReadingPlan, pages: Sequence[tuple[Page, Path, str]], workers: int = 1) -> Iterator[PageReadings]:
    """Read pages given as (page, image file, name); with several workers each has its own process and networks.

    Pages come back as they are finished, so that an interrupted run has lost none of them.
    """
    if workers <= 1:
        reader = PageReader(plan)
        yield from (reader.read(*page) for page in pages)
        return
    threads = max(1, torch.get_num_threads() // workers)
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (threads,)) as pool:
        futures = [pool.submit(_read_in_worker, plan, page) for page in pages]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            raise UserError(
                f"--workers {workers}: a worker was ended from outside, most likely for want of memory; "
                "start again with fewer workers, what was read is kept"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_reader_of_worker: list[PageReader] = []


def _start_worker(threads: int) -> None:
    torch.set_num_threads(threads)


def _read_in_worker(plan: ReadingPlan, page: tuple[Page, Path, str]) -> PageReadings:
    """Read a page; the networks are opened with the first one, so that what they lack is told as it is."""
    if not _reader_of_worker:
        _reader_of_worker.append(PageReader(plan))
    return _reader_of_worker[0].read(*page)
