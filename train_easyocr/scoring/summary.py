"""From readings to figures: the scores of each network and grouping, and `summary.json`, which carries them all.

`summary.json` is the contract with whoever reads the results: keys are added, never renamed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from train_easyocr.columns import (
    BASELINE,
    BASELINE_AS_SHIPPED,
    DEFAULT,
    FINETUNED,
    FINETUNED_AS_INSTALLED,
    OWN_BOXES,
    TUNED,
    VARIANTS,
    WORD,
    Readings,
)
from train_easyocr.records import Page, Reading
from train_easyocr.scoring.analysis import PageCounts, analyse, as_figures, compare_networks, count_pages
from train_easyocr.scoring.matching import (
    PageScore,
    ReadPage,
    box_array,
    match,
    mean_f1,
    pooled,
    score_pairs,
)
from train_easyocr.versions import versions


@dataclass(frozen=True)
class Scored:
    """The pages of the evaluation set as one network read them in one grouping: pairs and counts of each page."""

    pages: tuple[ReadPage, ...]
    scores: tuple[PageScore, ...]

    def figures(self) -> dict[str, float | int | None]:
        """Give the figures of `summary.json`.

        `end_to_end_f1` and `detection_f1` are means over pages, `*_pooled` come from the counts of all pages added
        up; `cer` and `exact_match` are those of the matched pairs of all pages, None where nothing was matched.
        """
        whole = pooled(self.scores)
        count = max(1, len(self.scores))
        return {
            "end_to_end_f1": mean_f1(self.scores),
            "end_to_end_f1_pooled": whole.f1,
            "end_to_end_precision_pooled": whole.precision,
            "end_to_end_recall_pooled": whole.recall,
            "detection_f1": sum(score.detection_f1 for score in self.scores) / count,
            "detection_f1_pooled": whole.detection_f1,
            "cer": whole.character_error_rate,
            "exact_match": whole.exact_match,
            "ground_truths": whole.ground_truths,
            "predictions": whole.predictions,
            "pairs": whole.pairs,
        }


Results = Mapping[str, Mapping[str, Scored]]
"""network → grouping → what was scored."""


def score_all(pages: Sequence[Page], readings: Readings) -> Results:
    """Score every network in every grouping."""
    return {
        network: {grouping: score_readings(pages, found) for grouping, found in groupings.items()}
        for network, groupings in readings.items()
    }


def score_readings(pages: Sequence[Page], readings: Sequence[Sequence[Reading]]) -> Scored:
    """Match and count the readings of each page; `readings` in the order of `pages`."""
    read = tuple(
        (page, tuple(page_readings), tuple(match(box_array(page.words), box_array(page_readings))))
        for page, page_readings in zip(pages, readings, strict=True)
    )
    return Scored(read, tuple(score_pairs(page.words, found, pairs, page.ignored) for page, found, pairs in read))


def summarize(
    results: Results,
    page_count: int,
    settings: Mapping[str, Any],
    failures: Mapping[str, str],
    covered_pages: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Build the content of `summary.json`.

    `failures` says of each page that could not be read why, `covered_pages` of each engine whose readings came from a
    file how many pages the file has; the others count as read with nothing.

    `scores` and `analysis` have a row a network, and rows of their own for the two variants that a user meets: the
    baseline as shipped (behind the mask of its languages) and the fine-tuned one as installed (with all its reading
    options). `comparison` is fine-tuned minus baseline by grouping, paired; `gain` splits what a user gains.
    """
    counts = {
        network: {grouping: count_pages(scored.pages) for grouping, scored in groupings.items()}
        for network, groupings in results.items()
    }
    scores = {
        network: {grouping: scored.figures() for grouping, scored in groupings.items()}
        for network, groupings in results.items()
    }
    return {
        "scores": scores,
        "gain": split_gain(scores),
        "comparison": _comparison(counts, results),
        "analysis": {
            network: {
                grouping: as_figures(analyse(scored.pages, counts[network][grouping]))
                for grouping, scored in groupings.items()
            }
            for network, groupings in results.items()
        },
        "pages": page_count,
        "covered_pages": dict(covered_pages or {}),
        "failed_pages": [{"image": image, "reason": reason} for image, reason in sorted(failures.items())],
        "settings": dict(settings),
        "versions": versions(),
    }


def split_gain(scores: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any] | None:
    """Split what a user gains, from the published network as it comes to the fine-tuned one as installed.

    One thing changes at a time, in end-to-end F1 (mean over pages): first the reading options become the installed
    ones (`grouping`), then the mask of the languages goes, then the recogniser changes. The three add up to the whole.
    None unless all four rows were read.
    """
    if not {*VARIANTS, BASELINE, FINETUNED} <= scores.keys():
        return None
    shipped = scores[BASELINE_AS_SHIPPED]
    steps = [
        shipped[DEFAULT]["end_to_end_f1"],
        shipped[TUNED]["end_to_end_f1"],
        scores[BASELINE][TUNED]["end_to_end_f1"],
        scores[FINETUNED_AS_INSTALLED][TUNED]["end_to_end_f1"],
    ]
    return {
        "as_shipped": steps[0],
        "as_installed": steps[3],
        "whole": steps[3] - steps[0],
        "grouping": steps[1] - steps[0],
        "mask": steps[2] - steps[1],
        "recognition": steps[3] - steps[2],
        "installed_grouping": TUNED,
    }


def _comparison(counts: Mapping[str, Mapping[str, Sequence[PageCounts]]], results: Results) -> dict[str, Any]:
    if not {BASELINE, FINETUNED} <= counts.keys():
        return {}
    documents = [page.document for page, _, _ in results[FINETUNED][WORD].pages]
    return {
        grouping: as_figures(compare_networks(counts[BASELINE][grouping], after, documents))
        for grouping, after in counts[FINETUNED].items()
    }


def scores_by_page(results: Results, images: Sequence[str]) -> str:
    """Give `evaluation_result.csv`: file, then one column a network, its end-to-end F1 with word grouping.

    An engine whose readings came from a file has the F1 of its own boxes. `VARIANTS` are left out; their figures stand
    in `summary.json`.
    """
    columns = {
        network: headline_grouping(groupings) for network, groupings in results.items() if network not in VARIANTS
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", *columns])
    for row, image in enumerate(images):
        scores = (results[network][grouping].scores[row] for network, grouping in columns.items())
        writer.writerow([image, *(f"{score.f1:.4f}" for score in scores)])
    return text.getvalue()


def headline_grouping(groupings: Mapping[str, Scored]) -> str:
    """Choose the grouping that speaks for a network: one box a word, or the boxes of an engine's own."""
    return WORD if WORD in groupings else OWN_BOXES
