"""Pictures of pages and words in a report: what they show, how large they are, and that hidden texts are illegible."""

import time

import cv2
import numpy as np
import pytest
from image_kinds import huge_png
from PIL import Image, ImageDraw

from train_easyocr.pages.image_header import MOST_PIXELS
from train_easyocr.program.fonts import korean_font
from train_easyocr.report.html.pictures import HIDDEN_WORD_HEIGHT, PictureJob, save_pictures

BOX = (40, 60, 240, 110)


@pytest.fixture
def page(tmp_path):
    """A page with the word 김해시장 in BOX."""
    path, image = tmp_path / "쪽 1.jpg", Image.new("L", (300, 200), 250)
    ImageDraw.Draw(image).text((45, 60), "김해시장", font=korean_font(42), fill=0)
    image.save(path, quality=95)
    return path


def grey(path):
    return np.array(Image.open(path).convert("L")).astype(int)


def test_a_page_and_its_words_become_jpegs(page, tmp_path):
    job = PictureJob(page, tmp_path / "0001.jpg", [(BOX, tmp_path / "word.jpg")])
    [picture] = save_pictures([job])
    assert (picture.width, picture.height, picture.problem) == (300, 200, "")
    assert grey(tmp_path / "0001.jpg").shape == (200, 300)
    crop = grey(tmp_path / "word.jpg")
    assert crop.shape[0] == 48 and crop.shape[1] / crop.shape[0] == pytest.approx(216 / 66, rel=0.05)
    assert crop.min() < 60 and crop.max() > 230


def test_large_pages_are_shrunk_and_small_ones_stay(tmp_path):
    for name, size in {"tall": (1000, 4000), "wide": (16_000, 400), "small": (30, 20)}.items():
        Image.new("L", size, 250).save(tmp_path / f"{name}.png")
    names = ("tall", "wide", "small")
    pictures = save_pictures([PictureJob(tmp_path / f"{name}.png", tmp_path / f"{name}.jpg", []) for name in names])
    assert [Image.open(tmp_path / f"{name}.jpg").size for name in names] == [(500, 2000), (4000, 100), (30, 20)]
    assert (pictures[0].width, pictures[0].height) == (1000, 4000)  # boxes are given in pixels of the page


def test_a_turned_photograph_is_shown_as_the_reader_reads_it(tmp_path):
    image, exif = Image.new("L", (300, 200), 250), Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    image.save(tmp_path / "turned.jpg", exif=exif)
    [picture] = save_pictures([PictureJob(tmp_path / "turned.jpg", tmp_path / "out.jpg", [])])
    assert (picture.width, picture.height) == (200, 300)
    assert Image.open(tmp_path / "out.jpg").size == (200, 300)


def test_no_letter_is_left_where_texts_are_hidden(page, tmp_path):
    job = PictureJob(page, tmp_path / "page.jpg", [(BOX, tmp_path / "word.jpg")], hidden_boxes=[BOX])
    save_pictures([job])
    assert grey(tmp_path / "word.jpg").shape[0] == HIDDEN_WORD_HEIGHT
    shown, seen = grey(tmp_path / "page.jpg"), grey(page)
    assert shown.shape == (200, 300)
    word, original = shown[60:110, 40:240], seen[60:110, 40:240]
    # Blurred print differs from column to column no more than a blot does.
    assert np.abs(np.diff(word, axis=1)).max() < 25 < np.abs(np.diff(original, axis=1)).max()


def test_large_print_is_hidden_as_small_print_is(tmp_path):
    image, box = Image.new("L", (1400, 2000), 250), (100, 100, 1300, 500)
    ImageDraw.Draw(image).text((100, 80), "김해시장", font=korean_font(300), fill=0)
    image.save(tmp_path / "heading.png")
    save_pictures([PictureJob(tmp_path / "heading.png", tmp_path / "out.jpg", [], hidden_boxes=[box])])
    shown = grey(tmp_path / "out.jpg")
    assert shown.shape == (200, 140)
    # Drawn without its box, the heading would still be 40 pixels tall, and legible.
    assert np.abs(np.diff(shown, axis=1)).max() < 60


def test_a_page_that_cannot_be_shown_is_told_and_the_others_are_shown(page, tmp_path, capfd):
    (tmp_path / "huge.png").write_bytes(huge_png(16_384, MOST_PIXELS // 16_384 + 1))
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    (tmp_path / "empty.jpg").write_bytes(b"")
    paths = [tmp_path / "huge.png", tmp_path / "broken.jpg", tmp_path / "empty.jpg", tmp_path / "gone.jpg", page]
    jobs = [PictureJob(path, tmp_path / f"{number}.out.jpg", []) for number, path in enumerate(paths)]
    started = time.monotonic()
    pictures = save_pictures(jobs)
    assert time.monotonic() - started < 10
    assert [bool(picture.problem) for picture in pictures] == [True] * 4 + [False]
    assert [path.name for path in tmp_path.glob("*.out.jpg")] == ["4.out.jpg"]
    told = capfd.readouterr().out
    assert "huge.png: cannot be shown (16,384 × 10,923 pixels, and at most 178,956,970 are read)" in told
    assert "broken.jpg: cannot be shown (not an image)" in told and "empty.jpg: cannot be shown" in told


def test_the_name_of_a_page_that_cannot_be_shown_reaches_no_terminal_raw(tmp_path, capsys):
    path = tmp_path / "\x1b[2J.jpg"
    path.write_bytes(b"no image")
    save_pictures([PictureJob(path, tmp_path / "a.jpg", [])])
    assert r"\x1b[2J.jpg: cannot be shown" in capsys.readouterr().out


def test_a_box_outside_the_page_has_no_crop(page, tmp_path):
    boxes = [(400, 0, 500, 50), (-(1 << 20), -(1 << 20), 1 << 20, 1 << 20), (0, 0, 1, 1)]
    for name, hidden in (("shown", None), ("masked", boxes)):
        (tmp_path / name).mkdir()
        crops = [(box, tmp_path / name / f"{number}.jpg") for number, box in enumerate(boxes)]
        [picture] = save_pictures([PictureJob(page, tmp_path / "out.jpg", crops, hidden)])
        assert not picture.problem
        written = sorted((tmp_path / name).iterdir())
        assert [path.name for path in written] == ["1.jpg", "2.jpg"]
        assert all(cv2.imread(str(path)) is not None for path in written)
