"""Our own detector: its definition runs in anybody's EasyOCR; the engine turns its maps into boxes of words."""

import ast
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from torch import nn
from word_detector_files import ink_detector, write_word_detector

from train_easyocr.easyocr_port.custom_network import DETECTOR_FILE
from train_easyocr.easyocr_port.engine import word_network
from train_easyocr.easyocr_port.engine.detector import Detector, load_detector, open_detector
from train_easyocr.easyocr_port.engine.word_network import (
    BAND,
    WordNetwork,
    bands,
    build_word_detector,
    definition,
    folded,
)
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS, WORD_GROUPING
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR
from train_easyocr.program.errors import UserError


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return build_word_detector().eval()


def test_the_definition_imports_torch_alone():
    tree = ast.parse(DETECTOR_FILE.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} == {"torch"}


def test_it_has_at_most_four_megabytes_in_half_precision(network):
    assert sum(value.numel() for value in network.state_dict().values()) * 2 <= 4_000_000


@torch.no_grad()
def test_its_scores_are_the_probabilities_of_its_raw_maps_in_the_form_of_crafts(network):
    scores, raw = network(torch.randn(2, 3, 64, 96))
    assert scores.shape == (2, 32, 48, 2) and raw.shape == (2, 8, 16, 24)
    for row, column in ((0, 0), (13, 22), (31, 47)):
        logits = raw[:, 2 * (row % 2) + column % 2, row // 2, column // 2]
        assert torch.allclose(scores[:, row, column, 0], torch.sigmoid(logits))
    assert not scores[..., 1].any()


@pytest.mark.parametrize(("prefix", "dtype"), [("", torch.float32), ("module.", torch.float16)])
def test_weights_load_with_and_without_the_prefix_and_in_half_precision(prefix, dtype, network, tmp_path):
    path = write_word_detector(tmp_path / "a.pth", network, prefix, dtype)
    for loaded in (definition().load_detector(str(path)), load_detector(path)):
        assert not loaded.training
        for name, value in network.state_dict().items():
            assert loaded.state_dict()[name].dtype == value.dtype
            assert torch.equal(loaded.state_dict()[name], value.to(dtype).to(value.dtype) if value.dim() else value)


def test_weights_of_another_network_are_refused_by_name(tmp_path, network):
    state = {name: value for name, value in network.state_dict().items() if name != "head.3.bias"}
    torch.save(state, tmp_path / "a.pth")
    with pytest.raises(
        UserError, match=r"a\.pth: no weights of the detector of this project: head\.3\.bias is missing"
    ):
        load_detector(tmp_path / "a.pth")
    torch.save({**state, "head.3.bias": torch.zeros(9), "more": torch.zeros(1)}, tmp_path / "a.pth")
    with pytest.raises(UserError, match=r"head\.3\.bias and 1 more is missing, unknown or of another shape"):
        load_detector(tmp_path / "a.pth")


@pytest.fixture(scope="module")
def page():
    page = np.full((224, 320, 3), 255, np.uint8)  # no pixel is added to sides of 32 pixels
    page[20:52, 24:124] = page[20:52, 140:220] = page[100:140, 24:300] = 0
    return page


def bounds(boxes):
    return np.array([box.bounds for box in boxes]).reshape(-1, 4)


@pytest.mark.parametrize(("edge", "mag_ratio", "ratio"), [(8, 1.0, 1.0), (8, 2.0, 2.0), (6, 1.0, 2.0)])
def test_the_engine_finds_the_words_that_the_network_sees_and_enlarges_small_print(
    edge, mag_ratio, ratio, page, tmp_path
):
    path = write_word_detector(tmp_path / "ink.pth", ink_detector(edge))
    options = replace(WORD_GROUPING, mag_ratio=mag_ratio, add_margin=0.0, min_size=0)
    found = open_detector(tmp_path, path).find(page, options)
    assert isinstance(found.network, WordNetwork) and found.maps.ratio == ratio
    # This network says that all edges are `edge` pixels away, so words are twice as tall: see `ink_detector`.
    middles = bounds(found.boxes(options)).reshape(-1, 2, 2).mean(axis=1)
    assert np.allclose(middles, [[74, 36], [180, 36], [162, 120]], atol=4)
    assert all(region.shape == (8,) and region.dtype == np.int32 for region in found.regions(options))
    assert open_detector(tmp_path, path).boxes(np.full((64, 64, 3), 255, np.uint8), options) == []


@torch.no_grad()
def test_folded_batch_norms_leave_the_maps_as_they_are():
    torch.manual_seed(1)
    network = build_word_detector()
    for norm in (module for module in network.modules() if isinstance(module, nn.BatchNorm2d)):
        for values in (norm.running_mean, norm.bias):
            values.normal_(0, 0.3)
        for values in (norm.running_var, norm.weight):
            values.uniform_(0.5, 1.5)
    images = torch.randn(1, 3, 64, 96)
    before = network.eval()(images)[1]
    after = folded(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in after.modules())
    assert torch.allclose(after(images)[1], before, rtol=1e-4, atol=1e-4 * float(before.abs().max()))


@pytest.mark.parametrize("height", [32, 448, 480, 1600, 2560])
def test_bands_cover_all_rows_once(height):
    rows = [row for first, last in bands(height) for row in range(first, last)]
    assert rows == list(range(height)) and all(last - first <= BAND for first, last in bands(height))
    assert all(first % 32 == 0 for first, _ in bands(height))


def test_a_page_in_bands_has_the_boxes_of_the_whole_page(monkeypatch):
    page = np.full((960, 320, 3), 255, np.uint8)
    for number, row in enumerate(range(12, 930, 34)):
        cv2.putText(page, f"word {number}", (20, row + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    detector = Detector(WordNetwork(lambda: folded(load_detector(SHIPPED_DETECTOR))))
    banded = bounds(detector.boxes(page, SHIPPED_OPTIONS))
    monkeypatch.setattr(word_network, "BAND", 960)
    whole = bounds(detector.boxes(page, SHIPPED_OPTIONS))
    assert len(banded) == len(whole) > 40
    assert np.abs(banded - whole).max() <= 2
