"""Calibration of a network: its confidence against the share of its readings that are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.scoring.scored_page import ScoredPage

BINS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The matched readings with a confidence from `low` to `high`: how many, how many exact, and their mean confidence.

    `confidence` is None in an empty bin.
    """

    low: float
    high: float
    readings: int
    exact: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The bins, and their mean gap weighted by readings.

    The gap of a bin is |share exact - mean confidence|; the mean is the expected calibration error of Guo et al. 2017,
    None without readings.
    """

    bins: tuple[ConfidenceBin, ...]
    expected_error: float | None


def calibrate(pages: Sequence[ScoredPage]) -> Calibration:
    """Compare confidence and exact match of all matched readings, in ten bins of equal width."""
    matched = [
        (scored.readings[pair.prediction].confidence, pair.texts.exact) for scored in pages for pair in scored.pairs
    ]
    confidences, exact = np.array(matched, np.float64).reshape(-1, 2).T
    number = np.clip((confidences * BINS).astype(int), 0, BINS - 1)
    counts, right, sums = (np.bincount(number, weights, BINS) for weights in (None, exact, confidences))
    bins = tuple(
        ConfidenceBin(
            low=row / BINS,
            high=(row + 1) / BINS,
            readings=int(counts[row]),
            exact=int(right[row]),
            confidence=float(sums[row] / counts[row]) if counts[row] else None,
        )
        for row in range(BINS)
    )
    error = float(np.abs(right - sums).sum() / len(matched)) if matched else None
    return Calibration(bins, error)
