"""The file of readings: what is written is read back, and other programs' files are understood."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from train_easyocr.pages.predictions import read_predictions, write_predictions
from train_easyocr.pages.records import Page, Reading
from train_easyocr.program.errors import UserError

PAGES = [
    Page(name, "인.허가", "2001", 100, 100, (), "public_documents")
    for name in ("인.허가/1/2001/a", "인.허가/1/2001/b", "회계.예산/2/1999/b")
]
IMAGES = [f"{page.name}.jpg" for page in PAGES]
readings = st.builds(
    Reading,
    st.tuples(*[st.integers(-9, 5000)] * 4).map(
        lambda box: (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
    ),
    st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text)),
    st.floats(0, 1).map(lambda value: round(value, 6)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.lists(readings, max_size=4).map(tuple), min_size=3, max_size=3))
def test_readings_survive_the_file(tmp_path, pages):
    write_predictions(tmp_path / "p.jsonl", zip(IMAGES, pages, strict=True))
    assert read_predictions(tmp_path / "p.jsonl", PAGES) == (pages, 3)


def write(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def line(image, **reading):
    entry = {"bbox": [1, 2, 30, 40], "text": "가", "confidence": 0.5} | reading
    return json.dumps({"image": image, "readings": [entry]})


def test_a_page_may_be_named_without_ending_or_by_its_file_name_alone(tmp_path):
    file = write(tmp_path / "p.jsonl", line("a.jpg"), line("회계.예산/2/1999/b"))
    found, covered = read_predictions(file, PAGES)
    assert ([len(page) for page in found], covered) == ([1, 0, 1], 2)


def test_the_exact_name_of_a_page_wins_over_the_file_name_of_another(tmp_path):
    pages = [Page(name, "x", "", 100, 100, (), "public_documents") for name in ("x/p", "p", "y/q")]
    file = write(tmp_path / "p.jsonl", line("p.jpg", text="둘"), line("x/p.jpg", text="하나"))
    found, covered = read_predictions(file, pages)
    assert ([[reading.text for reading in page] for page in found], covered) == ([["하나"], ["둘"], []], 2)


def test_names_and_texts_in_nfd_and_backslashes_are_understood(tmp_path):
    decomposed = unicodedata.normalize("NFD", "인.허가\\1\\2001\\a.jpg")
    file = write(tmp_path / "p.jsonl", line(decomposed, text=unicodedata.normalize("NFD", "김해")))
    [[reading], *_], _ = read_predictions(file, PAGES)
    assert reading.text == "김해"


def test_corners_are_rounded_and_confidence_may_be_absent(tmp_path):
    entry = '{"image": "a", "readings": [{"bbox": [0.6, 1.4, 9.5, 20], "text": "x"}]}'
    [found, *_], _ = read_predictions(write(tmp_path / "p.jsonl", entry), PAGES)
    assert found == (Reading((1, 1, 10, 20), "x", 1.0),)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["no json"], "line 1: expected"),
        (['{"image": "a"}'], "line 1: expected"),
        ([line("a"), line("a.jpg")], "line 2: image 'a.jpg' stands in an earlier line"),
        ([line("b")], "line 1: image 'b' fits 2 pages; give its folders too"),
        ([line("c")], "line 1: image 'c' is no page of the evaluation set"),
        ([line("a", bbox=[1, 2, 3])], "line 1: reading"),
        ([line("a", bbox="1234")], "line 1: reading"),
        ([line("a", text=None)], "line 1: reading"),
        ([line("a", confidence=float("nan"))], "line 1: reading"),
        ([line("a", confidence=True)], "line 1: reading"),
        ([line("a", confidence="0.5")], "line 1: reading"),
        ([line("a", bbox=[True, False, True, True])], "line 1: reading"),
        ([line("a", bbox=[1, 2, 3, 1e300])], "line 1: reading"),
        ([line("a", bbox=[1, 2, 3, 10**400])], "line 1: reading"),
        ([line("a", bbox=[30, 2, 1, 40])], "line 1: reading"),  # as of an engine that writes x, y, width, height
        ([line("a", bbox=[1, 40, 30, 2])], "line 1: reading"),
        ([line("a", confidence=1.5)], "confidence 0 to 1"),
        ([line("a", confidence=-0.1)], "confidence 0 to 1"),
        ([line("a", confidence=98)], "confidence 0 to 1"),  # percent
        ([line("a", bbox=[1, 2, 3, (1 << 20) + 1])], "line 1: reading"),
        ([line("a").replace("30", "9" * 5000)], "line 1: expected"),  # beyond what Python reads as a number
        ([line("a").replace("30", "[" * 900 + "]" * 900)], "line 1: reading"),
        ([line("a").replace("30", "[" * 100_000 + "]" * 100_000)], "line 1: expected"),
        ([line("a").replace('"\\uac00"', '"\\ud800"')], "line 1: reading"),  # half a surrogate pair
    ],
)
def test_a_mistake_names_file_and_line(lines, message, tmp_path):
    file = write(tmp_path / "엔진.jsonl", *lines)
    with pytest.raises(UserError, match=r"엔진\.jsonl") as mistake:
        read_predictions(file, PAGES)
    assert message in str(mistake.value) and "\n" not in str(mistake.value)
    assert len(str(mistake.value)) < 400
