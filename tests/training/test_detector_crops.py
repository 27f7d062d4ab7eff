"""Crops of pages for the detector: a restart gives the same ones, and their labels stay on the print."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.training.detector.craft_recipe import CRAFT_RECIPE, SCALES
from train_easyocr.training.detector.crops import IGNORED, CropMaker, CropPlan, CropRequest, crop_matrix, cut_out
from train_easyocr.training.detector.word_recipe import HEIGHTS, NEGATIVE, WORD_RECIPE, scan, to_a_height

WORDS = (Word("가나", (60, 50, 130, 85)), Word("다", (200, 140, 240, 170)), Word("라마바", (90, 240, 210, 275)))


def write_pages(folder, count=3, ignored=()):
    """Pages on which each word is a black rectangle."""
    pages = []
    for number in range(count):
        image = np.full((400, 320, 3), 235, np.uint8)
        for xmin, ymin, xmax, ymax in (word.box for word in (*WORDS, *ignored)):
            image[ymin:ymax, xmin:xmax] = 20
        path = folder / f"p{number}.png"
        path.write_bytes(cv2.imencode(".png", image)[1].tobytes())
        pages.append((Page(f"p{number}", "", "", 320, 400, WORDS, "", tuple(ignored)), path))
    return pages


@pytest.fixture(params=[CRAFT_RECIPE, WORD_RECIPE], ids=["craft", "word_detector"])
def maker(tmp_path, request):
    return CropMaker(write_pages(tmp_path), replace(request.param, sizes=(256, 288)), "mild", 7, 2560)


def test_a_batch_depends_on_its_request_alone(maker):
    plan = CropPlan(3, 2, seed=7)
    straight = plan.requests(0)
    batches = [maker[next(straight)] for _ in range(4)]
    resumed = maker[next(plan.requests(3))]
    assert all(torch.equal(*pair) for pair in zip(batches[3][1:5], resumed[1:5], strict=True))
    assert batches[0].images.shape[1:] in {(3, 256, 256), (3, 288, 288)}
    assert batches[0].scores.shape[-1] == batches[0].images.shape[-1] // 2
    assert len({batch.images.float().mean().item() for batch in batches}) == 4


def test_every_page_is_met_once_before_any_is_met_twice_by_all_processes_together():
    requests = [CropPlan(6, 1, seed=3, processes=2).requests(0, rank) for rank in (0, 1)]
    met = [next(each).pages[0] for _ in range(3) for each in requests]
    assert sorted(met) == list(range(6))
    straight, resumed = CropPlan(6, 2, seed=3).requests(0), CropPlan(6, 2, seed=3).requests(2)
    assert [next(straight) for _ in range(4)][2:] == [next(resumed) for _ in range(2)]


@pytest.mark.parametrize("recipe", [CRAFT_RECIPE, replace(WORD_RECIPE, turned=0.5)], ids=["craft", "word_detector"])
@pytest.mark.parametrize("seed", range(6))
def test_labels_stay_on_their_print_when_a_crop_is_turned_and_scaled(tmp_path, seed, recipe):
    page, path = write_pages(tmp_path, 1)[0]
    matrix = crop_matrix(page, 320, 1.0, np.random.default_rng(seed), recipe)
    # A crop of CRAFT shows a page at 0.7 to 1.4 of its size; on one of ours the usual word, here of 35 pixels, has any
    # of the heights.
    least, largest = SCALES if recipe is CRAFT_RECIPE else np.array(HEIGHTS) / 35
    stretched = np.linalg.svd(matrix[:, :2], compute_uv=False)
    assert least / (1 + 2 * recipe.distortion) <= stretched[1] <= stretched[0] <= largest * (1 + 2 * recipe.distortion)
    turned = np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))
    assert abs(turned - 90 * round(turned / 90)) <= recipe.degrees and (recipe.turned or abs(turned) < 45)
    crop = cut_out(page, cv2.imread(str(path)), matrix, 320, recipe)
    dark = crop.image[:, :, 0] < 128
    assert dark.any() and len(crop.boxes)
    covered = np.zeros_like(dark)
    for xmin, ymin, xmax, ymax in crop.boxes.round().astype(int).clip(0, 320):
        covered[max(0, ymin - 1) : ymax + 1, max(0, xmin - 1) : xmax + 1] = True
        assert dark[ymin:ymax, xmin:xmax].mean() > 0.5 or min(xmax - xmin, ymax - ymin) < 8
    assert not (dark & ~covered).any()
    peaks = cv2.resize(crop.scores[0], (320, 320)) > 0.8
    assert (dark | ~peaks).all()


def test_print_that_nobody_can_read_is_ignored_with_the_rim_that_a_detector_paints_around_it(tmp_path):
    page, path = write_pages(tmp_path, 1, ignored=[Word("", (200, 40, 300, 80))])[0]
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    crop = cut_out(page, cv2.imread(str(path)), upright, 320, CRAFT_RECIPE)
    # CRAFT stretches its Gaussian over half of a character more than its box: a quarter of 40 pixels on each side.
    assert (crop.owners[15:45, 95:155] == IGNORED).all() and (crop.owners == IGNORED).sum() == 30 * 60
    assert crop.scores[0, 15:45, 95:155].max() == 0 and len(crop.boxes) == 3


def test_the_rim_of_unreadable_print_takes_nothing_from_the_words_beside_it(tmp_path):
    beside = Word("", (132, 50, 160, 85))  # two pixels right of the first word
    page, path = write_pages(tmp_path, 1, ignored=[beside])[0]
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    crop = cut_out(page, cv2.imread(str(path)), upright, 320, CRAFT_RECIPE)
    alone = cut_out(write_pages(tmp_path, 1)[0][0], cv2.imread(str(path)), upright, 320, CRAFT_RECIPE)
    assert (crop.owners[25:42, 66:80] == IGNORED).all()
    assert (crop.owners[:, :66] == 1).sum() == (alone.owners[:, :66] == 1).sum() > 500


def test_a_damaged_page_is_left_out_and_named(tmp_path):
    pages = write_pages(tmp_path, 2)
    pages[0][1].write_bytes(b"no image")
    maker = CropMaker(pages, replace(CRAFT_RECIPE, sizes=(256,)), "none", 7, 2560)
    batch = maker[CropRequest(0, (0, 1))]
    assert batch.unreadable == ["p0"] and len(batch.images) == 1
    with pytest.raises(UserError, match="p0: not one image"):
        maker[CropRequest(0, (0,))]


def test_crops_are_normalized_as_easyocr_does(maker):
    from easyocr.imgproc import normalizeMeanVariance

    batch = maker[next(CropPlan(3, 1, seed=7).requests(0))]
    theirs = normalizeMeanVariance(batch.images[0].permute(1, 2, 0).numpy())
    ours = batch.network_input(torch.device("cpu"))[0].permute(1, 2, 0).numpy()
    assert np.allclose(ours, theirs, atol=1e-5)


def test_a_crop_of_our_own_detector_may_lie_in_uneven_light_or_be_a_negative():
    grey = np.full((64, 64, 3), 100, np.uint8)
    seen = [scan(grey, np.random.default_rng(seed)) for seed in range(300)]
    negatives = [image for image in seen if (image == 155).all()]
    assert 0 < len(negatives) < 4 * NEGATIVE * 300
    assert 150 < sum((image == 100).all() for image in seen) < 270
    assert any(image.min() < 80 and image.max() > image.min() + 20 for image in seen)
    assert (grey == 100).all()


def test_print_that_nobody_can_read_is_ignored_within_its_box_alone_where_cores_are_drawn(tmp_path):
    page, path = write_pages(tmp_path, 1, ignored=[Word("", (200, 40, 300, 80))])[0]
    crop = cut_out(page, cv2.imread(str(path)), np.eye(2, 3), 320, WORD_RECIPE)
    assert (crop.owners[20:40, 100:150] == IGNORED).all() and (crop.owners == IGNORED).sum() == 20 * 50


def test_a_page_without_words_is_scaled_as_one_with_words_of_the_usual_height():
    page = Page("p", "", "", 320, 400, (), "")
    scales = [to_a_height(page, 0.5, np.random.default_rng(seed)) for seed in range(50)]
    assert 0.5 * HEIGHTS[0] / 30 <= min(scales) < 0.3 < 0.5 < max(scales) <= 0.5 * HEIGHTS[1] / 30
