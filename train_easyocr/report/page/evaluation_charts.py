"""The charts of the evaluation report, made of the summary, the list of pages and the training's metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from train_easyocr.program.terminal_text import shortened
from train_easyocr.report.page.charts import Axis, Line, interval_chart, legend, line_chart, page_chart
from train_easyocr.report.page.tables import Summary, headline_analyses
from train_easyocr.report.page.templating import both
from train_easyocr.report.page.titles import group_title, network_title
from train_easyocr.report.printed_figures import figure
from train_easyocr.scoring.columns import VARIANTS

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
        summary: the content of summary.json.
        pages: the rows of the list of pages.
        before: the position of the baseline among the networks of a row, None where it was not read.
        main: the position of the network that the report is about.
    """
    every = headline_analyses(summary)
    analyses = {network: found for network, found in every.items() if network not in VARIANTS}
    names = [network_title(summary, network) for network in analyses]
    charts = [] if before is None or before == main else [_page_chart(pages, before, main)]
    for kind in ("category", "year", "text_length", "character_kind"):
        groups = [analysis["breakdown"][kind] for analysis in analyses.values()]
        charts.append(_group_chart(kind, groups, names))
    charts += [_found_chart(kind, summary, every) for kind in ("text_length", "character_kind")]
    return [*charts, _iou_chart(analyses.values(), names), _calibration_chart(analyses.values(), names)]


def _page_chart(pages: Sequence[Mapping[str, Any]], before: int, main: int) -> Chart:
    points = ((page["f1"][before], page["f1"][main], page["name"], f"#page-{page['number']}") for page in pages)
    drawing = page_chart(points, both("axis_before", "tspan"), both("axis_after", "tspan"))
    return Chart("pages", both("chart_pages"), drawing, note=both("chart_pages_note"))


def _found_chart(kind: str, summary: Summary, analyses: Mapping[str, Mapping[str, Any]]) -> Chart:
    """Draw the share of each group that was found; networks that read the same boxes are one series."""
    same: dict[frozenset[tuple[str, int]], list[str]] = {}
    for network, analysis in analyses.items():
        counts = frozenset((name, group["found"]) for name, group in analysis["breakdown"][kind].items())
        same.setdefault(counts, []).append(network)
    groups = [analyses[networks[0]]["breakdown"][kind] for networks in same.values()]
    names = [Markup(", ").join(network_title(summary, network) for network in networks) for networks in same.values()]
    titles = [Markup("<span>{}</span>").format(name) for name in names]  # one flex item
    return _group_chart(f"{kind}_found", groups, titles, "found_interval")


def _group_chart(
    kind: str, groups: Sequence[Mapping[str, Any]], names: Sequence[Markup], estimate: str = "interval"
) -> Chart:
    rows = []
    for name in dict.fromkeys(name for network in groups for name in network):
        found = [network.get(name) for network in groups]
        first = next(group for group in found if group)
        size = next(first[counted] for counted in ("pages", "words", "characters") if counted in first)
        number = f" ({size:,})"
        title = Markup("{}{}").format(_short_title(name, LONGEST_TITLE - len(number)), number)
        estimates = [group and tuple(group[estimate][end] for end in ("value", "low", "high")) for group in found]
        rows.append((title, estimates))
    keys = legend([Line(name, series, ()) for series, name in enumerate(names)])
    return Chart(kind, both(f"chart_{kind}"), interval_chart(rows), keys, both("chart_interval_note"))


def _short_title(name: str, columns: int) -> Markup:
    """Return the name of a group, cut off after `columns` columns; the full name is then shown on hover."""
    title = group_title(name, "tspan")
    cut = shortened(name, columns)
    return title if title != escape(name) or cut == name else Markup("<title>{}</title>{}").format(name, cut)


def _iou_chart(analyses: Iterable[Mapping[str, Any]], names: Sequence[Markup]) -> Chart:
    lines = [
        Line(
            Markup("{}: {}").format(name, both(figure)),
            series,
            [(at["threshold"], at[figure]) for at in analysis["detection"]["thresholds"]],
            dashed=figure == "recall",
        )
        for series, (analysis, name) in enumerate(zip(analyses, names, strict=True))
        for figure in ("precision", "recall")
    ]
    drawing = line_chart(lines, Axis(both("axis_iou", "tspan"), IOU_TICKS), Axis(Markup("")))
    return Chart("iou", both("chart_iou"), drawing, legend(lines))


def _calibration_chart(analyses: Iterable[Mapping[str, Any]], names: Sequence[Markup]) -> Chart:
    lines, errors = [], []
    for series, (analysis, name) in enumerate(zip(analyses, names, strict=True)):
        found = analysis["calibration"]
        points = [(part["confidence"], part["exact"] / part["readings"]) for part in found["bins"] if part["readings"]]
        lines.append(Line(name, series, points))
        if found["expected_error"] is not None:
            errors.append(Markup("{} {}").format(name, figure(found["expected_error"])))
    axes = Axis(both("axis_confidence", "tspan")), Axis(both("axis_right", "tspan"))
    note = both("chart_calibration_note", errors=Markup(", ").join(errors))
    return Chart("calibration", both("chart_calibration"), line_chart(lines, *axes, diagonal=True), legend(lines), note)
