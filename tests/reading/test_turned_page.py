"""A few words tell how a page is turned: turned pages of the sample are found, upright ones stay."""

import json

import cv2
import numpy as np
import pytest

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.reader import open_network
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.printing.sample.writing import VALIDATION, PageTask, make_page
from train_easyocr.reading.turned_page import LEAST_VOTERS, TURNS, VOTERS, most_legible_turn, turned_back


@pytest.fixture(scope="module")
def confidence(tmp_path_factory):
    """How sure the network that ships is of a crop."""
    folder = tmp_path_factory.mktemp("EasyOCR")
    install_network(SHIPPED, describe_weights(SHIPPED), folder)
    network = open_network(SHIPPED, folder)
    return lambda crop: network.read([crop], [""])[0][0].confidence


def turned(page, boxes, turn):
    """Turn a page clockwise; return also its regions, as the detector would find them on it turned back by 0 and 90."""
    lying, there = turned_regions(page, boxes, turn)
    return lying, {0: there, 90: turned_regions(page, boxes, (turn - 90) % 360)[1]}.get


def turned_regions(page, boxes, turn):
    height, width = page.shape
    regions = []
    for xmin, ymin, xmax, ymax in boxes:
        corners = np.array([(xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax)])
        for _ in range(turn // 90):
            corners = np.stack([-corners[:, 1], corners[:, 0]], axis=1)
        regions.append(
            (corners + [[0, 0], [height, 0], [width, height], [0, width]][turn // 90]).astype(np.int32).ravel()
        )
    return np.ascontiguousarray(np.rot90(page, -turn // 90)), regions


@pytest.mark.parametrize("number", [0, *(pytest.param(number, marks=pytest.mark.slow) for number in range(1, 4))])
def test_a_page_of_the_sample_is_told_however_it_lies(confidence, number):
    made = make_page(PageTask(VALIDATION, number, dpi=150, seed=7))
    page = cv2.imdecode(np.frombuffer(made.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    labels = [word["annotation.bbox"] for word in json.loads(made.label)["annotations"]]
    boxes = [(x, y, x + width, y + height) for x, y, width, height in labels]
    asked = []

    def counted(crop):
        asked.append(crop)
        return confidence(crop)

    for turn in TURNS:
        lying, regions = turned(page, boxes, turn)
        assert most_legible_turn(lying, regions, counted) == turn
        assert (turned_back(lying, turn) == page).all()
    assert len(asked) <= 4 * 4 * VOTERS
    assert most_legible_turn(*turned(page, boxes, 180), confidence, [180, 0]) == 180
    assert most_legible_turn(*turned(page, boxes, 90), confidence, [0]) == 0


def test_nothing_is_turned_that_reads_no_better_in_another_direction():
    page, word = np.full((100, 400), 255, np.uint8), np.array([10, 10, 90, 10, 90, 40, 10, 40], np.int32)
    page[:, ::2] = 0
    words = [word + [x, 0] * 4 for x in (0, 100, 200)]

    def sure_of(upright, upside_down):
        answers = iter([*upright, *upside_down])
        return lambda crop: next(answers)

    def told(words, confidence):
        return most_legible_turn(page, {0: words, 90: []}.get, confidence)

    assert told(words, sure_of([0.3, 0.3, 0.3], [0.9, 0.9, 0.9])) == 180
    assert told(words, sure_of([0.8, 0.8, 0.8], [0.9, 0.9, 0.9])) == 0
    assert told(words, sure_of([0.6, 0.6, 0.6], [0.7, 0.7, 0.7])) == 0

    def told_of_pieces(legible):
        """Nothing to ask as the page lies, where words stand on end in pieces; words on the page turned by 90."""
        pieces = [np.array([x, 10, x + 20, 10, x + 20, 30, x, 30], np.int32) for x in (10, 50, 90)]
        upright = [word + [0, y] * 4 for y in (0, 100, 200)]
        return most_legible_turn(page, {0: pieces, 90: upright}.get, sure_of([legible] * 3, [0.2] * 3))

    assert (told_of_pieces(0.71), told_of_pieces(0.69)) == (90, 0)
    assert told(words, sure_of([0.2, 0.2, 0.2], [0.45, 0.45, 0.45])) == 0
    assert told(words, sure_of([0.5, 0.5, 0.0], [0.45, 0.45, 1.0])) == 0
    assert told(words[: LEAST_VOTERS - 1], sure_of([0.3, 0.3, 0.3], [0.9, 0.9, 0.9])) == 0
    assert told([], sure_of([0.3], [0.9])) == 0
