"""Cores of words: EasyOCR's own code restores the labelled boxes from them, and neighbours stay apart."""

import math

import numpy as np
import pytest
from easyocr.craft_utils import getDetBoxes

from train_easyocr.training.detector.score_targets import MAP_SCALE, placed
from train_easyocr.training.detector.word_cores import OWNED, draw_cores, shrunk_halves

UPRIGHT = np.eye(2, 3)
SIDES = (8, 12, 16, 23, 40, 101, 230, 400)
LEAST_REGION = 10
"""EasyOCR leaves out regions of fewer pixels of the map."""


def restored(cores):
    """The regions that EasyOCR makes of cores: corners [4, 2] in pixels of the image."""
    boxes, _, _ = getDetBoxes(cores[0], np.zeros_like(cores[0]), 0.7, 0.4, 0.4, False)
    return [np.array(box) * MAP_SCALE for box in boxes]


@pytest.mark.parametrize("offset", [0, 1])
def test_easyocr_restores_an_upright_box_from_its_core_to_a_pixel_of_the_map(offset):
    lost = []
    for width, height in ((width, height) for width in SIDES for height in SIDES):
        box = np.array([20 + offset, 30 + offset, 20 + offset + width, 30 + offset + height])
        cores, _ = draw_cores(placed(box, UPRIGHT), (480, 480))
        found = restored(cores)
        if (cores > 0.4).sum() < LEAST_REGION:
            lost.append((width, height))
            continue
        [corners] = found
        # EasyOCR's box ends where the last pixel of the map begins, two pixels of the image before its end.
        first, last = corners.min(axis=0), corners.max(axis=0) + MAP_SCALE
        off = np.abs(np.concatenate([first, last]) - box).max()
        assert off <= MAP_SCALE + (min(width, height) < 12), (width, height)  # a core has at least two pixels
    assert all(width * height <= 12 * 16 for width, height in lost)


@pytest.mark.parametrize("degrees", [2, 4, 8])
def test_easyocr_restores_a_turned_box_with_its_angle(degrees):
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle), 60], [math.sin(angle), math.cos(angle), 20]])
    for width, height in ((100, 30), (200, 24), (300, 60), (20, 100)):
        word = placed(np.array([20, 30, 20 + width, 30 + height]), turn)
        [corners] = restored(draw_cores(word, (480, 480))[0])
        centre, right, down = word.centres[0], word.right[0], word.down[0]
        wanted = np.array([centre - right - down, centre + right - down, centre + right + down, centre - right + down])
        assert np.abs(corners + MAP_SCALE / 2 - wanted).max() <= 1.5 * MAP_SCALE


def test_the_share_of_a_pixel_in_upright_cores_is_that_of_many_points_in_it():
    boxes, fine = np.array([[11.3, 7.9, 60.2, 31.4], [70, 10, 77, 14.5], [-9, 40, 13, 61]]), 20
    cores, owners = draw_cores(placed(boxes, UPRIGHT), (64, 96))
    y, x = (np.mgrid[: 32 * fine, : 48 * fine] + 0.5) * MAP_SCALE / fine
    shares = []
    for box in boxes:
        half = MAP_SCALE * shrunk_halves((box[None, 2:] - box[None, :2]) / 2 / MAP_SCALE)[0]
        inside = (np.abs(x - box[[0, 2]].mean()) < half[0]) & (np.abs(y - box[[1, 3]].mean()) < half[1])
        shares.append(inside.reshape(32, fine, 48, fine).mean(axis=(1, 3)))
    assert np.abs(cores[0] - np.max(shares, axis=0)).max() <= 1 / fine  # half a point at each of two edges
    for number, share in enumerate(shares, 1):
        assert (owners[share > OWNED + 1 / fine] == number).all()
    assert (owners[np.max(shares, axis=0) < OWNED - 1 / fine] == 0).all()


@pytest.mark.parametrize("height", [12, 20, 40, 80])
def test_words_two_pixels_apart_stay_two_regions(height):
    width = height * 3 // 2
    boxes = np.array([[10, 10, 10 + width, 10 + height], [12 + width, 10, 12 + 2 * width, 10 + height]])
    cores, owners = draw_cores(placed(boxes, UPRIGHT), (160, 320))
    first, second = sorted(restored(cores), key=lambda corners: corners[0, 0])
    assert first[:, 0].max() <= second[:, 0].min() + MAP_SCALE
    assert set(np.unique(owners)) == {0, 1, 2}


def test_a_small_sign_keeps_a_core_and_a_page_without_words_has_none():
    cores, owners = draw_cores(placed(np.array([20, 20, 24, 34]), UPRIGHT), (64, 64))  # a colon
    assert (cores[0, 11:16, 10:12] == 1).all() and (owners > 0).sum() == 14 and len(restored(cores)) == 1
    cores, owners = draw_cores(placed(np.zeros((0, 4)), UPRIGHT), (64, 64))
    assert cores.shape == (1, 32, 32) and not cores.any() and not owners.any()
