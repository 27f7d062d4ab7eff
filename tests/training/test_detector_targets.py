"""Words cut into characters, and the maps that CRAFT learns, against a brute-force drawing of EasyOCR's recipe.

EasyOCR's package carries no trainer of CRAFT; the recipe of its repository (trainer/craft) is drawn here once more,
pixel by pixel: a Gaussian of 200 x 200 with sigma 40, warped onto the enlarged box at full size, then halved.
"""

import math
from itertools import pairwise

import cv2
import numpy as np
import pytest

from train_easyocr.pages.records import Word
from train_easyocr.training.detector.characters import character_boxes, drawable
from train_easyocr.training.detector.score_targets import affinities, draw_targets, placed

UPRIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def recipe_gaussian() -> np.ndarray:
    drawn = np.zeros((200, 200), np.float32)
    for row in range(200):
        for column in range(200):
            if math.hypot(row - 100, column - 100) <= 100:
                drawn[row, column] = math.exp(-((row - 100) ** 2 + (column - 100) ** 2) / (2 * 40**2))
    return drawn


def recipe_map(corners_of: list[list[tuple[float, float]]], size: tuple[int, int]) -> np.ndarray:
    """Warp the Gaussian onto boxes of four corners, each corner half as far again from the centre, and halve."""
    whole = np.zeros(size, np.float32)
    for corners in corners_of:
        points = np.array(corners, np.float32)
        enlarged = points.mean(axis=0) + (points - points.mean(axis=0)) * 1.5
        square = np.array([[0, 0], [200, 0], [200, 200], [0, 200]], np.float32)
        warp = cv2.getPerspectiveTransform(square, enlarged.astype(np.float32))
        whole = np.maximum(whole, cv2.warpPerspective(recipe_gaussian(), warp, size[::-1]))
    return cv2.resize(whole, (size[1] // 2, size[0] // 2), interpolation=cv2.INTER_AREA)


def recipe_affinity(first: list[tuple[float, float]], second: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The box between two characters of a horizontal word: means of two of their corners and their centre."""
    a, b = np.array(first), np.array(second)
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    return [
        tuple((a[0] + a[1] + middle_a) / 3),
        tuple((b[0] + b[1] + middle_b) / 3),
        tuple((b[2] + b[3] + middle_b) / 3),
        tuple((a[2] + a[3] + middle_a) / 3),
    ]


def corners(box):
    xmin, ymin, xmax, ymax = box
    return [(xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax)]


@pytest.mark.parametrize("matrix", [UPRIGHT, np.array([[0.9, -0.04, 12.0], [0.04, 0.9, 3.0]])])
def test_both_maps_are_those_of_the_recipe(matrix):
    boxes = character_boxes(Word("가나12", (40, 30, 140, 70)))
    drawn, _ = draw_targets([(placed(boxes, matrix), False)], (128, 200))
    on_image = [[tuple(matrix @ [x, y, 1]) for x, y in corners(box)] for box in boxes]
    links = [recipe_affinity(a, b) for a, b in pairwise(on_image)]
    for ours, wanted in zip(drawn, (recipe_map(on_image, (128, 200)), recipe_map(links, (128, 200))), strict=True):
        assert wanted.max() > 0.9
        assert np.abs(ours - wanted).max() < 0.05 and np.abs(ours - wanted).mean() < 0.004


def test_characters_share_the_box_by_their_advance_widths():
    boxes = character_boxes(Word("가1.", (100, 10, 290, 60)))
    assert np.allclose(boxes[:, 0], [100, 200, 255]) and np.allclose(boxes[:, 2], [200, 255, 290])
    assert (boxes[:, 1] == 10).all() and (boxes[:, 3] == 60).all()


def test_a_space_takes_room_and_is_no_character_but_its_neighbours_are_joined():
    boxes = character_boxes(Word("여 권", (0, 0, 233, 100)))
    assert np.allclose(boxes[:, [0, 2]], [[0, 100], [133, 233]])
    link = affinities(placed(boxes, UPRIGHT), vertical=False)
    assert np.allclose(link.centres, [[116.5, 50]]) and np.allclose(link.right, [[66.5, 0]])


def test_a_vertical_word_goes_down():
    boxes = character_boxes(Word("결재란", (10, 0, 40, 90)))
    assert np.allclose(boxes, [[10, 0, 40, 30], [10, 30, 40, 60], [10, 60, 40, 90]])
    link = affinities(placed(boxes, UPRIGHT), vertical=True)
    assert np.allclose(link.centres, [[25, 30], [25, 60]]) and np.allclose(link.right[:, 0], 10)
    assert np.allclose(link.down[:, 1], 15)


def test_a_cut_moves_to_the_gap_between_the_ink():
    ink = np.ones((20, 40))
    ink[:, 22:24] = 0  # the gap; by widths alone the cut would be at 20
    assert np.allclose(character_boxes(Word("가나", (0, 0, 40, 20)), ink)[:, [0, 2]], [[0, 23], [23, 40]])
    assert np.allclose(character_boxes(Word("가나", (0, 0, 40, 20)), np.ones((20, 40)))[0, 2], 20)


def test_no_link_crosses_from_one_label_to_the_next():
    words = [Word("가", (20, 20, 50, 50)), Word("나", (52, 20, 82, 50))]
    scores, owners = draw_targets([(placed(character_boxes(word), UPRIGHT), False) for word in words], (80, 120))
    assert scores[1].max() == 0
    assert owners[17, 17] == 1 and owners[17, 33] == 2 and owners[0, 0] == 0


def test_only_words_with_a_text_and_an_area_are_drawn():
    words = [Word("가", (0, 0, 9, 9)), Word("", (0, 0, 9, 9)), Word("나", (5, 5, 5, 9))]
    assert drawable(words) == words[:1]
    assert draw_targets([], (40, 40))[0].max() == 0
