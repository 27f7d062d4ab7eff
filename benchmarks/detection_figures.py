"""Figures of a detector on a set of labelled pages: detection, and end to end with `read()`, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from damaged_pages import Sheet

from train_easyocr.pages.records import Box, Reading
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.detection_scores import THRESHOLDS
from train_easyocr.scoring.matching import box_array, readings_on_ignored
from train_easyocr.scoring.page_scoring import count_matches, pair_words
from train_easyocr.scoring.statistics import Figure, Interval, interval, paired_difference, ratio

AT_70 = THRESHOLDS.index(0.7)
_SIZE = len(THRESHOLDS)
_WORDS, _SHORT, _SHORT_FOUND = range(2 * _SIZE, 2 * _SIZE + 3)  # of `BoxCounts.numbers`


def detection_counts(sheets: Sequence[Sheet], find: Callable[[np.ndarray], Sequence[Box]]) -> np.ndarray:
    """Find words on all pages, RGB uint8 [height, width, 3]; return the counts of each page, [P, 23] (`BoxCounts`)."""
    return np.array([count_boxes(sheet.page, find(sheet.rgb)).numbers() for sheet in sheets])


def detection_figures(sheets: Sequence[Sheet], counts: np.ndarray) -> dict[str, object]:
    """Return the figures of the counts of `detection_counts`."""
    totals = counts.sum(axis=0)

    def of_all(part: int, whole: int) -> float:
        return round(float(totals[part] / max(1, totals[whole])), 4)

    return {
        "pages": len(sheets),
        "words": int(totals[_WORDS]),
        "f1": with_interval(sheets, counts, _f1_at(0)),
        "f1_50_95": with_interval(sheets, counts, _mean_f1),
        "f1_70": round(float(_f1_at(AT_70)(totals)), 4),
        "recall_70": of_all(AT_70, _WORDS),
        "precision": of_all(0, _SIZE),
        "recall": of_all(0, _WORDS),
        "one_character_words": int(totals[_SHORT]),
        "one_character_found": of_all(_SHORT_FOUND, _SHORT),
    }


def reading_counts(sheets: Sequence[Sheet], read: Callable[[Sheet], Sequence[Reading]]) -> np.ndarray:
    """Read all pages; return score, exact pairs, readings and words of each, [P, 4]."""
    rows = []
    for sheet in sheets:
        readings = read(sheet)
        on_ignored = readings_on_ignored(box_array(readings), sheet.page.ignored)
        counts = count_matches(sheet.page, len(readings), pair_words(sheet.page, readings), on_ignored)
        rows.append((counts.score, counts.exact, counts.predictions, counts.ground_truths))
    return np.array(rows, np.float64)


def reading_figures(sheets: Sequence[Sheet], counts: np.ndarray) -> dict[str, object]:
    """Return the end-to-end F1 of all words, in which a pair counts 1 - CER, and that in which it counts if exact."""
    return {
        "end_to_end_f1": with_interval(sheets, counts, _end_to_end(0)),
        "end_to_end_f1_exact": with_interval(sheets, counts, _end_to_end(1)),
    }


def f1_change(sheets: Sequence[Sheet], clean: np.ndarray, damaged: np.ndarray) -> dict[str, float | None]:
    """Return by how much the F1 at an IoU of 0.5 of damaged pages differs from that of the clean ones."""
    return _change(sheets, clean, damaged, _f1_at(0))


def reading_change(sheets: Sequence[Sheet], clean: np.ndarray, damaged: np.ndarray) -> dict[str, float | None]:
    """Return by how much the end-to-end F1 of damaged pages differs from that of the clean ones."""
    return _change(sheets, clean, damaged, _end_to_end(0))


def with_interval(sheets: Sequence[Sheet], counts: np.ndarray, figure: Figure) -> dict[str, float | None]:
    """Return a figure of all pages with the 95% interval that other documents would give."""
    return _rounded(interval(counts, figure, _documents(sheets), (0.0, 1.0)))


def _change(sheets: Sequence[Sheet], clean: np.ndarray, damaged: np.ndarray, figure: Figure) -> dict[str, float | None]:
    return _rounded(paired_difference(clean, damaged, figure, _documents(sheets)).difference)


def _documents(sheets: Sequence[Sheet]) -> list[str]:
    return [sheet.page.document for sheet in sheets]


def _rounded(found: Interval) -> dict[str, float | None]:
    limits = {"value": found.value, "low": found.low, "high": found.high}
    return {name: None if value is None else round(value, 4) for name, value in limits.items()}


def _f1_at(place: int) -> Figure:
    return lambda totals: ratio(
        np.stack([2 * totals[..., place], totals[..., _SIZE + place] + totals[..., _WORDS]], axis=-1)
    )


def _mean_f1(totals: np.ndarray) -> np.ndarray:
    return np.mean([_f1_at(place)(totals) for place in range(_SIZE)], axis=0)


def _end_to_end(part: int) -> Figure:
    return lambda totals: ratio(np.stack([2 * totals[..., part], totals[..., 2] + totals[..., 3]], axis=-1))
