"""`read()` computes the convolutions in a quicker way: the Reader's texts, and nearly its confidences."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch import nn

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.quick_convolutions import QuickConvolutions, WinogradConvolution
from train_easyocr.easyocr_port.engine.reader import open_network
from train_easyocr.easyocr_port.engine.recognition import CropReader
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.program.fonts import korean_font

WORDS = ["김해시", "2001.06.15", "(055)330-3331", "54,500원", "제1항의", "및", "E-mail", "1.", "귀하께서", "하였습니다"]


@pytest.mark.parametrize("size", [(8, 12), (7, 9), (1, 1)])
def test_winograds_form_is_the_convolution(size):
    torch.manual_seed(1)
    layer, images = nn.Conv2d(64, 8, 3, padding=1), torch.randn(2, 64, *size)
    with torch.inference_mode():
        torch.testing.assert_close(WinogradConvolution(layer)(images), layer(images), atol=1e-4, rtol=1e-4)
    assert WinogradConvolution.pays(layer)
    others = [nn.Conv2d(64, 8, 3), nn.Conv2d(64, 8, 2, padding=1), nn.Conv2d(63, 8, 3, padding=1), nn.ReLU()]
    assert not any(map(WinogradConvolution.pays, others))


def test_batch_norms_are_folded_and_the_network_stays_as_it_is():
    torch.manual_seed(2)
    chain = nn.Sequential(nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.ReLU(inplace=True))
    chain[1].running_mean.uniform_(), chain[1].running_var.uniform_(0.5, 2)
    before, images = {key: value.clone() for key, value in chain.eval().state_dict().items()}, torch.randn(2, 1, 10, 14)
    with torch.inference_mode():
        torch.testing.assert_close(QuickConvolutions(chain)(images), chain(images))
    assert all(torch.equal(value, before[key]) for key, value in chain.state_dict().items())


def printed(word, size, random):
    """A grey crop of a word, in lighter or darker ink, with a little noise."""
    font = korean_font(size)
    image = Image.new("L", (round(font.getlength(word)) + 8, size + 10), 235)
    ImageDraw.Draw(image).text((4, 3), word, font=font, fill=int(random.integers(20, 120)))
    return np.clip(np.array(image) + random.normal(0, 6, (image.height, image.width)), 0, 255).astype(np.uint8)


def test_quick_texts_are_the_readers_and_the_confidences_nearly(tmp_path):
    install_network(SHIPPED, describe_weights(SHIPPED), tmp_path)
    random, exact = np.random.default_rng(4), open_network(SHIPPED, tmp_path)
    quick = CropReader(exact.network, exact.charset.characters, quick=True)
    crops = [printed(word, size, random) for size in (16, 18, 20, 24, 28, 32) for word in WORDS]
    [expected], [readings] = exact.read(crops, [""]), quick.read(crops, [""])
    assert [reading.text for reading in readings] == [reading.text for reading in expected]
    sure = [reading.confidence for reading in expected]
    assert [reading.confidence for reading in readings] == pytest.approx(sure, abs=0.01)
    assert readings != expected  # the quick way was taken
