"""Steps 3 to 5 say which labels of their sets take no part, and which pages a person should look at."""

import json

import pytest
from evaluation_set import polygon_of, spoil, write_page

from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.sets import set_account
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.set_account import account_of
from train_easyocr.program.errors import UserError

NAME = "인.허가/1/2001/p"


@pytest.fixture
def spoilt(tmp_path):
    """A set of one page: of its eight words four are no words, one is a polygon."""
    label = write_page(tmp_path, NAME)
    polygon = polygon_of(label, 4)
    wrong = {0: {"bbox": [9, 9, -4, 9]}, 1: {"bbox": [9, 9, 0, 9]}, 2: {"bbox": [900, 9, 9, 9]}, 3: {"text": None}}
    spoil(label, wrong | {4: {"bbox": polygon}})
    return tmp_path


def test_every_label_that_is_no_word_is_counted_by_reason_and_polygons_are_words(spoilt):
    (spoilt / "images/other.jpg").write_bytes(b"")
    left_out = DropLog()
    [(page, _)] = labelled_pages(spoilt, None, ["Total"], left_out)
    assert [word.text for word in page.words] == ["No.", "김해시", "report"]
    assert left_out.counts == {
        "image without a label": 1,
        "box of negative width or height": 1,
        "box without area": 1,
        "box outside the page": 1,
        "unreadable print: no text": 1,
        "placeholder text": 1,
    }
    account = account_of([(page, spoilt / f"images/{NAME}.jpg")], left_out)
    lines = account.lines()
    negative = f"such as {NAME} word 1: Gimhae x 9, y 9, width -4, height 9"
    assert lines[1] == f"  left out: 1 × box of negative width or height, {negative}"
    assert lines[-1].startswith(f"  pages to look at: 1 × labels on only part of the print, such as {NAME}: ")


def test_a_set_without_fault_says_nothing(tmp_path):
    write_page(tmp_path, NAME)
    assert account_of(labelled_pages(tmp_path), DropLog()).lines() == []


def test_boxes_outside_an_image_whose_size_the_label_does_not_tell_are_no_words(tmp_path):
    label = write_page(tmp_path, NAME)
    spoil(label, {0: {"bbox": [500, 9, 9, 9]}, 1: {"bbox": [400, 9, 50, 9]}, 2: {"bbox": [9, 900, 9, 9], "text": None}})
    content = json.loads(label.read_bytes())
    del content["images"][0]["image.width"], content["images"][0]["image.height"]
    label.write_text(json.dumps(content), encoding="utf-8")
    left_out = DropLog()
    [(page, path)] = labelled_pages(tmp_path, left_out=left_out)
    assert (page.width, page.height, len(page.words), page.ignored) == (420, 180, 6, ())
    assert page.words[0].box == (400, 9, 420, 18)
    assert left_out.counts == {"unreadable print: no text": 1, "box outside the image": 2}
    assert "image" not in "".join(account_of([(page, path)], left_out).to_look_at.counts)


def test_labels_made_for_another_size_are_told_of_every_page(tmp_path, monkeypatch):
    monkeypatch.setattr(set_account, "MOST_OPENED", 1)
    for name in ("a", "b"):
        label = write_page(tmp_path, name)
        label.write_bytes(label.read_bytes().replace(b'"image.width": 420', b'"image.width": 840'))
    account = account_of(labelled_pages(tmp_path), DropLog())
    assert account.to_look_at.counts == {"label made for an image of another size": 2}


def test_a_set_in_which_no_page_has_a_word_is_a_mistake(tmp_path):
    label = write_page(tmp_path, NAME)
    spoil(label, {number: {"bbox": [5, 5, 0, 0]} for number in range(8)})
    with pytest.raises(UserError, match=r"labels: 1 page, and none has a word: 8 × box without area; mend the lab"):
        labelled_pages(tmp_path)


def test_of_a_large_set_some_images_are_opened_and_every_label_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(set_account, "MOST_OPENED", 2)
    for number in range(4):
        label = write_page(tmp_path, f"p{number}")
        if number:
            content = json.loads(label.read_bytes())
            content["annotations"] = content["annotations"][: 4 if number < 3 else 0]
            label.write_text(json.dumps(content), encoding="utf-8")
    account = account_of(labelled_pages(tmp_path), DropLog())
    # Of the pages 1 and 2, which lack half of their labels, the second is among the two that are opened.
    assert account.to_look_at.counts == {"labels on only part of the print": 1, "no words": 1}
    assert account.lines()[-1] == "  the images of 2 of the 4 pages were compared with their labels"


def test_an_image_that_cannot_be_read_is_left_to_what_needs_it(tmp_path):
    write_page(tmp_path, NAME)
    (tmp_path / f"images/{NAME}.jpg").write_bytes(b"no image")
    assert account_of(labelled_pages(tmp_path), DropLog()).lines() == []
