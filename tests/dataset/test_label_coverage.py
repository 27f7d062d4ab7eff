"""Pages whose labels a person should look at: measured on pages with real print, counted by step 2."""

import json

import cv2
import numpy as np
import pytest
from archive_factory import plan_for, write_zip
from evaluation_set import write_page

from train_easyocr.dataset.dataset_report import report_text
from train_easyocr.dataset.label_coverage import MOST_UNLABELLED, doubts, unlabelled_share
from train_easyocr.dataset.labels import read_label
from train_easyocr.dataset.prepare import prepare
from train_easyocr.pages.records import Page, Word

PARTLY, EMPTY = "labels on only part of the print", "no words"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A page of eight words: its label, and its image in grey."""
    folder = tmp_path_factory.mktemp("printed")
    label = write_page(folder, "인.허가/1/2001/p")
    image = cv2.imread(str(folder / "images/인.허가/1/2001/p.jpg"), cv2.IMREAD_GRAYSCALE)
    return label.read_bytes(), image


def page_with(printed, kept):
    page = read_label(printed[0], "인.허가/1/2001/p")
    return Page(page.name, "", "", page.width, page.height, page.words[:kept], "")


def reasons(page, grey):
    return [item.reason for item in doubts(page, grey.shape[::-1], grey)]


@pytest.mark.parametrize(("kept", "expected"), [(8, []), (5, [PARTLY]), (3, [PARTLY]), (0, [EMPTY])])
def test_a_page_that_lacks_some_of_its_labels_is_found(printed, kept, expected):
    assert reasons(page_with(printed, kept), printed[1]) == expected


def test_unreadable_print_is_labelled_print(printed):
    page = read_label(printed[0].replace("김해시".encode(), b""), "p")
    assert len(page.ignored) == 1 and reasons(page, printed[1]) == []


def test_rules_frames_pictures_specks_and_a_stamp_are_no_print(printed):
    page, grey = page_with(printed, 8), np.full((600, 420), 240, np.uint8)
    grey[:180] = printed[1]
    cv2.rectangle(grey, (10, 200), (410, 590), 20, 2)
    for y in range(240, 400, 40):
        cv2.line(grey, (10, y), (410, y), 20, 2)
    grey[420:560, 30:200] = np.linspace(20, 120, 170).astype(np.uint8)  # a photograph
    cv2.circle(grey, (300, 480), 40, 90, 3)
    specks = np.random.default_rng(1).random(grey.shape) < 0.002
    grey[specks] = 30
    assert unlabelled_share(grey, [word.box for word in page.words]) < MOST_UNLABELLED / 2


def test_a_page_in_half_shadow_is_measured_against_the_paper_around_its_print(printed):
    page = page_with(printed, 8)
    shadow = (printed[1] * np.linspace(1, 0.45, 420)).astype(np.uint8)
    assert reasons(page, shadow) == []
    assert reasons(page_with(printed, 4), shadow) == [PARTLY]


def test_a_label_for_another_image_is_found():
    word = Word("가", (0, 0, 9, 9))
    assert reasons(Page("p", "", "", 420, 181, (word,), ""), np.full((180, 420), 240, np.uint8)) == [
        "label made for an image of another size"
    ]
    page = Page("p", "", "", 0, 0, (word, Word("나", (500, 0, 520, 9))), "")
    assert [str(item) for item in doubts(page, (420, 180), None)] == ["p: 1 of 2 boxes"]


@pytest.mark.parametrize("report_only", [False, True])
def test_step_2_counts_such_pages_of_every_set_aloud(printed, tmp_path, report_only):
    whole = json.loads(printed[0])
    part, none = ({**whole, "annotations": whole["annotations"][:kept]} for kept in (4, 0))
    image = cv2.imencode(".jpg", printed[1])[1].tobytes()
    for split in ("Training", "Validation"):
        labels = {f"인.허가/1/2001/{split}{number}": label for number, label in enumerate((whole, part, part, none))}
        folder = tmp_path / "data" / split
        write_zip(folder / "l.zip", {f"{name}.json": json.dumps(label).encode() for name, label in labels.items()})
        write_zip(folder / "i.zip", {f"{name}.jpg": image for name in labels})
    report = prepare(plan_for(tmp_path / "data", tmp_path / "out", report_only=report_only))
    found = [facts["pages_to_look_at"] for name, facts in report["sets"].items() if not name.endswith("_lines")]
    counts = {reason: sum(log.get(reason, {"count": 0})["count"] for log in found) for reason in (PARTLY, EMPTY)}
    assert counts[EMPTY] == 2 and counts[PARTLY] == (0 if report_only else 4)
    text = report_text(report)
    assert "  pages to look at: 1 × no words, such as 인.허가/1/2001/Training3" in text
    if not report_only:
        assert f"× {PARTLY}, such as 인.허가/1/2001/Training1: " in text and "% of it lies outside them" in text


def test_only_a_page_with_print_lacks_labels():
    paper = np.full((1400, 1000), 250, np.uint8)
    assert [item.reason for item in doubts(Page("p", "", "", 0, 0, (), ""), (1000, 1400), paper)] == ["no words"]
    for place in range(12):
        cv2.rectangle(paper, (80 + 60 * place, 300), (100 + 60 * place, 322), 20, -1)
    assert [item.reason for item in doubts(Page("p", "", "", 0, 0, (), ""), (1000, 1400), paper)] == [
        "print, but no labels"
    ]
