"""The row 'fine-tuned, as installed': what a user of the installed network reads, and nothing read twice for it."""

from argparse import Namespace
from dataclasses import replace

import cv2
import numpy as np
import pytest
from evaluation_set import write_evaluation_set, write_page

import evaluate
from train_easyocr.config import load_settings
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.installation.network_files import install_network
from train_easyocr.reading import page_reading
from train_easyocr.reading.installed import read
from train_easyocr.reading.page_reading import NetworkPlace, PageReader, ReadingPlan
from train_easyocr.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions, with_grouping
from train_easyocr.weights import describe_weights, provide_craft

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
    provide_craft(run / "EasyOCR")
    (run / "config.yaml").write_text("baseline: english_g2\n", encoding="utf-8")
    return run


@pytest.fixture(scope="module")
def pages(run):
    return [(page, path, f"{page.name}.jpg") for page, path in labelled_pages(run / "set")]


@pytest.fixture(scope="module")
def readings(run, pages):
    arguments = Namespace(
        networks=["finetuned"],
        config=run / "config.yaml",
        cuda=False,
        cache=run / "cache",
        cache_limit=1.0,
        output=run / "result",
        workers=1,
    )
    arguments.output.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASYOCR_MODULE_PATH", str(run / "EasyOCR"))
        readings, failures, conditions = evaluate.read_with_networks(arguments, load_settings(arguments.config), pages)
    assert failures == {}
    assert conditions["own_groupings"]["finetuned_as_installed"]["default_grouping"]["low_text"] == 0.3
    return readings


def in_order(readings):
    return sorted(readings, key=lambda reading: reading.box)


def test_its_tuned_cell_is_what_read_gives(run, pages, readings, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(run / "EasyOCR"))
    for (_, path, _), row in zip(pages, readings["finetuned_as_installed"]["tuned_grouping"], strict=True):
        ours, users = in_order(row), in_order(read(path))
        assert len(ours) >= 5
        assert [(reading.box, reading.text) for reading in ours] == [(reading.box, reading.text) for reading in users]
        assert [reading.confidence for reading in ours] == pytest.approx([r.confidence for r in users], abs=1e-4)


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
    assert len(list((run / "cache").glob("*.npz"))) == 2 * len(pages)


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
        plan = ReadingPlan([place], columns, run / "EasyOCR", run / "cache", 1 << 30)
        found.append(PageReader(plan).read(*pages[0]).readings)
    assert boxes_read[0] == boxes_read[1] > 0
    assert {("equal", column): found[1]["installed", column] for column in COLUMNS} == found[0]


def test_grouping_is_swapped_and_nothing_else():
    installed = ReadingOptions(0.6, 0.3, 0.2, 1280, 1.5, 0.2, 0.3, 1.0, 0.05, 0.15, 5)
    assert with_grouping(installed, WORD_GROUPING) == ReadingOptions(
        0.6,
        0.3,
        0.2,
        1280,
        1.5,
        slope_ths=0.1,
        ycenter_ths=0.5,
        height_ths=0.0,
        width_ths=0.0,
        add_margin=0.15,
        min_size=5,
    )
