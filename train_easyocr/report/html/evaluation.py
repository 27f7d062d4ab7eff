"""Writes the report of an evaluation: `report.html`, and beside it `report_files/` with pictures and pages' data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from train_easyocr.pages.records import Page, PageFile
from train_easyocr.program.atomic import replacing_folder, write_text
from train_easyocr.report.html.charts import gain_chart
from train_easyocr.report.html.evaluation_charts import evaluation_charts
from train_easyocr.report.html.page_data import MOST_BOXES, OnPage, boxes_of, list_row, page_script, too_many_boxes
from train_easyocr.report.html.pictures import Picture, PictureJob, save_pictures
from train_easyocr.report.html.tables import condition_tables, figure_tables, score_table
from train_easyocr.report.html.templating import LANGUAGES, build_html, texts
from train_easyocr.report.html.titles import network_text
from train_easyocr.report.html.training_charts import training_charts
from train_easyocr.report.html.verdict import grouping_share, most_confused, notes, verdict, worst_page
from train_easyocr.report.html.words_to_look_at import (
    confusion_section,
    crop_name,
    places_shown,
    suspect_rows,
    suspect_section,
)
from train_easyocr.report.outcomes import ERRORS, VERDICTS, page_outcome
from train_easyocr.scoring.columns import BASELINE, DEFAULT, FINETUNED
from train_easyocr.scoring.places import MOST_EXAMPLES, Findings
from train_easyocr.scoring.scored_page import Results, headline_pages
from train_easyocr.scoring.summary import Summary
from train_easyocr.training.metrics_table import read_history

FILES = "report_files"
SCRIPTS = ("language.js", "evaluation.js", "viewer.js", "start.js")
SCRIPT_TEXTS = (
    *("column_page", "column_words", "column_change", "pages_shown", "filter_all", "label", "labels", "read_as"),
    *("sort_worst", "sort_errors", "sort_change", "sort_name", "confidence", "iou", "cer", "no_label"),
    *("nothing_wrong", "no_image", "page_not_loaded", "suspect_ticked", "engine", "partly_covered"),
    *(*VERDICTS, BASELINE, FINETUNED),
)
"""Keys of the texts that the script shows."""


def write_evaluation_report(
    output: Path,
    results: Results,
    summary: Summary,
    findings: Findings,
    files: Sequence[PageFile],
    *,
    pictures: bool = True,
    hide_texts: bool = False,
) -> Path:
    """Write the report into `output`, in place of an earlier one.

    Args:
        output: the folder of the results.
        results: the scores; the report shows their `headline_pages`.
        summary: their figures.
        findings: which words to look at.
        files: the pages with their image files, in the order of the results.
        pictures: show the pages and the crops of words.
        hide_texts: leave out all texts and blur the pictures, for reports that leave the office.

    Returns:
        The html file.
    """
    by_network = headline_pages(results)
    pages = [file.page for file in files]
    on_pages: list[OnPage] = [
        [(scored, page_outcome(scored)) for scored in read] for read in zip(*by_network.values(), strict=True)
    ]
    rows = [list_row(number, read) for number, read in enumerate(on_pages, start=1)]
    with replacing_folder(output / FILES) as folder:
        saved, crops = _save_pictures(
            folder, summary, findings, files, on_pages, pictures=pictures, hide_texts=hide_texts
        )
        _write_pages(folder, rows, saved, on_pages, hide_texts=hide_texts)
    target = output / "report.html"
    write_text(target, _html(list(by_network), rows, summary, findings, pages, crops, hide_texts=hide_texts))
    return target


def _training_history(summary: Summary) -> list[dict[str, float]]:
    """Read the validations of the training that made the fine-tuned weights; none if its checkpoint is unknown."""
    checkpoint = summary.conditions.get("weights", {}).get(FINETUNED, {}).get("checkpoint")
    return read_history(Path(checkpoint).with_name("metrics.csv")) if checkpoint else []


def _save_pictures(
    folder: Path,
    summary: Summary,
    findings: Findings,
    files: Sequence[PageFile],
    on_pages: Sequence[OnPage],
    *,
    pictures: bool,
    hide_texts: bool,
) -> tuple[list[Picture], dict[str, str]]:
    """Write the pictures below `folder`; return the picture of each page, and the address of each crop by its name."""
    for name in ("pages", "crops"):
        (folder / name).mkdir()
    failed = summary.failures
    saved = [Picture(problem=failed.get(file.image, "--no_pages")) for file in files]
    if not pictures:
        return saved, {}
    pages = [file.page for file in files]
    wanted: dict[int, dict[str, Any]] = {}
    for place in places_shown(summary, findings, pages):
        wanted.setdefault(place.page, {})[crop_name(place)] = pages[place.page].words[place.word].box
    shown = [row for row, file in enumerate(files) if file.image not in failed]
    jobs = [
        PictureJob(
            files[row].path,
            folder / "pages" / f"{row + 1:04d}.jpg",
            [(box, folder / "crops" / name) for name, box in wanted.get(row, {}).items()],
            boxes_of(on_pages[row]) if hide_texts else None,
        )
        for row in shown
    ]
    for row, picture in zip(shown, save_pictures(jobs), strict=True):
        saved[row] = picture
    return saved, {path.name: f"{FILES}/crops/{path.name}" for path in (folder / "crops").iterdir()}


def _write_pages(
    folder: Path,
    rows: Sequence[dict[str, Any]],
    saved: Sequence[Picture],
    on_pages: Sequence[OnPage],
    *,
    hide_texts: bool,
) -> None:
    """Write the data of each page below `folder`, and add its file and the picture to the page's row of the list."""
    for row, picture, read in zip(rows, saved, on_pages, strict=True):
        name = f"pages/{row['number']:04d}"
        (folder / f"{name}.js").write_text(
            page_script(row["number"], picture, read, hide_texts=hide_texts), encoding="utf-8"
        )
        crowded = f"more than {MOST_BOXES:,} words and readings" if too_many_boxes(read) else ""
        row["file"] = f"{FILES}/{name}.js"
        row["image"] = "" if picture.problem else f"{FILES}/{name}.jpg"
        row["problem"] = picture.problem or crowded


