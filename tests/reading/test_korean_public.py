"""The network that ships: found by name, undamaged, small, and able to read what korean_g2 cannot spell."""

import hashlib
import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from train_easyocr import install
from train_easyocr.easyocr_port import weights
from train_easyocr.easyocr_port.custom_network import DETECTOR_FILE, SHIPPED, detector_files, installed_files
from train_easyocr.easyocr_port.engine.reader import open_reader
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image, reader_width
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS
from train_easyocr.easyocr_port.weights import (
    SHIPPED_DETECTOR,
    SHIPPED_FILE,
    describe_weights,
    find_detector,
    find_weights,
)
from train_easyocr.installation.network_files import install_network
from train_easyocr.program.errors import UserError
from train_easyocr.program.fonts import korean_font
from train_easyocr.reading.installed import installed_options
from train_easyocr.texts.charset import KOREAN_G2, KOREAN_PUBLIC, Charset
from train_easyocr.training.network import load_network
from train_easyocr.training.objective import greedy_readings

TEXTS = [
    "서류를",
    "첨부하였습니다.",
    "됩니다",
    "「건축법」",
    "54,500원",
    "2001.06.15",
    "㎡당",
    "※",
    "제1항의",
    "(055)330-3331",
]


def printed(text):
    """A word in black on white, 40 pixels high, with a margin as a label's: uint8 [height, width]."""
    font = korean_font(34)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (right - left + 8, bottom - top + 8), 255)
    ImageDraw.Draw(image).text((4 - left, 4 - top), text, fill=0, font=font)
    return np.asarray(image)


def test_it_is_found_by_name_and_is_what_its_description_says():
    assert find_weights("korean_public") == SHIPPED_FILE
    described = describe_weights("korean_public")
    assert described.characters == KOREAN_PUBLIC
    told = json.loads(SHIPPED_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["sha256"] == hashlib.sha256(SHIPPED_FILE.read_bytes()).hexdigest()
    assert told["characters"] == len(KOREAN_PUBLIC)


@pytest.mark.parametrize(("path", "size"), [(SHIPPED_FILE, 12_000_000), (SHIPPED_DETECTOR, 4_000_000)])
def test_it_is_small_on_disk_and_float32_in_memory(path, size):
    assert path.stat().st_size < size
    stored = torch.load(path, weights_only=True)
    assert all(name.startswith("module.") for name in stored)
    assert {value.dtype for value in stored.values() if value.is_floating_point()} == {torch.float16}
    read = read_weights(path)
    assert {value.dtype for value in read.values() if value.is_floating_point()} == {torch.float32}


def test_its_detector_is_found_by_name_and_has_the_checksum_of_its_description():
    assert find_detector("korean_public") == SHIPPED_DETECTOR


def test_a_damaged_or_missing_file_is_told_in_one_line(tmp_path, monkeypatch):
    copy = tmp_path / SHIPPED_FILE.name
    shutil.copyfile(SHIPPED_FILE.with_suffix(".json"), copy.with_suffix(".json"))
    monkeypatch.setattr(weights, "SHIPPED_FILE", copy)
    with pytest.raises(UserError, match=r"korean_public\.pth: this file or the JSON beside it is missing"):
        find_weights("korean_public")
    copy.write_bytes(SHIPPED_FILE.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"SHA-256 is [0-9a-f]{64}"):
        find_weights("korean_public")


def test_it_reads_what_public_documents_print():
    assert any(set(text) - set(KOREAN_G2) for text in TEXTS)
    described = describe_weights(SHIPPED)
    network = load_network(described)
    readings = []
    for text in TEXTS:
        crop = printed(text)
        image = reader_image(crop, reader_width(crop.shape[1], crop.shape[0]))
        with torch.no_grad():
            logits = network(normalize(torch.from_numpy(image)[None, None].float()), None)
        readings.append(greedy_readings(logits, Charset(described.characters))[0][0])
    assert readings == TEXTS


def test_easyocrs_own_reader_reads_with_it(tmp_path):
    install_network(SHIPPED, describe_weights(SHIPPED), tmp_path)
    reader = open_reader(tmp_path, SHIPPED, cuda=False, detector=False)
    crop = printed("서류를")
    box = [0, crop.shape[1], 0, crop.shape[0]]
    [(_, text, confidence)] = reader.recognize(crop, horizontal_list=[box], free_list=[])
    assert text == "서류를"
    assert confidence > 0.5


def test_step_4_installs_it_without_data_under_its_name_or_another(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(tmp_path))
    for arguments, name in (["--shipped"], SHIPPED), (["--shipped", "--name", "mine"], "mine"):
        monkeypatch.setattr("sys.argv", ["install", *arguments])
        install.main()
        assert installed_files(name, tmp_path)[0].read_bytes() == SHIPPED_FILE.read_bytes()
        craft, detector, definition = detector_files(name, tmp_path)
        assert detector.read_bytes() == SHIPPED_DETECTOR.read_bytes() and not craft.exists()
        assert definition.read_bytes() == DETECTOR_FILE.read_bytes()
        assert installed_options(name, tmp_path) == SHIPPED_OPTIONS
        shown = capsys.readouterr().out
        assert f"Installed '{name}' in {tmp_path}" in shown and f"recog_network={name!r}" in shown
    monkeypatch.setattr("sys.argv", ["install", "--shipped", "--cuda", "--checkpoint", "x.pth"])
    with pytest.raises(UserError, match="--shipped installs the network that ships, for which --checkpoint, --cuda is"):
        install.main()
