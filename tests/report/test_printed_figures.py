"""What is printed adds up: parts to their whole, a gain to the figures on both sides of it."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.report.console import headlines, improvement
from train_easyocr.report.html.charts import gain_chart
from train_easyocr.report.html.verdict import grouping_share, verdict
from train_easyocr.report.printed_figures import change_with_interval, figure, gain_in_thousandths, signed, thousandths
from train_easyocr.scoring.statistics import Interval, PairedDifference
from train_easyocr.scoring.summary import Gain, Summary

SCORE = st.floats(0, 1) | st.integers(0, 2000).map(lambda number: number / 2000)


def gain_of(*levels):
    """The gain of a summary: as shipped, after grouping, mask and recognition, as installed."""
    names = ("grouping", "mask", "recognition", "detection")
    parts = dict(zip(names, (after - before for before, after in pairwise(levels)), strict=True))
    return Gain(as_shipped=levels[0], as_installed=levels[-1], whole=levels[-1] - levels[0], **parts)


def summary_of(first, second, low, high, gain):
    """As much of a summary as the verdict and the lines below the table need."""
    compared = PairedDifference(first, second, Interval(second - first, low, high, pages=9, units=9))
    score = {grouping: {"end_to_end_f1": first} for grouping in ("default_grouping", "word_grouping")}
    scores = {
        "baseline": score,
        "finetuned": {"word_grouping": {"end_to_end_f1": second}},
        "finetuned_as_installed": {"tuned_grouping": {"end_to_end_f1": gain.as_installed}},
    }
    return Summary(scores, gain, {"word_grouping": {"end_to_end_f1": compared}}, {}, pages=9)


def printed(text):
    """The signed figures of a text, in thousandths."""
    found = re.findall(r"[+\-−±]\d+\.\d{3}", text)
    return [round(1000 * float(number.replace("−", "-").replace("±", ""))) for number in found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.9364, 936), (0.0625, 63), (0.3125, 313), (-0.0004, 0), (0.1 + 0.2, 300), (1, 1000), (2500.0, 2_500_000)],
)
def test_a_figure_is_rounded_as_the_scripts_of_the_report_do(value, expected):
    assert thousandths(value) == expected
    assert figure(value) == f"{expected / 1000:.3f}"


def test_a_figure_that_was_computed_in_two_ways_is_printed_in_one():
    pages = [0.9, 0.9755, 0.937]
    one, other = sum(pages) / 3, (pages[0] - pages[1]) / 3 + (2 * pages[1] + pages[2]) / 3
    assert one != other or figure(one) == "0.938"
    assert figure(0.9375) == figure(0.9375 - 1e-16) == "0.938"


@given(st.tuples(SCORE, SCORE, SCORE, SCORE, SCORE))
def test_the_parts_of_a_gain_add_up_and_each_is_the_difference_of_two_cells_of_the_table(levels):
    gain = gain_of(*levels)
    found = gain_in_thousandths(gain)
    assert found["whole"] == thousandths(levels[-1]) - thousandths(levels[0])
    parts = [found[name] for name in ("grouping", "mask", "recognition", "detection")]
    assert parts == [thousandths(after) - thousandths(before) for before, after in pairwise(levels)]
    assert sum(parts) == found["whole"]
    chart = printed(gain_chart(gain))
    assert sum(chart) == found["whole"]


def test_the_example_of_a_reader_who_added_up():
    # Each part rounded for itself: +0.301 +0.000 -0.004, and +0.296 for the whole.
    gain = gain_of(0.44660, 0.74715, 0.74715, 0.74269, 0.74269)
    assert [f"{getattr(gain, name):+.3f}" for name in ("whole", "grouping", "recognition")] == [
        "+0.296",
        "+0.301",
        "-0.004",
    ]
    summary = summary_of(0.61549, 0.61751, -0.001, 0.004, gain)
    first, _, chance, parts = headlines(summary)
    assert first == "Baseline: 0.615 · Fine-tuned: 0.618 · improved 0.5%"
    assert chance == "The gain of +0.003 (95% interval -0.001 to +0.004): not larger than chance"
    assert parts == "For a user: 0.447 → 0.743, +0.296 = grouping +0.300 · mask +0.000 · recognition -0.004"
    sentences = [str(sentence) for sentence in verdict(summary, "finetuned")]
    assert [printed(sentence)[:3] for sentence in sentences] == [[3, -1, 4], [296, 300, 0]]
    assert grouping_share(summary)["share"] == "101%"


@given(SCORE, SCORE, st.floats(0, 0.01), st.floats(0, 0.01))
def test_a_printed_gain_is_within_its_printed_interval(first, second, below, above):
    gain = second - first
    summary = summary_of(first, second, gain - below, gain + above, gain_of(first, first, first, second, second))
    compared = summary.comparison["word_grouping"]["end_to_end_f1"]
    value, low, high = change_with_interval(compared)
    assert low <= value <= high
    assert value == thousandths(second) - thousandths(first)
    assert printed(headlines(summary)[2]) == [value, low, high]


def test_without_an_interval_there_are_no_ends():
    compared = PairedDifference(0.5, 0.75, Interval(0.25, None, None, pages=1, units=1))
    assert change_with_interval(compared) == (250, None, None)


def test_a_percentage_is_that_of_the_printed_figures():
    assert improvement(0.5, 0.6) == "20.0%"
    assert improvement(0.9364, 0.9359) == "0.0%"  # 0.936 and 0.936
    assert improvement(0.0004, 0.5) == "from nothing"  # 0.000


@pytest.mark.parametrize(("change", "text"), [(12, "+0.012"), (-1, "−0.001"), (0, "±0.000")])
def test_a_change_in_the_report_has_its_sign(change, text):
    assert signed(change) == text
