"""Drawn pages are looked at by people; the tests hold what a machine can see."""

import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from scored_pages import scored

from train_easyocr.fonts import korean_font
from train_easyocr.report.outcomes import Outcome
from train_easyocr.report.page_images import COLOURS, HEADER, MOST_PIXELS, draw_page, draw_pages, draw_results

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


def test_a_page_that_exif_turns_is_drawn_upright_as_it_was_read(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    Image.new("L", (300, 200), 250).save(tmp_path / "turned.jpg", exif=exif)
    draw_page(tmp_path / "turned.jpg", [("baseline", [])], tmp_path / "out.jpg")
    assert Image.open(tmp_path / "out.jpg").size == (200, 300 + HEADER)


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
    assert draw_pages([(page, [], "a.jpg"), (tmp_path / "broken.jpg", [], "b.jpg")], tmp_path / "pages") == ["a.jpg"]
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["a.jpg"]
    assert "broken.jpg: cannot be drawn" in capsys.readouterr().out


def test_the_pages_of_a_result_are_drawn_and_linked_by_the_names_of_their_images(page, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    names = ("인.허가/1/2001/a 1", "인.허가/1/2001/b", "인.허가/1/2001/not asked for")
    results = {"engine": {"own_boxes": [scored([], [], name=name) for name in names]}}
    files = {"인.허가/1/2001/a 1.jpg": page, "인.허가/1/2001/b.jpg": tmp_path / "broken.jpg"}
    links = draw_results(results, files, tmp_path)
    assert links == {"인.허가/1/2001/a 1.jpg": "pages/인.허가_1_2001_a_1.jpg"}
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["인.허가_1_2001_a_1.jpg"]


def test_pages_whose_names_look_alike_and_pages_of_very_long_names_have_a_drawing_each(page, tmp_path):
    long = "회계.예산/" + "가" * 80 + "/"
    names = ["인.허가/a 1", "인.허가/a_1", "인.허가_a/1", long + "나" * 80, long + "나" * 79 + "다"]
    results = {"engine": {"own_boxes": [scored([], [], name=name) for name in names]}}
    links = draw_results(results, {f"{name}.jpg": page for name in names}, tmp_path)
    assert list(links) == [f"{name}.jpg" for name in names]
    assert len(set(links.values())) == 5
    assert sorted(f"pages/{path.name}" for path in (tmp_path / "pages").iterdir()) == sorted(links.values())


def test_the_name_of_a_page_that_cannot_be_drawn_reaches_no_terminal_raw(tmp_path, capsys):
    path = tmp_path / "\x1b[2J.jpg"
    path.write_bytes(b"no image")
    draw_pages([(path, [], "a.jpg")], tmp_path / "pages")
    assert r"\x1b[2J.jpg: cannot be drawn" in capsys.readouterr().out


def huge_png(path, width, height):
    """Write a page of 1 bit a pixel without holding its pixels: its rows are equal."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", b""), (b"IEND", b"")]
    packer, row = zlib.compressobj(1), b"\0" + b"\xff" * ((width + 7) // 8)
    parts[1] = (b"IDAT", b"".join(packer.compress(row) for _ in range(height)) + packer.flush())
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def test_a_page_that_cannot_be_drawn_is_told_and_the_others_are_drawn(page, tmp_path, capfd):
    huge_png(tmp_path / "huge.png", 16_384, MOST_PIXELS // 16_384 + 1)
    crowded = [Outcome("extra", (0, 0, 9, 9), "가", "")] * 300_000
    jobs = [
        (tmp_path / "huge.png", [("engine", OUTCOMES)], "huge.jpg"),
        (page, [("engine", OUTCOMES), ("another", crowded)], "crowded.jpg"),
        (page, [("engine", OUTCOMES)], "page.jpg"),
    ]
    started = time.process_time()
    assert draw_pages(jobs, tmp_path / "pages") == ["page.jpg"]
    assert time.process_time() - started < 10
    told = capfd.readouterr().out
    assert "huge.png: cannot be drawn (it has more than 178,956,970 pixels)" in told
    assert "쪽 1.jpg: cannot be drawn (it has 300,000 words and readings, at most 3,000 are drawn)" in told


def test_a_text_of_a_megabyte_is_cut_off(page, tmp_path):
    long = [
        Outcome("wrong", (20, 40, 120, 80), "가" * 1_000_000, "가"),
        Outcome("wrong", (20, 90, 120, 99), "나\n" * 999, ""),
    ]
    assert draw_pages([(page, [("engine", long)], "page.jpg")], tmp_path / "pages") == ["page.jpg"]


def test_a_box_far_outside_the_page_is_drawn_in_no_time(page, tmp_path):
    far = [Outcome("extra", (-(1 << 20), -(1 << 20), 1 << 20, 1 << 20), "가", "")] * 1000
    started = time.process_time()
    draw_page(page, [("engine", far)], tmp_path / "out.jpg")
    assert time.process_time() - started < 3


def test_a_very_wide_page_is_shrunk(tmp_path):
    Image.new("L", (16_000, 400), 250).save(tmp_path / "wide.png")
    draw_page(tmp_path / "wide.png", [("baseline", [])], tmp_path / "out.jpg")
    assert Image.open(tmp_path / "out.jpg").size == (4000, 100 + HEADER)
