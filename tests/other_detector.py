"""A second kind of detector for tests: it takes bright parts of a page for words, with one map and no weights."""

import cv2
import numpy as np

from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps


class BrightParts:
    """Notes in `runs` what was asked of it."""

    def __init__(self):
        self.runs = []

    def maps(self, page, options):
        self.runs.append("maps")
        return ScoreMaps(np.float32(page[None, :, :, 1]) / 255, 1.0)

    def regions(self, maps, options):
        self.runs.append("regions")
        count, _, places, _ = cv2.connectedComponentsWithStats(np.uint8(maps.maps[0] > options.text_threshold))
        return [
            np.array([x, y, x + width, y, x + width, y + height, x, y + height], np.int32)
            for x, y, width, height, _ in places[1:count]
        ]

    def thresholds(self, options):
        return (options.text_threshold,)
