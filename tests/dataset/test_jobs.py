"""Unfinished sets: which changes make step 2 start a set again instead of going on."""

from dataclasses import replace

import pytest

from train_easyocr.dataset.archives.members import UnzippedFile
from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.pages.records import Word


def page(folder, **changes):
    label, image = (UnzippedFile(folder / ending, "a/b", ending, 10, 1) for ending in (".json", ".jpg"))
    return replace(PageSource("a/b", label, image), **changes)


def begin(folder, pages, rules=None):
    job = SetJob("training", pages, folder / "out", folder / "staging", frozenset())
    job.staging.mkdir(exist_ok=True)
    assert job.begin(rules or {}) is None
    return job.staged / "half done"


OTHERS = {
    "image of the same size": lambda was: replace(was, image=replace(was.image, crc=2)),
    "label of the same size": lambda was: replace(was, label=replace(was.label, crc=2)),
    "name": lambda was: replace(was, name="a/c"),
    "excluded label": lambda was: replace(was, excluded=frozenset({Word("가", (0, 0, 1, 1))})),
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_contents_start_afresh(what, tmp_path):
    first = page(tmp_path)
    begin(tmp_path, [first]).touch()
    assert begin(tmp_path, [first]).exists()
    assert not begin(tmp_path, [OTHERS[what](first)]).exists()


def test_other_rules_start_afresh(tmp_path):
    begin(tmp_path, [page(tmp_path)], {"rgb": False}).touch()
    assert begin(tmp_path, [page(tmp_path)], {"rgb": False}).exists()
    assert not begin(tmp_path, [page(tmp_path)], {"rgb": True}).exists()
