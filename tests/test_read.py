"""The door for people who have pages: files in, text, JSON lines or searchable PDF files out."""

import importlib
import json
import os
import signal
import sys

import pypdfium2
import pytest
from doors import run_here
from image_kinds import file_of
from PIL import Image, ImageDraw, ImageFont

import train_easyocr
from train_easyocr.pages.predictions import read_predictions
from train_easyocr.pages.records import Page
from train_easyocr.reading import documents, installed

WORDS = ["Gimhae", "2001"]


def page(word):
    image = Image.new("L", (420, 90), "white")
    ImageDraw.Draw(image).text((20, 25), word, font=ImageFont.load_default(30), fill="black")
    return image


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """A folder with a page, a TIFF whose second of three pages is damaged, a file that is none, and a stray one."""
    folder = tmp_path_factory.mktemp("scans")
    (folder / "한 쪽.png").write_bytes(file_of(page(WORDS[0])))
    frames = [page(WORDS[0]), Image.effect_noise((420, 90), 80), page(WORDS[1])]
    data = file_of(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="tiff_deflate")
    noise = file_of(frames[1], "TIFF", compression="tiff_deflate")
    packed = noise[noise.index(b"\x78\x9c") :][:999]
    (folder / "three.tif").write_bytes(data.replace(packed, bytes(len(packed))))
    (folder / "cut.jpg").write_bytes(file_of(page(WORDS[0]), "JPEG")[:900])
    (folder / "Thumbs.db").touch()
    (folder / "letter.hwp").touch()
    return folder


def read(english_folder, *arguments):
    from train_easyocr.read import main

    return run_here(main, *arguments, "--network", "english_copy", EASYOCR_MODULE_PATH=english_folder)


def test_text_goes_on_after_damaged_pages_and_tells_them(english_folder, scans, tmp_path):
    done = read(english_folder, scans, "--output", tmp_path)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == "error: 2 pages could not be read, see above; all others were"
    told = done.stdout.splitlines()
    assert told[:2] == [
        f"left out: 1 file left by other programs, such as {scans / 'Thumbs.db'}",
        f"left out: 1 file neither images nor PDF, such as {scans / 'letter.hwp'}",
    ]
    assert told[2].startswith(f"{scans / 'cut.jpg'}: the file breaks off before its end")
    assert told[3].startswith(f"{scans / 'three.tif'}: page 2: a damaged image (")
    assert told[4:] == [f"Read 3 pages with english_copy, written: {tmp_path}"]
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "한 쪽.txt": "Gimhae\n",
        "three.txt": "Gimhae\n\f\f2001\n",
    }


def test_json_lines_can_be_scored_and_tell_the_damaged_page(english_folder, scans, tmp_path):
    assert read(english_folder, scans / "three.tif", "--format", "jsonl", "--output", tmp_path).returncode == 3
    pages = [json.loads(line) for line in (tmp_path / "three.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(each["page"], [word["text"] for word in each["readings"]]) for each in pages] == [
        (1, ["Gimhae"]),
        (2, []),
        (3, ["2001"]),
    ]
    assert "page 2: a damaged image" in pages[1]["failure"] and "failure" not in pages[0]
    assert (pages[0]["width"], pages[0]["height"], pages[0]["turn"], pages[0]["readings"][0]["line"]) == (420, 90, 0, 1)
    assert read(english_folder, scans / "한 쪽.png", "--format", "jsonl", "--output", tmp_path).returncode == 0
    scored, _ = read_predictions(tmp_path / "한 쪽.jsonl", [Page("한 쪽", "", "", 420, 90, (), "")])
    assert [word.text for word in scored[0]] == ["Gimhae"]


def test_a_searchable_pdf_has_the_pages_that_could_be_read_and_replaces_an_earlier_one(english_folder, scans, tmp_path):
    (tmp_path / "three.pdf").write_bytes(b"an earlier one")
    assert read(english_folder, scans / "three.tif", "--format", "pdf", "--output", tmp_path).returncode == 3
    pages = pypdfium2.PdfDocument(tmp_path / "three.pdf")
    assert [each.get_textpage().get_text_range() for each in pages] == WORDS
    again = read(english_folder, tmp_path / "three.pdf", "--output", tmp_path / "text")
    assert again.returncode == 0 and (tmp_path / "text/three.txt").read_text() == "Gimhae\n\f2001\n"


def test_ctrl_c_leaves_the_files_that_were_read_and_says_so_in_one_line(english_folder, scans, tmp_path, monkeypatch):
    write = documents.write_text

    def write_and_stop(*arguments):
        write(*arguments)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(documents, "write_text", write_and_stop)
    done = read(english_folder, scans / "한 쪽.png", scans / "three.tif", "--output", tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        130,
        f"error: stopped by Ctrl-C; what was written to {tmp_path} until then is whole and stays; "
        "the same command reads every file anew",
    )
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["Gimhae\n"]


def test_a_network_that_is_not_installed_is_one_line(tmp_path):
    from train_easyocr.read import main

    done = run_here(main, "page.jpg", EASYOCR_MODULE_PATH=tmp_path)
    assert done.returncode == 2
    assert "the network 'korean_public' is not installed; run python3 -m train_easyocr.install --shipped" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_function_read_stays_the_function_when_the_door_of_its_name_is_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "train_easyocr.read", raising=False)
    assert train_easyocr.read is installed.read
    door = importlib.import_module("train_easyocr.read")
    from train_easyocr import read

    assert read is train_easyocr.read is installed.read
    assert door.main is not read and sys.modules["train_easyocr.read"] is door
