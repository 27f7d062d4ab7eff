"""The report of a training as a person opens it, in Chromium: languages, pictures, telephones, contrast."""

import json
import re

import pytest
from browser import WITHOUT_CHROMIUM, address, chromium, faint_texts, freshly_opened, resize, wider_than_paper
from training_runs import run, small_settings

from train_easyocr.report.html.training_charts import training_charts

pytestmark = [pytest.mark.slow, pytest.mark.skipif(WITHOUT_CHROMIUM, reason="needs chromium and chromium-driver")]


@pytest.fixture(scope="module")
def report(data, tmp_path_factory):
    settings = small_settings(data, select_data="A-B", batch_ratio="0.5-0.5", batch_max_length=3, show_number=6)
    # A folder that an address has to escape.
    return run(settings, tmp_path_factory.mktemp("학습 #1")) / "report.html"


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def opened(browser, report):
    with freshly_opened(browser, report):
        yield browser


def script(driver, code):
    return driver.execute_script(f"return {code}")


def test_every_picture_is_there(opened):
    sizes = script(opened, "[...document.images].map(image => [image.complete, image.naturalWidth])")
    assert len(sizes) >= 7 and all(complete and width > 0 for complete, width in sizes)
    assert script(opened, "document.querySelectorAll('#curves svg.chart').length") == 3


def test_no_number_at_an_axis_is_cut_off_however_small_the_loss(opened):
    row = {
        "iteration": 80,
        "training_loss": 0.05,
        "validation_loss": 0.00012,
        "accuracy": 1,
        "normalized_edit_distance": 1,
    }
    loss = next(chart for chart in training_charts([row]) if chart.name == "loss")
    script(opened, f"void (document.querySelector('#curves svg.chart').outerHTML = {json.dumps(loss.drawing)})")
    chart = "document.querySelector('#curves svg.chart')"
    edges = f"[{chart}, ...{chart}.querySelectorAll('text')].map(element => element.getBoundingClientRect().left)"
    left, *texts = script(opened, edges)
    assert "0.0003" in script(opened, f"{chart}.textContent") and min(texts) >= left


def test_the_language_changes_everywhere_and_is_remembered(opened, report):
    heading = "document.querySelector('h1').innerText"
    assert script(opened, heading).startswith("Training report")
    assert not re.search("[가-힣]{2,}", script(opened, "document.querySelector('#summary').innerText"))
    opened.find_element("css selector", '[data-to-language="ko"]').click()
    assert script(opened, heading).startswith("학습 보고서")
    seen = script(opened, "document.body.innerText")
    for english in ("Readings", "confidence", "iteration ", "left out", "wrong"):
        assert english not in seen
    opened.get(address(report))
    assert script(opened, heading).startswith("학습 보고서")


def test_a_reason_opens_its_examples(opened):
    opened.find_element("css selector", "#data summary").click()
    assert "가나다라" in script(opened, "document.querySelector('#data details').innerText")


def test_nothing_is_wider_than_a_telephone_and_nothing_is_cut_off_on_a_desk(opened):
    wide = "[...document.querySelectorAll('#summary .wide, #data .wide')].map(b => b.scrollWidth - b.clientWidth)"
    assert set(script(opened, wide)) == {0}
    resize(opened, 400, 800)
    assert script(opened, "document.documentElement.scrollWidth") <= 400


def test_nothing_is_cut_off_on_paper(opened):
    assert wider_than_paper(opened) == []


def test_right_and_wrong_differ_by_more_than_their_colour(opened):
    signs = script(opened, "[...document.querySelectorAll('.outcome')].map(sign => sign.innerText[0])")
    kinds = script(opened, "[...document.querySelectorAll('.readings figure')].map(f => f.classList[0])")
    assert signs == ["✓" if kind == "right" else "✗" for kind in kinds] and "✗" in signs
    underlined = "getComputedStyle(document.querySelector('.readings mark')).textDecorationLine"
    assert script(opened, underlined) == "underline"


def test_the_texts_can_be_read_on_their_ground(opened):
    assert faint_texts(opened) == []
