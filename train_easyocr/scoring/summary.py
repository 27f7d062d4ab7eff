"""From readings to figures: the scores of each network and grouping, and what else the results say.

`figures.py` writes them as `summary.json`, the contract with programs that read the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from train_easyocr.program.versions import versions
from train_easyocr.scoring.analysis import Analysis, analyse, compare_networks
from train_easyocr.scoring.columns import (
    BASELINE,
    BASELINE_AS_SHIPPED,
    DEFAULT,
    FINETUNED,
    FINETUNED_AS_INSTALLED,
    TUNED,
    headline_grouping,
)
from train_easyocr.scoring.measures import HEADLINE, MEASURES, Measure, Scores, Value, measure_pages
from train_easyocr.scoring.scored_page import Results, ScoredPage
from train_easyocr.scoring.statistics import PairedDifference


@dataclass(frozen=True, slots=True)
class Counted:
    """How many labels or pages there are for a reason, and some of them as examples."""

    count: int
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a user gains, from the published network as shipped to the fine-tuned one as installed, and its parts.

    The parts are changes of end-to-end F1 (mean over pages), one at a time: first the reading options become the
    installed ones (`grouping`), then the mask of the languages is removed, then the recogniser changes, then the
    detector (`detection`; 0 without a trained one). The four add up to the whole. A baseline that EasyOCR does not
    publish has no mask, so that part is 0.
    """

    as_shipped: float
    as_installed: float
    whole: float
    grouping: float
    mask: float
    recognition: float
    detection: float
    installed_grouping: str = TUNED

    @property
    def parts(self) -> dict[str, float]:
        """The parts in the order in which they lead from as shipped to as installed."""
        return {
            "grouping": self.grouping,
            "mask": self.mask,
            "recognition": self.recognition,
            "detection": self.detection,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """What the results of an evaluation say.

    `scores` and `analysis` (network → grouping) have a row for each network, and for the two variants that a user
    meets: the baseline as shipped (behind the mask of its languages) and the fine-tuned network as installed (with all
    its reading options).

    Attributes:
        scores: the figures of `measures`, by their keys.
        comparison: fine-tuned minus baseline, paired: grouping → key of a measure; empty unless both were read.
        pages: how many pages the evaluation set has.
        conditions: how the pages were read, such as the device and the reading options.
        failures: the reason for each page that could not be read, by its image.
        covered_pages: for each engine whose readings came from a file, how many pages the file has.
        left_out: by reason, labels that take no part.
        pages_to_look_at: by reason, pages with labels in doubt.
        measures: the table of measures.
    """

    scores: Mapping[str, Mapping[str, Scores]]
    gain: Gain | None
    comparison: Mapping[str, Mapping[str, PairedDifference]]
    analysis: Mapping[str, Mapping[str, Analysis]]
    pages: int
    conditions: Mapping[str, Any] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    covered_pages: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, Counted] = field(default_factory=dict)
    pages_to_look_at: Mapping[str, Counted] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    measures: Sequence[Measure] = MEASURES

    def value(self, network: str, grouping: str, measure: Measure) -> Value:
        """Return a figure; None if the network was not read in this grouping, or no pair has the figure."""
        return self.scores.get(network, {}).get(grouping, {}).get(measure.key)

    def headline(self, network: str, grouping: str) -> float:
        """Return the end-to-end F1 of a network that was read in this grouping."""
        return _headline(self.scores[network][grouping])

    def headline_analyses(self) -> dict[str, Analysis]:
        """Return the analysis of each network in its main grouping."""
        return {network: found[headline_grouping(found)] for network, found in self.analysis.items()}


def summarize(
    results: Results,
    page_count: int,
    conditions: Mapping[str, Any],
    failures: Mapping[str, str],
    covered_pages: Mapping[str, int] | None = None,
    *,
    left_out: Mapping[str, Mapping[str, Any]] | None = None,
    pages_to_look_at: Mapping[str, Mapping[str, Any]] | None = None,
    measures: Sequence[Measure] = MEASURES,
) -> Summary:
    """Score the results; the arguments are described at `Summary`.

    `covered_pages`: the other pages of an engine count as read with nothing. `left_out` and `pages_to_look_at`: `count`
    and `examples` by reason.
    """
    scores = {
        network: {grouping: measure_pages(pages, measures) for grouping, pages in groupings.items()}
        for network, groupings in results.items()
    }
    return Summary(
        scores=scores,
        gain=split_gain(scores),
        comparison=_comparison(results, measures),
        analysis=_analyses(results, measures),
        pages=page_count,
        conditions=conditions,
        failures=dict(sorted(failures.items())),
        covered_pages=covered_pages or {},
        left_out={reason: Counted(**found) for reason, found in (left_out or {}).items()},
        pages_to_look_at={reason: Counted(**found) for reason, found in (pages_to_look_at or {}).items()},
        versions=versions(),
        measures=measures,
    )


def split_gain(scores: Mapping[str, Mapping[str, Scores]]) -> Gain | None:
    """Return what a user gains, in parts; None unless baseline and fine-tuned network were read."""
    if not {BASELINE, FINETUNED, FINETUNED_AS_INSTALLED} <= scores.keys():
        return None
    shipped = scores.get(BASELINE_AS_SHIPPED, scores[BASELINE])
    steps = [
        _headline(shipped[DEFAULT]),
        _headline(shipped[TUNED]),
        _headline(scores[BASELINE][TUNED]),
        _headline(scores[FINETUNED][TUNED]),
        _headline(scores[FINETUNED_AS_INSTALLED][TUNED]),
    ]
    return Gain(
        as_shipped=steps[0],
        as_installed=steps[4],
        whole=steps[4] - steps[0],
        grouping=steps[1] - steps[0],
        mask=steps[2] - steps[1],
        recognition=steps[3] - steps[2],
        detection=steps[4] - steps[3],
    )


def _headline(scores: Scores) -> float:
    return scores[HEADLINE.key] or 0.0  # a mean over pages always has a value


def _analyses(results: Results, measures: Sequence[Measure]) -> dict[str, dict[str, Analysis]]:
    """Analyse every network in every grouping; rows that share their readings are analysed once."""
    done: dict[int, Analysis] = {}

    def analysis_of(pages: Sequence[ScoredPage]) -> Analysis:
        if id(pages) not in done:
            done[id(pages)] = analyse(pages, measures)
        return done[id(pages)]

    return {
        network: {grouping: analysis_of(pages) for grouping, pages in groupings.items()}
        for network, groupings in results.items()
    }


def _comparison(results: Results, measures: Sequence[Measure]) -> dict[str, dict[str, PairedDifference]]:
    if not {BASELINE, FINETUNED} <= results.keys():
        return {}
    return {
        grouping: compare_networks(results[BASELINE][grouping], after, measures)
        for grouping, after in results[FINETUNED].items()
    }
