"""Searchable PDF: pdftotext and PDFium find words and spaces again, in their places, and the picture is unchanged."""

import io
import shutil
import subprocess

import numpy as np
import pypdfium2
import pytest
from image_kinds import file_of, turned
from PIL import Image, ImageDraw

from train_easyocr.pages.documents.searchable_pdf import SearchablePdf
from train_easyocr.pages.page_source import Pages
from train_easyocr.pages.records import Reading, ReadPage

WIDTH, HEIGHT = 800, 600
LINES = (
    (("공공기관의", (60, 60, 260, 100)), ("정보를", (264, 62, 384, 102)), ("「첨부」㎡", (390, 58, 560, 98))),
    (("첫째", (60, 160, 140, 200)), ("ㆍ", (142, 175, 152, 185)), ("陸水", (151, 160, 240, 200))),  # boxes that touch
)
TEXT = [" ".join(text for text, _ in line) for line in LINES]


def page():
    image = Image.new("L", (WIDTH, HEIGHT), "white")
    for line in LINES:
        for _, box in line:
            ImageDraw.Draw(image).rectangle(box, outline="black")
    return image


def read_page(lines=LINES, turn=0, size=(WIDTH, HEIGHT)):
    return ReadPage(1, *size, turn, tuple(tuple(Reading(box, text, 0.9) for text, box in line) for line in lines))


def searchable(data, path, read):
    document = Pages(data)
    result = SearchablePdf(document.file)
    result.add(document.page(0), read)
    result.save(path)
    return path


def lines_in(path):
    """The lines that PDFium finds, and those of pdftotext, where it is installed."""
    found = [pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range().split("\r\n")]
    if shutil.which("pdftotext"):
        told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
        found.append([" ".join(line.split()) for line in told.replace("\f", "").splitlines() if line.strip()])
    return found


FILES = {
    "PNG": file_of(page(), dpi=(200, 200)),
    "JPEG": file_of(page(), "JPEG", dpi=(200, 200), quality=95),
    "photo": turned(page(), 6, dpi=(200, 200), quality=95),
    "TIFF": file_of(page().convert("1"), "TIFF", dpi=(200, 200), compression="group4"),
    "scanned PDF": file_of(page(), "PDF", resolution=200),
}


@pytest.mark.parametrize("kind", FILES)
def test_the_words_are_found_again_with_their_spaces_on_the_page_as_it_was(kind, tmp_path):
    path = searchable(FILES[kind], tmp_path / "쪽.pdf", read_page())
    assert all(lines == TEXT for lines in lines_in(path)), lines_in(path)
    shown = Pages(path).page(0).grey
    assert shown.shape == (HEIGHT, WIDTH)
    assert np.abs(shown.astype(int) - np.asarray(page())).mean() < 2  # a JPEG, drawn anew


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_turned_upright_with_its_text(turn, tmp_path):
    def lie(box):
        marked = np.zeros((HEIGHT, WIDTH), bool)
        marked[box[1] : box[3], box[0] : box[2]] = True
        rows, columns = np.rot90(marked, -turn // 90).nonzero()
        return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

    lying = Image.fromarray(np.rot90(np.asarray(page()), -turn // 90))
    lines = [[(text, lie(box)) for text, box in line] for line in LINES]
    path = searchable(file_of(lying, dpi=(200, 200)), tmp_path / "p.pdf", read_page(lines, turn, lying.size))
    found = pypdfium2.PdfDocument(path)[0].get_textpage()
    assert found.get_text_range().split() == " ".join(TEXT).split()
    assert np.abs(Pages(path).page(0).grey.astype(int) - np.asarray(page())).mean() < 2


def test_each_word_lies_where_it_was_read(tmp_path):
    path = searchable(FILES["PNG"], tmp_path / "p.pdf", read_page())
    text = pypdfium2.PdfDocument(path)[0].get_textpage()
    for line in LINES:
        for word, (xmin, ymin, xmax, ymax) in line:
            inside = (xmin + 1, HEIGHT - ymax + 1, xmax - 1, HEIGHT - ymin - 1)
            assert text.get_text_bounded(*(side * 72 / 200 for side in inside)).strip() == word


def test_text_that_a_pdf_holds_is_not_written_again(tmp_path):
    first = searchable(FILES["scanned PDF"], tmp_path / "first.pdf", read_page(LINES[:1]))
    assert lines_in(first)[0] == TEXT[:1]
    second = searchable(first.read_bytes(), tmp_path / "second.pdf", read_page())
    assert lines_in(second)[0] == TEXT


def test_a_jpeg_is_kept_byte_for_byte_and_sizes_are_those_of_the_paper(tmp_path):
    path = searchable(FILES["JPEG"], tmp_path / "p.pdf", read_page())
    assert FILES["JPEG"] in path.read_bytes()
    fax = file_of(Image.new("1", (1728, 1143), 1), "TIFF", dpi=(204, 98))
    path = searchable(fax, tmp_path / "fax.pdf", read_page((), size=(1728, 1143)))
    assert pypdfium2.PdfDocument(path)[0].get_size() == pytest.approx((1728 * 72 / 204, 1143 * 72 / 98))
    for stated in ({}, {"dpi": (1, 1)}):  # none, or what no scanner has
        data = file_of(page(), "PNG", **stated)
        path = searchable(data, tmp_path / "unknown.pdf", read_page())
        assert pypdfium2.PdfDocument(path)[0].get_size() == pytest.approx((288, 216), abs=0.1)


def test_a_page_with_a_rotation_and_a_crop_box_keeps_both(tmp_path):
    document = pypdfium2.PdfDocument(FILES["scanned PDF"])
    shown = document[0]
    shown.set_cropbox(36, 36, 252, 180)  # of 288 x 216 points
    shown.set_rotation(90)
    file = io.BytesIO()
    shown.gen_content()
    document.save(file)
    grey = Pages(file.getvalue()).page(0).grey
    assert grey.shape == (600, 400)
    # The word "정보를", cut at 100 pixels and turned by 90 degrees clockwise, lies on its side.
    (xmin, ymin, xmax, ymax) = 164, 160, 284, 200
    box = (400 - ymax, xmin, 400 - ymin, xmax)
    path = searchable(file.getvalue(), tmp_path / "p.pdf", read_page(((("정보를", box),),), 90, (400, 600)))
    [again] = pypdfium2.PdfDocument(path)
    assert again.get_rotation() == 0 and again.get_size() == (216, 144)
    found = again.get_textpage()
    assert found.get_text_range() == "정보를"
    left, bottom, right, top = 36 + xmin * 0.36, 36 + (400 - ymax) * 0.36, 36 + xmax * 0.36, 36 + (400 - ymin) * 0.36
    assert found.get_text_bounded(left, bottom, right, top) == "정보를"
