"""The files to read, what is left out of folders, and the names of results."""

import re
from pathlib import Path

import pytest

from train_easyocr.pages.documents.finding import find_documents
from train_easyocr.program.errors import UserError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["b.JPG", "a.png", "인.허가/c.pdf", "d.tiff", "Thumbs.db", "._a.png", ".ipynb_checkpoints/a.png", "x.hwp"]
    for name in (*names, "readings/old.pdf"):
        path = Path("scans") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return Path("scans")


def results(*named, output="readings", ending=".txt"):
    found = find_documents([Path(name) for name in named], Path(output), ending).results
    return {path.as_posix(): result.as_posix() for path, result in found.items()}


def test_a_folder_is_searched_and_what_is_no_document_is_counted(folder):
    found = find_documents([folder], folder / "readings", ".txt")
    assert {path.as_posix(): result.as_posix() for path, result in found.results.items()} == {
        "scans/a.png": "scans/readings/a.txt",
        "scans/b.JPG": "scans/readings/b.txt",
        "scans/d.tiff": "scans/readings/d.txt",
        "scans/인.허가/c.pdf": "scans/readings/인.허가/c.txt",
    }
    assert [path.name for path in found.stray] == ["._a.png", "a.png", "Thumbs.db"]
    assert [path.name for path in found.others] == ["x.hwp"]


def test_a_file_that_is_named_is_read_whatever_its_name(folder):
    assert results("scans/x.hwp", "scans/b.JPG") == {
        "scans/x.hwp": "readings/x.hwp.txt",
        "scans/b.JPG": "readings/b.txt",
    }


def test_files_of_one_name_keep_their_endings_in_their_results(folder):
    (folder / "a.pdf").touch()
    assert results("scans/a.png", "scans/a.pdf") == {
        "scans/a.png": "readings/a.png.txt",
        "scans/a.pdf": "readings/a.pdf.txt",
    }


@pytest.mark.parametrize(
    ("named", "output", "ending", "told"),
    [
        (["gone.jpg"], "readings", ".txt", "gone.jpg: no such file or folder"),
        (["empty"], "readings", ".txt", "empty: no file whose name ends in .jpg"),
        (["scans/a.png", "other/a.png"], "readings", ".txt", "its result would replace that of scans/a.png"),
        (
            ["scans/인.허가/c.pdf"],
            "scans/인.허가",
            ".pdf",
            "scans/인.허가/c.pdf: would be replaced, and is read; choose",
        ),
    ],
)
def test_nothing_to_read_and_results_that_would_replace_are_told(folder, named, output, ending, told):
    Path("empty").mkdir()
    Path("other").mkdir()
    Path("other/a.png").touch()
    with pytest.raises(UserError, match=re.escape(told)):
        results(*named, output=output, ending=ending)
