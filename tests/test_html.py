"""The report is built from the summary alone and shows its figures; whatever stands in a text stays text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from train_easyocr.records import Page, PageFile, Reading, Word
from train_easyocr.report.charts import bar_chart, gain_chart
from train_easyocr.report.html import build_report
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.summary import summarize

BOX = (0, 0, 100, 40)
TITLES = {"finetuned": "fine-tuned", "word_grouping": "word grouping", "cer": "CER"}


@pytest.fixture(scope="module")
def summary():
    page = Page("인.허가/1/2001/<b>a", "인.허가", "2001", 300, 200, (Word("<script>", BOX),), "public_documents")
    read, wrong = [(Reading(BOX, "<script>", 0.9),)], [(Reading(BOX, "<scrlpt>", 0.9),)]
    groupings = ("default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes")
    readings = {"baseline_as_shipped": wrong, "baseline": wrong, "finetuned": read, "finetuned_as_installed": read}
    files = [PageFile(page, Path("a.jpg"), "a.jpg")]
    results = score_all(files, {name: dict.fromkeys(groupings, found) for name, found in readings.items()})
    return summarize(results, 1, {"baseline": "korean_g2", "groupings": {}}, {"<i>.jpg": "not & an image"})


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        self.opened.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def parse(text):
    parser = Tags()
    parser.feed(text)
    return parser


def test_the_report_shows_the_table_the_lines_the_split_and_the_failures(summary):
    report = parse(build_report(summary, TITLES, ["improved 7%"], {"a 1.jpg": "pages/a 1.jpg"}))
    text = " ".join(report.texts)
    for shown in ("fine-tuned", "word grouping", "CER", "0.875", "improved 7%", "recognition", "+0.125"):
        assert shown in text
    for shown in ("not & an image", "korean_g2", "a 1.jpg"):
        assert shown in text


def test_the_reading_options_stand_one_below_the_other(summary):
    settings = {
        "groupings": {"word_grouping": {"width_ths": 0.0, "low_text": 0.4}},
        "own_groupings": {"finetuned": {"word_grouping": {"width_ths": 0.0, "low_text": 0.3}}},
    }
    report = build_report({**summary, "settings": settings}, TITLES, [], {})
    assert "<tr><th></th><th>word grouping</th><th>fine-tuned: word grouping</th></tr>" in report
    assert "<tr><td>low_text</td><td>0.4</td><td>0.3</td></tr>" in report
    assert "{&#x27;" not in report


def test_confusions_of_characters_and_of_the_parts_of_syllables(summary):
    texts = parse(build_report(summary, TITLES, [], {})).texts
    first = texts.index("truth")
    assert texts[first : first + 8] == ["truth", "read", "times", "share", "i", "l", "1", "1.000"]
    assert {"Characters", "초성", "중성", "종성"} <= set(texts)


def test_what_was_read_cannot_become_markup(summary):
    titles = {"finetuned": "<u>", "word_grouping": "<s>"}
    report = parse(build_report(summary, titles, ["<script>alert()</script>"], {"<img>.jpg": "pages/<img>.jpg"}))
    assert not {"script", "i", "b", "img", "u", "s"} & set(report.opened)


def test_bars_are_as_long_as_their_figures_and_nothing_measured_has_none():
    chart = bar_chart({"word": [0.5, None], "own": [None, 1.0]}, ["a", "b"])
    assert chart.count("<rect") == 2 and 'width="265.0"' in chart and 'width="530.0"' in chart
    assert "0.500" in chart and "–" not in chart


def test_a_loss_is_drawn_in_another_colour_than_a_gain():
    gain = {"as_shipped": 0.5, "grouping": 0.2, "mask": -0.1, "recognition": 0.3, "as_installed": 0.9}
    chart = gain_chart(gain)
    assert chart.count("#c62828") == 1 and chart.count("#2e8540") == 2
    assert "+0.200" in chart and "-0.100" in chart
