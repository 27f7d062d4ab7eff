"""What step 5 prints: the table of networks and groupings, and the lines that say what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train_easyocr.evaluation.summary import BASELINE, DEFAULT, FINETUNED, GROUND_TRUTH, OWN_BOXES, WORD

TITLES = {
    DEFAULT: "default grouping",
    WORD: "word grouping",
    GROUND_TRUTH: "ground-truth boxes",
    OWN_BOXES: "its own boxes",
}
FIGURES = {"detection_f1": "det. F1", "cer": "CER", "end_to_end_f1": "e2e F1"}
NAMES = {BASELINE: "baseline", FINETUNED: "fine-tuned"}

Scores = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The `scores` of summary.json: network → grouping → figure."""


def score_table(scores: Scores) -> str:
    """Give the table: a row a network, and for each grouping detection F1, CER of the pairs, end-to-end F1."""
    groupings = [key for key in TITLES if any(key in row for row in scores.values())]
    names = [NAMES.get(network, network) for network in scores]
    first = max(map(len, [*names, "network"]))
    block = 3 * 9
    figure_titles = " | " + "".join(f"{title:>9}" for title in FIGURES.values())
    lines = [
        " " * first + "".join(f" | {TITLES[key]:^{block}}" for key in groupings),
        "network".ljust(first) + figure_titles * len(groupings),
        "-" * (first + len(groupings) * (block + 3)),
    ]
    for name, row in zip(names, scores.values(), strict=True):
        cells = ("".join(f"{_figure(row.get(key, {}).get(figure)):>9}" for figure in FIGURES) for key in groupings)
        lines.append(name.ljust(first) + "".join(f" | {cell}" for cell in cells))
    return "\n".join(lines)


def headlines(scores: Scores) -> Sequence[str]:
    """Give the two lines under the table; none unless both networks were read."""
    if not {BASELINE, FINETUNED} <= scores.keys():
        return []
    before, after = (scores[network][WORD]["end_to_end_f1"] for network in (BASELINE, FINETUNED))
    shipped = scores[BASELINE][DEFAULT]["end_to_end_f1"]
    return [
        f"Baseline: {before:.3f} · Fine-tuned: {after:.3f} · improved {improvement(before, after)}",
        f"As EasyOCR ships: {shipped:.3f} → as installed: {after:.3f}",
    ]


def improvement(before: float, after: float) -> str:
    """Say by how many percent `after` is more than `before`; from nothing there is no percentage.

    >>> improvement(0.5, 0.6)
    '20.0%'
    """
    return f"{100 * (after - before) / before:.1f}%" if before > 0 else "from nothing"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
