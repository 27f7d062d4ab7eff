"""CRAFT on the inked part of a page finds what it finds on the whole page."""

import cv2
import numpy as np
import pytest
import torch
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from PIL import Image, ImageDraw

from train_easyocr.easyocr_port.engine.craft import Craft
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.engine.inked_part import InkedPart, inked_part
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.program.fonts import korean_font


def page(width=800, height=640, texts=(), noise=0.0):
    """A page of (x, y, text), RGB uint8, with a scanner's noise of so many grey levels."""
    image = Image.new("L", (width, height), 240)
    for x, y, text in texts:
        ImageDraw.Draw(image).text((x, y), text, font=korean_font(28), fill=30)
    grey = np.asarray(image) + np.random.default_rng(1).normal(0, noise, (height, width))
    return cv2.cvtColor(np.clip(grey, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2RGB)


def as_craft_sees(image):
    """A page as EasyOCR gives it to CRAFT, with the black that fills it up to multiples of 32."""
    resized, _, _ = resize_aspect_ratio(image, 2560, cv2.INTER_LINEAR, 1.0)
    return torch.from_numpy(normalizeMeanVariance(resized)).permute(2, 0, 1)[None]


@pytest.fixture(scope="module")
def part_detector(detector):
    return Detector(Craft(lambda: InkedPart(detector.network.network)))


@pytest.mark.parametrize("noise", [0.0, 6.0])
@pytest.mark.parametrize("size", [(800, 640), (790, 631)])
def test_the_part_holds_all_ink_with_paper_around_in_multiples_of_32(size, noise):
    width, height = size
    pages = as_craft_sees(page(width, height, [(300, 290, "결재"), (420, 330, ".")], noise))
    ink = np.argwhere(
        cv2.cvtColor(page(width, height, [(300, 290, "결재"), (420, 330, ".")]), cv2.COLOR_RGB2GRAY) < 200
    )
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    part = inked_part(pages)
    assert part == (left // 32 * 32 - 128, top // 32 * 32 - 128, right // 32 * 32 + 160, bottom // 32 * 32 + 160)


def test_a_part_ends_with_the_page():
    assert inked_part(as_craft_sees(page(texts=[(2, 0, "결재"), (740, 600, "끝")]))) == (0, 0, 800, 640)


def test_pale_text_is_ink():
    image = page()
    image[300:330, 400:402] = 200
    assert inked_part(as_craft_sees(image)) == (256, 160, 544, 480)


def test_a_colour_as_dark_as_its_ground_is_ink():
    image = page()
    image[300:330, 400:406] = (255, 210, 255)  # the mean of its three colours is the paper's
    assert inked_part(as_craft_sees(image)) == (256, 160, 544, 480)


@pytest.mark.parametrize("noise", [0.0, 6.0])
def test_on_an_empty_page_nothing_is_found(part_detector, noise):
    found = part_detector.find(page(790, 631, noise=noise), WORD_GROUPING)
    assert found.maps.maps.shape == (2, 320, 400) and not found.maps.maps[0].any()
    assert found.boxes(WORD_GROUPING) == []


def test_the_same_words_are_found_as_on_the_whole_page(detector, part_detector):
    texts = [(260, 250, "김해시장"), (400, 250, "귀하"), (260, 320, "2001. 6. 15."), (440, 320, "끝")]
    image = page(790, 631, texts, noise=3.0)
    whole, part = (each.find(image, WORD_GROUPING) for each in (detector, part_detector))
    assert np.abs(whole.maps.maps[0] - part.maps.maps[0]).max() < 0.1
    boxes = [sorted(box.bounds for box in found.boxes(WORD_GROUPING)) for found in (whole, part)]
    assert len(boxes[0]) == len(boxes[1]) >= 4
    assert np.abs(np.subtract(*boxes)).max() <= 2
