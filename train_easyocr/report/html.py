"""`report.html`: what `summary.json` says, for people. One file without scripts; the drawn pages are linked.

It reads the summary alone, so every figure of the report stands there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from train_easyocr.report.charts import bar_chart, gain_chart, legend

STYLE = """
body { font: 15px/1.5 "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; max-width: 72em;
       margin: 2em auto; padding: 0 1em; color: #1c2833; }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto; }
td, th { padding: .25em .7em; border-bottom: 1px solid #d5dbdf; }
td { text-align: right; white-space: nowrap; } td:first-child, th:first-child, td.text { text-align: left; }
pre { background: #f4f6f7; padding: 1em; overflow-x: auto; font-size: .85em; } svg { max-width: 100%; height: auto; }
h2 { margin-top: 2em; } .legend { margin: 0; }
"""
SHOWN_CONFUSIONS = 15
GROUPS = {
    "category": "By category",
    "year": "By year",
    "text_length": "By text length",
    "box_height": "By box height",
    "direction": "By direction",
    "fields": "What matters in a public document",
}
CASES = {
    "split": "split words",
    "merged": "merged words",
    "missing_characters": "missing characters",
    "overlapping_characters": "overlapping characters",
}


def build_report(summary: Mapping[str, Any], table: str, pages: Mapping[str, str]) -> str:
    """Build the report.

    Args:
        summary: the content of summary.json.
        table: the table and its lines as step 5 prints them.
        pages: the drawn pages, path relative to the report, by the name of the image.
    """
    groupings = {network: _headline(rows) for network, rows in summary["scores"].items()}
    analyses = {network: summary["analysis"][network][grouping] for network, grouping in groupings.items()}
    sections = [
        f"<pre>{escape(table)}</pre>",
        _gain(summary["gain"]),
        _overview(summary["scores"]),
        _characters(analyses),
        *(_group(analyses, key, title) for key, title in GROUPS.items()),
        _cases(analyses),
        _confusions(analyses),
        _failures(summary["failed_pages"]),
        _pages(pages),
        _conditions(summary),
    ]
    return (
        '<!doctype html>\n<html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Evaluation</title>'
        f"<style>{STYLE}</style></head><body><h1>Evaluation: {summary['pages']} pages</h1>\n"
        + "\n".join(filter(None, sections))
        + "\n</body></html>\n"
    )


def _headline(rows: Mapping[str, Any]) -> str:
    return "word_grouping" if "word_grouping" in rows else next(iter(rows))


def _gain(gain: Mapping[str, Any] | None) -> str:
    if not gain:
        return ""
    return f"<h2>What a user gains</h2>{gain_chart(gain)}<p>End-to-end F1, mean over pages; one change at a time.</p>"


def _overview(scores: Mapping[str, Any]) -> str:
    groupings = list(dict.fromkeys(grouping for rows in scores.values() for grouping in rows))
    values = {
        grouping.replace("_", " "): [
            rows[grouping]["end_to_end_f1"] if grouping in rows else None for rows in scores.values()
        ]
        for grouping in groupings
    }
    return f"<h2>End-to-end F1</h2>{legend(list(scores))}{bar_chart(values, list(scores))}"


def _characters(analyses: Mapping[str, Any]) -> str:
    rows = []
    for network, analysis in analyses.items():
        found, text = analysis["detection"], analysis["text"]
        intervals = analysis["intervals"]
        rows.append(
            [
                network,
                _with_interval(intervals["end_to_end_f1"]),
                _with_interval(intervals["cleval_end_to_end_f1"]),
                _with_interval(intervals["cleval_detection_f1"]),
                _figure(found["mean_f1"]),
                _figure(found["mean_iou"]),
                _figure(text["with_spaces"]["exact_match"]),
                _figure(text["with_spaces"]["normalized_edit_distance"]),
                _figure(text["without_spaces"]["character_error_rate"]),
            ]
        )
    header = [
        *("network", "e2e F1 (95%)", "CLEval e2e F1", "CLEval det. F1", "det. F1 0.5:0.95", "IoU of pairs"),
        *("exact", "1 - N.E.D.", "CER without spaces"),
    ]
    note = "<p>Word grouping, or an engine's own boxes; exact match, 1 - N.E.D. and CER of the matched pairs.</p>"
    return f"<h2>Scores</h2>{_table(header, rows)}{note}"


def _group(analyses: Mapping[str, Any], key: str, title: str) -> str:
    networks = list(analyses)
    labels = dict.fromkeys(label for analysis in analyses.values() for label in analysis["breakdown"][key])
    by_page = key in ("category", "year")
    rows = []
    for label in labels:
        groups = [analyses[network]["breakdown"][key].get(label) for network in networks]
        known = next(group for group in groups if group)
        size = known["pages"] if by_page else known["words"]
        figures = [group and group["mean_f1" if by_page else "exact_recall"] for group in groups]
        rows.append([label.replace("_", " "), str(size), *map(_figure, figures)])
    measure = "pages; mean end-to-end F1" if by_page else "words; share of them read exactly"
    return f"<h2>{title}</h2>{_table(['', measure, *networks], rows)}"


def _cases(analyses: Mapping[str, Any]) -> str:
    rows = [
        [title, *(str(analysis["iou_cases"][kind]["cases"]) for analysis in analyses.values())]
        for kind, title in CASES.items()
    ]
    return f"<h2>Where IoU misleads</h2>{_table(['', *analyses], rows)}"


def _confusions(analyses: Mapping[str, Any]) -> str:
    parts = []
    for network, analysis in analyses.items():
        found = analysis["confusions"]["characters"][:SHOWN_CONFUSIONS]
        rows = [
            [item["truth"] or "∅", item["read"] or "∅", str(item["count"]), _figure(item["rate"])] for item in found
        ]
        parts.append(f"<h3>{escape(network)}</h3>{_table(['truth', 'read', 'times', 'of its occurrences'], rows)}")
    return f"<h2>Confused characters</h2>{''.join(parts)}"


def _failures(failures: Sequence[Mapping[str, str]]) -> str:
    if not failures:
        return ""
    rows = [[failure["image"], failure["reason"]] for failure in failures]
    return f"<h2>Pages that failed: counted as read with nothing</h2>{_table(['page', 'reason'], rows)}"


def _pages(pages: Mapping[str, str]) -> str:
    links = "".join(f'<li><a href="{quote(path)}">{escape(name)}</a></li>' for name, path in pages.items())
    return f"<h2>Pages</h2><ul>{links}</ul>" if pages else ""


def _conditions(summary: Mapping[str, Any]) -> str:
    settings = {key: value for key, value in summary["settings"].items() if key != "groupings"}
    rows = [[str(key), str(value)] for key, value in {**settings, **summary["versions"]}.items()]
    return f"<h2>Conditions</h2>{_table(['', ''], rows)}"


def _table(header: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _with_interval(interval: Mapping[str, Any]) -> str:
    if interval["low"] is None:
        return _figure(interval["value"])
    return f"{interval['value']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})"
