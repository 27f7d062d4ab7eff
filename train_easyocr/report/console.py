"""What step 5 prints: the table of networks and groupings, and the lines below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from train_easyocr.program.terminal_text import display_width, padded, printable
from train_easyocr.report.printed_figures import (
    change_in_thousandths,
    change_with_interval,
    figure,
    gain_in_thousandths,
    shown_gain_parts,
    thousandths,
)
from train_easyocr.report.shown_figures import CLEVAL, EXACT, figure_of, shown_figures
from train_easyocr.scoring.columns import (
    BASELINE,
    BASELINE_AS_SHIPPED,
    DEFAULT,
    FINETUNED,
    FINETUNED_AS_INSTALLED,
    GROUND_TRUTH,
    OWN_BOXES,
    TUNED,
    WORD,
)

GROUPINGS = {
    DEFAULT: "default grouping",
    WORD: "word grouping",
    TUNED: "tuned grouping",
    GROUND_TRUTH: "ground-truth boxes",
    OWN_BOXES: "its own boxes",
}
FIGURES = {
    "detection_f1": "det. F1",
    "cer": "CER",
    "end_to_end_f1": "e2e F1",
    CLEVAL: "CLEval",
    **dict(zip(EXACT, ("exact", "folded"), strict=True)),
}
NETWORKS = {
    BASELINE_AS_SHIPPED: "baseline, as shipped",
    BASELINE: "baseline",
    FINETUNED: "fine-tuned",
    FINETUNED_AS_INSTALLED: "fine-tuned, as installed",
}
TITLES = GROUPINGS | NETWORKS | FIGURES
"""What people call the networks, groupings and figures of summary.json, by key."""

COLUMN = 8


def score_table(summary: Mapping[str, Any]) -> str:
    """Return the table of summary.json: a row for each network, with the `shown_figures` of each grouping."""
    return _table(summary, shown_figures)


def exact_table(summary: Mapping[str, Any]) -> str:
    """Return the table of words read exactly, and a line that says what is folded."""
    said = "exact, folded: share of the found words read exactly, and with look-alikes (look_alikes.py) as equal"
    return f"{_table(summary, lambda grouping: EXACT)}\n{said}"


def _table(summary: Mapping[str, Any], figures_of: Callable[[str], Sequence[str]]) -> str:
    """Return a table with a row for each network and the figures of each grouping."""
    scores = summary["scores"]
    groupings = [key for key in GROUPINGS if any(key in row for row in scores.values())]
    rows = [network for network in dict.fromkeys((*NETWORKS, *scores)) if network in scores]
    names = {network: printable(_row_title(summary, network)) for network in rows}
    first = max(map(display_width, ["network", *names.values()]))
    shown = {key: figures_of(key) for key in groupings}
    lines = [
        " " * first + "".join(f" |{GROUPINGS[key]:^{COLUMN * len(shown[key])}}" for key in groupings),
        padded("network", first) + _blocks([[FIGURES[figure] for figure in shown[key]] for key in groupings]),
        "-" * (first + sum(COLUMN * len(figures) + 2 for figures in shown.values())),
    ]
    for network, name in names.items():
        figures = ([figure_of(summary, network, key, figure) for figure in shown[key]] for key in groupings)
        lines.append(padded(name, first) + _blocks([list(map(_figure_cell, block)) for block in figures]))
    return "\n".join(line.rstrip() for line in lines)


def headlines(summary: Mapping[str, Any]) -> list[str]:
    """Return the lines under the table: the comparison, if both networks were read, and what was not read or scored."""
    scores, failed = summary["scores"], len(summary["failed_pages"])
    lines = _compared(summary) if {BASELINE, FINETUNED} <= scores.keys() else []
    if failed:
        lines.append(f"Could not be read, and counted as read with nothing: {failed} of {summary['pages']} pages")
    for key, what in (("left_out", "Left out"), ("pages_to_look_at", "Pages to look at")):
        if counts := [f"{entry['count']:,} × {reason}" for reason, entry in summary[key].items()]:
            lines.append(f"{what}: {', '.join(counts)}; examples stand in summary.json")
    return lines


def _compared(summary: Mapping[str, Any]) -> list[str]:
    scores = summary["scores"]
    before, after = (scores[network][WORD]["end_to_end_f1"] for network in (BASELINE, FINETUNED))
    start = "As EasyOCR ships" if BASELINE_AS_SHIPPED in scores else "Baseline with default grouping"
    shipped = scores.get(BASELINE_AS_SHIPPED, scores[BASELINE])[DEFAULT]["end_to_end_f1"]
    installed = scores[FINETUNED_AS_INSTALLED][TUNED]["end_to_end_f1"]
    lines = [
        f"Baseline: {figure(before)} · Fine-tuned: {figure(after)} · improved {improvement(before, after)}",
        f"{start}: {figure(shipped)} → as installed: {figure(installed)}",
        _against_chance(summary["comparison"][WORD]["end_to_end_f1"]),
    ]
    return lines + ([_gain_in_parts(summary["gain"])] if summary["gain"] else [])


def improvement(before: float, after: float) -> str:
    """Return by how many percent `after`, as printed, exceeds `before`; there is no percentage if `before` is 0.

    >>> improvement(0.5, 0.6), improvement(0.9, 0.89999)
    ('20.0%', '0.0%')
    """
    start = thousandths(before)
    return f"{100 * change_in_thousandths(before, after) / start:.1f}%" if start else "from nothing"


def _against_chance(comparison: Mapping[str, Any]) -> str:
    """Return the line that says whether the gain with word grouping is larger than chance."""
    gain, low, high = change_with_interval(comparison)
    interval = "" if low is None or high is None else f" (95% interval {_signed(low)} to {_signed(high)})"
    return f"The gain of {_signed(gain)}{interval}: {comparison['verdict']}"


def _gain_in_parts(gain: Mapping[str, Any]) -> str:
    """Return the line with the parts of a user's gain: grouping of boxes, mask, recognition, a trained detector."""
    printed = gain_in_thousandths(gain)
    parts = " · ".join(f"{part} {_signed(printed[part])}" for part in shown_gain_parts(gain))
    shipped, installed = figure(gain["as_shipped"]), figure(gain["as_installed"])
    return f"For a user: {shipped} → {installed}, {_signed(printed['whole'])} = {parts}"


def _row_title(summary: Mapping[str, Any], network: str) -> str:
    """Return the title of a row; an engine has its name, with the number of pages in its file unless it has all."""
    name, pages = NETWORKS.get(network, network), summary["pages"]
    covered = summary["covered_pages"].get(network, pages)
    return name if covered == pages else f"{name}, {covered} of {pages} pages"


def _blocks(groups: Iterable[Iterable[str]]) -> str:
    """Join the cells of each grouping to a part of a row."""
    return "".join(" |" + "".join(cell.rjust(COLUMN) for cell in cells) for cells in groups)


def _figure_cell(value: float | None) -> str:
    cell = figure(value)
    # A CER has no upper limit: readings a thousand times as long as their words must not join two columns.
    return cell if value is None or len(cell) < COLUMN else f"{value:.1e}"


def _signed(change: int) -> str:
    """Return a change in thousandths with its sign; no change is +0.000."""
    return f"{change / 1000:+.3f}"
