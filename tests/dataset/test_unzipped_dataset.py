"""A dataset that somebody has unzipped gives the sets that its archives give."""

import os
import shutil
import unicodedata
import zipfile

import pytest
from archive_factory import plan_for, tree, write_dataset

from train_easyocr.dataset.archives.finding import find_archives
from train_easyocr.dataset.archives.member_names import decoded_name
from train_easyocr.dataset.archives.zips import read_contents
from train_easyocr.dataset.prepare import prepare
from train_easyocr.program.errors import UserError


def unzip(path, folder, form="NFC"):
    """Unzip as a person does, with the true names, and move the zip away."""
    with zipfile.ZipFile(path) as opened:
        for info in opened.infolist():
            target = folder / unicodedata.normalize(form, decoded_name(info))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(opened.read(info))
    path.unlink()


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "data")


def sets_of(output):
    return {name: data for name, data in tree(output).items() if name != "dataset_report.json"}


def beside_the_zip(path):
    return path.parent


def in_a_folder_of_its_name(path):
    return path.with_suffix("")


@pytest.mark.parametrize("place", [beside_the_zip, in_a_folder_of_its_name])
@pytest.mark.parametrize(("which", "form"), [("*.zip", "NFC"), ("*.zip", "NFD"), ("*라벨*.zip", "NFC")])
def test_the_sets_are_those_of_the_archives(dataset, tmp_path, place, which, form):
    prepare(plan_for(dataset, tmp_path / "zips"))
    for path in sorted(dataset.rglob(which)):
        unzip(path, place(path), form)
    report = prepare(plan_for(dataset, tmp_path / "folders", unzip=True))
    written = {name: data for name, data in sets_of(tmp_path / "folders").items() if not name.startswith("unzipped/")}
    assert written == sets_of(tmp_path / "zips")
    assert not report["dropped_files"]
    assert sum(archive["labels"] for archive in report["archives"]) == 6 + 6


def test_what_unzip_has_written_is_a_dataset_too(dataset, tmp_path):
    prepare(plan_for(dataset, tmp_path / "zips", unzip=True))
    prepare(plan_for(tmp_path / "zips/unzipped", tmp_path / "again"))
    written = {name: data for name, data in sets_of(tmp_path / "zips").items() if not name.startswith("unzipped/")}
    assert sets_of(tmp_path / "again") == written


def test_files_that_a_zip_holds_too_are_read_from_the_zip_and_counted(dataset, tmp_path):
    prepare(plan_for(dataset, tmp_path / "zips"))
    for path in dataset.rglob("*라벨*.zip"):
        copy = path.with_name("copy")
        shutil.copy(path, copy)
        unzip(copy, path.parent)
    report = prepare(plan_for(dataset, tmp_path / "both"))
    assert sets_of(tmp_path / "both") == sets_of(tmp_path / "zips")
    assert report["dropped_files"]["file twice in the archives"]["count"] == 12


def test_sets_below_the_dataset_are_no_part_of_it(dataset):
    prepare(plan_for(dataset, dataset))
    contents = [read_contents(archive) for archive in find_archives(dataset)]
    assert not any(held.archive.is_folder for held in contents)
    assert sum(held.label_count for held in contents) == 12


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFOs")
def test_pipes_and_other_files_are_counted_and_never_opened(dataset, tmp_path):
    for path in sorted(dataset.rglob("*.zip")):
        unzip(path, path.parent)
    os.mkfifo(dataset / "Training/p.jpg")
    (dataset / "Training/notes.txt").touch()
    contents = [read_contents(archive) for archive in find_archives(dataset)]
    assert [held.other_members for held in contents] == [2, 0]


def test_the_folder_of_one_split_and_a_folder_without_files_are_told_in_one_line(dataset, tmp_path):
    with pytest.raises(UserError, match=r"Training: is one split of the dataset; give the folder that holds it"):
        find_archives(dataset / "Training")
    (tmp_path / "other/images").mkdir(parents=True)
    (tmp_path / "other/images/p.jpg").touch()
    with pytest.raises(UserError, match="other: holds no zip, and no image or label, below Training/ or Validation/"):
        find_archives(tmp_path / "other")
