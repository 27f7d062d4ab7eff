"""`report.html`: what `summary.json` says, for people. One file without scripts; the drawn pages are linked.

It reads the summary alone, so every figure of the report stands there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from train_easyocr.columns import headline_grouping
from train_easyocr.report.charts import bar_chart, gain_chart, legend

STYLE = """
body { font: 15px/1.5 "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; max-width: 72em;
       margin: 2em auto; padding: 0 1em; color: #1c2833; }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto; }
td, th { padding: .25em .7em; border-bottom: 1px solid #d5dbdf; }
td { text-align: right; white-space: nowrap; } td:first-child, th:first-child { text-align: left; }
th[colspan] { text-align: center; } svg { max-width: 100%; height: auto; }
h2 { margin-top: 2em; } .legend { margin: 0 0 .7em; } .lines { background: #f4f6f7; padding: .7em 1em; }
.beside { display: flex; flex-wrap: wrap; gap: 0 1.5em; } .beside td, .beside th { padding: .25em .5em; }
h4 { margin: .5em 0 -.5em; }
"""
SHOWN_CONFUSIONS = 10
FIGURES = ("detection_f1", "cer", "end_to_end_f1")
PAGE_GROUPS = {"category": "By category", "year": "By year"}
WORD_GROUPS = {
    "text_length": "By text length",
    "box_height": "By box height in pixels",
    "direction": "By direction",
    "fields": "What matters in a public document",
}
CONFUSED = {"characters": "Characters", "initials": "초성", "vowels": "중성", "finals": "종성"}
CASES = {
    "split": "split words",
    "merged": "merged words",
    "missing_characters": "missing characters",
    "overlapping_characters": "overlapping characters",
}


def build_report(
    summary: Mapping[str, Any], titles: Mapping[str, str], lines: Sequence[str], pages: Mapping[str, str]
) -> str:
    """Build the report.

    Args:
        summary: the content of summary.json.
        titles: what people call its networks, groupings and figures, by key; without a title the key itself is shown.
        lines: the lines that step 5 prints under its table.
        pages: the drawn pages, path relative to the report, by the name of the image.
    """
    scores = {_title(titles, network): rows for network, rows in summary["scores"].items()}
    analyses = {
        _title(titles, network): summary["analysis"][network][headline_grouping(rows)]
        for network, rows in summary["scores"].items()
    }
    sections = [
        _scores(scores, titles),
        _lines(lines),
        _gain(summary["gain"]),
        _overview(scores, titles),
        _characters(analyses),
        *(
            _group(analyses, key, f"{title}: mean end-to-end F1", "pages", "mean_f1")
            for key, title in PAGE_GROUPS.items()
        ),
        *(
            _group(analyses, key, f"{title}: share of words read exactly", "words", "exact_recall")
            for key, title in WORD_GROUPS.items()
        ),
        _cases(analyses),
        _confusions(analyses),
        _failures(summary["failed_pages"]),
        _conditions(summary, titles),
        _pages(pages),
    ]
    return (
        '<!doctype html>\n<html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Evaluation</title>'
        f"<style>{STYLE}</style></head><body><h1>Evaluation: {summary['pages']} pages</h1>\n"
        + "\n".join(filter(None, sections))
        + "\n</body></html>\n"
    )


def _title(titles: Mapping[str, str], key: str) -> str:
    return titles.get(key, key)


def _scores(scores: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return the table of networks and groupings, three figures a grouping."""
    groupings = _groupings(scores)
    above = "".join(f'<th colspan="{len(FIGURES)}">{escape(_title(titles, key))}</th>' for key in groupings)
    rows = [
        [network, *(_figure(rows.get(key, {}).get(figure)) for key in groupings for figure in FIGURES)]
        for network, rows in scores.items()
    ]
    note = (
        "<p>Detection F1 and end-to-end F1 are means over pages, CER is that of all matched words. "
        "A word counts where the IoU is at least 0.5, in the end-to-end F1 with 1&nbsp;−&nbsp;CER as its score.</p>"
    )
    header = ["network", *(_title(titles, figure) for _ in groupings for figure in FIGURES)]
    return _table(header, rows, f"<tr><th></th>{above}</tr>") + note


def _groupings(scores: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(grouping for rows in scores.values() for grouping in rows))


def _lines(lines: Sequence[str]) -> str:
    return f'<p class="lines">{"<br>".join(map(escape, lines))}</p>' if lines else ""


def _gain(gain: Mapping[str, Any] | None) -> str:
    if not gain:
        return ""
    return f"<h2>What a user gains</h2>{gain_chart(gain)}<p>End-to-end F1, mean over pages; one change at a time.</p>"


def _overview(scores: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    values = {
        _title(titles, key): [rows[key]["end_to_end_f1"] if key in rows else None for rows in scores.values()]
        for key in _groupings(scores)
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
                _figure(found["ap50"]),
                _figure(found["ap50_95"]),
                _figure(found["mean_iou"]),
                _figure(text["with_spaces"]["exact_match"]),
                _figure(text["with_spaces"]["normalized_edit_distance"]),
                _figure(text["without_spaces"]["character_error_rate"]),
            ]
        )
    header = [
        *("network", "e2e F1 (95%)", "CLEval e2e F1", "CLEval det. F1", "det. F1 0.5:0.95", "AP50", "AP50:95"),
        *("IoU of pairs", "exact", "1 - N.E.D.", "CER without spaces"),
    ]
    note = (
        "<p>Word grouping, or an engine's own boxes; exact match, 1 - N.E.D. and CER of the matched pairs. "
        "AP ranks the boxes by the confidence of their readings.</p>"
    )
    return f"<h2>Scores</h2>{_table(header, rows)}{note}"


def _group(analyses: Mapping[str, Any], key: str, title: str, counted: str, figure: str) -> str:
    """Return the table of one breakdown: a row a group, how many pages or words it holds, `figure` of each network."""
    breakdowns = [analysis["breakdown"][key] for analysis in analyses.values()]
    rows = []
    for label in dict.fromkeys(label for breakdown in breakdowns for label in breakdown):
        groups = [breakdown.get(label) for breakdown in breakdowns]
        size = next(group for group in groups if group)[counted]
        rows.append([label.replace("_", " "), str(size), *(_figure(group and group[figure]) for group in groups)])
    return f"<h2>{title}</h2>{_table(['', counted, *analyses], rows)}"


def _cases(analyses: Mapping[str, Any]) -> str:
    rows = [
        [title, *(str(analysis["iou_cases"][kind]["cases"]) for analysis in analyses.values())]
        for kind, title in CASES.items()
    ]
    note = "<p>Examples of each by page and box: <code>iou_cases</code> in summary.json.</p>"
    return f"<h2>Where IoU misleads</h2>{_table(['', *analyses], rows)}{note}"


def _confusions(analyses: Mapping[str, Any]) -> str:
    parts = ["<h2>What is confused</h2><p>∅ stands for nothing: a character left out, or one too many.</p>"]
    for kind, title in CONFUSED.items():
        tables = [
            f"<div><h4>{escape(network)}</h4>{_confused(analysis['confusions'][kind])}</div>"
            for network, analysis in analyses.items()
            if analysis["confusions"][kind]
        ]
        parts.append(f'<h3>{title}</h3><div class="beside">{"".join(tables)}</div>')
    return "".join(parts)


def _confused(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [_visible(item["truth"]), _visible(item["read"]), str(item["count"]), _figure(item["rate"])]
        for item in found[:SHOWN_CONFUSIONS]
    ]
    return _table(["truth", "read", "times", "share"], rows)


def _visible(character: str) -> str:
    return {"": "∅", " ": "␣"}.get(character, character)


def _failures(failures: Sequence[Mapping[str, str]]) -> str:
    if not failures:
        return ""
    rows = [[failure["image"], failure["reason"]] for failure in failures]
    return f"<h2>Pages that failed: counted as read with nothing</h2>{_table(['page', 'reason'], rows)}"


def _pages(pages: Mapping[str, str]) -> str:
    links = "".join(f'<li><a href="{quote(path)}">{escape(name)}</a></li>' for name, path in pages.items())
    return f"<h2>Pages</h2><ul>{links}</ul>" if pages else ""


def _conditions(summary: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    settings = {**summary["settings"], **summary["versions"]}
    options = {_title(titles, grouping): found for grouping, found in settings.pop("groupings", {}).items()}
    for network, groupings in settings.pop("own_groupings", {}).items():
        for grouping, found in groupings.items():
            options[f"{_title(titles, network)}: {_title(titles, grouping)}"] = found
    names = dict.fromkeys(name for found in options.values() for name in found)
    rows = [[name, *(str(found.get(name, "–")) for found in options.values())] for name in names]
    reading = f"<h3>Reading options</h3>{_table(['', *options], rows)}" if options else ""
    facts = _table(["", ""], [[str(key), str(value)] for key, value in settings.items()])
    return f"<h2>Conditions</h2>{facts}{reading}"


def _table(header: Iterable[str], rows: Iterable[Sequence[str]], above: str = "") -> str:
    """Return a table; `above` is a row of HTML over its header."""
    head = "".join(f"<th>{escape(title)}</th>" for title in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{above}<tr>{head}</tr>{body}</table>"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _with_interval(interval: Mapping[str, Any]) -> str:
    if interval["low"] is None:
        return _figure(interval["value"])
    return f"{interval['value']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})"
