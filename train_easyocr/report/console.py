"""What step 5 prints: the table of networks and groupings, and the lines below it."""

from __future__ import annotations

from collections.abc import Iterable

from train_easyocr.program.terminal_text import counted, display_width, padded, printable
from train_easyocr.report.printed_figures import (
    change_in_thousandths,
    change_with_interval,
    figure,
    gain_in_thousandths,
    shown_gain_parts,
    thousandths,
)
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
from train_easyocr.scoring.measures import EXACT_TABLE, HEADLINE, MEASURES, SCORE_TABLE, Measure, columns_of
from train_easyocr.scoring.statistics import PairedDifference
from train_easyocr.scoring.summary import Gain, Summary

GROUPINGS = {
    DEFAULT: "default grouping",
    WORD: "word grouping",
    TUNED: "tuned grouping",
    GROUND_TRUTH: "ground-truth boxes",
    OWN_BOXES: "its own boxes",
}
NETWORKS = {
    BASELINE_AS_SHIPPED: "baseline, as shipped",
    BASELINE: "baseline",
    FINETUNED: "fine-tuned",
    FINETUNED_AS_INSTALLED: "fine-tuned, as installed",
}
FIGURES = {
    measure.key: measure.title for table in (SCORE_TABLE, EXACT_TABLE) for measure in columns_of(MEASURES, table)
}
TITLES = GROUPINGS | NETWORKS | FIGURES
"""What people call the networks, groupings and figures of `summary.json`, by key."""

COLUMN = 8


def score_table(summary: Summary) -> str:
    """Return the table of scores."""
    return _table(summary, SCORE_TABLE)


def exact_table(summary: Summary) -> str:
    """Return the table of words read exactly, and a line that says what is folded."""
    said = "exact, folded: share of the found words read exactly, and with look-alikes (look_alikes.py) as equal"
    return f"{_table(summary, EXACT_TABLE)}\n{said}"


def _table(summary: Summary, table: str) -> str:
    """Return a table with a row for each network and the measures of each grouping."""
    scores = summary.scores
    groupings = [key for key in GROUPINGS if any(key in row for row in scores.values())]
    rows = [network for network in dict.fromkeys((*NETWORKS, *scores)) if network in scores]
    names = {network: printable(_row_title(summary, network)) for network in rows}
    first = max(map(display_width, ["network", *names.values()]))
    shown = {key: columns_of(summary.measures, table, key) for key in groupings}
    lines = [
        " " * first + "".join(f" |{GROUPINGS[key]:^{COLUMN * len(shown[key])}}" for key in groupings),
        padded("network", first) + _blocks([[measure.title for measure in shown[key]] for key in groupings]),
        "-" * (first + sum(COLUMN * len(measures) + 2 for measures in shown.values())),
    ]
    for network, name in names.items():
        cells = [[_cell(summary, network, key, measure) for measure in shown[key]] for key in groupings]
        lines.append(padded(name, first) + _blocks(cells))
    return "\n".join(line.rstrip() for line in lines)


def headlines(summary: Summary) -> list[str]:
    """Return the lines under the table: the comparison, if both networks were read, and what was not read or scored."""
    scores, failed = summary.scores, len(summary.failures)
    lines = _compared(summary) if {BASELINE, FINETUNED} <= scores.keys() else []
    if failed:
        lines.append(
            f"Could not be read, and counted as read with nothing: {failed} of {counted(summary.pages, 'page')}"
        )
    for found, what in ((summary.left_out, "Left out"), (summary.pages_to_look_at, "Pages to look at")):
        if counts := [f"{entry.count:,} × {reason}" for reason, entry in found.items()]:
            lines.append(f"{what}: {', '.join(counts)}; examples stand in summary.json")
    return lines


def _compared(summary: Summary) -> list[str]:
    before, after = (summary.headline(network, WORD) for network in (BASELINE, FINETUNED))
    has_mask = BASELINE_AS_SHIPPED in summary.scores
    start = "As EasyOCR ships" if has_mask else "Baseline with default grouping"
    shipped = summary.headline(BASELINE_AS_SHIPPED if has_mask else BASELINE, DEFAULT)
    installed = summary.headline(FINETUNED_AS_INSTALLED, TUNED)
    lines = [
        f"Baseline: {figure(before)} · Fine-tuned: {figure(after)} · improved {improvement(before, after)}",
        f"{start}: {figure(shipped)} → as installed: {figure(installed)}",
        _against_chance(summary.comparison[WORD][HEADLINE.key]),
    ]
    return lines + ([_gain_in_parts(summary.gain)] if summary.gain else [])


def improvement(before: float, after: float) -> str:
    """Return by how many percent `after`, as printed, exceeds `before`; there is no percentage if `before` is 0.

    >>> improvement(0.5, 0.6), improvement(0.9, 0.89999)
    ('20.0%', '0.0%')
    """
    start = thousandths(before)
    return f"{100 * change_in_thousandths(before, after) / start:.1f}%" if start else "from nothing"


def _against_chance(comparison: PairedDifference) -> str:
    """Return the line that says whether the gain with word grouping is larger than chance."""
    gain, low, high = change_with_interval(comparison)
    interval = "" if low is None or high is None else f" (95% interval {_signed(low)} to {_signed(high)})"
    return f"The gain of {_signed(gain)}{interval}: {comparison.verdict}"


def _gain_in_parts(gain: Gain) -> str:
    """Return the line with the parts of a user's gain: grouping of boxes, mask, recognition, the installed detector."""
    printed = gain_in_thousandths(gain)
    parts = " · ".join(f"{part} {_signed(printed[part])}" for part in shown_gain_parts(gain))
    shipped, installed = figure(gain.as_shipped), figure(gain.as_installed)
    return f"For a user: {shipped} → {installed}, {_signed(printed['whole'])} = {parts}"


def _row_title(summary: Summary, network: str) -> str:
    """Return the title of a row; an engine has its name, with the number of pages in its file unless it has all."""
    name, pages = NETWORKS.get(network, network), summary.pages
    covered = summary.covered_pages.get(network, pages)
    return name if covered == pages else f"{name}, {covered} of {counted(pages, 'page')}"


def _blocks(groups: Iterable[Iterable[str]]) -> str:
    """Join the cells of each grouping to a part of a row."""
    return "".join(" |" + "".join(cell.rjust(COLUMN) for cell in cells) for cells in groups)


def _cell(summary: Summary, network: str, grouping: str, measure: Measure) -> str:
    value = summary.value(network, grouping, measure)
    cell = figure(value, measure.decimals)
    # A CER has no upper limit: readings a thousand times as long as their words must not join two columns.
    return cell if value is None or len(cell) < COLUMN else f"{value:.1e}"


def _signed(change: int) -> str:
    """Return a change in thousandths with its sign; no change is +0.000."""
    return f"{change / 1000:+.3f}"
