"""Reading an evaluation set page by page: an interrupted run goes on, workers change nothing, detection is kept."""

import json
import shutil
from dataclasses import replace

import pytest
from evaluation_set import write_evaluation_set
from other_detector import BrightParts

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine import detector
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.pages.page_image import decode
from train_easyocr.pages.records import PageFile
from train_easyocr.program.errors import UserError
from train_easyocr.program.versions import versions
from train_easyocr.reading import page_workers, session
from train_easyocr.reading.comparison import NetworkPlace, ReadingPlan
from train_easyocr.reading.page_reading import PageReader
from train_easyocr.reading.session import read_evaluation_set


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")
    write_evaluation_set(folder, pages=3, size=(300, 180))
    return [PageFile(page, path, f"{page.name}.jpg") for page, path in labelled_pages(folder)]


@pytest.fixture(scope="module")
def plan(english_folder, tmp_path_factory):
    places = [NetworkPlace("english_copy", english_folder, {"masked": "0123456789", "free": ""})]
    groupings = {"default_grouping": DEFAULT_GROUPING, "word_grouping": WORD_GROUPING}
    return ReadingPlan(places, groupings, english_folder, tmp_path_factory.mktemp("cache"), 1 << 30)


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
        def __fspath__(self):
            raise error

    page, path, image = pages[0]
    assert PageReader(replace(plan, networks=[])).read(page, Unreadable(path), image).failure.startswith(told)


def test_a_page_is_read_with_any_kind_of_detector(plan, pages):
    reader, other = PageReader(plan), BrightParts()
    reader.detectors = {None: Detector(other)}
    read = reader.read(*pages[0])
    assert other.runs == ["maps", "regions"]  # once for both groupings and networks
    boxes = reader.detectors[None].boxes(decode(pages[0].path.read_bytes()).rgb, WORD_GROUPING)
    assert boxes and [found.box for found in read.readings["free", "word_grouping"]] == [box.bounds for box in boxes]


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
    assert "2 of 3 pages read before; 1 left" in capsys.readouterr().out
    assert texts(resumed) == texts(whole)


def texts(result):
    return {
        (network, grouping): [[(reading.box, reading.text) for reading in page] for page in found]
        for network, groupings in result[0].items()
        for grouping, found in groupings.items()
    }


def with_other_file(plan, folder, ending):
    """The same network, of which one installed file is another."""
    shutil.copytree(plan.networks[0].easyocr_folder, folder)
    [file] = folder.glob(f"*/english_copy{ending}")
    file.write_bytes(file.read_bytes() + b"\n")
    return replace(plan, networks=[replace(plan.networks[0], easyocr_folder=folder)])


OTHERS = {
    "weights": lambda plan, folder: with_other_file(plan, folder, ".pth"),
    "description": lambda plan, folder: with_other_file(plan, folder, ".yaml"),
    "mask": lambda plan, folder: replace(plan, networks=[replace(plan.networks[0], masks={"masked": "0", "free": ""})]),
    "grouping": lambda plan, folder: replace(plan, groupings={"default_grouping": WORD_GROUPING}),
    "device": lambda plan, folder: replace(plan, cuda=True),
}


@pytest.fixture
def unfinished(plan, pages, tmp_path):
    """What an interrupted run left, and the page that it had read."""
    page, path, image = pages[0]
    lines = [
        {"run": session._fingerprint(plan)},
        {"page": session._page_key(page, path), "image": image, "readings": []},
    ]
    file = tmp_path / "unfinished.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def taken_over(unfinished, plan, pages):
    keys = {image: session._page_key(page, path) for page, path, image in pages}
    return list(session._finished_pages(unfinished, session._fingerprint(plan), keys))


def test_pages_of_the_same_run_are_taken_over_whatever_cache_it_has(unfinished, plan, pages, tmp_path):
    assert taken_over(unfinished, plan, pages) == [pages[0].image]
    assert taken_over(unfinished, replace(plan, cache_folder=tmp_path, cache_limit=0), pages) == [pages[0].image]


@pytest.mark.parametrize("what", OTHERS)
def test_pages_of_another_run_are_read_again(what, unfinished, plan, pages, tmp_path):
    assert taken_over(unfinished, OTHERS[what](plan, tmp_path / "other"), pages) == []


@pytest.mark.parametrize("package", ["easyocr", "torch", "opencv-python-headless", "our own code"])
def test_pages_that_another_version_read_are_read_again(package, unfinished, plan, pages, monkeypatch):
    changed = versions() | {package: "another"}
    if package == "our own code":
        monkeypatch.setattr(session, "source_digest", lambda *files: "another")
    else:
        monkeypatch.setattr(session, "versions", lambda: changed)
    assert taken_over(unfinished, plan, pages) == []


def test_a_page_whose_labelled_boxes_or_image_changed_is_read_again(unfinished, plan, pages, tmp_path):
    page, path, image = pages[0]
    moved = replace(page, words=(replace(page.words[0], box=(0, 0, 5, 5)), *page.words[1:]))
    assert taken_over(unfinished, plan, [PageFile(moved, path, image)]) == []
    (tmp_path / "other.jpg").write_bytes(path.read_bytes() + b"\0")
    assert taken_over(unfinished, plan, [PageFile(page, tmp_path / "other.jpg", image)]) == []


def test_code_that_reads_is_part_of_what_pages_depend_on():
    names = {path.name for path in session._READING_CODE}
    assert names >= {"recognition.py", "reader.py", "craft_regions.py", "box_grouping.py", "reader_tensor.py", "ctc.py"}


@pytest.mark.parametrize("line", ["[]", "{}", '{"image": "a"}', "7", '"', '{"image": [], "page": 1}'])
def test_a_line_that_is_no_page_ends_what_is_taken_over(line, unfinished, plan, pages):
    unfinished.write_text(unfinished.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    assert taken_over(unfinished, plan, pages) == [pages[0].image]


def test_a_cache_that_cannot_be_written_is_told_once_and_pages_are_read(
    plan, pages, whole, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(session, "open_cache", lambda folder, limit: False)
    assert texts(read_evaluation_set(plan, pages, tmp_path)) == texts(whole)
    assert capsys.readouterr().out.count("cannot be written to, so what is detected is not kept there") == 1


def test_a_second_reading_runs_no_detector(plan, pages, whole, tmp_path, monkeypatch):
    def no_detector(*arguments, **more):
        raise AssertionError("the detector was loaded")

    monkeypatch.setattr(detector, "open_reader", no_detector)
    again = read_evaluation_set(plan, pages, tmp_path)
    assert texts(again) == texts(whole)


def test_where_no_page_can_be_read_nothing_is_scored(plan, pages, tmp_path, capsys):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    with pytest.raises(UserError, match="no page could be read"):
        read_evaluation_set(plan, [(pages[0][0], broken, "\x1b[2Jbroken.jpg")], tmp_path)
    shown = capsys.readouterr()
    assert r"\x1b[2Jbroken.jpg: " in shown.out
    assert "\x1b[2J" not in shown.out + shown.err


@pytest.mark.slow
def test_workers_read_the_same(plan, pages, whole, tmp_path):
    assert texts(read_evaluation_set(plan, pages, tmp_path, workers=2)) == texts(whole)
