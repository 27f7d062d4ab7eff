"""Files that other programs leave among images and labels are left out and counted, wherever images are looked for."""

import json
import shutil

import pytest
from archive_factory import label_bytes, page_image, plan_for, tree, write_dataset, write_zip
from doors import evaluate
from label_stores import CHARSET, Labels

from train_easyocr.dataset.prepare import prepare
from train_easyocr.dataset.sets.set_folders import sets_on_disk
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.printing.generated.faces import _font_files
from train_easyocr.program.fonts import font_path
from train_easyocr.training.objective import AttentionObjective
from train_easyocr.training.opening import open_store
from train_easyocr.training.selection import STRAY, Rules, select

REASON = "stray file of another program"
STRAYS = ("가/.ipynb_checkpoints/p-checkpoint", "가/._p", "@eaDir/가/p", "__MACOSX/가/p", ".hidden/p")


@pytest.mark.parametrize(
    "path", [*STRAYS, "Thumbs.db", "가/thumbs.DB", ".DS_Store", "가/Desktop.ini", "#recycle/p.jpg"]
)
def test_hidden_files_and_those_of_systems_are_stray(path):
    assert is_stray(path)


@pytest.mark.parametrize(
    "path", ["p.jpg", "./가/p.jpg", "../p.jpg", "인.허가/1/p.1.jpg", "MACOSX/p.jpg", "a/Thumbs.db.jpg"]
)
def test_names_with_dots_inside_are_not(path):
    assert not is_stray(path)


def with_strays(members):
    """The members of a zip, and a copy of the first under each stray name; pages of their own if they were taken."""
    name, data = next(iter(members.items()))
    ending = name.rpartition(".")[2]
    return members | {f"{stray}.{ending}": data for stray in STRAYS} | {"가/Thumbs.db": b"x"}


@pytest.mark.parametrize("unzip", [False, True])
def test_archives_with_stray_members_make_the_same_sets(tmp_path, unzip):
    names = [f"가/1/2001/{number}" for number in range(4)]
    labels, images = {f"{name}.json": label_bytes() for name in names}, {f"{name}.jpg": page_image() for name in names}
    for data, change in (("clean", dict), ("data", with_strays)):
        write_zip(tmp_path / data / "Validation/l.zip", change(labels), cp949=False)
        write_zip(tmp_path / data / "Validation/i.zip", change(images), cp949=False)
    for folder in (".ipynb_checkpoints", "@eaDir"):
        (tmp_path / "data/Validation" / folder).mkdir()
        shutil.copy(tmp_path / "data/Validation/l.zip", tmp_path / "data/Validation" / folder)
    (tmp_path / "data/Validation/._i.zip").write_bytes(b"resources")
    clean = prepare(plan_for(tmp_path / "clean", tmp_path / "out/clean", unzip=unzip))
    report = prepare(plan_for(tmp_path / "data", tmp_path / "out/data", unzip=unzip))
    assert report["dropped_files"].pop(REASON)["count"] == 2 * 6 + 3
    assert report["sets"] == clean["sets"] and report["archives"][0]["others"] == 0
    written, expected = tree(tmp_path / "out/data"), tree(tmp_path / "out/clean")
    assert {name for name in written if written[name] != expected.get(name)} == {"dataset_report.json"}


def test_step_5_says_what_it_left_out(tmp_path):
    for part, ending, data in (("labels", "json", label_bytes()), ("images", "jpg", page_image())):
        for name in ("가/p", *STRAYS):
            path = tmp_path / f"set/{part}/{name}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    line = json.dumps({"image": "가/p.jpg", "readings": []})
    (tmp_path / "p.jsonl").write_text(line, encoding="utf-8")
    arguments = ("--eval_set", tmp_path / "set", "--predictions", f"a={tmp_path}/p.jsonl", "--output", tmp_path / "out")
    done = evaluate(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    assert f"  left out: 10 × {REASON}, such as images/.hidden/p.jpg\n" in done.stdout
    assert json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["pages"] == 1


def test_patches_with_stray_names_are_not_trained_on():
    store = Labels(["가", "나", "다"], [40, 40, 0])
    store.filenames = ["a.png", ".ipynb_checkpoints/a-checkpoint.png", "._a.png"]
    rules = Rules(CHARSET, lower_case=False, longest=8, keep_all=True, fits=AttentionObjective(CHARSET, 5).fits)
    found = select("A", store, rules, widest=600, show_progress=False)
    assert found.rows.tolist() == [0]
    assert (found.dropped[STRAY].count, found.dropped[STRAY].examples[0]) == (2, (store.filenames[1], "나"))


def test_copies_of_sets_and_fonts_in_hidden_folders_are_none(tmp_path):
    prepare(plan_for(write_dataset(tmp_path / "data"), tmp_path / "out", sets=("training",)))
    training = tmp_path / "out/training_and_validation_set/training"
    shutil.copytree(training / "documents", training / ".ipynb_checkpoints")
    assert list(sets_on_disk(tmp_path / "out")) == [("training", training / "documents")]
    assert len(open_store(training / "documents").texts) > 0
    shutil.copy(font_path(), tmp_path / "._Nanum.ttf")
    assert "._Nanum.ttf" not in _font_files([tmp_path])
