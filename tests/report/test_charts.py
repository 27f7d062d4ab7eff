"""The numbers in the SVG of charts: places worked out by hand, escaped texts, and no mark for a missing value."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markupsafe import Markup, escape

from train_easyocr.report.html import charts
from train_easyocr.report.html.charts import (
    CLOSE_TICKS,
    LABELS,
    LEFT,
    PLOT_HEIGHT,
    TOP,
    VALUES,
    WIDTH,
    Axis,
    Line,
    gain_chart,
    interval_chart,
    legend,
    line_chart,
    page_chart,
    percent_ticks,
)
from train_easyocr.scoring.summary import Gain

NAN = float("nan")
TITLE = Markup("title")
RIGHT = WIDTH - charts.RIGHT
NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}


def drawn(svg):
    """The chart as a tree; it fails where the SVG is not well-formed, and where a number is none."""
    assert not re.search(r"\bnan\b|\binf\b", svg)
    return ElementTree.fromstring(svg)


def paths(svg, style):
    return [path.get("d") for path in drawn(svg).iterfind("svg:path", NAMESPACE) if style in path.get("class").split()]


def texts(svg):
    return ["".join(text.itertext()) for text in drawn(svg).iterfind(".//svg:text", NAMESPACE)]


def test_an_axis_places_what_lies_between_its_ends_and_draws_what_lies_outside_at_the_end():
    axis = Axis(TITLE, (0.5, 0.75, 1.0))
    assert [axis.place(value) for value in (0.5, 0.75, 1.0, 0.2, 3)] == [0, 0.5, 1, 0, 1]
    decades = Axis(TITLE, (0.01, 0.1, 1), logarithmic=True)
    assert [decades.place(value) for value in (0.01, 0.1, 1)] == pytest.approx([0, 0.5, 1])
    assert [decades.place(value) for value in (0, -1, 1e-9, 50)] == [0, 0, 0, 1]


@pytest.mark.parametrize(("least", "low"), [(99.5, 99), (99, 99), (98.9, 95), (93, 90), (80, 75), (50, 50), (0, 0)])
def test_the_axis_of_percentages_is_the_closest_that_holds_all(least, low):
    assert percent_ticks(least)[0] == low
    assert percent_ticks(-1) == CLOSE_TICKS[-1]


def test_a_line_goes_through_its_points_with_a_mark_at_each():
    svg = line_chart([Line(TITLE, 1, [(0, 0), (5, 50), (10, 100)])], Axis(TITLE, (0, 10)), Axis(TITLE, (0, 100)))
    middle = f"{(LEFT + RIGHT) / 2:.1f} {(TOP + PLOT_HEIGHT) / 2:.1f}"
    assert paths(svg, "line") == [f"M{LEFT:.1f} {PLOT_HEIGHT:.1f}L{middle}L{RIGHT:.1f} {TOP:.1f}"]
    assert len(paths(svg, "mark")) == 3


def test_the_numbers_of_the_axes_and_their_titles_are_written():
    svg = line_chart([], Axis(Markup("iteration"), (0, 500_000, 1_000_000)), Axis(Markup("loss"), (0.001, 0.03)))
    assert texts(svg) == ["iteration", "0", "500,000", "1,000,000", "0.001", "0.03", "loss"]


def test_a_chart_without_data_has_its_axes_alone():
    axis = Axis(TITLE)
    assert paths(line_chart([], axis, axis), "line") == []
    assert paths(line_chart([Line(TITLE, 0, [])], axis, axis), "line") == []
    assert paths(page_chart([], TITLE, TITLE), "point") == []
    assert paths(interval_chart([]), "mark") == []
    assert paths(interval_chart([(TITLE, [None, None])]), "mark") == []


def test_one_point_is_a_mark():
    svg = line_chart([Line(TITLE, 0, [(0.2, 0.4)])], Axis(TITLE), Axis(TITLE))
    assert len(paths(svg, "mark")) == 1
    [line] = paths(svg, "line")
    assert re.fullmatch(r"M[\d.]+ [\d.]+", line)  # which draws nothing


def test_what_is_no_number_is_left_out():
    points = [(0, NAN), (0.5, 0.5), (NAN, 1), (1, float("inf"))]
    assert len(paths(line_chart([Line(TITLE, 0, points)], Axis(TITLE), Axis(TITLE)), "mark")) == 1
    svg = page_chart([(0.5, 0.6, "a", "#1"), (NAN, 0.6, "b", "#2")], TITLE, TITLE)
    assert len(drawn(svg).findall(".//svg:circle", NAMESPACE)) == 1
    assert len(paths(interval_chart([(TITLE, [(NAN, None, None), (0.5, 0.4, 0.6)])]), "mark")) == 1


def test_an_interval_is_a_line_from_end_to_end_and_a_value_without_one_has_none():
    svg = interval_chart([(Markup("2001 (3)"), [(0.5, 0.25, 0.75), (1.0, None, None)])])
    scale = WIDTH - LABELS - VALUES
    [line] = paths(svg, "line")
    assert re.fullmatch(rf"M{LABELS + scale / 4:.1f} [\d.]+H{LABELS + 3 * scale / 4:.1f}", line)
    assert len(paths(svg, "mark")) == 2
    assert {"2001 (3)", "0.500", "1.000"} <= set(texts(svg))


def test_series_differ_by_mark_and_more_of_them_than_there_are_colours_are_still_drawn():
    points = [(0.5, 0.5)]
    svg = line_chart([Line(TITLE, series, points) for series in range(7)], Axis(TITLE), Axis(TITLE))
    shapes = [re.sub(r"[\d.]+", "", path) for path in paths(svg, "mark")]
    assert len(set(shapes[:4])) == 4
    classes = [path.get("class") for path in drawn(svg).iterfind("svg:path", NAMESPACE)]
    assert {name for names in classes for name in names.split()} == {"line", "mark", *(f"series-{n}" for n in range(5))}
    assert legend([Line(TITLE, 6, ())]).count("series-1") == 2


def test_a_page_is_a_point_that_leads_to_it_and_says_whether_it_got_better():
    svg = page_chart([(0.5, 0.75, "a", "#page-1"), (0.9, 0.8, "b", "#page-2"), (1, 1, "c", "#page-3")], TITLE, TITLE)
    links = drawn(svg).findall("svg:a", NAMESPACE)
    assert [link.get("href") for link in links] == ["#page-1", "#page-2", "#page-3"]
    circles = [link.find("svg:circle", NAMESPACE) for link in links]
    assert [circle.get("class") for circle in circles] == ["point better", "point worse", "point equal"]
    assert "".join(circles[0].itertext()) == "a: 0.500 → 0.750"
    # The axes begin at 0.5: the first page stands on the left edge, half way up.
    assert (float(circles[0].get("cx")), float(circles[0].get("cy"))) == (LEFT, (TOP + PLOT_HEIGHT) / 2)


def test_the_gain_rises_step_by_step_and_a_loss_goes_back():
    gain = Gain(0.4, 0.8, whole=0.4, grouping=0.5, mask=0.0, recognition=-0.1, detection=0.0)
    bars = drawn(gain_chart(gain)).findall("svg:rect", NAMESPACE)
    assert [bar.get("class") for bar in bars] == ["bar whole", "bar gain", "bar gain", "bar loss", "bar whole"]
    scale = WIDTH - LABELS - VALUES - 20
    starts = [(float(bar.get("x")) - LABELS) / scale for bar in bars]
    assert starts == pytest.approx([0, 0.4, 0.9, 0.8, 0], abs=0.001)
    assert {"0.400", "+0.500", "±0.000", "−0.100", "0.800"} <= set(texts(gain_chart(gain)))
    with_detector = drawn(gain_chart(replace(gain, detection=0.1, as_installed=0.9))).findall("svg:rect", NAMESPACE)
    assert [bar.get("class") for bar in with_detector[-2:]] == ["bar gain", "bar whole"] and len(with_detector) == 6


def test_whatever_stands_in_a_name_stays_text():
    hostile = '<script>"&</script>'
    for svg in (
        line_chart([], Axis(escape(hostile)), Axis(TITLE)),
        interval_chart([(escape(hostile), [(0.5, None, None)])]),
        page_chart([(0.5, 0.6, hostile, f"#{hostile}")], TITLE, TITLE),
        legend([Line(escape(hostile), 0, ())]),
    ):
        assert hostile not in svg and "<script" not in svg
        assert hostile in "".join(ElementTree.fromstring(svg).itertext())
