"""Printed pages: exact boxes of words, everything else declared as no text, equal seeds give equal pages."""

import json
import random

import cv2
import numpy as np
import pytest
from doors import run_here
from small_catalogue import FONTS

import prepare_dataset
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.printing.generated.faces import HELD_OUT, TRAIN, find_faces
from train_easyocr.printing.pages import documents
from train_easyocr.printing.pages.composer import Column, Composer
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.tables import Cell, table
from train_easyocr.printing.pages.typefaces import Style, Typefaces
from train_easyocr.printing.pages.writing import MARKER, PageTask, labelled_text, make_page, printed, write_pages
from train_easyocr.program.errors import UserError


@pytest.fixture(scope="module")
def faces(catalogue):
    return find_faces(FONTS, catalogue)


@pytest.fixture(scope="module")
def sheets(faces):
    """One small page of each kind."""
    typefaces = Typefaces(faces.of_role(TRAIN))
    return {kind: drawn(kind, typefaces) for kind in documents.kinds()}


def drawn(kind, typefaces, seed=3):
    return documents.print_page(random.Random(f"{kind} {seed}"), typefaces, TRAIN, kind=kind, dpi=100)[1]


def test_ink_outside_the_boxes_of_words_is_declared(sheets):
    for kind, sheet in sheets.items():
        undeclared = sheet.image.min(axis=2) < 150
        for x0, y0, x1, y1 in (*(word.box for word in sheet.words), *sheet.marks):
            undeclared[y0:y1, x0:x1] = False
        assert not undeclared.any(), kind


def test_boxes_hold_their_words_tightly(sheets):
    tight = 0
    for kind, sheet in sheets.items():
        marked = np.zeros(sheet.image.shape[:2], bool)
        for x0, y0, x1, y1 in sheet.marks:
            marked[y0:y1, x0:x1] = True
        for word in sheet.words:
            x0, y0, x1, y1 = word.box
            if marked[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1].any():
                continue
            ink = sheet.image[y0:y1, x0:x1].min(axis=2) < 250
            edges = ink[0].any(), ink[-1].any(), ink[:, 0].any(), ink[:, -1].any()
            assert all(edges), (kind, word)
            tight += 1
    assert tight > 500


def test_words_do_not_overlap(sheets):
    for kind, sheet in sheets.items():
        taken = np.zeros(sheet.image.shape[:2], np.int32)
        for number, word in enumerate(sheet.words, 1):
            x0, y0, x1, y1 = word.box
            others = taken[y0:y1, x0:x1]
            assert (others != 0).mean() < 0.25, (kind, word, sheet.words[others.max() - 1])
            taken[y0:y1, x0:x1] = number


def test_no_text_holds_a_space_and_every_kind_but_the_empty_one_has_words(sheets):
    for kind, sheet in sheets.items():
        assert not [word for word in sheet.words if " " in word.text or not word.text]
        assert len(sheet.words) > 5 or kind == "빈쪽"


def test_a_box_is_the_bounds_of_the_ink(faces):
    sheet = Sheet(200, 80, 100, Typefaces(faces.of_role(TRAIN)))
    sheet.put("한:", 20, 60, Style(face=0, size=40, stretch=0.8, slant=0.2))
    rows, columns = np.nonzero(sheet.image[:, :, 0] <= 255 - 48)
    assert sheet.words[0].box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_a_narrow_cell_breaks_its_word_and_prints_all_of_it(faces):
    hand = Composer(random.Random(1), Typefaces(faces.of_role(TRAIN)), TRAIN, dpi=150)
    column = Column(100, 100 + 2 * hand.cell.size, 100, 1500)
    table(hand, column, [1], [[Cell("관리대장")]])
    assert "".join(word.text for word in hand.sheet.words) == "관리대장"
    assert all(word.box[0] > 100 and word.box[2] < column.right for word in hand.sheet.words)


def test_equal_seeds_give_equal_pages_and_others_do_not(faces):
    first, again, other = (
        printed(PageTask("training", number, 7, faces.of_role(TRAIN)))[1].image for number in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.fixture(scope="module")
def written(tmp_path_factory, catalogue):
    folder = tmp_path_factory.mktemp("printed")
    write_pages(folder, pages=3, validation_pages=2, seed=5, fonts=FONTS, catalogue=catalogue, fewest_families=2)
    return folder


def test_labels_hold_the_rim_of_the_ink_and_leaders_are_masked(faces):
    task = PageTask("training", 5, 7, faces.of_role(TRAIN))
    sheet, label = printed(task)[1], json.loads(make_page(task).label)
    assert len(label["annotations"]) == len(sheet.words)
    for annotation, word in zip(label["annotations"], sheet.words, strict=True):
        x, y, width, height = annotation["annotation.bbox"]
        xmin, ymin, xmax, ymax = word.box
        assert (max(0, xmin - 1), max(0, ymin - 1)) == (x, y)
        assert (min(sheet.width, xmax + 1), min(sheet.height, ymax + 1)) == (x + width, y + height)
    assert labelled_text("." * 9) == "" and labelled_text("-") == "-"


def test_the_sets_are_folders_that_training_reads(written):
    for name, count in (("training", 3), ("validation", 2)):
        pages = labelled_pages(written / name)
        assert len(pages) == count
        for page, path in pages:
            assert cv2.imread(str(path)).shape[:2] == (page.height, page.width)
            assert all(0 <= word.box[0] < word.box[2] <= page.width for word in page.words)
        assert json.loads((written / name / MARKER).read_text())["pages"] == count


def test_only_validation_pages_know_the_faces_that_are_held_out(faces):
    trained = Typefaces(faces.of_role(TRAIN))
    assert set(trained.families) == {"Nanum Gothic", "Noto Sans KR"}
    both = Typefaces(faces.faces)
    drawn_families = {both.draw_family(random.Random(seed), ("myeongjo",), HELD_OUT)[0] for seed in range(9)}
    assert {faces.faces[number].family for number in drawn_families} == {"Noto Serif KR"}


def test_pages_that_somebody_labelled_are_not_replaced(tmp_path, catalogue):
    (tmp_path / "training/labels").mkdir(parents=True)
    with pytest.raises(UserError, match="training: holds something else than printed pages"):
        write_pages(tmp_path, pages=1, validation_pages=0, fonts=FONTS, catalogue=catalogue, fewest_families=2)
    with pytest.raises(UserError, match="expected 1 or more"):
        write_pages(tmp_path / "new", pages=0, fonts=FONTS, catalogue=catalogue, fewest_families=2)


def test_every_word_stands_out_from_its_ground(sheets):
    for kind, sheet in sheets.items():
        for word in sheet.words:
            x0, y0, x1, y1 = word.box
            part = sheet.image[y0:y1, x0:x1].reshape(-1, 3).astype(int)
            # A stop may fill its box: then it has to differ from what lies around it.
            around = sheet.image[y0 - 2 : y1 + 2, x0 - 2 : x1 + 2].reshape(-1, 3).astype(int)
            assert np.ptp(np.vstack((part, around)), axis=0).max() > 60, (kind, word)


def test_the_door_asks_for_the_folder_and_names_a_missing_folder_of_fonts(tmp_path):
    without = run_here(prepare_dataset.main, "--make_pages")
    assert (without.returncode, without.stdout) == (2, "")
    assert "--make_pages needs --output" in without.stderr
    missing = run_here(prepare_dataset.main, "--make_pages", "--output", tmp_path, "--fonts", tmp_path / "nowhere")
    assert missing.returncode == 2
    assert missing.stderr.splitlines()[-1].endswith("no such folder; name one that holds .ttf, .otf or .ttc files")
