"""read() with a real Reader: every kind of image of one page has the texts of the plain page; documents, all pages."""

import io
import os
import re
from pathlib import Path

import numpy as np
import pytest
from image_kinds import file_of, image_files, plain_page, turned
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.easyocr_port.weights import describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.page_source import only_page
from train_easyocr.program.errors import UserError
from train_easyocr.reading.installed import read, read_pages, usage

PAGE = plain_page()
FILES = image_files(PAGE)
WORDS = ["Gimhae", "City", "2001"]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("이지 OCR")
    install_network("english_words", describe_weights("english_g2"), folder, WORD_GROUPING)
    provide_craft(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASYOCR_MODULE_PATH", str(folder))
        yield folder


def texts(image):
    return [reading.text for reading in read(image, "english_words")]


@pytest.fixture(scope="module")
def plain(folder):
    readings = read(file_of(PAGE), "english_words")
    assert [reading.text for reading in readings] == WORDS
    return readings


@pytest.mark.parametrize("kind", [kind for kind in FILES if "JPEG" in kind])
def test_every_kind_of_jpeg_is_read_as_the_plain_page(plain, kind):
    assert [reading.text for reading in read(FILES[kind], "english_words")] == WORDS


@pytest.mark.parametrize("kind", [kind for kind in FILES if "JPEG" not in kind])
def test_every_other_kind_has_the_pixels_of_the_plain_page(kind):
    page = only_page(FILES[kind])  # what read() reads
    assert np.array_equal(page.rgb, np.asarray(PAGE)) and np.array_equal(page.grey, np.asarray(PAGE.convert("L")))


def test_a_picture_of_another_kind_gives_the_readings_of_the_plain_page(plain):
    assert read(FILES["RGBA TIFF, EXIF 6"], "english_words") == plain


def test_whatever_holds_the_page_is_taken(tmp_path, monkeypatch):
    path = tmp_path / "쪽 1.png"
    path.write_bytes(FILES["RGBA PNG"])
    monkeypatch.setenv("HOME", str(tmp_path))
    written = io.BytesIO()
    written.write(FILES["1-bit PNG"])  # stands at its end
    grey, colour = np.asarray(PAGE.convert("L")), np.asarray(PAGE)
    sources = [str(path), path, "~/쪽 1.png", FILES["GIF"], bytearray(FILES["BMP"]), memoryview(FILES["BMP"]), written]
    sources += [PAGE, PAGE.convert("1"), PAGE.convert("CMYK"), Image.open(path), Image.open(io.BytesIO(FILES["GIF"]))]
    sources += [grey, grey[..., None], grey > 0, grey / 255, grey.astype(np.uint16) * 257, colour, colour.astype(float)]
    with path.open("rb") as file:
        pages = [only_page(source) for source in [*sources, file]]
    assert all(np.array_equal(rgb, colour) and np.array_equal(page_grey, grey) for rgb, page_grey in pages)
    assert only_page(Image.open(io.BytesIO(FILES["JPEG, EXIF 6"]))).grey.shape == (90, 420)


def test_red_print_is_found_and_read_alike_in_a_file_and_as_an_array():
    red = np.asarray(PAGE).copy()
    red[..., 0] = np.maximum(red[..., 0], 230)  # dark red on white
    found = read(file_of(Image.fromarray(red)), "english_words")
    assert [reading.text for reading in found] == WORDS
    again = read(red[..., ::-1], "english_words")
    assert [(reading.box, reading.text) for reading in again] == [(reading.box, reading.text) for reading in found]


def document(kind):
    pages = [Image.new("RGB", (420, 90), "white") for _ in range(3)]
    for page, word in zip(pages, WORDS, strict=True):
        ImageDraw.Draw(page).text((20, 25), word, font=ImageFont.load_default(30), fill="black")
    return file_of(
        pages[0], kind, save_all=True, append_images=pages[1:], **({"resolution": 200} if kind == "PDF" else {})
    )


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_all_pages_of_a_document_are_read_in_their_order(kind, tmp_path):
    path = tmp_path / f"p.{kind.lower()}"
    path.write_bytes(document(kind))
    assert [[reading.text for reading in page] for page in read_pages(path, "english_words")] == [
        [word] for word in WORDS
    ]
    told = f"{path}: 3 pages, and read() reads one; read_pages() reads them all"
    with pytest.raises(UserError, match=f"^{re.escape(told)}$"):
        read(path, "english_words")


def test_a_document_of_one_page_is_read_as_a_page():
    pdf = file_of(PAGE, "PDF", resolution=200)
    assert texts(pdf) == WORDS
    assert read_pages(pdf, "english_words") == [read(pdf, "english_words")]


def test_what_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    files = {"empty.jpg": b"", "cut.jpg": FILES["grey JPEG"][:900], "photo.heic": bytes(4) + b"ftypheic" + bytes(99)}
    files |= {"cut.pdf": document("PDF")[:300], "text.png": b"no image", "cut.tif": document("TIFF")[:3000]}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "pipe.jpg")
    monkeypatch.chdir(tmp_path)
    expected = {
        **{"empty.jpg": "an empty file", "cut.jpg": "breaks off", "photo.heic": "a HEIC photo; save it as JPEG"},
        **{"cut.pdf": "a damaged PDF file", "text.png": "not an image; give a JPEG", "cut.tif": "a damaged image"},
        **{
            "gone.jpg": "gone.jpg: no such file; check its spelling",
            "pipe.jpg": "a pipe",
            ".": "a folder",
            os.devnull: "a device",
        },
        **{"https://example.org/p.jpg": "download the file", "~nobody-at-all/p.jpg": "cannot be opened"},
        "a\0b": "cannot be opened",
        7: "the given int: is no image; give a JPEG",
        (1, 2): "the given tuple",
        None: "the given NoneType",
        b"no image": "the given bytes: not an image; give a JPEG",
    }
    for source, words in expected.items():
        with pytest.raises(UserError, match=re.escape(words)) as told:
            read(source, "english_words")
        assert "\n" not in str(told.value) and "step" not in str(told.value)
    with Path("text.png").open() as opened, pytest.raises(UserError, match=r"^text\.png: was opened for text; open it"):
        read(opened, "english_words")
    with pytest.raises(UserError, match=r"^the given image: an array of shape \(2,\)"):
        read(np.zeros(2), "english_words")


