"""A batch has the bits of its crops read alone, also on a CPU without AVX-512, which a subprocess imitates."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from train_easyocr.easyocr_port.ctc import CropText, read_greedily
from train_easyocr.easyocr_port.engine.reader import open_network
from train_easyocr.easyocr_port.engine.recognition import _surer, read_allowed, width_batches
from train_easyocr.easyocr_port.reader_tensor import normalize
from train_easyocr.texts.charset import Charset

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_AVX512 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
is_limited = os.environ.get("ATEN_CPU_CAPABILITY") == "avx2"


@pytest.fixture(scope="module")
def network(english_folder):
    """The network that a user gets on a CPU: its LSTM and linear layers are int8."""
    return open_network("english_copy", english_folder)


def print_like(count, width, seed=0):
    """Grey images with strokes, uint8 [count, 64, width]."""
    random = np.random.default_rng(seed)
    images = random.normal(215, 12, (count, 64, width))
    for image in images:
        for _ in range(width // 12):
            x, y = random.integers(0, width - 4), random.integers(0, 40)
            image[y : y + random.integers(4, 24), x : x + random.integers(2, 12)] = random.integers(10, 90)
    return images.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
@pytest.mark.parametrize("width", [128, 192, 256, 320, 384, 640])
def test_a_batch_has_the_bits_of_its_crops_alone(width, count, network):
    images = print_like(count, width)
    tensors = torch.from_numpy(normalize(images.astype(np.float32)))[:, None]
    with torch.inference_mode():
        alone = [network.network(tensor[None], None).softmax(dim=2)[0].numpy() for tensor in tensors]
    for found, expected in zip(network._probabilities(images), alone, strict=True):
        assert np.array_equal(found, expected)


def test_a_narrow_crop_has_its_bits(network):
    for image in print_like(5, 64):
        with torch.inference_mode():
            alone = (
                network.network(torch.from_numpy(normalize(image.astype(np.float32)))[None, None], None)
                .softmax(dim=2)[0]
                .numpy()
            )
        [found] = network._probabilities(image[None])
        assert np.array_equal(found, alone)


def test_narrow_crops_stay_alone_on_a_cpu_and_share_a_batch_on_a_gpu():
    widths = [64, 128, 64, 64]
    assert list(width_batches(widths, narrow_alone=True)) == [([0], 64), ([2], 64), ([3], 64), ([1], 128)]
    assert list(width_batches(widths, narrow_alone=False)) == [([0, 2, 3], 64), ([1], 128)]


def test_a_batch_is_no_larger_than_eight_crops_of_320_pixels():
    sizes = [len(rows) for rows, _ in width_batches([320] * 20, narrow_alone=True)]
    assert sizes == [8, 8, 4]
    assert [len(rows) for rows, _ in width_batches([64 * 100] * 2, narrow_alone=False)] == [1, 1]


def test_a_masked_class_is_never_printed_and_its_share_goes_to_the_others():
    probabilities = np.array([[0.1, 0.6, 0.3], [0.9, 0.05, 0.05]], np.float32)
    charset = Charset("가나")
    assert read_allowed(probabilities, [], charset).text == "가"
    masked = read_allowed(probabilities, [1], charset)
    # 0.3 of what is left, 0.4: one step prints, so the confidence is its square.
    assert (masked.text, masked.confidence) == ("나", pytest.approx((0.3 / 0.4) ** 2))
    assert read_greedily(np.array([0, 0]), np.array([1.0, 1.0]), charset) == ("", 0.0)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [(0.2, 0.9, "first"), (0.1, 0.9, "first"), (0.05, 0.06, "second"), (0.05, 0.05, "second"), (0.05, 0.04, "first")],
)
def test_a_sure_first_reading_stays_else_the_surer_one_counts_and_the_second_on_a_draw(first, second, chosen):
    readings = CropText("first", first), CropText("second", second)
    assert _surer(*readings).text == chosen


@pytest.mark.slow
@pytest.mark.skipif(is_limited, reason="runs within itself")
def test_on_a_cpu_without_avx_512_it_holds_too():
    chosen = "bits and (128 or 640 or narrow) or without_avx_512 or readtext and 0 or quick_texts"
    command = [sys.executable, "-m", "pytest", "-rs", "-m", "slow or not slow", "-p", "no:cacheprovider", "-k", chosen]
    command += [__file__, "tests/easyocr_port/test_reader.py", "tests/easyocr_port/test_quick_convolutions.py"]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | WITHOUT_AVX512, capture_output=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout
    assert "runs within itself" in ended.stdout
