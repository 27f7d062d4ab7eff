"""Tuning pages: nothing about a page is computed twice, and placeholders do not count in the search."""

from dataclasses import replace

import pytest
from evaluation_set import write_evaluation_set

from train_easyocr.dataset.excluded_labels import ignore_placeholders
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine import detector
from train_easyocr.easyocr_port.engine.detector import open_detector
from train_easyocr.easyocr_port.engine.reader import open_network, read_boxes
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.pages.records import Page, Reading, Word
from train_easyocr.reading.page_reading import decode
from train_easyocr.reading.tuning_set import TuningSet
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.page_scoring import end_to_end_f1

WORD, PLACEHOLDER = (0, 0, 100, 40), (200, 0, 300, 40)


@pytest.mark.parametrize(("placeholder_texts", "f1"), [((), 0.4), (("xxx",), 1.0)])
def test_placeholders_decide_no_reading_options(placeholder_texts, f1):
    # Two boxes in the place of the placeholder: without it one word, one box; with it two words, three boxes, one pair.
    page = Page("p", "", "", 400, 100, (Word("결재", WORD), Word("xxx", PLACEHOLDER)), "")
    boxes = [TextBox(WORD), TextBox((200, 0, 249, 40)), TextBox((251, 0, 300, 40))]
    readings = [Reading(box.bounds, text, 0.9) for box, text in zip(boxes, ["결재", "흐", "림"], strict=True)]
    page = ignore_placeholders(page, placeholder_texts)[0]
    assert count_boxes(page, [box.bounds for box in boxes]).f1 == pytest.approx(f1)
    assert end_to_end_f1(page, readings) == pytest.approx(f1)


@pytest.fixture(scope="module")
def pages(english_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuning")
    write_evaluation_set(folder / "set", pages=2, size=(300, 180))
    return TuningSet(
        labelled_pages(folder / "set"),
        open_network("english_copy", english_folder),
        open_detector(english_folder),
    )


def test_boxes_and_readings_are_those_of_the_reader(pages, english_folder):
    options = replace(WORD_GROUPING, low_text=0.3, min_size=5)
    for index, (_, path) in enumerate(pages.pages):
        rgb, grey = decode(path.read_bytes())
        boxes = open_detector(english_folder).boxes(rgb, options)
        assert len(boxes) > 4
        assert pages.find_boxes(index, options) == boxes
        assert pages.read(index, boxes) == read_boxes(pages.network, grey, boxes)


def test_the_detector_is_loaded_once_for_all_pages_and_regions_are_made_once_for_their_thresholds(
    pages, english_folder, tmp_path, monkeypatch
):
    opened, made = [], []

    def opening(*arguments, **more):
        opened.append(arguments)
        return open_reader(*arguments, **more)

    def making(craft, maps, options):
        made.append(options)
        return regions(craft, maps, options)

    open_reader, regions = detector.open_reader, detector.Craft.regions
    monkeypatch.setattr(detector, "open_reader", opening)
    monkeypatch.setattr(detector.Craft, "regions", making)
    fresh = TuningSet(pages.pages, pages.network, open_detector(english_folder))
    assert opened == []
    same_thresholds = [DEFAULT_GROUPING, WORD_GROUPING, replace(WORD_GROUPING, min_size=5, add_margin=0.0)]
    for options in same_thresholds:
        for index in range(2):
            fresh.find_boxes(index, options)
    assert (len(opened), len(made)) == (1, 2)
    for name in ("text_threshold", "low_text", "link_threshold"):
        fresh.find_boxes(0, replace(WORD_GROUPING, **{name: 0.5}))
    assert len(made) == 5
    for name, value in (("mag_ratio", 1.5), ("canvas_size", 1280)):
        fresh.find_boxes(0, replace(WORD_GROUPING, **{name: value}))
    assert (len(opened), len(made)) == (1, 7)
