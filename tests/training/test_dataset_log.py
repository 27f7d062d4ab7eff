"""The account of the data, line by line, and the sheet of crops before and after."""

import cv2
import numpy as np
import torch
from training_runs import Parts, small_settings, write_data, write_patches

from train_easyocr.training.dataset_log import dataset_report, save_contact_sheet


def test_the_account_says_what_is_used_and_what_is_left_out_and_why(tmp_path):
    # 30 x 40 pixels: bucket 128. Two labels of six hold A, two are too long, and B is lower-cased.
    write_patches(
        tmp_path / "training" / "A", words=("가", "A가", "가" * 9, "나B", "나", "다"), count=12, size=(30, 40)
    )
    settings = small_settings(tmp_path, batch_max_length=8, sensitive=False, character="가나다b", img_width=100)
    lines = dataset_report([Parts(settings).training[0].account("training")]).splitlines()
    assert lines[:2] == ["== training ==", "A: 8 of 12 patches used"]
    assert "  2 left out: the label is longer than batch_max_length" in lines
    assert f"    {'a가':<24} p001_0-0-40-30.png" in lines
    assert "  2 labels lower-cased, by sensitive: False" in lines
    assert "  8 wider than img_width and squeezed into it" in lines
    assert "  patches by bucket width in pixels: 100: 8" in lines
    assert lines[-2].endswith("1 character not in the list, in so many words each: 'a'×2")
    # 10 of 12 can be spelled, and half of each of the other two.
    assert lines[-1].endswith("on all of A: accuracy 83.333, normalized edit distance 0.9167")


def test_a_list_that_spells_few_labels_is_warned_of(tmp_path):
    write_patches(tmp_path / "training" / "A", words=("가", "나", "다"), count=12)
    spelt = {}
    for character in ("나", "나다"):
        [selection] = Parts(small_settings(tmp_path, character=character)).training
        spelt[character] = dataset_report([selection.account("training")]).splitlines()[2]
    assert spelt["나"] == "  WARNING: the list spells 33.3% of the labels; is `character` the one you mean?"
    assert "WARNING" not in spelt["나다"]


def test_what_the_usage_ratio_leaves_is_counted(tmp_path):
    write_patches(tmp_path / "training" / "A", count=40)
    [selection] = Parts(small_settings(tmp_path, total_data_usage_ratio=0.25)).training
    report = dataset_report([selection.account("training")])
    assert "A: 10 of 40 patches used" in report and "  30 not drawn, by total_data_usage_ratio" in report


def test_the_sheet_shows_crops_as_they_are_and_as_training_sees_them(tmp_path):
    torch.set_num_threads(1)
    data, sheets = write_data(tmp_path), {}
    for level in ("none", "strong"):
        parts = Parts(small_settings(data, augmentation=level))
        save_contact_sheet(parts.maker, next(parts.plan.requests(0)), tmp_path / f"{level}.png")
        sheets[level] = cv2.imread(str(tmp_path / f"{level}.png"), cv2.IMREAD_GRAYSCALE)
    before, after = np.s_[:, :240], np.s_[:, 240:480]
    assert np.array_equal(sheets["none"][before], sheets["none"][after])
    assert np.array_equal(sheets["strong"][before], sheets["none"][before])
    assert not np.array_equal(sheets["strong"][after], sheets["none"][after])