def _html(
    networks: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    summary: Summary,
    findings: Findings,
    pages: Sequence[Page],
    crops: Mapping[str, str],
    *,
    hide_texts: bool,
) -> str:
    main = networks.index(FINETUNED) if FINETUNED in networks else len(networks) - 1
    before = networks.index(BASELINE) if BASELINE in networks and networks[main] == FINETUNED else None
    confusions = confusion_section(summary, findings, networks[main], pages, crops, hide_texts=hide_texts)
    history = _training_history(summary)
    return build_html(
        "evaluation.html.jinja",
        SCRIPTS,
        window_title="평가 보고서 · Evaluation report",
        verdict=verdict(summary, networks[main]),
        notes=notes(summary, hide_texts=hide_texts),
        worst=worst_page(rows, main),
        confused=most_confused(summary, networks[main], confusions),
        grouping_share=grouping_share(summary),
        scores=score_table(summary),
        reads_lines=any(DEFAULT in row for row in summary.scores.values()),
        gain_drawing=gain_chart(summary.gain) if summary.gain else None,
        most_examples=MOST_EXAMPLES,
        confusions=confusions,
        suspects=suspect_section(findings, pages, crops, hide_texts=hide_texts),
        charts=[*evaluation_charts(summary, rows, before, main), *training_charts(history)],
        has_history=bool(history) or FINETUNED not in networks,
        figures=figure_tables(summary),
        conditions=condition_tables(summary, hide_texts=hide_texts),
        verdicts=[verdict for verdict in VERDICTS if verdict != "excused"],
        data={
            "texts": {language: {key: texts()[key][language] for key in SCRIPT_TEXTS} for language in LANGUAGES},
            "errors": ERRORS,
            "networks": [network_text(summary, network) for network in networks],
            "main": main,
            "before": before,
            "pages": rows,
            "suspects": [] if hide_texts else suspect_rows(findings, pages),
        },
    )
