"""The names of the rows and groupings that step 5 reads, scores and shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from train_easyocr.pages.records import Reading

BASELINE, FINETUNED = "baseline", "finetuned"
BASELINE_AS_SHIPPED = "baseline_as_shipped"
"""The published network as `easyocr.Reader` uses it: with EasyOCR's mask of its languages."""

FINETUNED_AS_INSTALLED = "finetuned_as_installed"
"""The fine-tuned network with the detector and all reading options of step 4; columns differ only in the grouping.

In each column `finetuned` has the options of the baseline and EasyOCR's own detector, so that the two compare. Both
rows are the same readings in the column of labelled boxes and, without a trained detector, in that of tuned grouping.
"""

VARIANTS = (BASELINE_AS_SHIPPED, FINETUNED_AS_INSTALLED)
"""Second rows of a network: they are in the table and in `summary.json`, but have no column and no panel."""

DEFAULT, WORD, TUNED, GROUND_TRUTH = "default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes"
OWN_BOXES = "own_boxes"
"""The one grouping of an engine whose readings came from a file."""

Readings = Mapping[str, Mapping[str, Sequence[Sequence[Reading]]]]
"""network → grouping → the readings of each page."""


def headline_grouping(groupings: Collection[str]) -> str:
    """Return the main grouping of a network: one box for each word, or the own boxes of an engine."""
    return WORD if WORD in groupings else OWN_BOXES
