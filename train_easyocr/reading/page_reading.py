"""Reads pages with several networks over the same boxes: each detector runs once a page, each network once a box.

A page that fails is reported with the reason and counts as read with nothing; it is never left out.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from train_easyocr.easyocr_port.engine.detector import FoundPage, open_detector
from train_easyocr.easyocr_port.engine.reader import open_network, read_boxes_masked
from train_easyocr.easyocr_port.engine.text_box import TextBox, on_page
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.pages.records import Page, Reading
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.reading.comparison import ReadingPlan
from train_easyocr.scoring.columns import GROUND_TRUTH


@dataclass(frozen=True)
class PageReadings:
    """The readings of one page by (network, grouping), or why the page failed."""

    image: str
    readings: Mapping[tuple[str, str], tuple[Reading, ...]] = field(default_factory=dict)
    failure: str | None = None


class PageReader:
    """The loaded detectors and networks of a plan."""

    def __init__(self, plan: ReadingPlan) -> None:
        self.plan = plan
        self.detectors = {
            weights: open_detector(
                plan.easyocr_folder,
                weights,
                cuda=plan.cuda,
                cache_folder=plan.cache_folder,
                cache_limit=plan.cache_limit,
            )
            for weights, _ in plan.detections()
        }
        self.networks = [open_network(place.name, place.easyocr_folder, plan.cuda) for place in plan.networks]

    def read(self, page: Page, path: Path, image: str) -> PageReadings:
        """Read one page with every network over every grouping; a page that cannot be read becomes a failure."""
        try:
            rgb, grey = decode(read_image_file(path))
            labelled = on_page([TextBox(word.box) for word in page.words], grey.shape[::-1])
            return PageReadings(image, self._read_boxes(grey, self._find_boxes(rgb), labelled))
        except (OSError, ValueError, RuntimeError, MemoryError, cv2.error) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise  # a full disk is not the fault of the page
            said = in_one_line(error) or str(error).strip().partition("\n")[0] or type(error).__name__
            return PageReadings(image, failure=said[:200])

    def _find_boxes(self, rgb: np.ndarray) -> dict[tuple[Path | None, ReadingOptions], list[TextBox]]:
        """Make the boxes of a page, by detector and options; a detector runs once for options of one scale."""
        boxes: dict[tuple[Path | None, ReadingOptions], list[TextBox]] = {}
        found: dict[tuple[Path | None, tuple[int, float]], FoundPage] = {}
        for weights, options in self.plan.detections():
            key = weights, options.scale
            if key not in found:
                found[key] = self.detectors[weights].find(rgb, options)
            boxes[weights, options] = found[key].boxes(options)
        return boxes

    def _read_boxes(
        self,
        grey: np.ndarray,
        boxes_of: Mapping[tuple[Path | None, ReadingOptions], Sequence[TextBox]],
        labelled: Sequence[TextBox],
    ) -> dict[tuple[str, str], tuple[Reading, ...]]:
        """Read each distinct box once a network: groupings and variants share most of theirs."""
        readings = {}
        for place, network in zip(self.plan.networks, self.networks, strict=True):
            groups = {(key, GROUND_TRUTH): labelled for key in place.masks}
            for key in place.masks:
                groupings = self.plan.groupings_of(place, key)
                weights = place.own_detectors.get(key)
                groups |= {(key, grouping): boxes_of[weights, options] for grouping, options in groupings.items()}
            distinct = list(dict.fromkeys(box for group in groups.values() for box in group))
            masks = list(dict.fromkeys(place.masks.values()))
            variants = read_boxes_masked(network, grey, distinct, masks)
            reading_of = {
                mask: dict(zip(distinct, found, strict=True)) for mask, found in zip(masks, variants, strict=True)
            }
            for (key, grouping), group in groups.items():
                readings[key, grouping] = tuple(reading_of[place.masks[key]][box] for box in group)
        return readings
