"""Our regions of score maps against EasyOCR's own, to the last bit."""

from copy import deepcopy

import cv2
import numpy as np
import pytest
from easyocr.craft_utils import adjustResultCoordinates, getDetBoxes

from train_easyocr.easyocr_port.craft_regions import region_quadrilaterals
from train_easyocr.easyocr_port.engine.craft import Craft, build_craft
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING


def smooth_noise(random, shape, blur):
    noise = cv2.GaussianBlur(random.random(shape).astype(np.float32), (0, 0), blur)
    return (noise - noise.min()) / (noise.max() - noise.min())


def words_like(random, shape):
    """Maps with slanted strokes, as words of a scanned page leave them, up to the edges."""
    text, link = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for _ in range(25):
        start = random.integers(-5, shape[1]), random.integers(-5, shape[0])
        end = int(start[0] + random.integers(0, 60)), int(start[1] + random.integers(-12, 12))
        start = int(start[0]), int(start[1])
        cv2.line(text, start, end, float(random.uniform(0.5, 1)), int(random.integers(2, 9)))
        cv2.line(link, start, end, float(random.uniform(0.2, 1)), int(random.integers(1, 5)))
    return cv2.GaussianBlur(text, (0, 0), 1.5), cv2.GaussianBlur(link, (0, 0), 1.5)


@pytest.mark.parametrize("thresholds", [(0.7, 0.4, 0.4), (0.5, 0.2, 0.3), (0.8, 0.7, 0.5)])
@pytest.mark.parametrize("seed", range(8))
def test_regions_are_those_of_easyocr(seed, thresholds):
    random = np.random.default_rng(seed)
    if seed % 2:
        text, link = (smooth_noise(random, (120, 170), 1 + seed / 2) for _ in range(2))
    else:
        text, link = words_like(random, (150, 210))
    expected, _, _ = getDetBoxes(text, link, *thresholds)
    found = region_quadrilaterals(text, link, *thresholds)
    assert len(found) == len(expected)
    assert np.array_equal(found, np.array(expected, np.float32).reshape(-1, 4, 2))


@pytest.fixture(scope="module")
def dense():
    """The scores of a page of more than 1,000 words, and EasyOCR's boxes on them, which take it seconds."""
    random = np.random.default_rng(3)
    text = np.zeros((1280, 960), np.float32)
    for y in range(4, 1270, 20):
        for x in range(int(random.integers(2, 9)), 930, 40):
            text[y : y + random.integers(3, 12), x : x + random.integers(5, 28)] = 0.9
    link = np.zeros_like(text)
    return np.stack([text, link]), getDetBoxes(text, link, 0.7, 0.4, 0.4)[0]


@pytest.mark.parametrize("ratio", [1.0, 2560 / 3408, 2560 / 3508, 0.3, 1.5])
def test_regions_lie_on_the_page_where_easyocr_has_them(ratio, dense):
    maps, boxes = dense[0], deepcopy(dense[1])  # EasyOCR scales boxes in place
    expected = [box.astype(np.int32).reshape(-1) for box in adjustResultCoordinates(boxes, 1 / ratio, 1 / ratio)]
    found = Craft(build_craft).regions(ScoreMaps(maps, ratio), DEFAULT_GROUPING)
    assert len(expected) > 1000
    assert np.array_equal(found, expected)


def test_a_blank_map_has_no_region():
    blank = np.zeros((32, 48), np.float32)
    assert region_quadrilaterals(blank, blank, 0.7, 0.4, 0.4).shape == (0, 4, 2)
