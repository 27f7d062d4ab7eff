"""The charts of the evaluation report, made of the summary, the list of pages and the training's metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from train_easyocr.program.terminal_text import shortened
from train_easyocr.report.html.charts import Axis, Estimate, Line, interval_chart, legend, line_chart, page_chart
from train_easyocr.report.html.templating import both
from train_easyocr.report.html.titles import group_title, network_title
from train_easyocr.report.printed_figures import figure
from train_easyocr.scoring.analysis import Analysis
from train_easyocr.scoring.breakdown import PageGroup, WordGroup
from train_easyocr.scoring.character_kinds import CharacterGroup
from train_easyocr.scoring.columns import VARIANTS
from train_easyocr.scoring.detection_scores import THRESHOLDS
from train_easyocr.scoring.statistics import Interval
from train_easyocr.scoring.summary import Summary

Group = PageGroup | WordGroup | CharacterGroup

LONGEST_TITLE = 20
"""Columns available for the name of a group and its size."""
IOU_TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Chart:
    """A chart with its title, its key and a note; `name` makes its address in the report."""

    name: str
    title: Markup
    drawing: Markup
    legend: Markup | str = ""
    note: Markup | str = ""


def evaluation_charts(
    summary: Summary, pages: Sequence[Mapping[str, Any]], before: int | None, main: int
) -> list[Chart]:
    """Return the charts of an evaluation.

    Args:
        summary: the figures.
        pages: the rows of the list of pages.
        before: the position of the baseline among the networks of a row, None where it was not read.
        main: the position of the network that the report is about.
    """
    every = summary.headline_analyses()
    analyses = {network: found for network, found in every.items() if network not in VARIANTS}
    names = [network_title(summary, network) for network in analyses]
    charts = [] if before is None or before == main else [_page_chart(pages, before, main)]
    for kind in ("category", "year", "text_length", "character_kind"):
        groups = [analysis.breakdown.groups(kind) for analysis in analyses.values()]
        charts.append(_group_chart(kind, groups, names, lambda group: group.interval))
    charts += [_found_chart(kind, summary, every) for kind in ("text_length", "character_kind")]
    return [*charts, _iou_chart(analyses.values(), names), _calibration_chart(analyses.values(), names)]


def _page_chart(pages: Sequence[Mapping[str, Any]], before: int, main: int) -> Chart:
    points = ((page["f1"][before], page["f1"][main], page["name"], f"#page-{page['number']}") for page in pages)
    drawing = page_chart(points, both("axis_before", "tspan"), both("axis_after", "tspan"))
    return Chart("pages", both("chart_pages"), drawing, note=both("chart_pages_note"))


def _found_chart(kind: str, summary: Summary, analyses: Mapping[str, Analysis]) -> Chart:
    """Draw the share of each group that was found; networks that read the same boxes are one series."""
    same: dict[frozenset[tuple[str, int]], list[str]] = {}
    for network, analysis in analyses.items():
        counts = frozenset((name, group.found) for name, group in analysis.breakdown.groups(kind).items())
        same.setdefault(counts, []).append(network)
    groups = [analyses[networks[0]].breakdown.groups(kind) for networks in same.values()]
    names = [Markup(", ").join(network_title(summary, network) for network in networks) for networks in same.values()]
    titles = [Markup("<span>{}</span>").format(name) for name in names]  # one flex item
    return _group_chart(f"{kind}_found", groups, titles, lambda group: group.found_interval)


def _group_chart(
    kind: str, groups: Sequence[Mapping[str, Group]], names: Sequence[Markup], interval_of: Callable[[Any], Interval]
) -> Chart:
    rows = []
    for name in dict.fromkeys(name for network in groups for name in network):
        found = [network.get(name) for network in groups]
        number = f" ({next(group for group in found if group).size:,})"
        title = Markup("{}{}").format(_short_title(name, LONGEST_TITLE - len(number)), number)
        estimates = [_estimate(interval_of(group)) if group else None for group in found]
        rows.append((title, estimates))
    keys = legend([Line(name, series, ()) for series, name in enumerate(names)])
    return Chart(kind, both(f"chart_{kind}"), interval_chart(rows), keys, both("chart_interval_note"))


def _estimate(interval: Interval) -> Estimate | None:
    return None if interval.value is None else (interval.value, interval.low, interval.high)


def _short_title(name: str, columns: int) -> Markup:
    """Return the name of a group, cut off after `columns` columns; the full name is then shown on hover."""
    title = group_title(name, "tspan")
    cut = shortened(name, columns)
    return title if title != escape(name) or cut == name else Markup("<title>{}</title>{}").format(name, cut)


def _iou_chart(analyses: Iterable[Analysis], names: Sequence[Markup]) -> Chart:
    lines = []
    for series, (analysis, name) in enumerate(zip(analyses, names, strict=True)):
        counts = analysis.detection.counts
        precision, recall = ([item.detection_precision for item in counts], [item.detection_recall for item in counts])
        for key, values, dashed in (("precision", precision, False), ("recall", recall, True)):
            points = list(zip(THRESHOLDS, values, strict=True))
            lines.append(Line(Markup("{}: {}").format(name, both(key)), series, points, dashed=dashed))
    drawing = line_chart(lines, Axis(both("axis_iou", "tspan"), IOU_TICKS), Axis(Markup("")))
    return Chart("iou", both("chart_iou"), drawing, legend(lines))


def _calibration_chart(analyses: Iterable[Analysis], names: Sequence[Markup]) -> Chart:
    lines, errors = [], []
    for series, (analysis, name) in enumerate(zip(analyses, names, strict=True)):
        found = analysis.calibration
        points = [(part.confidence, part.exact / part.readings) for part in found.bins if part.confidence is not None]
        lines.append(Line(name, series, points))
        if found.expected_error is not None:
            errors.append(Markup("{} {}").format(name, figure(found.expected_error)))
    axes = Axis(both("axis_confidence", "tspan")), Axis(both("axis_right", "tspan"))
    note = both("chart_calibration_note", errors=Markup(", ").join(errors))
    return Chart("calibration", both("chart_calibration"), line_chart(lines, *axes, diagonal=True), legend(lines), note)
