"""Drawn pages are looked at by people; the tests hold what a machine can see."""

import numpy as np
import pytest
from PIL import Image

from train_easyocr.records import Outcome
from train_easyocr.report.page_images import COLOURS, HEADER, draw_page, draw_pages, korean_font

OUTCOMES = [
    Outcome("right", (20, 40, 120, 80), "김해시", "김해시"),
    Outcome("wrong", (150, 40, 250, 80), "결제", "결재"),
    Outcome("extra", (20, 120, 120, 160), "·", ""),
    Outcome("missed", (150, 120, 250, 160), "", "끝."),
]


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "쪽 1.jpg"
    Image.new("L", (300, 200), 250).save(path)
    return path


def test_each_panel_holds_every_box_in_the_colour_of_its_verdict(page, tmp_path):
    draw_page(page, [("baseline", OUTCOMES), ("finetuned", OUTCOMES)], tmp_path / "out.jpg")
    drawn = np.array(Image.open(tmp_path / "out.jpg").convert("RGB")).astype(int)
    assert drawn.shape == (200 + HEADER, 600, 3)
    for outcome in OUTCOMES:
        left, middle = outcome.box[0], (outcome.box[1] + outcome.box[3]) // 2 + HEADER
        for panel in (0, 300):
            line = drawn[middle, panel + left : panel + left + 2].mean(axis=0)
            assert np.abs(line - COLOURS[outcome.verdict]).max() < 60


def test_a_tall_page_is_shrunk(tmp_path):
    Image.new("L", (1000, 4000), 250).save(tmp_path / "tall.png")
    draw_page(tmp_path / "tall.png", [("baseline", [])], tmp_path / "out.jpg")
    assert Image.open(tmp_path / "out.jpg").size == (500, 2000 + HEADER)


def test_korean_letters_have_glyphs_of_their_own():
    font = korean_font(24)
    missing = bytes(font.getmask("\U0010ffff"))
    assert all(bytes(font.getmask(letter)) != missing for letter in "가힣를·「」①㎡※○")
    assert bytes(font.getmask("가")) != bytes(font.getmask("나"))


def test_a_box_at_the_corner_and_one_of_a_single_pixel_are_drawn(page, tmp_path):
    edges = [Outcome("right", (0, 0, 1, 1), "가", "가"), Outcome("missed", (299, 199, 300, 200), "", "나")]
    draw_page(page, [("edges", edges)], tmp_path / "out.jpg")
    assert (tmp_path / "out.jpg").is_file()


def test_new_drawings_take_the_place_of_old_ones_and_a_broken_page_is_told(page, tmp_path, capsys):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/old.jpg").write_bytes(b"old")
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    draw_pages([(page, [], "a.jpg"), (tmp_path / "broken.jpg", [], "b.jpg")], tmp_path / "pages")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["a.jpg"]
    assert "broken.jpg: cannot be drawn" in capsys.readouterr().out
