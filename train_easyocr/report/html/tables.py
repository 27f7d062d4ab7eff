"""The tables of the evaluation report: scores, groups, cases, failures, settings and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from train_easyocr.report.html.templating import both
from train_easyocr.report.html.titles import group_title, network_title
from train_easyocr.report.printed_figures import figure
from train_easyocr.scoring.analysis import Analysis
from train_easyocr.scoring.breakdown import WordGroup
from train_easyocr.scoring.measures import (
    CLEVAL,
    CLEVAL_DETECTION,
    EXACT_TABLE,
    HEADLINE,
    SCORE_TABLE,
    columns_of,
)
from train_easyocr.scoring.statistics import Interval
from train_easyocr.scoring.summary import Summary
from train_easyocr.texts.look_alikes import folded_groups

WORD_GROUPS = ("box_height", "direction", "fields")
CASES = ("split", "merged", "missing_characters", "overlapping_characters")

Cell = Markup | str


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        header: the titles of the columns; empty for none.
        rows: the cells.
        title: the text above.
        note: the text below.
        above: a row over the header: names with the number of columns that each spans.
        prose: the cells hold texts, which are left-aligned and wrapped, instead of figures.
    """

    header: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    title: Cell = ""
    note: Cell = ""
    above: Sequence[tuple[Cell, int]] = ()
    prose: bool = False


def score_table(summary: Summary) -> Table:
    """Return the table of networks and groupings, with the measures of the table of scores."""
    header, rows, above = _by_grouping(summary, SCORE_TABLE)
    return Table(header, rows, above=above)


def _exact_table(summary: Summary) -> Table:
    """Return the table of words read exactly, and with look-alikes folded."""
    header, rows, above = _by_grouping(summary, EXACT_TABLE)
    return Table(header, rows, both("exact_title"), both("exact_note", groups=" ".join(folded_groups())), above)


def _by_grouping(summary: Summary, table: str) -> tuple[list[Cell], list[list[Cell]], list[tuple[Cell, int]]]:
    """Return header, rows and the row above of a table of networks and groupings."""
    groupings = dict.fromkeys(grouping for row in summary.scores.values() for grouping in row)
    shown = {grouping: columns_of(summary.measures, table, grouping) for grouping in groupings}
    columns = [(grouping, measure) for grouping, measures in shown.items() for measure in measures]
    rows: list[list[Cell]] = [
        [
            network_title(summary, network),
            *(figure(summary.value(network, *column), column[1].decimals) for column in columns),
        ]
        for network in summary.scores
    ]
    header: list[Cell] = [both("network"), *(both(measure.key) for _, measure in columns)]
    return header, rows, [(both(grouping), len(measures)) for grouping, measures in shown.items()]


def figure_tables(summary: Summary) -> list[Table]:
    """Return the tables of detailed figures."""
    analyses = summary.headline_analyses()
    titles = [network_title(summary, network) for network in analyses]
    tables = [_more_scores(analyses, titles), _exact_table(summary)]
    tables += [_group_table(analyses, titles, key) for key in WORD_GROUPS]
    cases = [
        [both(f"case_{kind}"), *(str(analysis.iou_cases[kind].cases) for analysis in analyses.values())]
        for kind in CASES
    ]
    tables.append(Table(["", *titles], cases, both("cases_title"), both("cases_note")))
    if summary.failures:
        failures = [[image, reason] for image, reason in summary.failures.items()]
        tables.append(Table([both("column_page"), both("column_reason")], failures, both("failures_title")))
    for key, counted in (("left_out_title", summary.left_out), ("pages_to_look_at_title", summary.pages_to_look_at)):
        if counts := [[reason, f"{entry.count:,}"] for reason, entry in counted.items()]:
            tables.append(Table([both("column_reason"), both("column_count")], counts, both(key)))
    return tables


