"""Crops become the tensors that EasyOCR's own code makes of them (contract 2 of the design)."""

import warnings

import numpy as np
import pytest
import torch
from easyocr.recognition import AlignCollate, ListDataset
from easyocr.utils import get_image_list
from hypothesis import example, given, settings
from hypothesis import strategies as st

from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image, reader_width

HEIGHT = 64


def noise(width, height, seed=0, low=0, high=256):
    """A grey crop with structure at every scale: what interpolation gets wrong shows."""
    generator = np.random.default_rng(seed)
    smooth = np.add.outer(np.arange(height) * 3, np.arange(width) * 2) % 256
    page = np.where(generator.random((height, width)) < 0.5, smooth, generator.integers(0, 256, (height, width)))
    return (low + page * (high - low) / 256).astype(np.uint8)


def easyocr_tensor(crop, target_width=None, contrast=0.0):
    """The tensor that EasyOCR 1.7.2 itself makes of a crop, [1, 64, width], and the width that it pads to."""
    height, width = crop.shape
    images, max_width = get_image_list([[0, width, 0, height]], [], crop, model_height=HEIGHT)
    collate = AlignCollate(
        imgH=HEIGHT, imgW=target_width or int(max_width), keep_ratio_with_pad=True, adjust_contrast=contrast
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # EasyOCR names the mode of an image as PIL once wanted it
        return collate([ListDataset([image for _, image in images])[0]])[0].numpy(), int(max_width)


def our_tensor(crop, target_width, contrast=0.0):
    return normalize(reader_image(crop, target_width, contrast).astype(np.float32))[None]


sides = st.integers(1, 300)


@settings(max_examples=80, deadline=None)
@given(sides, sides, st.integers(0, 3))
@example(1, 1, 0)
@example(1, 100, 0)  # one pixel wide
@example(100, 1, 0)  # one pixel high
@example(57, 124, 0)  # 지시, stacked upright
@example(124, 57, 0)
@example(64, 64, 0)  # nothing to resize
@example(2, 3, 0)
@example(190, 60, 0)
@example(193, 64, 0)
def test_a_crop_becomes_the_tensor_that_easyocr_makes_of_it(width, height, seed):
    crop = noise(width, height, seed)
    expected, target_width = easyocr_tensor(crop)
    assert reader_width(width, height) == target_width
    found = our_tensor(crop, target_width)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)


@settings(max_examples=60, deadline=None)
@given(sides, sides, st.integers(1, 12))
@example(300, 20, 9)  # a natural width of 960, squeezed into 576: the widest bucket of img_width 600
@example(300, 20, 1)
@example(20, 300, 2)
@example(40, 40, 12)
def test_a_shared_or_narrower_width_gives_what_easyocr_gives(width, height, columns):
    crop = noise(width, height, width)
    expected, _ = easyocr_tensor(crop, columns * HEIGHT)
    assert np.array_equal(our_tensor(crop, columns * HEIGHT), expected)


@settings(max_examples=60, deadline=None)
@given(sides, sides, st.integers(0, 200), st.integers(1, 255))
@example(120, 40, 100, 101)  # one grey level
def test_the_second_pass_stretches_contrast_as_easyocr_does(width, height, low, high):
    crop = noise(width, height, 1, min(low, high), max(low, high))
    expected, target_width = easyocr_tensor(crop, contrast=0.5)
    assert np.array_equal(our_tensor(crop, target_width, contrast=0.5), expected)


def test_a_padded_crop_repeats_its_last_column():
    image = reader_image(noise(100, 64), 192)
    assert image.shape == (64, 192)
    assert (image[:, 100:] == image[:, 99:100]).all()


def test_values_run_from_minus_1_to_1():
    assert normalize(np.array([0, 255], np.float32)).tolist() == [-1.0, 1.0]
    assert normalize(np.zeros((2, 3, 4), np.float32)).shape == (2, 3, 4)


def test_numpy_and_torch_scale_to_the_same_bits():
    levels = np.arange(256, dtype=np.float32)
    scaled = normalize(torch.from_numpy(levels.copy())).numpy()
    assert np.array_equal(scaled, normalize(levels))
    assert scaled.dtype == np.float32


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(64, 64, 64), (65, 64, 128), (128, 64, 128), (129, 64, 192), (57, 124, 192), (1, 100, 6400)],
)
def test_widths_are_multiples_of_the_height(width, height, expected):
    assert reader_width(width, height) == expected
