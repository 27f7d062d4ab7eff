"""Reading with the options that are stored with a network equals EasyOCR's Reader called by hand with them."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.errors import UserError
from train_easyocr.installation.network_files import install_network
from train_easyocr.reading.installed import _reader, installed_options, read, usage
from train_easyocr.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.weights import describe_weights, provide_craft

OPTIONS = replace(WORD_GROUPING, add_margin=0.05, low_text=0.3)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(tmp_path))
    weights = describe_weights("english_g2")
    provide_craft(tmp_path)
    install_network("tuned", weights, tmp_path, OPTIONS)
    install_network("plain", weights, tmp_path)
    return tmp_path


def page(path):
    image = Image.new("RGB", (420, 90), "white")
    ImageDraw.Draw(image).text((20, 25), "Gimhae   City   2001", font=ImageFont.load_default(30), fill="black")
    image.save(path)
    return path


def test_a_page_is_read_with_the_stored_options(folder, tmp_path):
    path = page(tmp_path / "쪽 1.png")
    readings = read(path, "tuned")
    by_hand = _reader("tuned", folder, False).readtext(str(path), **asdict(OPTIONS))
    assert [reading.text for reading in readings] == [text for _, text, _ in by_hand] == ["Gimhae", "City", "2001"]
    assert [reading.confidence for reading in readings] == [float(confidence) for _, _, confidence in by_hand]
    xmin, ymin, xmax, ymax = readings[0].box
    assert 0 <= xmin < xmax <= 420 and 0 <= ymin < ymax <= 90
    assert read(np.asarray(Image.open(path))[..., ::-1], "tuned") == readings


def test_stored_options_come_back_and_default_to_easyocrs(folder):
    assert installed_options("tuned", folder) == OPTIONS
    assert installed_options("plain", folder) == DEFAULT_GROUPING


def test_a_network_that_is_not_installed_is_one_line(folder):
    with pytest.raises(
        UserError, match=r"absent\.yaml: no such file, so the network 'absent' is not installed; run step 4"
    ):
        read("page.jpg", "absent")


def test_the_printed_lines_hold_what_differs_from_easyocrs_defaults():
    lines = usage("finetuned", OPTIONS)
    assert "recog_network='finetuned'" in lines
    assert (
        "readtext(open('page.jpg', 'rb').read(), low_text=0.3, height_ths=0.0, width_ths=0.0, add_margin=0.05)" in lines
    )
