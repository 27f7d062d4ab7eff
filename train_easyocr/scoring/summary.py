"""From readings to figures: the scores of each network and grouping, and `summary.json`, which carries them all.

`summary.json` is the contract with programs that read the results: keys are added, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from train_easyocr.program.versions import versions
from train_easyocr.scoring.analysis import analyse, compare_networks
from train_easyocr.scoring.columns import (
    BASELINE,
    BASELINE_AS_SHIPPED,
    DEFAULT,
    FINETUNED,
    FINETUNED_AS_INSTALLED,
    TUNED,
)
from train_easyocr.scoring.figures import analysis_figures, difference_figures, headline_figures
from train_easyocr.scoring.scored_page import Results


def summarize(
    results: Results,
    page_count: int,
    settings: Mapping[str, Any],
    failures: Mapping[str, str],
    covered_pages: Mapping[str, int] | None = None,
    *,
    left_out: Mapping[str, Any] | None = None,
    pages_to_look_at: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build the content of `summary.json`; `settings` are the conditions under which the pages were read.

    `failures`: the reason for each page that could not be read. `covered_pages`: for each engine whose readings came
    from a file, how many pages the file has; its other pages count as read with nothing. `left_out` and
    `pages_to_look_at`: `count` and `examples` by reason, of labels that take no part and of pages with labels in doubt.

    `scores` and `analysis` have a row for each network, and for the two variants that a user meets: the baseline as
    shipped (behind the mask of its languages) and the fine-tuned network as installed (with all its reading options).
    `comparison` is fine-tuned minus baseline by grouping, paired; `gain` splits what a user gains.
    """
    scores = {
        network: {grouping: headline_figures(pages) for grouping, pages in groupings.items()}
        for network, groupings in results.items()
    }
    return {
        "scores": scores,
        "gain": split_gain(scores),
        "comparison": _comparison(results),
        "analysis": {
            network: {grouping: analysis_figures(analyse(pages)) for grouping, pages in groupings.items()}
            for network, groupings in results.items()
        },
        "pages": page_count,
        "covered_pages": dict(covered_pages or {}),
        "failed_pages": [{"image": image, "reason": reason} for image, reason in sorted(failures.items())],
        "left_out": dict(left_out or {}),
        "pages_to_look_at": dict(pages_to_look_at or {}),
        "settings": dict(settings),
        "versions": versions(),
    }


def split_gain(scores: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any] | None:
    """Return the parts of a user's gain, from the published network as shipped to the fine-tuned one as installed.

    The parts are changes of end-to-end F1 (mean over pages), one at a time: first the reading options become the
    installed ones (`grouping`), then the mask of the languages is removed, then the recogniser changes, then the
    detector (`detection`; 0 without a trained one). The four add up to the whole. A baseline that EasyOCR does not
    publish has no mask, so that part is 0. None unless baseline and fine-tuned network were read.
    """
    if not {BASELINE, FINETUNED, FINETUNED_AS_INSTALLED} <= scores.keys():
        return None
    shipped = scores.get(BASELINE_AS_SHIPPED, scores[BASELINE])
    steps = [
        shipped[DEFAULT]["end_to_end_f1"],
        shipped[TUNED]["end_to_end_f1"],
        scores[BASELINE][TUNED]["end_to_end_f1"],
        scores[FINETUNED][TUNED]["end_to_end_f1"],
        scores[FINETUNED_AS_INSTALLED][TUNED]["end_to_end_f1"],
    ]
    return {
        "as_shipped": steps[0],
        "as_installed": steps[4],
        "whole": steps[4] - steps[0],
        "grouping": steps[1] - steps[0],
        "mask": steps[2] - steps[1],
        "recognition": steps[3] - steps[2],
        "detection": steps[4] - steps[3],
        "installed_grouping": TUNED,
    }


def _comparison(results: Results) -> dict[str, Any]:
    if not {BASELINE, FINETUNED} <= results.keys():
        return {}
    return {
        grouping: {
            name: difference_figures(found)
            for name, found in compare_networks(results[BASELINE][grouping], after).items()
        }
        for grouping, after in results[FINETUNED].items()
    }
