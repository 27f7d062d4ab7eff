"""Step 2 as a real process on hostile archives: it shows no traceback and reports everything that it leaves out."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from archive_factory import label_bytes, label_dict, page_image, tree, write_dataset, write_zip
from doors import ROOT, prepare_dataset

from train_easyocr.training.opening import open_store


@pytest.fixture
def other_disk():
    """A folder on another disk than the tests' own, where there is one."""
    shared_memory = Path("/dev/shm")
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("no second disk")
    with tempfile.TemporaryDirectory(dir=shared_memory) as name:
        yield Path(name)


def prepared(tmp_path, *options, output="out"):
    """Prepare `tmp_path`/data; return the finished process and its report."""
    done = prepare_dataset("--dataset", tmp_path / "data", "--output", tmp_path / output, "--workers", 1, *options)
    assert done.returncode == 0, done.stderr
    return done, json.loads((tmp_path / output / "dataset_report.json").read_text(encoding="utf-8"))


def counts(log):
    return {reason: entry["count"] for reason, entry in log.items()}


def write_pages(folder: Path, labels: dict[str, bytes], images: dict[str, bytes] | None = None) -> None:
    write_zip(folder / "l.zip", {f"{name}.json": data for name, data in labels.items()}, cp949=False)
    images = images or {f"{name}.jpg": page_image() for name in labels}
    write_zip(folder / "i.zip", images, cp949=False, method=zipfile.ZIP_STORED)


def test_labels_that_are_no_texts_or_too_long_or_full_of_escapes(tmp_path):
    texts = ["54,500", "\x1b[2J결재\x07", "가" * 140_000, "\ud800", "\ufeff", "\u202e뒤집힌", "a\r\nb"]
    hostile = label_dict(
        [(text, (10, 10 + 30 * row, 50, 20)) for row, text in enumerate(texts)], category="인\ud800\x1b]0;"
    )
    hostile["annotations"].append({"annotation.text": 0, "annotation.bbox": [100, 10, 50, 20]})
    number = json.dumps(hostile).replace('"annotation.text": 0', '"annotation.text": 54.50')
    labels = {
        "인.허가/1/2001/a": number.encode(),
        "인.허가/1/2001/b\x1b[31m": json.dumps({"\ud800\x1b[2J": 1}).encode(),
        "인.허가/1/2001/c": b'{"images": ' + b"9" * 5000 + b', "annotations": []}',
    }
    write_pages(tmp_path / "data/Training", labels)
    done, report = prepared(tmp_path, "--training")
    facts = report["sets"]["training"]
    assert counts(facts["dropped_pages"]) == {"label: unknown schema": 1, "label: malformed label": 1}
    assert counts(facts["dropped_words"]) == {
        "unreadable print: text of more than 1,000 characters": 1,
        "unreadable print: text with NUL or a lone surrogate": 1,
        "unreadable print: no text": 1,
    }
    # Exactly as labelled, in labels.csv and in the report; escapes are shown, not obeyed, on the terminal.
    store = open_store(tmp_path / "out/training_and_validation_set/training/documents")
    assert list(store.texts) == ["54,500", "\x1b[2J결재\x07", "\u202e뒤집힌", "a\r\nb", "54.50"]
    assert list(facts["categories"]) == ["인\ud800\x1b]0;"]
    printed = done.stdout + done.stderr.replace("\r", "")
    assert not set(printed) & set("\x1b\x07\x9b\u202e") and "\\x1b[2J" in printed
    assert "인\\ud800\\x1b]0; 1" in printed


def test_names_of_archives_that_are_no_unicode_or_hold_escapes(tmp_path):
    write_pages(tmp_path / "data/Training", {"인.허가/1/2001/a": label_bytes()})
    (tmp_path / "data/Training/l.zip").rename(tmp_path / "data/Training" / os.fsdecode(b"\xff\x1b[2J.zip"))
    done, report = prepared(tmp_path, "--training")
    assert report["archives"][0]["name"] == "i.zip"
    assert report["archives"][1]["name"] == "\udcff\x1b[2J.zip"
    assert "\\udcff\\x1b[2J.zip" in done.stdout and "\x1b" not in done.stdout


LONG_NAMES = (
    "인.허가/1/2001/" + "가" * 100,
    "인.허가/1/2001/" + "a" * 248,
    "깊은/" * 1200 + "a",
    "나" * 100 + "/1/2001/a",
)


@pytest.mark.parametrize("options", [(), ("--unzip",)])
@pytest.mark.parametrize("split", ["Training", "Validation"])
def test_pages_whose_names_no_disk_takes_are_left_out_and_counted(tmp_path, split, options):
    fine = "인.허가/1/2001/" + "b" * 200
    write_pages(tmp_path / "data" / split, {name: label_bytes() for name in (*LONG_NAMES, fine)})
    flag = {"Training": "--training", "Validation": "--evaluation"}[split]
    _, report = prepared(tmp_path, flag, *options)
    assert counts(report["dropped_files"]) == {"name too long for a file": 2 * 3}
    pages = sum(report["sets"].get(name, {"pages": 0})["pages"] for name in ("training", "evaluation", "tuning"))
    assert pages == 2  # the name of 248 bytes leaves room for .json, and none for what patches add to it
    if split == "Training":
        assert counts(report["sets"]["training"]["dropped_words"]) == {"file name longer than 255 bytes": 3}


