"""Equal terms for all networks; the row 'fine-tuned, as installed' is what a user reads; nothing is read twice."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from evaluation_set import write_evaluation_set, write_page
from installed_networks import planned

from train_easyocr.configuration.config import Settings, save_settings
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine.reader import language_mask
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions, with_grouping
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.records import PageFile
from train_easyocr.program.errors import UserError
from train_easyocr.reading import page_reading
from train_easyocr.reading.comparison import NetworkPlace, ReadingPlan
from train_easyocr.reading.installed import read
from train_easyocr.reading.page_reading import PageReader
from train_easyocr.reading.session import read_evaluation_set

INSTALLED = ReadingOptions(width_ths=0.2, height_ths=0.5, add_margin=0.2, low_text=0.3, min_size=5, mag_ratio=1.2)
COLUMNS = ["default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """An evaluation set of three pages, one slanted and one cropped close to its words, and an installed network."""
    run = tmp_path_factory.mktemp("설치")
    write_evaluation_set(run / "set", pages=2)
    slanted = run / "set/images/인.허가/5350093/2001/5350093-2001-0001-0001.jpg"
    image = cv2.imdecode(np.fromfile(slanted, np.uint8), cv2.IMREAD_GRAYSCALE)
    turn = cv2.getRotationMatrix2D((210, 90), 9.0, 1.0)
    cv2.imencode(".jpg", cv2.warpAffine(image, turn, (420, 180), borderValue=240))[1].tofile(slanted)
    write_page(run / "set", "인.허가/5350093/2001/close", (400, 146))
    weights = describe_weights("english_g2")
    install_network("finetuned", weights, run / "EasyOCR", INSTALLED)
    return run


@pytest.fixture(scope="module")
def pages(run):
    return [PageFile(page, path, f"{page.name}.jpg") for page, path in labelled_pages(run / "set")]


@pytest.fixture(scope="module")
def plan(run):
    return planned(run / "EasyOCR", baseline="english_g2", finetuned=True, cache_limit=1 << 30)


@pytest.fixture(scope="module")
def readings(run, plan, pages):
    (run / "result").mkdir()
    readings, failures = read_evaluation_set(replace(plan, networks=plan.networks[1:]), pages, run / "result")
    assert failures == {}
    return readings


def test_both_networks_are_read_in_the_same_boxes_without_a_mask_and_with_the_same_quantization(plan):
    baseline, finetuned = plan.networks
    same = dict(zip(COLUMNS, (DEFAULT_GROUPING, WORD_GROUPING, INSTALLED), strict=False))
    assert plan.groupings_of(baseline, "baseline") == plan.groupings_of(finetuned, "finetuned") == same
    assert baseline.masks["baseline"] == finetuned.masks["finetuned"] == ""
    assert plan.conditions()["quantized"] is True


def test_what_is_unequal_is_a_row_of_its_own(plan):
    baseline, finetuned = plan.networks
    assert list(baseline.masks.items()) == [("baseline_as_shipped", ""), ("baseline", "")]
    assert plan.groupings_of(baseline, "baseline_as_shipped") == plan.groupings
    assert finetuned.masks == {"finetuned": "", "finetuned_as_installed": ""}
    own = plan.groupings_of(finetuned, "finetuned_as_installed")
    assert own["tuned_grouping"] == INSTALLED
    assert own["word_grouping"] == with_grouping(INSTALLED, WORD_GROUPING) != WORD_GROUPING
    assert plan.conditions()["own_groupings"]["finetuned_as_installed"]["default_grouping"]["low_text"] == 0.3


@pytest.mark.parametrize(
    ("network", "masked"), [("korean_g2", "갛깅땜멎뭣밉밌솥얗왠윽"), ("english_g2", ""), ("korean_public", None)]
)
def test_a_published_network_as_shipped_never_prints_what_its_languages_lack(network, masked, tmp_path):
    assert language_mask(network, tmp_path) == masked


def test_another_baseline_is_shipped_by_nobody(tmp_path):
    plan = planned(tmp_path, baseline="korean_public")
    assert plan.networks[0].masks == {"baseline": ""}
    assert "tuned_grouping" not in plan.groupings


def test_a_network_that_is_not_installed_is_told_before_anything_is_read(tmp_path):
    with pytest.raises(UserError, match="'finetuned' is not installed; run step 4"):
        planned(tmp_path, finetuned=True)


def test_a_baseline_that_is_no_weight_file_is_told_before_anything_is_read(tmp_path):
    torch.save({"a": "b"}, tmp_path / "some.pth")
    save_settings(Settings(), tmp_path / "config.yaml")
    with pytest.raises(UserError, match=r"some\.pth: expected a flat dict of tensors"):
        planned(tmp_path, baseline=str(tmp_path / "some.pth"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_told_before_anything_is_read(tmp_path):
    with pytest.raises(UserError, match="torch finds no CUDA GPU"):
        planned(tmp_path, baseline="korean_public", cuda=True)


def test_the_detector_is_in_place_before_anything_is_read(tmp_path):
    planned(tmp_path, baseline="korean_public")
    assert (tmp_path / "model/craft_mlt_25k.pth").is_file()


def in_order(readings):
    return sorted(readings, key=lambda reading: reading.box)


def test_its_tuned_cell_is_what_read_gives(run, pages, readings, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(run / "EasyOCR"))
    for (_, path, _), row in zip(pages, readings["finetuned_as_installed"]["tuned_grouping"], strict=True):
        ours, users = in_order(row), in_order(read(path))
        assert len(ours) >= 5
        assert [(reading.box, reading.text) for reading in ours] == [(reading.box, reading.text) for reading in users]
        # int8 layers magnify the other rounding of read() on single crops (decision 031)
        assert np.median([abs(a.confidence - b.confidence) for a, b in zip(ours, users, strict=True)]) < 1e-3


def test_its_other_columns_change_the_grouping_alone(readings):
    installed, equal = readings["finetuned_as_installed"], readings["finetuned"]
    assert list(installed) == list(equal) == COLUMNS
    for column in ("tuned_grouping", "ground_truth_boxes"):
        assert installed[column] == equal[column]
    for column in ("default_grouping", "word_grouping"):
        assert installed[column] != equal[column]
    # Default grouping joins what word grouping keeps apart, with the installed thresholds as well.
    count = {column: sum(map(len, installed[column])) for column in COLUMNS}
    assert count["default_grouping"] < count["word_grouping"]


def test_the_detector_ran_once_a_page_and_enlargement(run, pages, readings):
    assert len(list((run / "EasyOCR/cache").glob("*.npz"))) == 2 * len(pages)


def test_where_only_the_grouping_was_installed_the_row_reads_nothing_more(run, pages, tmp_path, monkeypatch):
    boxes_read = []

    def counting(network, grey, boxes, masks):
        boxes_read.append(len(boxes) * len(masks))
        return read_boxes_masked(network, grey, boxes, masks)

    read_boxes_masked = page_reading.read_boxes_masked
    monkeypatch.setattr(page_reading, "read_boxes_masked", counting)
    installed = replace(WORD_GROUPING, width_ths=0.05)
    columns = {"default_grouping": DEFAULT_GROUPING, "word_grouping": WORD_GROUPING, "tuned_grouping": installed}
    own = {"installed": {name: with_grouping(installed, options) for name, options in columns.items()}}
    plain = NetworkPlace("finetuned", run / "EasyOCR", {"equal": ""})
    both = NetworkPlace("finetuned", run / "EasyOCR", {"equal": "", "installed": ""}, own)
    found = []
    for place in (plain, both):
        plan = ReadingPlan([place], columns, run / "EasyOCR", run / "EasyOCR/cache", 1 << 30)
        found.append(PageReader(plan).read(*pages[0]).readings)
    assert boxes_read[0] == boxes_read[1] > 0
    assert {("equal", column): found[1]["installed", column] for column in COLUMNS} == found[0]


def test_grouping_is_swapped_and_nothing_else():
    installed = ReadingOptions(0.6, 0.3, 0.2, 1280, 1.5, 0.2, 0.3, 1.0, 0.05, 0.15, 5)
    swapped = {"slope_ths": 0.1, "ycenter_ths": 0.5, "height_ths": 0.0, "width_ths": 0.0}
    assert with_grouping(installed, WORD_GROUPING) == replace(installed, **swapped)
