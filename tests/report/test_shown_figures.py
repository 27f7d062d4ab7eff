"""Which figures the tables and the first findings of a report show."""

import pytest
from markupsafe import Markup

from train_easyocr.report.page.charts import LEFT, PLOT_HEIGHT, TOP, WIDTH
from train_easyocr.report.page.evaluation_charts import _calibration_chart
from train_easyocr.report.page.titles import network_text
from train_easyocr.report.page.training_charts import training_charts
from train_easyocr.report.page.verdict import worst_page
from train_easyocr.report.shown_figures import CLEVAL, figure_of, shown_figures
from train_easyocr.scoring.columns import DEFAULT, GROUND_TRUTH, OWN_BOXES, TUNED, WORD

SUMMARY = {
    "pages": 5,
    "covered_pages": {"whole": 5, "part": 3},
    "scores": {"engine": {DEFAULT: {"cer": 0.25}}},
    "analysis": {"engine": {DEFAULT: {"cleval": {"end_to_end": {"f1": 0.75}}}}},
}


@pytest.mark.parametrize("grouping", [WORD, TUNED, GROUND_TRUTH, OWN_BOXES])
def test_lines_alone_are_told_by_cleval_too(grouping):
    assert shown_figures(grouping) == ("detection_f1", "cer", "end_to_end_f1")
    assert shown_figures(DEFAULT) == (*shown_figures(grouping), CLEVAL)


def test_a_figure_comes_from_the_scores_or_from_cleval_and_what_was_not_read_has_none():
    assert figure_of(SUMMARY, "engine", DEFAULT, "cer") == 0.25
    assert figure_of(SUMMARY, "engine", DEFAULT, CLEVAL) == 0.75
    assert figure_of(SUMMARY, "engine", WORD, "cer") is None
    assert figure_of(SUMMARY, "nobody", DEFAULT, CLEVAL) is None


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
    bins = [{"confidence": 0.5, "exact": 1, "readings": 4}, {"confidence": None, "exact": 0, "readings": 0}]
    chart = _calibration_chart([{"calibration": {"bins": bins, "expected_error": 0.25}}], [Markup("name")])
    x, y = LEFT + 0.5 * (WIDTH - 12 - LEFT), PLOT_HEIGHT - 0.25 * (PLOT_HEIGHT - TOP)
    assert f'd="M{x:.1f} {y:.1f}"' in chart.drawing


def test_scores_of_a_training_are_percentages():
    history = [{"iteration": 1, "accuracy": 90.0, "normalized_edit_distance": 0.9}]
    accuracy, similarity = training_charts(history)[1:]
    assert ">90</text>" in accuracy.drawing and ">90</text>" in similarity.drawing