@pytest.mark.parametrize("options", [(), ("--unzip",)])
def test_a_folder_with_the_name_of_a_file_is_left_out_and_counted(tmp_path, options):
    names = ["가/p", "가/p.jpg/q", "가/p.jpg/r/s", "가/p.json/t", "가/p.jpgs/u"]
    write_pages(tmp_path / "data/Validation", {name: label_bytes() for name in names})
    _, report = prepared(tmp_path, "--evaluation", *options)
    assert counts(report["dropped_files"]) == {
        "folder with the name of a file": 3,
        "label without an image": 2,
        "image without a label": 1,
    }
    assert sum(report["sets"][name]["pages"] for name in ("evaluation", "tuning")) == 2


@pytest.mark.parametrize("options", [(), ("--unzip",)])
def test_links_inside_zips_are_files_without_use(tmp_path, options):
    write_pages(tmp_path / "data/Training", {"가/p": label_bytes()})
    with zipfile.ZipFile(tmp_path / "data/Training/links.zip", "w") as archive:
        for name in ("가/l.jpg", "가/l.json"):
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
    _, report = prepared(tmp_path, "--training", *options)
    assert counts(report["sets"]["training"]["dropped_pages"]) == {"label: no JSON": 1}
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))


@pytest.mark.parametrize(
    ("linked", "there"),
    [
        ("training_and_validation_set/training/documents", True),
        ("evaluation_set", False),
        ("training_and_validation_set", True),
        ("unzipped", False),
    ],
)
def test_sets_may_be_links_to_another_disk(tmp_path, other_disk, linked, there):
    write_dataset(tmp_path / "data")
    place = tmp_path / "out" / linked
    place.parent.mkdir(parents=True)
    if there:
        (other_disk / "set").mkdir()
    place.symlink_to(other_disk / "set", target_is_directory=True)
    for _ in range(2):  # the second run replaces what the first has put there
        prepared(tmp_path, "--unzip")
    assert place.is_symlink()
    prepared(tmp_path, "--unzip", output="plain")
    for folder in ("training_and_validation_set/training/documents", "evaluation_set"):
        assert tree(tmp_path / "out" / folder) == tree(tmp_path / "plain" / folder)
    assert sorted(path.name for path in other_disk.iterdir()) == ["set"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on open files")
def test_120_archives_are_read_with_20_file_handles(tmp_path):
    for number in range(60):
        name = f"인.허가/1/2001/{number:03}"
        write_zip(tmp_path / f"data/Training/l{number}.zip", {f"{name}.json": label_bytes()})
        write_zip(tmp_path / f"data/Training/i{number}.zip", {f"{name}.jpg": page_image()})
    write_zip(tmp_path / "whole.zip", {f"인.허가/1/2002/{number}.jpg": page_image() for number in range(30)})
    data = (tmp_path / "whole.zip").read_bytes()
    for part in range(30):
        piece = data[part * len(data) // 30 : (part + 1) * len(data) // 30]
        (tmp_path / f"data/Training/p.zip.part{part}").write_bytes(piece)
    limited = (
        f"ulimit -n 20; exec {sys.executable} prepare_dataset.py --dataset {tmp_path}/data --output {tmp_path}/out"
    )
    done = subprocess.run(["bash", "-c", f"{limited} --workers 2 --training"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out/dataset_report.json").read_text(encoding="utf-8"))
    assert report["sets"]["training"]["pages"] == 60
    assert counts(report["dropped_files"]) == {"image without a label": 30}


@pytest.mark.parametrize("place", ["evaluation_set", "training_and_validation_set/training/documents"])
@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_set_is_not_replaced(tmp_path, place, kind):
    write_dataset(tmp_path / "data")
    precious = tmp_path / "out" / place / "notes" if kind == "folder" else tmp_path / "out" / place
    precious.parent.mkdir(parents=True)
    precious.write_text("mine")
    done = prepare_dataset("--dataset", tmp_path / "data", "--output", tmp_path / "out", "--workers", 1)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == 2 and len(errors) == 1
    assert f"{place}: is no set of step 2, which would take its place" in errors[0]
    assert precious.read_text() == "mine" and not (tmp_path / "out/tuning_set").exists()


def test_patches_of_ones_own_are_not_replaced(tmp_path):
    write_dataset(tmp_path / "data")
    own = tmp_path / "out/training_and_validation_set/training/documents"
    own.mkdir(parents=True)
    (own / "labels.csv").write_text("filename,words\na.png,가\n", encoding="utf-8")
    done = prepare_dataset("--dataset", tmp_path / "data", "--output", tmp_path / "out", "--workers", 1)
    assert done.returncode == 2 and "training/documents: holds patches that step 2 did not write" in done.stderr
    assert (own / "labels.csv").exists() and not (tmp_path / "out/tuning_set").exists()


def test_a_link_that_leads_to_itself_is_told_in_one_line(tmp_path):
    write_dataset(tmp_path / "data")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/evaluation_set").symlink_to("evaluation_set")
    done = prepare_dataset("--dataset", tmp_path / "data", "--output", tmp_path / "out", "--workers", 1)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "evaluation_set" in done.stderr.splitlines()[-1]
