"""The table of measures: a figure that is added to it is everywhere where people and programs read figures."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from scored_pages import side_by_side

from train_easyocr.pages.records import PageFile
from train_easyocr.report.console import score_table
from train_easyocr.report.files import write_results
from train_easyocr.report.html.evaluation import write_evaluation_report
from train_easyocr.report.html.templating import texts
from train_easyocr.scoring.columns import OWN_BOXES
from train_easyocr.scoring.measures import MEASURES, SCORE_TABLE, IntervalOf, Measure
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.places import find_places
from train_easyocr.scoring.summary import summarize

EDITS = Measure(
    key="edits_per_pair",
    title="edits",
    of=lambda total: total.counts.edits / total.counts.pairs if total.counts.pairs else None,
    decimals=1,
    interval=IntervalOf(lambda page: (page.counts.edits, page.counts.pairs)),
    by_page=True,
    table=SCORE_TABLE,
    place=9,
)


def test_a_new_measure_is_one_row_and_two_texts(tmp_path, monkeypatch):
    page = side_by_side(("김해시장", "김해시"), ("결재", "결제"), ("끝.", "끝."), ("귀하", "귀 하인"))
    results = {"엔진": {OWN_BOXES: (page,)}}
    monkeypatch.setitem(texts(), EDITS.key, {"ko": "짝마다 고칠 글자", "en": "edits a pair"})
    summary = summarize(results, 1, {}, {}, measures=(*MEASURES, EDITS))

    write_results(tmp_path, results, summary)
    written = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert written["scores"]["엔진"][OWN_BOXES][EDITS.key] == 1.0  # four edits in four pairs
    assert written["analysis"]["엔진"][OWN_BOXES]["intervals"][EDITS.key]["value"] == 1.0
    header, row = csv.reader((tmp_path / "evaluation_result.csv").read_text(encoding="utf-8").splitlines())
    assert (header[-1], row[-1]) == ("엔진_edits_per_pair", "1.00")
    console = score_table(summary).splitlines()
    assert console[1].endswith(EDITS.title) and console[-1].endswith(" 1.0")
    files = [PageFile(page.page, Path("p.jpg"), "p.jpg")]
    report = write_evaluation_report(tmp_path, results, summary, find_places(results), files, pictures=False)
    html = report.read_text(encoding="utf-8")
    assert "짝마다 고칠 글자" in html and "edits a pair" in html and "<td>1.0</td>" in html


def test_every_measure_of_a_table_has_a_title_in_both_languages_and_keys_differ():
    shown = [measure for measure in MEASURES if measure.table]
    assert all({"ko", "en"} <= texts()[measure.key].keys() for measure in shown)
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", [measure for measure in MEASURES if measure.interval], ids=lambda found: found.key)
def test_a_figure_and_its_interval_have_the_same_value(measure):
    pages = [side_by_side(("가나", "가다"), ("라", None)), side_by_side(("마바", "마바"))]
    summary = summarize({"엔진": {OWN_BOXES: pages}}, 2, {}, {})
    assert summary.analysis["엔진"][OWN_BOXES].intervals[measure.key].value == pytest.approx(
        summary.value("엔진", OWN_BOXES, measure)
    )


def test_rows_with_the_same_readings_are_scored_and_analysed_once():
    page = side_by_side(("가나", "가다"))
    file = PageFile(page.page, Path("p.jpg"), "p.jpg")
    read, same = [page.readings], [tuple(replace(reading) for reading in page.readings)]
    results = score_all([file], {"baseline": {OWN_BOXES: read}, "finetuned": {OWN_BOXES: same}})
    assert results["baseline"][OWN_BOXES] is results["finetuned"][OWN_BOXES]
    found = summarize({"a": results["baseline"], "b": results["finetuned"]}, 1, {}, {}).analysis
    assert found["a"][OWN_BOXES] is found["b"][OWN_BOXES]
