"""Tuning pages for the search of reading options: their boxes for any options, and the readings of these.

The detector's network runs once a page. The labels of a page are those of the tuning set, never of the evaluation set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from train_easyocr.easyocr_port.engine.detector import Detector, FoundPage
from train_easyocr.easyocr_port.engine.reader import read_boxes
from train_easyocr.easyocr_port.engine.recognition import CropReader
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.pages.records import Page, Reading


@dataclass
class TuningSet:
    """Labelled pages, (page, image file), whose boxes can be made repeatedly with other options."""

    pages: Sequence[tuple[Page, Path]]
    network: CropReader
    detector: Detector
    _found: dict[tuple[int, tuple[int, float]], FoundPage] = field(default_factory=dict)
    _grey: dict[int, np.ndarray] = field(default_factory=dict)

    def find_boxes(self, index: int, options: ReadingOptions) -> list[TextBox]:
        """Return the boxes of page number `index` with `options`."""
        key = index, options.scale
        if key not in self._found:
            rgb, self._grey[index] = decode(read_image_file(self.pages[index][1]))
            self._found[key] = self.detector.find(rgb, options)
        return self._found[key].boxes(options)

    def read(self, index: int, boxes: Sequence[TextBox]) -> list[Reading]:
        """Read boxes of page number `index`."""
        if index not in self._grey:
            self._grey[index] = decode(read_image_file(self.pages[index][1])).grey
        return read_boxes(self.network, self._grey[index], boxes)
