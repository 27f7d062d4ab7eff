"""Readings against EasyOCR's own decoders and confidence, on random and on peaked probabilities."""

import numpy as np
import pytest
import torch
from easyocr.recognition import custom_mean
from easyocr.utils import CTCLabelConverter

from train_easyocr.easyocr_port.ctc import beam_text, mean_confidence
from train_easyocr.texts.charset import Charset
from train_easyocr.training.batches import Batch
from train_easyocr.training.objective import AttentionObjective, CtcObjective

CHARACTERS = "가나다라12 "


def readings_of(batch, characters=CHARACTERS, beam_search=False):
    """Text and confidence of each image of class probabilities [B, T, K]."""
    objective = CtcObjective(Charset(characters), lambda width: width, beam_search=beam_search)
    return objective.texts(torch.from_numpy(batch).log())


def probabilities(seed, sharpness=1.0):
    logits = np.random.default_rng(seed).normal(size=(12, len(CHARACTERS) + 1)) * sharpness
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("sharpness", [0.5, 1.5, 4.0])
def test_beam_search_gives_the_readers_own_result(sharpness):
    converter = CTCLabelConverter(CHARACTERS)
    for seed in range(40):
        matrix = probabilities(seed, sharpness=sharpness)
        assert beam_text(matrix, Charset(CHARACTERS)) == converter.decode_beamsearch(matrix[None])[0]


def test_greedy_gives_the_readers_own_result():
    converter = CTCLabelConverter(CHARACTERS)
    for seed in range(40):
        matrix = probabilities(seed, sharpness=3.0)
        [(text, _)] = readings_of(matrix[None])
        assert text == converter.decode_greedy(matrix.argmax(axis=1), [len(matrix)])[0]


def test_the_two_searches_differ_on_some_images():
    batch = np.stack([probabilities(seed) for seed in range(40)])
    greedy, beam = readings_of(batch), readings_of(batch, beam_search=True)
    assert any(one != other for (one, _), (other, _) in zip(greedy, beam, strict=True))
    assert [confidence for _, confidence in greedy] == [confidence for _, confidence in beam]


@pytest.mark.parametrize("kind", ["CTC", "Attn"])
def test_greedy_copies_two_numbers_a_step_from_the_device(kind, monkeypatch):
    copied, cpu = [], torch.Tensor.cpu
    monkeypatch.setattr(torch.Tensor, "cpu", lambda tensor: copied.append(tensor.shape) or cpu(tensor))
    if kind == "CTC":
        readings_of(np.stack([probabilities(seed) for seed in range(3)]))
    else:
        image = Batch(0, torch.zeros(3, 1, 64, 64), torch.ones(3), torch.ones(3, dtype=torch.long), ["가"] * 3, [])
        AttentionObjective(Charset("가"), 11).read(lambda images, text: torch.rand(3, 12, 3), image.images, image)
    assert copied == [(3, 12), (3, 12)]


def test_confidence_is_easyocrs():
    values = np.array([0.9, 0.5, 0.8], np.float32)
    assert mean_confidence(values) == custom_mean(values)
    assert mean_confidence(values) == pytest.approx(0.36 ** (2 / 3**0.5))
    assert mean_confidence(values[:0]) == 0.0


def test_only_steps_that_print_count_for_the_confidence():
    matrix = np.array([[0.7, 0.3], [0.2, 0.8], [0.9, 0.1]], np.float32)  # blank, 가, blank
    assert readings_of(matrix[None], "가") == [("가", pytest.approx(0.64))]
