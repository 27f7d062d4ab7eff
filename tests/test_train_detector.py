"""The door of the detector's training on pages with generated words: files, figures, and resuming to the bit."""

import ast
import csv
import json
import math
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from evaluation_set import spoil
from training_doors import environment, write_config

from train_easyocr import train_detector
from train_easyocr.configuration.config import Settings
from train_easyocr.dataset.drops import DropLog
from train_easyocr.easyocr_port.engine.craft import build_craft, load_craft
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, SHIPPED_FILE, find_detector
from train_easyocr.program.errors import UserError
from train_easyocr.program.fonts import korean_font
from train_easyocr.training.detector import kinds
from train_easyocr.training.detector.crops import CropMaker, CropPlan
from train_easyocr.training.distributed import Processes
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.run import only_run

IN_THE_FIRST_STEP = 2 * (2 + 1)  # looks of a validation of weights and average: before each page, and at its end
ALONE = Processes(0, 1, torch.device("cpu"))
CRAFT = {"detector_network": "craft", "detector_continue_from": "craft"}


def write_page(folder, name, seed):
    """A page of 224 x 160 pixels with six printed words, as step 2 writes it."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (224, 160), "white")
    draw, font, annotations = ImageDraw.Draw(image), korean_font(22), []
    words = ["가나", "수", "시장", "□", "민원실", "2024"]
    for place, word in enumerate(np.random.default_rng(seed).permutation(words).tolist()):
        left, top = 12 + 105 * (place % 2), 12 + 48 * (place // 2)
        draw.text((left, top), word, fill="black", font=font)
        box = draw.textbbox((left, top), word, font=font)
        annotations.append(
            {"id": place, "annotation.type": "rectangle", "annotation.text": word, "annotation.ttype": "T1"}
            | {"annotation.bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]]}
        )
    label = {
        "images": [{"image.width": 224, "image.height": 160, "image.make.code": "1", "image.make.year": "2001"}],
        "annotations": annotations,
    }
    for part, data in (("images", None), ("labels", json.dumps(label).encode())):
        path = folder / part / f"{name}.{'jpg' if data is None else 'json'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or cv2.imencode(".jpg", np.asarray(image))[1].tobytes())


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in ("WORD_RECIPE", "CRAFT_RECIPE"):
        monkeypatch.setattr(kinds, name, replace(getattr(kinds, name), sizes=(96,)))
    for role, count in (("training", 3), ("validation", 2)):
        for number in range(count):
            write_page(tmp_path / "detection_set" / role, f"{role}{number}", number)
    values = {"detector_batch_size": 1, "detector_n_iter": 2, "detector_val_period": 1, "detector_warmup_iterations": 2}
    values |= {"detector_network": "word_detector", "detector_continue_from": "korean_public"}
    return Settings(detection_data=str(tmp_path / "detection_set"), workers=0, amp="fp32", **values)


def run(settings, folder, resume=False, interruption=None):
    train_detector.train(settings, folder, ALONE, interruption or Interruption(), resume=resume)
    return folder


class StopsAfter(Interruption):
    """A signal that comes after it was looked for so many times."""

    def __init__(self, looks):
        super().__init__()
        self._looks = looks

    @property
    def received(self):
        self._looks -= 1
        return 15 if self._looks < 0 else None

    @received.setter
    def received(self, value):
        pass


def test_a_run_writes_figures_and_weights_and_goes_on_to_the_bit(settings, tmp_path):
    start = tmp_path / "start.pth"
    shutil.copyfile(SHIPPED_DETECTOR, start)
    settings = replace(settings, detector_continue_from=str(start))
    folder = run(settings, tmp_path / "straight")
    names = {path.name for path in folder.iterdir()}
    assert names >= {"log_train.txt", "metrics.csv", "detection.png", "loss.png", "targets.png", "last.ckpt"}
    assert names >= {"best_detection_f1.pth", "average_best_detection_f1.pth", "iter_1.pth", "iter_2.pth"}
    with (folder / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["iteration"] for row in rows] == ["0", "1", "2"]
    assert all(0 < float(row["detection_f1"]) <= 1 and float(row["low_text"]) for row in rows)
    assert "Detection F1" in (folder / "log_train.txt").read_text()
    trained = read_weights(folder / "iter_2.pth")

    stopped = run(settings, tmp_path / "stopped", interruption=StopsAfter(IN_THE_FIRST_STEP))
    assert not (stopped / "iter_2.pth").exists()
    start.unlink()  # its weights are in the checkpoint
    run(settings, stopped, resume=True)
    again = read_weights(stopped / "iter_2.pth")
    assert all(torch.equal(value, again[name]) for name, value in trained.items())
    with pytest.raises(UserError, match="detector_network was word_detector and is craft now; set it back, or start"):
        run(replace(settings, **CRAFT), stopped, resume=True)


@pytest.mark.slow
def test_two_processes_train_one_detector_by_torchrun(settings, tmp_path):
    script, config = tmp_path / "small.py", write_config(settings, tmp_path / "c.yaml")
    script.write_text(
        "from dataclasses import replace\nfrom train_easyocr.training.detector import kinds\n"
        "kinds.WORD_RECIPE = replace(kinds.WORD_RECIPE, sizes=(96,))\n"
        "from train_easyocr.train_detector import main\nmain()\n"
    )
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    line = [*torchrun, str(script), "--config", str(config), "--saved_models", str(tmp_path)]
    ran = subprocess.run(line, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("training on") == ran.stdout.count("started from korean_public") == 1, ran.stdout
    rows = list(csv.DictReader((tmp_path / "detector/metrics.csv").open()))
    assert [row["iteration"] for row in rows] == ["0", "1", "2"]
    assert all(math.isfinite(float(row["training_loss"])) for row in rows[1:])
    trained, start = read_weights(tmp_path / "detector/iter_2.pth"), read_weights(find_detector("korean_public"))
    assert any(not torch.equal(value, trained[name]) for name, value in start.items())


@pytest.mark.parametrize(
    ("network", "start", "message"),
    [
        (
            "craft",
            "korean_public",
            "korean_public has the weights of word_detector, but detector_network is craft; set",
        ),
        (
            "word_detector",
            "craft",
            "but detector_network is word_detector; set detector_network: craft, or detector_co",
        ),
        ("craft", "", "detector_continue_from is empty, but craft starts from weights; set it to craft"),
        ("word_detector", str(SHIPPED_FILE), "no weights of the detector of this project"),
        ("craft", str(SHIPPED_FILE), "no weights of EasyOCR's detector CRAFT"),
    ],
)
def test_a_start_that_does_not_fit_the_network_is_refused_in_one_line(settings, network, start, message):
    with pytest.raises(UserError, match=message) as refused:
        train_detector.make_kind(replace(settings, detector_network=network, detector_continue_from=start), ALONE)
    assert "\n" not in str(refused.value)


def test_our_own_detector_starts_from_random_weights_that_the_seed_draws(settings, capsys):
    empty = replace(settings, detector_continue_from="")
    first, again, other = (
        train_detector.make_kind(each, ALONE).network.state_dict()
        for each in (empty, empty, replace(empty, seed=empty.seed + 1))
    )
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert not torch.equal(first["stem.0.weight"], other["stem.0.weight"])
    assert "started from random weights; " in capsys.readouterr().out


def test_labels_that_take_no_part_are_told_and_logged(settings, tmp_path, capsys):
    spoil(tmp_path / "detection_set/training/labels/training1.json", {0: {"text": ""}, 1: {"bbox": [9, 9, -1, 5]}})
    logs = {role: DropLog() for role in ("training", "validation")}
    sets = {role: (train_detector.labelled(settings, role, log), log) for role, log in logs.items()}
    train_detector.begin_folder(settings, tmp_path / "run", sets, resume=False)
    told = capsys.readouterr().out
    assert "3 pages, 16 words" in told and "1 label of print that nobody can read\n  left out: 1 × " in told
    assert told.count("left out") == 2 and "1 × box of negative width or height, such as training1 word 2: " in told
    assert (tmp_path / "run/log_dataset.txt").read_text(encoding="utf-8") == told


def keep_words(label, count):
    content = json.loads(label.read_bytes())
    label.write_text(json.dumps(content | {"annotations": content["annotations"][:count]}), encoding="utf-8")


def test_pages_labelled_only_in_part_are_left_out_of_training_and_told(settings, tmp_path, capsys):
    for role, number, words in (("training", 0, 1), ("training", 1, 0), ("validation", 0, 1)):
        keep_words(tmp_path / f"detection_set/{role}/labels/{role}{number}.json", words)
    unlabelled = str(tmp_path / "detection_set/training/images/training1.jpg")  # letters of 22 pixels, as on A4
    cv2.imwrite(unlabelled, cv2.copyMakeBorder(cv2.imread(unlabelled), 0, 1200, 0, 800, cv2.BORDER_REPLICATE))
    logs = {role: DropLog() for role in ("training", "validation")}
    sets = {role: (train_detector.labelled(settings, role, log), log) for role, log in logs.items()}
    assert [[page.name for page, _ in pages] for pages, _ in sets.values()] == [
        ["training2"],
        ["validation0", "validation1"],
    ]
    train_detector.begin_folder(settings, tmp_path / "run", sets, resume=False)
    told = (tmp_path / "run/log_dataset.txt").read_text(encoding="utf-8")
    assert "left out: 1 × page with labels on only part of the print, such as training0: 93% of it lies outsi" in told
    assert (
        "left out: 1 × page with print, but no labels, such as training1\n" in told and told == capsys.readouterr().out
    )
    kept = train_detector.labelled(replace(settings, detector_keep_partly_labelled=True), "training", DropLog())
    assert len(kept) == 3
    keep_words(tmp_path / "detection_set/training/labels/training2.json", 1)
    with pytest.raises(UserError, match=r"3 pages, and none has labels on all its print; .*_keep_partly_labelled=Tr"):
        train_detector.labelled(settings, "training", DropLog())


def test_shared_pages_and_missing_ones_are_told_in_one_line(settings, tmp_path):
    write_page(tmp_path / "detection_set/validation", "training0", 0)
    with pytest.raises(UserError, match="shares 1 of its 3 pages, such as training0"):
        run(settings, tmp_path / "run")
    with pytest.raises(UserError, match="no such folder; give a folder with images/ and labels/"):
        run(replace(settings, detection_data=str(tmp_path / "none")), tmp_path / "run")


def test_a_refused_run_leaves_no_folder(settings, tmp_path):
    for changes, message in (
        ({"amp": "fp16"}, "amp: fp16 on a CPU"),
        ({"detection_data": str(tmp_path / "none")}, "no such folder"),
        ({"detector_continue_from": str(tmp_path / "none.pth")}, "no such weight file"),
    ):
        folder = tmp_path / "saved" / "detector"
        with pytest.raises(UserError, match=message), only_run(folder) as (processes, interruption):
            train_detector.train(replace(settings, **changes), folder, processes, interruption, resume=False)
        assert not folder.parent.exists()


def test_weights_of_another_network_are_refused_by_name():
    network = build_craft()
    state = dict(network.state_dict())
    state.pop("conv_cls.8.bias")
    with pytest.raises(
        UserError, match=r"a\.pth: no weights of EasyOCR's detector CRAFT: conv_cls\.8\.bias is missing"
    ):
        load_craft(network, state, "a.pth")
    with pytest.raises(UserError, match="and 1 more"):
        load_craft(network, {**state, "extra": torch.zeros(1)}, "a.pth")


CHANGES_THE_WEIGHTS = {
    "seed": 2,
    "augmentation": "strong",
    "amp": "bf16",
    "eps": 1e-3,
    "beta1": 0.5,
    "weight_decay": 9.0,
    "grad_clip": 0.01,
    "detector_continue_from": "",
    "detector_batch_size": 2,
    "detector_lr": 0.002,
    "detector_lr_schedule": "one_cycle",
    "detector_warmup_iterations": 0,
}
"""Keys whose change must change what is learnt; that of `eps` shows at the first step."""
CRAFTS_OWN = {"detector_keep_published": False, "detector_frozen_blocks": 2}


def weights_after(settings, steps=2):
    """The weights after some steps."""
    kind = train_detector.make_kind(settings, ALONE)
    training = train_detector.labelled(settings, "training", DropLog())
    maker = CropMaker(training, kind.recipe, settings.augmentation, settings.seed, 2560)
    requests = CropPlan(len(training), settings.detector_batch_size, settings.seed).requests(0)
    trainer = train_detector.make_trainer(settings, kind, None, None, ALONE)
    for step in range(steps):
        trainer._step(maker[next(requests)], trainer._schedule.rate(step))
    return kind.network.state_dict()


def moved(before, after):
    """The names of the weights and statistics that differ."""
    return {name for name, value in before.items() if not torch.equal(value, after[name])}


def test_every_key_changes_what_is_learnt(settings):
    torch.set_num_threads(1)
    before = weights_after(settings)
    assert not moved(before, weights_after(settings))
    for key, value in CHANGES_THE_WEIGHTS.items():
        assert "head.3.weight" in moved(before, weights_after(replace(settings, **{key: value}))), key


@pytest.mark.slow
def test_craft_keeps_its_frozen_blocks_and_statistics_and_what_it_finds_as_published(settings):
    torch.set_num_threads(1)
    settings = replace(settings, **CRAFT, detector_batch_size=3)
    published, after = read_weights(find_detector("craft")), weights_after(settings, steps=1)
    changed = moved(published, after)
    assert {"conv_cls.8.weight", "basenet.slice4.30.weight"} <= changed
    assert not any(name.startswith(("basenet.slice1", "basenet.slice2", "basenet.slice3")) for name in changed)
    assert not any("running" in name or "num_batches" in name for name in changed)
    for key, value in CRAFTS_OWN.items():
        assert moved(after, weights_after(replace(settings, **{key: value}), steps=1)), key


def test_every_key_that_the_trainer_uses_has_its_test():
    own_tests = {
        *("detector_network", "detector_n_iter", "detector_val_period", "detector_patience", "detector_ema"),
        *("detector_experiment_name", "detection_data", "workers", "exclude_labels", "placeholder_texts"),
        "detector_keep_partly_labelled",
    }
    tree = ast.parse(Path(train_detector.__file__).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
    }
    # rho is Adadelta's, which the detector is never trained with.
    assert used - {"rho"} == own_tests | CHANGES_THE_WEIGHTS.keys() | CRAFTS_OWN.keys()


def test_ignored_labels_come_from_placeholders_and_from_the_file_of_excluded_ones(settings, tmp_path):
    page = train_detector.labelled(settings, "validation", DropLog())[0][0]
    assert not page.ignored
    page = train_detector.labelled(replace(settings, placeholder_texts=("수",)), "validation", DropLog())[0][0]
    assert [word.text for word in page.ignored] == ["수"] and len(page.words) == 5


def test_the_start_the_patience_and_the_average_are_those_of_the_settings(settings, tmp_path):
    folder = run(replace(settings, detector_n_iter=1, detector_ema=0.0), tmp_path / "first")
    assert not (folder / "average_best_detection_f1.pth").exists()
    start = folder / "iter_1.pth"
    # A rate of 0 gains nothing, so the first validation after the start ends the run.
    changed = replace(settings, detector_continue_from=str(start), detector_patience=1, detector_lr=0.0)
    again = run(changed, tmp_path / "second")
    assert (again / "metrics.csv").read_text().count("\n") == 1 + 2
    first, second = read_weights(start), read_weights(again / "best_detection_f1.pth")
    assert all(torch.equal(value, second[name]) for name, value in first.items())
