"""A wrong folder is reported before torch is imported, because that takes seconds; a missing package by its name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from doors import ROOT
from training_doors import environment, write_config
from training_runs import small_settings, write_data


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a set whose images lie elsewhere, a set as it should be, and a configuration that names both."""
    run = tmp_path_factory.mktemp("run")
    data = write_data(run / "data")
    (data / "training/A/images").rename(data / "training/A/pictures")
    write_config(small_settings(data, detection_data=str(run / "pages")), run / "config.yaml")
    (run / "weights.pth").touch()
    return run


@pytest.mark.parametrize(
    ("door", "arguments", "message"),
    [
        ("train", (), "A/labels.csv: names 'p000_0-0-26-30.png', which is not in"),
        ("train", ("select_data=C", "batch_ratio=1"), "data/training/C/labels.csv: no such file"),
        ("train_detector", (), "pages/training/images: no such folder"),
        (
            "install",
            ("--checkpoint", "{run}/weights.pth", "--tuning_set", "{run}/pages"),
            "pages/images: no such folder",
        ),
        ("install", ("--checkpoint", "{run}/gone.pth"), "gone.pth: no such checkpoint"),
    ],
)
def test_a_wrong_folder_is_told_before_torch_is_imported(run, door, arguments, message):
    line = [arguments.format(run=run) for arguments in arguments]
    options = ["-X", "importtime", "-m", f"train_easyocr.{door}", "--config", run / "config.yaml"]
    command = [sys.executable, *options, *line]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 2 and len(told) == 1 and message in told[0], done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "torch" not in imported and "yaml" in imported


DOORS = [*(f"-mtrain_easyocr.{door}" for door in ("train", "train_detector", "install", "read", "several", "export"))]
DOORS += [str(ROOT / "prepare_dataset.py"), str(ROOT / "evaluate.py")]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: Path(door).stem)
def test_a_python_without_packages_is_told_to_source_step_1(door):
    done = subprocess.run([sys.executable, "-S", door], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert re.match(r"error: \w+: no such package in .*; run `source step1_set_environment.sh` first", done.stderr)


def test_a_single_package_that_is_missing_is_named(run, tmp_path):
    (tmp_path / "cv2.py").write_text("raise ModuleNotFoundError(name='cv2')", encoding="utf-8")
    path = f"{tmp_path}:{environment()['PYTHONPATH']}"
    command = [sys.executable, "-m", "train_easyocr.train", "--config", run / "config.yaml"]
    done = subprocess.run(
        command, env=environment() | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("error: cv2: no such package in ") and "\n" in done.stderr
