"""Ranks reading options by detection F1, one option changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.program.progress import track

CANDIDATES: dict[str, tuple[float, ...]] = {
    "width_ths": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    "link_threshold": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    "low_text": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
    "text_threshold": (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9),
    "min_size": (0, 5, 10, 15, 20),
    "height_ths": (0.0, 0.25, 0.5, 1.0),
    "ycenter_ths": (0.3, 0.5, 0.7),
    "slope_ths": (0.05, 0.1, 0.2, 0.3),
    "add_margin": (0.0, 0.05, 0.1, 0.15, 0.2),
}
"""The values to try, options with the largest effect first; the caller adds `mag_ratio`."""

THRESHOLDS = {
    name: CANDIDATES[name] for name in ("low_text", "link_threshold", "text_threshold", "min_size", "add_margin")
}
"""The options to search again when the detector changes."""

ROUNDS = 6


def rank_by_detection(
    f1: Callable[[ReadingOptions], float],
    most_trials: int = 60,
    candidates: Mapping[str, tuple[float, ...]] = THRESHOLDS,
    *,
    show_progress: bool = True,
) -> list[ReadingOptions]:
    """Start from word grouping and change one option at a time while detection F1 rises; best first.

    Args:
        f1: the F1 of the boxes that options give.
        most_trials: how many options are tried at most.
        candidates: values to try by the option's name.
        show_progress: draw a bar.
    """
    changes = [(name, value) for name, values in candidates.items() for value in values] * ROUNDS
    best = WORD_GROUPING
    trials = {best: f1(best)}
    with track("Trying reading options", most_trials, "option", done=1, hidden=not show_progress) as bar:
        for name, value in changes:
            change: dict[str, Any] = {name: value}
            options = replace(best, **change)
            if options in trials:
                continue
            if len(trials) >= most_trials:
                break
            trials[options] = f1(options)
            bar.update()
            if trials[options] > trials[best]:
                best = options
    return sorted(trials, key=lambda options: -trials[options])
