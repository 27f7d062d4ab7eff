"""Finds the reading options that fit a network and its detector: how what is found becomes boxes, one box a word.

The search runs on tuning pages, never on evaluation pages. Making boxes is cheap and reading them is not, so there are
two stages: options are first ranked by detection F1, one option at a time; the best are then read, on as many pages as
it takes, and ranked by end-to-end F1, which decides. The caller passes the functions that make, read and score the
boxes of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions
from train_easyocr.pages.records import Reading
from train_easyocr.program.progress import track
from train_easyocr.scoring.options_ranking import CANDIDATES, rank_by_detection

MARGINS = (0.05, 0.1, 0.15)
FINALISTS = 2

ENOUGH_WORDS = 500
"""Labelled words on which the best options are compared; all pages are read if they have fewer."""


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
        to_read: the numbers of the pages whose boxes are read.
        find_boxes: boxes (hashable) that the detector finds on a page with given options.
        detection_f1: F1 of boxes against the labels of a page, 0 to 1.
        end_to_end_f1: F1 of the readings of boxes against the labels of a page, 0 to 1.
    """

    count: int
    to_read: Sequence[int]
    find_boxes: Callable[[int, ReadingOptions], Sequence[Any]]
    detection_f1: Callable[[int, Sequence[Any]], float]
    end_to_end_f1: Callable[[int, Sequence[Any]], float]


def search(pages: TuningPages, most_trials: int = 200, mag_ratios: Sequence[float] = (1.0,)) -> list[Trial]:
    """Try at most `most_trials` options; return those whose boxes were read, the best end-to-end F1 first.

    EasyOCR's default grouping and plain word grouping are always among them. Equal scores keep the order in which
    they were tried, so the result depends only on the pages.
    """
    candidates = {**CANDIDATES, "mag_ratio": tuple(mag_ratios)}
    detection_f1 = cache(partial(_mean_f1, pages, pages.detection_f1, range(pages.count)))
    finalists = dict.fromkeys([WORD_GROUPING, DEFAULT_GROUPING])
    for options in rank_by_detection(detection_f1, most_trials, candidates)[:FINALISTS]:
        finalists |= dict.fromkeys([options, *(replace(options, add_margin=margin) for margin in MARGINS)])
    read = [
        Trial(options, detection_f1(options), _mean_f1(pages, pages.end_to_end_f1, pages.to_read, options))
        for options in track("Reading the best options", len(finalists), "option", finalists)
    ]
    return sorted(read, key=lambda trial: -trial.end_to_end_f1)


def _mean_f1(
    pages: TuningPages,
    f1: Callable[[int, Sequence[Any]], float],
    numbers: Sequence[int],
    options: ReadingOptions,
) -> float:
    """Return the mean over some pages of an F1 of the boxes that `options` give."""
    return sum(f1(page, pages.find_boxes(page, options)) for page in numbers) / len(numbers)


def pages_to_read(words: Sequence[int]) -> list[int]:
    """Return the fewest evenly spread pages with `ENOUGH_WORDS` labelled words; `words` counts those of each page.

    >>> pages_to_read([300, 300, 300, 300])
    [0, 3]
    """
    for count in range(1, len(words)):
        chosen = sorted({round(place * (len(words) - 1) / max(1, count - 1)) for place in range(count)})
        if sum(words[page] for page in chosen) >= ENOUGH_WORDS:
            return chosen
    return list(range(len(words)))


def trial_table(trials: Sequence[Trial], pages: int, read: int) -> str:
    """Return a table of the best options and the two plain groupings, with their scores on the tuning pages."""
    named = [("tuned", trials[0])]
    plain = {WORD_GROUPING: "word grouping", DEFAULT_GROUPING: "default grouping"}
    named += [(plain[trial.options], trial) for trial in trials if trial.options in plain]
    lines = [f"Reading options on {pages} tuning pages: detection F1, end-to-end F1 on {read} of them"]
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