def test_what_pillow_or_an_open_file_cannot_give_any_more_is_one_line(tmp_path):
    whole = tmp_path / "page.png"
    whole.write_bytes(file_of(PAGE))
    opened, closed_picture = whole.open("rb"), Image.open(whole)
    opened.close()
    closed_picture.close()
    expected = [
        # Pillow decodes this one only when `read` asks for its pixels.
        (
            Image.open(io.BytesIO(file_of(Image.effect_noise((99, 99), 80))[:-300])),
            "the given image: a damaged image (",
        ),
        (closed_picture, "the given image: a damaged image (Operation on closed image); "),
        (Image.new("RGB", (0, 5)), "the given image: an empty image (0 × 5); "),
        (opened, f"{whole}: cannot be read (I/O operation on closed file); open it with 'rb'"),
        ("", "the given path is empty; give a JPEG"),
    ]
    for source, words in expected:
        with pytest.raises(UserError, match=f"^{re.escape(words)}") as told:
            read(source, "english_words")
        assert "\n" not in str(told.value)


def test_the_printed_lines_read_a_turned_photo(folder, tmp_path, monkeypatch):
    (tmp_path / "page.jpg").write_bytes(turned(PAGE, 6, quality=95))
    monkeypatch.chdir(tmp_path)
    lines = usage("english_words", WORD_GROUPING).partition("\n")[2].split("\nor: ")[0]
    *before, last = [line.strip() for line in lines.splitlines()]
    names = {}
    # EasyOCR reads the environment when it is imported, and an earlier test has imported it.
    places = (
        f"model_storage_directory={str(folder / 'model')!r}, user_network_directory={str(folder / 'user_network')!r}"
    )
    exec("\n".join(before).replace("recog_network", f"{places}, recog_network"), names)
    assert [text for _, text, _ in eval(last, names)] == WORDS


def pdf(media_box, more="", trailer=""):
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {media_box}]/Rotate 90>>endobj {more}\n"
        f"trailer<</Root 1 0 R{trailer}>>\n"
    ).encode()


def test_a_pdf_is_drawn_upright_at_200_dots_per_inch_and_refused_where_that_cannot_be():
    assert only_page(pdf("72 36")).rgb.shape == (200, 100, 3)  # an inch wide, half an inch high, turned by 90 degrees
    lock = f"4 0 obj<</Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4>>endobj"
    for data, told in {
        pdf("14400 14400"): "40,000 × 40,000 pixels, and at most 178,956,970 are read; scale it down",
        pdf("72 36", lock, "/Encrypt 4 0 R/ID[<00><00>]"): "a PDF file with a password; save it without one",
        b"%PDF-1.7 and nothing else": "a damaged PDF file; copy it again, or save it anew",
    }.items():
        with pytest.raises(UserError, match=f"^the given bytes: {told}$"):
            only_page(data)
