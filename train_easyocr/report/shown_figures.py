"""The figures that the table of scores shows for each grouping, on the console and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from train_easyocr.scoring.columns import DEFAULT

CLEVAL = "cleval_end_to_end_f1"
EXACT = ("exact_match", "exact_match_folded")
"""Share of the pairs read exactly, and the same with look-alikes folded (`look_alikes.fold`)."""


def shown_figures(grouping: str) -> tuple[str, ...]:
    """Return the keys of the figures of a grouping.

    Default grouping reads lines, which match no labelled word at an IoU of 0.5, however well they are read. So CLEval,
    which counts characters, is shown beside the F1. It subtracts a character for each joined word and for each space
    between words: lines without an error score about 0.83 on the sample's pages (decision 019).
    """
    figures = ("detection_f1", "cer", "end_to_end_f1")
    return (*figures, CLEVAL) if grouping == DEFAULT else figures


def figure_of(summary: Mapping[str, Any], network: str, grouping: str, figure: str) -> float | None:
    """Return a figure of summary.json; None if the network was not read in this grouping, or no pair has the figure."""
    if grouping not in summary["scores"].get(network, {}):
        return None
    if figure == CLEVAL:
        return summary["analysis"][network][grouping]["cleval"]["end_to_end"]["f1"]
    return summary["scores"][network][grouping][figure]
