"""Compares boxes with labels, without their texts: counts that add up over pages, and figures of the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.pages.records import Box, Page
from train_easyocr.scoring.detection_scores import THRESHOLDS
from train_easyocr.scoring.matching import box_array, match, readings_on_ignored
from train_easyocr.scoring.scored_page import MatchCounts


@dataclass(frozen=True)
class BoxCounts:
    """Counts of pairs and boxes at each IoU of `THRESHOLDS`, of words, and of words of one character: all, and found.

    A box on an ignored label counts only if it is in a pair.
    """

    pairs: tuple[int, ...]
    boxes: tuple[int, ...]
    words: int
    short_words: int
    short_found: int

    def numbers(self) -> list[float]:
        """Return all counts as a list for `from_numbers`; the lists of several pages may be added up."""
        return [*self.pairs, *self.boxes, self.words, self.short_words, self.short_found]

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> BoxCounts:
        """Return the counts of a list from `numbers`, or of a sum of such lists."""
        whole, size = [round(number) for number in numbers], len(THRESHOLDS)
        return cls(tuple(whole[:size]), tuple(whole[size : 2 * size]), *whole[2 * size :])

    @property
    def f1(self) -> float:
        """F1 at an IoU of 0.5."""
        return self._f1_at(0)

    @property
    def mean_f1(self) -> float:
        """Mean F1 over the thresholds 0.5 to 0.95."""
        return sum(self._f1_at(place) for place in range(len(THRESHOLDS))) / len(THRESHOLDS)

    @property
    def short_recall(self) -> float:
        """Share of the words of one character that were found; 1 where there are none."""
        return self.short_found / self.short_words if self.short_words else 1.0

    def _f1_at(self, place: int) -> float:
        return MatchCounts(self.words, self.boxes[place], self.pairs[place]).detection_f1


def count_boxes(page: Page, boxes: Sequence[Box]) -> BoxCounts:
    """Compare boxes (xmin, ymin, xmax, ymax in pixels) with the labelled words of a page."""
    bounds = np.array(boxes, np.float64).reshape(-1, 4)
    found = match(box_array(page.words), bounds)
    on_ignored = readings_on_ignored(bounds, page.ignored)
    at = [[pair for pair in found if pair.iou >= least] for least in THRESHOLDS]
    short = {place for place, word in enumerate(page.words) if len(word.text) == 1}
    return BoxCounts(
        tuple(len(pairs) for pairs in at),
        tuple(len(boxes) - len(on_ignored - {pair.prediction for pair in pairs}) for pairs in at),
        len(page.words),
        len(short),
        len(short & {pair.ground_truth for pair in found}),
    )
