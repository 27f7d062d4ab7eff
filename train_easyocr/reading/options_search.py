"""Finds the reading options that fit a network: how CRAFT's score maps become boxes, one box a word.

The search runs on tuning pages, never on evaluation pages. Making boxes is cheap and reading them is not, so there are
two stages: options are first ranked by detection F1, one option at a time; the best are then read and ranked by
end-to-end F1, which decides. The caller passes the functions that make, read and score the boxes of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions
from train_easyocr.pages.records import Reading
from train_easyocr.program.progress import track

CANDIDATES: dict[str, tuple[float, ...]] = {
    "width_ths": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    "link_threshold": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    "low_text": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
    "text_threshold": (0.4, 0.5, 0.6, 0.7, 0.8),
    "min_size": (5, 10, 15, 20),
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

MARGINS = (0.05, 0.1, 0.15)
FINALISTS = 4
ROUNDS = 6


@dataclass(frozen=True)
class Trial:
    """Options with their detection F1 and end-to-end F1, means over the pages."""

    options: ReadingOptions
    detection_f1: float
    end_to_end_f1: float


@dataclass(frozen=True)
class TuningPages:
    """The pages of a search as three functions of a page's number, counted from 0.

    Attributes:
        count: number of pages.
        find_boxes: boxes (hashable) that the detector finds on a page with given options.
        detection_f1: F1 of boxes against the labels of a page, 0 to 1.
        end_to_end_f1: F1 of the readings of boxes against the labels of a page, 0 to 1.
    """

    count: int
    find_boxes: Callable[[int, ReadingOptions], Sequence[Any]]
    detection_f1: Callable[[int, Sequence[Any]], float]
    end_to_end_f1: Callable[[int, Sequence[Any]], float]


def search(pages: TuningPages, settings: int = 200, mag_ratios: Sequence[float] = (1.0,)) -> list[Trial]:
    """Try at most `settings` options; return those whose boxes were read, the best end-to-end F1 first.

    EasyOCR's default grouping and plain word grouping are always among them. Equal scores keep the order in which
    they were tried, so the result depends only on the pages.
    """
    candidates = {**CANDIDATES, "mag_ratio": tuple(mag_ratios)}
    detection_f1 = cache(partial(_mean_f1, pages, pages.detection_f1))
    finalists = dict.fromkeys([WORD_GROUPING, DEFAULT_GROUPING])
    for options in rank_by_detection(detection_f1, settings, candidates)[:FINALISTS]:
        finalists |= dict.fromkeys([options, *(replace(options, add_margin=margin) for margin in MARGINS)])
    read = [
        Trial(options, detection_f1(options), _mean_f1(pages, pages.end_to_end_f1, options))
        for options in track("Reading the best options", len(finalists), "option", finalists)
    ]
    return sorted(read, key=lambda trial: -trial.end_to_end_f1)


def rank_by_detection(
    f1: Callable[[ReadingOptions], float],
    settings: int = 60,
    candidates: Mapping[str, tuple[float, ...]] = THRESHOLDS,
    *,
    show_progress: bool = True,
) -> list[ReadingOptions]:
    """Start from word grouping and change one option at a time while detection F1 rises; best first.

    Args:
        f1: the F1 of the boxes that options give.
        settings: how many options are tried at most.
        candidates: values to try by the option's name.
        show_progress: draw a bar.
    """
    changes = [(name, value) for name, values in candidates.items() for value in values] * ROUNDS
    best = WORD_GROUPING
    trials = {best: f1(best)}
    with track("Trying reading options", settings, "option", done=1, hidden=not show_progress) as bar:
        for name, value in changes:
            options = replace(best, **{name: value})
            if options in trials:
                continue
            if len(trials) >= settings:
                break
            trials[options] = f1(options)
            bar.update()
            if trials[options] > trials[best]:
                best = options
    return sorted(trials, key=lambda options: -trials[options])


def _mean_f1(pages: TuningPages, f1: Callable[[int, Sequence[Any]], float], options: ReadingOptions) -> float:
    """Return the mean over the pages of an F1 of the boxes that `options` give."""
    return sum(f1(page, pages.find_boxes(page, options)) for page in range(pages.count)) / pages.count


def trial_table(trials: Sequence[Trial], pages: int) -> str:
    """Return a table of the best options and the two plain groupings, with their scores on the tuning pages."""
    named = [("tuned", trials[0])]
    plain = {WORD_GROUPING: "word grouping", DEFAULT_GROUPING: "default grouping"}
    named += [(plain[trial.options], trial) for trial in trials if trial.options in plain]
    lines = [f"Reading options on {pages} tuning pages: detection F1, end-to-end F1"]
    lines += [f"  {name:<17} {trial.detection_f1:.3f}  {trial.end_to_end_f1:.3f}" for name, trial in named]
    return "\n".join(lines)


def remembering(read: Callable[[int, list[Any]], list[Reading]]) -> Callable[[int, Sequence[Any]], list[Reading]]:
    """Wrap `read(page, boxes)` so that each box of a page is read once, however many options give it."""
    known: dict[tuple[int, Any], Reading] = {}

    def read_remembered(page: int, boxes: Sequence[Any]) -> list[Reading]:
        new = [box for box in dict.fromkeys(boxes) if (page, box) not in known]
        known.update(zip(((page, box) for box in new), read(page, new), strict=True))
        return [known[page, box] for box in boxes]

    return read_remembered
