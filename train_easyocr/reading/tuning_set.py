"""Tuning pages for the search of reading options: their boxes for any options, and the readings of these.

The score maps of a page are made once (or come from the cache), its polygons once for each set of thresholds. The
labels of a page are those of the tuning set, never of the evaluation set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.engine.reader import TextBox, find_polygons, group_polygons, read_boxes
from train_easyocr.easyocr_port.engine.recognition import CropReader
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.page_image import decode, decode_grey, read_image_file
from train_easyocr.pages.records import Page, Reading


@dataclass
class TuningSet:
    """Labelled pages whose boxes can be made repeatedly with other options.

    `pages` are (page, image file); `detector` runs only if `cache` does not hold a page's score maps.
    """

    pages: Sequence[tuple[Page, Path]]
    network: CropReader
    detector: Detector
    cache: ScoreMapCache
    _polygons: dict[tuple[int, tuple[float, ...]], list[np.ndarray]] = field(default_factory=dict)
    _grey: dict[int, np.ndarray] = field(default_factory=dict)

    def find_boxes(self, index: int, options: ReadingOptions) -> list[TextBox]:
        """Return the boxes of page number `index` with `options`."""
        thresholds = (options.text_threshold, options.low_text, options.link_threshold)
        key = (index, (*thresholds, options.mag_ratio, options.canvas_size))
        if key not in self._polygons:
            data = read_image_file(self.pages[index][1])
            maps = self.cache.get_or_make(data, options, lambda: self.detector.score_maps(decode(data).rgb, options))
            self._polygons[key] = find_polygons(maps, options)
        height, width = self._page(index).shape
        return group_polygons(self._polygons[key], options, (width, height))

    def read(self, index: int, boxes: Sequence[TextBox]) -> list[Reading]:
        """Read boxes of page number `index`."""
        return read_boxes(self.network, self._page(index), boxes)

    def _page(self, index: int) -> np.ndarray:
        if index not in self._grey:
            self._grey[index] = decode_grey(read_image_file(self.pages[index][1]))
        return self._grey[index]
