"""Boxes of small signs end where their ink ends, a rim included; others stay as they were found."""

import cv2
import numpy as np
import pytest

from train_easyocr.easyocr_port.small_print import RIM, tight_small_boxes

SIGNS = {"dash": [(40, 30, 54, 33)], "colon": [(40, 22, 44, 26), (40, 34, 44, 38)], "dot": [(40, 30, 44, 34)]}


def printed(signs, ink=30, paper=235):
    page = np.full((64, 96), paper, np.uint8)
    for xmin, ymin, xmax, ymax in signs:
        page[ymin:ymax, xmin:xmax] = ink
    return page


def bounds(signs):
    signs = np.array(signs)
    return np.concatenate([signs[:, :2].min(axis=0) - RIM, signs[:, 2:].max(axis=0) + RIM]).astype(float)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("ink, paper", [(30, 235), (240, 60)])
def test_a_box_that_is_two_pixels_off_is_drawn_to_the_ink(sign, ink, paper):
    wanted = bounds(SIGNS[sign])
    noisy = printed(SIGNS[sign], ink, paper) + np.random.default_rng(1).normal(0, 4, (64, 96))
    page = cv2.GaussianBlur(noisy.clip(0, 255).astype(np.uint8), (0, 0), 0.6)
    for shift in ([-2, 1, 1, 2], [1, -1, 2, -1], [0, 0, 0, 0]):
        assert np.abs(tight_small_boxes((wanted + shift)[None], page)[0] - wanted).max() <= 1


def test_a_neighbours_stroke_and_a_rule_beside_a_sign_are_not_its_ink():
    page = printed([*SIGNS["dash"], (57, 10, 70, 60), (0, 36, 96, 37)])
    assert tight_small_boxes(bounds(SIGNS["dash"])[None] + 0.6, page)[0] == pytest.approx(bounds(SIGNS["dash"]))


def test_large_boxes_faint_print_and_boxes_beyond_the_page_stay_as_they_are():
    large, faint = np.array([[10.0, 10, 60, 40]]), np.array([[39.0, 29, 55, 34]])
    assert (tight_small_boxes(large, printed(SIGNS["dash"])) == large).all()
    assert (tight_small_boxes(faint, printed(SIGNS["dash"], ink=220)) == faint).all()
    outside = np.array([[200.0, 200, 206, 203], [-8, -8, -3, -4]])
    assert (tight_small_boxes(outside, printed([])) == outside).all()