def _more_scores(analyses: Mapping[str, Analysis], titles: Sequence[Markup]) -> Table:
    more = [_figures_beyond_measures(analysis) for analysis in analyses.values()]
    rows = [[title, *found.values()] for title, found in zip(titles, more, strict=True)]
    header = [both("network"), *(both(key) for key in more[0])]
    return Table(header, rows, both("more_scores"), both("more_scores_note"))


def _figures_beyond_measures(analysis: Analysis) -> dict[str, str]:
    """Return what the table of more scores shows of a network: the keys of the titles, and the figures as written."""
    intervals, boxes = analysis.intervals, analysis.detection
    return {
        "score_interval": _with_interval(intervals[HEADLINE.key]),
        CLEVAL.key: _with_interval(intervals[CLEVAL.key]),
        CLEVAL_DETECTION.key: _with_interval(intervals[CLEVAL_DETECTION.key]),
        "detection_f1_mean": figure(boxes.mean_f1),
        "ap50": figure(boxes.ap50),
        "ap50_95": figure(boxes.ap50_95),
        "mean_iou": figure(boxes.mean_iou),
        "ned": figure(analysis.text["with_spaces"].normalized_edit_distance),
        "cer_without_spaces": figure(analysis.text["without_spaces"].character_error_rate),
    }


def _group_table(analyses: Mapping[str, Analysis], titles: Sequence[Markup], key: str) -> Table:
    """Return the table of one breakdown of words: the words of each group, and the share read exactly, also folded."""
    breakdowns = [analysis.breakdown.groups(key) for analysis in analyses.values()]
    rows = []
    for name in dict.fromkeys(name for breakdown in breakdowns for name in breakdown):
        groups = [breakdown.get(name) for breakdown in breakdowns]
        size = next(group for group in groups if group).words
        rows.append([group_title(name), f"{size:,}", *map(_exact_cell, groups)])
    return Table(["", both("words"), *titles], rows, both(f"group_{key}"))


def _exact_cell(group: WordGroup | None) -> str:
    if group is None or group.exact_recall is None:
        return figure(None)
    return f"{figure(group.exact_recall)} · {figure(group.exact_recall_folded)}"


def condition_tables(summary: Summary, *, hide_texts: bool) -> list[Table]:
    """Return tables of what the figures depend on: settings, weights, reading options and versions.

    If texts are hidden, the settings that hold texts or paths are left out.
    """
    settings = dict(summary.conditions)
    options = {both(grouping): found for grouping, found in settings.pop("groupings", {}).items()}
    for network, groupings in settings.pop("own_groupings", {}).items():
        for grouping, found in groupings.items():
            options[Markup("{}: {}").format(network_title(summary, network), both(grouping))] = found
    weights, detectors = settings.pop("weights", {}), settings.pop("own_detectors", {})
    if hide_texts:
        settings = {
            key: value for key, value in settings.items() if not isinstance(value, str | list) or key == "device"
        }
    tables = [Table([], [[key, str(value)] for key, value in settings.items()], both("settings_title"), prose=True)]
    if weights:
        columns = 2 if hide_texts else 4  # the others are paths
        header = (both("network"), "SHA-256", both("column_file"), both("column_checkpoint"))
        rows = [
            (network_title(summary, network), found["sha256"], found["file"], found.get("checkpoint", "–"))
            for network, found in weights.items()
        ]
        for network, checksum in detectors.items():
            name = Markup("{}: {}").format(network_title(summary, network), both("trained_detector"))
            rows.append((name, checksum, "–", "–"))
        tables.append(Table(header[:columns], [row[:columns] for row in rows], both("weights_title"), prose=True))
    if options:
        names = dict.fromkeys(name for found in options.values() for name in found)
        values = [[name, *(str(found.get(name, "–")) for found in options.values())] for name in names]
        tables.append(Table(["", *options], values, both("options_title")))
    return [*tables, Table([], list(summary.versions.items()), both("versions_title"), prose=True)]


def _with_interval(interval: Interval) -> str:
    if interval.low is None:
        return figure(interval.value)
    return f"{figure(interval.value)} ({figure(interval.low)}–{figure(interval.high)})"
