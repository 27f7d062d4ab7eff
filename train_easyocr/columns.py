"""The names of rows and groupings: what step 5 reads, scores and shows, by one name each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from train_easyocr.records import Reading

BASELINE, FINETUNED = "baseline", "finetuned"
BASELINE_AS_SHIPPED = "baseline_as_shipped"
"""The published network behind EasyOCR's mask of its languages, as `easyocr.Reader` reads with it."""

FINETUNED_AS_INSTALLED = "finetuned_as_installed"
"""The fine-tuned network with the detector and all reading options of step 4; a column changes their grouping alone.

`finetuned` has in each column the options of the baseline and EasyOCR's own detector, so that the two compare. In the
column of labelled boxes, and without a trained detector in that of tuned grouping, the two rows are the same readings.
"""

VARIANTS = (BASELINE_AS_SHIPPED, FINETUNED_AS_INSTALLED)
"""Rows of a network that has another row: in the table and in `summary.json`, but no column and no panel of theirs."""

DEFAULT, WORD, TUNED, GROUND_TRUTH = "default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes"
OWN_BOXES = "own_boxes"
"""The one grouping of an engine whose readings came from a file."""

Readings = Mapping[str, Mapping[str, Sequence[Sequence[Reading]]]]
"""network → grouping → the readings of each page."""


def headline_grouping(groupings: Collection[str]) -> str:
    """Choose the grouping that speaks for a network: one box a word, or the boxes of an engine's own."""
    return WORD if WORD in groupings else OWN_BOXES
