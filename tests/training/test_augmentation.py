"""The effects on training crops: how often, how strong, on every shape, and repeatable."""

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from train_easyocr.easyocr_port.reader_tensor import reader_width
from train_easyocr.training.augmentation import (
    EFFECTS,
    LEVELS,
    augment,
    bilevel,
    contact_sheet,
    margin,
    noise,
    paper,
    rotation,
)


def crop(height=57, width=152, channels=None):
    """Black on paper of grey 230: a bar with a margin of three pixels all round."""
    image = np.full((height, width) if channels is None else (height, width, channels), 230, np.uint8)
    image[3:-3, 3:-3] = 20
    return image


def draws(level, count=60, **shape):
    return [augment(crop(**shape), level, np.random.default_rng([1, index])) for index in range(count)]


def test_none_returns_the_crop_untouched():
    assert all(np.array_equal(result, crop()) for result in draws("none", 5))


@pytest.mark.parametrize("level", ["mild", "strong"])
def test_equal_generators_give_equal_crops_and_others_give_others(level):
    assert all(np.array_equal(a, b) for a, b in zip(draws(level), draws(level), strict=True))
    assert len({result.tobytes() for result in draws(level)}) > 40


def test_the_crop_that_comes_in_is_never_written_to():
    image = crop()
    for index in range(60):
        augment(image, "strong", np.random.default_rng(index))
    assert np.array_equal(image, crop())


@pytest.mark.parametrize(("level", "touched"), [("mild", 0.15), ("strong", 0.35)])
def test_an_effect_happens_as_often_as_its_level_says(level, touched, monkeypatch):
    happened = []
    monkeypatch.setitem(EFFECTS, "blur", lambda image, amount, generator: happened.append(amount) or image)
    for seed in range(600):
        augment(crop(), level, np.random.default_rng(seed))
    _, low, high = LEVELS[level]["blur"]
    assert len(happened) / 600 == pytest.approx(touched, abs=0.05)
    assert low <= min(happened) < low + 0.1 * (high - low) and high - 0.1 * (high - low) < max(happened) <= high


def test_strong_changes_more_than_mild():
    def change(level):
        return np.mean([np.abs(cv2.resize(result, (152, 57)).astype(int) - crop()).mean() for result in draws(level)])

    assert 0 < change("mild") < change("strong")


@settings(max_examples=80, deadline=None)
@example(47, 3, "strong", 606)  # a crop three pixels wide, once cut to nothing
@given(st.integers(3, 90), st.integers(3, 400), st.sampled_from(["mild", "strong"]), st.integers(0, 999))
def test_no_crop_outgrows_the_width_of_its_batch(height, width, level, seed):
    image = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    result = augment(image, level, np.random.default_rng(seed))
    assert result.dtype == np.uint8
    assert min(result.shape) > 0
    assert reader_width(result.shape[1], result.shape[0]) <= reader_width(width, height)


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("shape", [(57, 152), (57, 152, 3), (1, 1), (8, 5), (200, 30)])
def test_every_effect_takes_every_shape_grey_or_colour(name, shape):
    image = np.full(shape, 200, np.uint8)
    for level, seed in itertools.product((level for level in LEVELS if name in LEVELS[level]), range(4)):
        low, high = LEVELS[level][name][1:]
        result = EFFECTS[name](image, high if seed % 2 else low, np.random.default_rng(seed))
        assert result.dtype == np.uint8
        assert result.ndim == len(shape)
        assert min(result.shape) > 0


def test_every_effect_changes_a_crop():
    for name, effect in EFFECTS.items():
        results = [effect(crop(), LEVELS["strong"][name][2], np.random.default_rng(seed)) for seed in range(3)]
        assert any(not np.array_equal(result, crop()) for result in results), name


def test_a_fax_is_black_and_white_but_for_its_smoothed_edges():
    grey = bilevel(crop(57, 160), 0.0, np.random.default_rng(0))
    assert np.isin(grey, (0, 255)).mean() > 0.5
    assert {grey.min(), grey.max()} == {0, 255}


def test_a_margin_is_of_paper_and_leaves_the_text():
    for seed in range(20):
        result = margin(crop(57, 160), 0.2, np.random.default_rng(seed))
        dark = (result < 100).sum()
        assert dark >= 0.9 * (51 * 154)  # inward, an edge loses a twenty-fifth of the height at most
        if result.shape[0] > 57:
            assert dark == 51 * 154
            assert set(np.unique(result)) == {20, 230}
            assert result.shape[0] <= 57 + 2 * 12
            assert result.shape[1] <= 160 + 2 * 12


def test_a_turned_crop_grows_taller_instead_of_losing_the_ends_of_its_line():
    image = np.full((40, 600), 230, np.uint8)
    image[10:30, 5:15] = image[10:30, -15:-5] = 0  # a mark at either end of a long line
    result = rotation(image, 2.0, np.random.default_rng(0))
    assert result.shape == (40 + 21, 600)  # 600 sin 2° = 20.9
    ink = (230 - result.astype(float)).sum()
    assert ink == pytest.approx((230 - image.astype(float)).sum(), rel=0.02)


def test_noise_has_the_deviation_asked_for_and_stays_grey_in_colour():
    image = np.full((200, 200, 3), 128, np.uint8)
    result = noise(image, 8.0, np.random.default_rng(0))
    assert result.std() == pytest.approx(8.0, rel=0.05)
    assert np.array_equal(result[..., 0], result[..., 2])


def test_paper_is_the_grey_level_along_the_edges():
    assert paper(crop()) == 230
    assert paper(255 - crop()) == 25


def test_a_contact_sheet_shows_each_crop_before_and_after_beside_its_label():
    originals = [crop(), crop(20, 20), crop(100, 900)]
    augmented = [np.full_like(image, 120) for image in originals]
    sheet = contact_sheet(originals, augmented, ["귀하께서", "·", "아주 긴 글은 제 칸을 넘지 않고 줄임표로 끝난다"])
    assert sheet.dtype == np.uint8
    assert sheet.shape == (88, 1280)  # two rows of two
    assert (sheet[:44, :240] == 20).any()
    assert (sheet[:44, 240:480] == 120).any()
    assert not (sheet[:44, 240:480] == 20).any()
    assert (sheet[:44, 480:640] < 50).any()
    assert (sheet[:, 632:644] == 200).all()  # no label runs into the next column


def test_a_contact_sheet_of_nothing_is_empty_and_no_error():
    assert (contact_sheet([], [], []) == 200).all()
