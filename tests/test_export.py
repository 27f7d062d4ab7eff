"""ONNX: onnxruntime reads crops as torch does, at any width, and the detector's scores are the same on any page."""

import json

import cv2
import numpy as np
import pytest
import torch
from doors import run_here
from PIL import Image, ImageDraw

from train_easyocr.easyocr_port.engine.recognition import read_allowed
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image, reader_width
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation import onnx_files
from train_easyocr.program.fonts import korean_font
from train_easyocr.texts.charset import Charset
from train_easyocr.training.network import load_network

onnxruntime = pytest.importorskip("onnxruntime", reason="optional: python3 -m pip install onnx onnxruntime")
pytest.importorskip("onnx")

WORDS = ["a", "54,500", "Gimhae City", "(055)330-3331 No. 2001.06.15", "|"]


@pytest.fixture(scope="module")
def exported(english_folder, tmp_path_factory):
    from train_easyocr.export import main

    output = tmp_path_factory.mktemp("onnx")
    done = run_here(main, "--network", "english_copy", "--output", output, EASYOCR_MODULE_PATH=english_folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "onnxruntime computes the same as torch"
    return output, json.loads((output / "english_copy.json").read_text(encoding="utf-8"))


def crop(word):
    font = korean_font(28)
    image = Image.new("L", (int(font.getlength(word)) + 12, 40), 235)
    ImageDraw.Draw(image).text((6, 2), word, font=font, fill=20)
    return np.asarray(image)


def test_crops_are_read_as_by_torch(exported):
    output, facts = exported
    session = onnx_files.open_onnx(output / facts["recogniser"]["file"])
    network, charset = load_network(describe_weights("english_g2")), Charset(facts["characters"])
    for word in WORDS:
        image = reader_image(crop(word), reader_width(*crop(word).shape[::-1]))
        tensor = normalize(image.astype(np.float32))[None, None]
        with torch.no_grad():
            wanted = network(torch.from_numpy(tensor)).softmax(dim=2).numpy()[0]
        [logits] = session.run([facts["recogniser"]["output"]], {facts["recogniser"]["input"]: tensor})
        found = torch.from_numpy(logits).softmax(dim=2).numpy()[0]
        read, expected = (read_allowed(probabilities, [], charset) for probabilities in (found, wanted))
        assert read.text == expected.text and read.confidence == pytest.approx(expected.confidence, abs=1e-4)


def test_the_description_says_what_a_program_needs(exported):
    _, facts = exported
    assert facts["characters"] == describe_weights("english_g2").characters
    assert (facts["image_height"], facts["blank"]) == (64, 0)
    assert facts["reading"]["width_ths"] == DEFAULT_GROUPING.width_ths


def test_the_detector_has_the_scores_of_easyocrs_on_a_page(exported, detector):
    output, facts = exported
    page = np.full((90, 420, 3), 255, np.uint8)
    cv2.putText(page, "Gimhae City 2001", (20, 55), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    wanted = detector.find(page, DEFAULT_GROUPING).maps.maps  # [2, 48, 224]
    padded = np.zeros((96, 448, 3), np.float32)
    padded[:90, :420] = page
    tensor = (padded / 255 - facts["page_mean"]) / facts["page_deviation"]
    session = onnx_files.open_onnx(output / facts["detector"]["file"])
    [scores] = session.run(None, {facts["detector"]["input"]: tensor.transpose(2, 0, 1)[None].astype(np.float32)})
    assert scores[0].transpose(2, 0, 1) == pytest.approx(wanted, abs=1e-4)
    assert scores.max() > 0.5


def test_what_cannot_be_exported_is_one_line(english_folder, tmp_path, monkeypatch):
    from train_easyocr.export import main

    done = run_here(main, "--network", "gone", EASYOCR_MODULE_PATH=english_folder)
    assert done.returncode == 2 and "the network 'gone' is not installed" in done.stderr
    monkeypatch.setattr(onnx_files.importlib.util, "find_spec", lambda name: None)
    options = ("--network", "english_copy", "--output", tmp_path)
    done = run_here(main, *options, EASYOCR_MODULE_PATH=english_folder)
    told = "error: onnx and onnxruntime: not installed; run python3 -m pip install onnx onnxruntime\n"
    assert (done.returncode, done.stderr) == (2, told)
    assert not list(tmp_path.iterdir())


def test_a_file_that_computes_something_else_is_not_kept(english_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_files, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(
        onnx_files.UserError, match=r"english_copy\.onnx: onnxruntime computes something else than torch"
    ):
        onnx_files.write_onnx("english_copy", english_folder, tmp_path)
    assert not list(tmp_path.iterdir())
