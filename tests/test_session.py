"""Reading an evaluation set page by page: an interrupted run goes on, workers change nothing, detection is kept."""

import json
from dataclasses import replace

import pytest
from evaluation_set import write_evaluation_set

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.errors import UserError
from train_easyocr.installation.network_files import install_network
from train_easyocr.reading import page_reading, page_workers, session
from train_easyocr.reading.comparison import NetworkPlace, ReadingPlan
from train_easyocr.reading.page_reading import PageReader
from train_easyocr.reading.session import read_evaluation_set
from train_easyocr.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.weights import describe_weights, provide_craft


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("session")
    write_evaluation_set(folder / "set", pages=3, size=(300, 180))
    weights = describe_weights("english_g2")
    install_network("english_session", weights, folder)
    provide_craft(folder)
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    return [(page, path, f"{page.name}.jpg") for page, path in labelled_pages(folder / "set")]


@pytest.fixture(scope="module")
def plan(folder):
    places = [NetworkPlace("english_session", folder, {"masked": "0123456789", "free": ""})]
    groupings = {"default_grouping": DEFAULT_GROUPING, "word_grouping": WORD_GROUPING}
    return ReadingPlan(places, groupings, folder, folder / "cache", 1 << 30)


@pytest.fixture(scope="module")
def whole(plan, pages, tmp_path_factory):
    return read_evaluation_set(plan, pages, tmp_path_factory.mktemp("whole"))


def test_every_network_is_read_in_every_grouping_for_every_page(whole):
    readings, failures = whole
    assert failures == {}
    for network in ("masked", "free"):
        assert list(readings[network]) == ["default_grouping", "word_grouping", "ground_truth_boxes"]
        assert all(len(found) == 3 for found in readings[network].values())


@pytest.mark.parametrize(
    ("error", "told"),
    [(MemoryError(), "out of memory; use fewer workers"), (ValueError("not an image\nat all"), "not an image")],
)
def test_a_page_that_fails_says_why_in_one_line_even_where_the_error_does_not(plan, pages, error, told):
    class Unreadable(type(pages[0][1])):
        def read_bytes(self):
            raise error

    page, path, image = pages[0]
    assert PageReader(replace(plan, networks=[])).read(page, Unreadable(path), image).failure.startswith(told)


def test_a_masked_network_never_prints_what_is_masked(whole):
    readings, _ = whole
    texts = {
        network: "".join(r.text for page in groups["word_grouping"] for r in page)
        for network, groups in readings.items()
    }
    assert set(texts["free"]) & set("0123456789")
    assert not set(texts["masked"]) & set("0123456789")


def test_an_interrupted_run_goes_on_where_it_stopped(plan, pages, whole, tmp_path, monkeypatch, capsys):
    read_before = []

    class Interrupted(PageReader):
        def read(self, page, path, image):
            if len(read_before) == 2:
                raise KeyboardInterrupt
            read_before.append(image)
            return super().read(page, path, image)

    monkeypatch.setattr(page_workers, "PageReader", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_evaluation_set(plan, pages, tmp_path)
    with (tmp_path / "unfinished.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"page": "half a li')  # what a killed process leaves

    read_after = []

    class Counting(PageReader):
        def read(self, page, path, image):
            read_after.append(image)
            return super().read(page, path, image)

    monkeypatch.setattr(page_workers, "PageReader", Counting)
    resumed = read_evaluation_set(plan, pages, tmp_path)
    assert read_before + read_after == [image for _, _, image in pages]
    assert "2 of 3 pages were read before; 1 are left" in capsys.readouterr().out
    assert texts(resumed) == texts(whole)


def texts(result):
    return {
        (network, grouping): [[(reading.box, reading.text) for reading in page] for page in found]
        for network, groupings in result[0].items()
        for grouping, found in groupings.items()
    }


def test_pages_of_other_options_are_not_taken_over(plan, pages, tmp_path):
    (tmp_path / "unfinished.jsonl").write_text(json.dumps({"run": "another"}) + "\n", encoding="utf-8")
    keys = {image: session._page_key(page, path) for page, path, image in pages}
    assert session._finished_pages(tmp_path / "unfinished.jsonl", session._fingerprint(plan), keys) == {}


def test_a_second_reading_runs_no_detector(plan, pages, whole, tmp_path, monkeypatch):
    def no_detector(*arguments):
        raise AssertionError("the detector was loaded")

    monkeypatch.setattr(page_reading, "Detector", no_detector)
    again = read_evaluation_set(plan, pages, tmp_path)
    assert texts(again) == texts(whole)


def test_where_no_page_can_be_read_nothing_is_scored(plan, pages, tmp_path, capsys):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    with pytest.raises(UserError, match="none of the 1 pages could be read"):
        read_evaluation_set(plan, [(pages[0][0], broken, "\x1b[2Jbroken.jpg")], tmp_path)
    shown = capsys.readouterr()
    assert r"\x1b[2Jbroken.jpg: " in shown.out
    assert "\x1b[2J" not in shown.out + shown.err


@pytest.mark.slow
def test_workers_read_the_same(plan, pages, whole, tmp_path):
    assert texts(read_evaluation_set(plan, pages, tmp_path, workers=2)) == texts(whole)
