"""The detector: one method for any kind of network, with its maps, their cache and its regions behind it."""

from dataclasses import replace

import numpy as np
import pytest
from other_detector import BrightParts

from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.engine.word_network import WordNetwork, build_word_detector
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING

TIGHT = replace(WORD_GROUPING, add_margin=0.0)


@pytest.fixture
def page():
    page = np.zeros((100, 200, 3), np.uint8)
    page[20:60, 30:90] = page[20:60, 120:180] = 250
    return page


def bounds(boxes):
    return [box.bounds for box in boxes]


def test_another_kind_of_detector_is_one_more_class(page):
    detector = Detector(BrightParts())
    assert bounds(detector.boxes(page, TIGHT)) == [(30, 20, 90, 60), (120, 20, 180, 60)]
    joined = replace(TIGHT, width_ths=1.0, height_ths=0.5)
    assert bounds(detector.boxes(page, joined)) == [(30, 20, 180, 60)]
    assert detector.boxes(page, replace(TIGHT, min_size=100)) == []


def test_a_found_page_runs_nothing_twice(page):
    network = BrightParts()
    found = Detector(network).find(page, TIGHT)
    for options in (TIGHT, WORD_GROUPING, replace(TIGHT, text_threshold=0.5), replace(TIGHT, min_size=5)):
        assert found.boxes(options) == Detector(network).boxes(page, options)
    network.runs.clear()
    for options in (TIGHT, WORD_GROUPING, replace(TIGHT, text_threshold=0.2), replace(TIGHT, link_threshold=0.1)):
        found.boxes(options)
    assert network.runs == ["regions"]


def test_boxes_of_another_scale_need_another_run(page):
    found = Detector(BrightParts()).find(page, TIGHT)
    with pytest.raises(ValueError, match="asked for"):
        found.boxes(replace(TIGHT, mag_ratio=2.0))


def test_maps_of_any_number_are_kept_on_disk(page, tmp_path):
    first, second = BrightParts(), BrightParts()
    cache = ScoreMapCache(tmp_path, 1 << 20, "bright")
    made, kept = (Detector(network, cache).boxes(page, TIGHT) for network in (first, second))
    assert made == kept and len(kept) == 2
    assert first.runs == ["maps", "regions"] and second.runs == ["regions"]


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1), (3, 32766), (1, 1)])
def test_a_page_too_thin_to_be_looked_at_has_no_words(size):
    detector = Detector(WordNetwork(build_word_detector().eval))
    assert detector.boxes(np.full((*size, 3), 255, np.uint8), WORD_GROUPING) == []
