"""All five steps through their own scripts, from another folder, in a path with spaces and Korean letters."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tmp_path_factory.mktemp("첫 실행")


@pytest.fixture(scope="module")
def config(run):
    settings = yaml.safe_load((REPOSITORY / "train_easyocr/config_files/sample.yaml").read_text(encoding="utf-8"))
    settings |= {
        "train_data": str(run / "training_and_validation_set/training"),
        "val_data": str(run / "training_and_validation_set/validation"),
        "train_images": 4,
        "val_images": 4,
        "eval_images": 1,
        "tune_images": 1,
        "n_iter": 6,
        "val_period": 3,
        "batch_size": 8,
    }
    path = run / "설정.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return path


def step(run, *command):
    environment = os.environ | {
        "EASYOCR_MODULE_PATH": str(run / "EasyOCR"),
        "VIRTUAL_ENV": sys.prefix,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    result = subprocess.run(
        [str(part) for part in command], cwd=run, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout


def script(run, name, **options):
    """Run the script of a step with its options; return what it says."""
    given = [part for option, value in options.items() for part in (f"--{option}", value)]
    return step(run, "bash", REPOSITORY / name, *given)


@pytest.fixture(scope="module")
def prepared(run, config):
    dataset = run / "공공행정문서 OCR"
    size = ["--sample_training_pages", 4, "--sample_validation_pages", 6]
    door = [sys.executable, REPOSITORY / "prepare_dataset.py", "--make_sample", *size]
    step(run, *door, "--dataset", dataset, "--config", config)
    script(run, "step2_run_prepare_dataset_py.sh", dataset=dataset, config=config)
    return run


@pytest.fixture(scope="module")
def trained(prepared, run, config):
    script(run, "step3_run_train_py.sh", config=config, saved_models=run / "saved_models")
    return run / "saved_models" / "sample"


@pytest.fixture(scope="module")
def installed(trained, run, config):
    given = {"config": config, "saved_models": run / "saved_models", "tuning_set": run / "tuning_set"}
    return script(run, "step4_set_finetuned_model.sh", **given, patches=200, settings=20)


@pytest.fixture(scope="module")
def evaluated(installed, run, config):
    given = {"config": config, "eval_set": run / "evaluation_set", "output": run / "evaluation_result"}
    return script(run, "step5_run_evaluate_py.sh", **given)


def test_step_2_writes_patches_with_labels_and_disjoint_sets(prepared):
    for role in ("training", "validation"):
        folder = prepared / "training_and_validation_set" / role / "documents"
        with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows and all((folder / "images" / row["filename"]).is_file() for row in rows)
    stems = [
        {path.stem for path in (prepared / name / "labels").rglob("*.json")}
        for name in ("evaluation_set", "tuning_set")
    ]
    assert [len(names) for names in stems] == [1, 1] and not stems[0] & stems[1]


def test_step_3_writes_the_log_in_its_form_and_every_file(trained):
    log = (trained / "log_train.txt").read_text(encoding="utf-8")
    assert re.search(
        r"^\[6/6\]\n"
        r"Training loss: \d+\.\d{5} \| Validation loss: \d+\.\d{5} \| Total \d+:\d\d:\d\d elapsed\n"
        r"Current accuracy : \d+\.\d{3} \| Current normalized edit distance: \d\.\d{4}\n"
        r"Best accuracy    : \d+\.\d{3} \| Best normalized edit distance: \d\.\d{4}\n"
        r"Accuracy of lines[^\n]*\n"
        r"-{80}\n"
        r"Ground Truth              \| Prediction                \| Confidence Score & T/F\n"
        r"-{80}\n",
        log,
        flags=re.MULTILINE,
    )
    written = {path.name for path in trained.iterdir()}
    assert written >= {
        "log_dataset.txt",
        "log_train.txt",
        "config.yaml",
        "best_accuracy.pth",
        "best_norm_ed.pth",
        "iter_3.pth",
        "iter_6.pth",
        "last.ckpt",
    }


def test_step_4_proves_that_easyocr_reads_as_the_trainer_does(installed):
    equal, compared = map(int, re.search(r"the same text on (\d+) of (\d+) validation patches", installed).groups())
    assert compared == 200 and equal >= 198
    assert "recog_network='finetuned'" in installed


def test_step_5_writes_scores_of_both_networks_and_says_them(evaluated, run):
    result = run / "evaluation_result"
    summary = json.loads((result / "summary.json").read_text(encoding="utf-8"))
    for network in ("baseline", "finetuned"):
        for grouping in ("default_grouping", "word_grouping", "ground_truth_boxes"):
            scores = summary["scores"][network][grouping]
            assert scores.keys() >= {"end_to_end_f1", "end_to_end_f1_pooled", "detection_f1", "cer"}
            lines = (result / f"predictions_{network}_{grouping}.jsonl").read_text(encoding="utf-8").splitlines()
            assert len(lines) == 1 and json.loads(lines[0]).keys() >= {"image", "readings"}
    rows = (result / "evaluation_result.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("file,baseline,finetuned,baseline_exact_match,") and len(rows) == 2
    assert re.search(r"Baseline: \d\.\d{3} · Fine-tuned: \d\.\d{3} · improved -?\d+\.\d%", evaluated)
    assert re.search(r"Baseline with default grouping: \d\.\d{3} → as installed: \d\.\d{3}", evaluated)
    assert list((result / "report_files").iterdir())


def test_the_persons_own_easyocr_folder_is_not_touched(evaluated, run):
    assert (run / "EasyOCR/model/finetuned.pth").is_file()
    assert (run / "EasyOCR/user_network/finetuned.yaml").is_file()
