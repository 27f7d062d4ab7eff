"""Which figures the tables and the first findings of a report show."""

from dataclasses import replace

import pytest
from markupsafe import Markup
from scored_pages import side_by_side

from train_easyocr.report.html.charts import LEFT, PLOT_HEIGHT, RIGHT, TOP, WIDTH
from train_easyocr.report.html.evaluation_charts import _calibration_chart
from train_easyocr.report.html.titles import network_text
from train_easyocr.report.html.training_charts import training_charts
from train_easyocr.report.html.verdict import worst_page
from train_easyocr.scoring.analysis import analyse
from train_easyocr.scoring.columns import DEFAULT, GROUND_TRUTH, OWN_BOXES, TUNED, WORD
from train_easyocr.scoring.measures import CLEVAL, MEASURES, SCORE_TABLE, columns_of
from train_easyocr.scoring.summary import Summary

SUMMARY = Summary({"engine": {DEFAULT: {CLEVAL.key: 0.75}}}, None, {}, {}, 5, covered_pages={"whole": 5, "part": 3})


@pytest.mark.parametrize("grouping", [WORD, TUNED, GROUND_TRUTH, OWN_BOXES])
def test_lines_alone_are_told_by_cleval_too(grouping):
    shown = columns_of(MEASURES, SCORE_TABLE, grouping)
    assert [measure.key for measure in shown] == ["detection_f1", "cer", "end_to_end_f1"]
    assert columns_of(MEASURES, SCORE_TABLE, DEFAULT) == [*shown, CLEVAL]


def test_what_was_not_read_has_no_figure():
    assert SUMMARY.value("engine", DEFAULT, CLEVAL) == 0.75
    assert SUMMARY.value("engine", WORD, CLEVAL) is None
    assert SUMMARY.value("nobody", DEFAULT, CLEVAL) is None


def test_an_engine_that_left_pages_out_says_so_with_its_name():
    assert network_text(SUMMARY, "whole")["key"] == "engine"
    found = network_text(SUMMARY, "part")
    assert (found["key"], found["values"]) == ("partly_covered", {"name": "part", "pages": 5, "covered": 3})


def test_the_worst_page_has_the_lowest_f1_of_the_network_and_of_equals_it_is_the_first():
    pages = [
        {"number": number, "name": f"p{number}", "f1": f1}
        for number, f1 in enumerate([(0.1, 0.9), (0.5, 0.4), (0.6, 0.4)])
    ]
    assert worst_page(pages, 0)["name"] == "p0"
    assert worst_page(pages, 1)["address"] == "#page-1"


def test_calibration_shows_what_is_right_over_how_sure_the_network_was():
    page = side_by_side(("가", "가"), ("나", "다"), ("라", "마"), ("바", "사"))
    half_sure = replace(page, readings=tuple(replace(reading, confidence=0.5) for reading in page.readings))
    chart = _calibration_chart([analyse([half_sure])], [Markup("name")])
    x, y = LEFT + 0.5 * (WIDTH - RIGHT - LEFT), PLOT_HEIGHT - 0.25 * (PLOT_HEIGHT - TOP)
    assert f'd="M{x:.1f} {y:.1f}"' in chart.drawing


def test_scores_of_a_training_are_percentages():
    history = [{"iteration": 1, "accuracy": 90.0, "normalized_edit_distance": 0.9}]
    accuracy, similarity = training_charts(history)[1:]
    assert ">90</text>" in accuracy.drawing and ">90</text>" in similarity.drawing
