"""Step 4 writes what EasyOCR's Reader can load and checks it; if the check fails, it restores the old installation."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from installed_networks import TINY, killed_at_replacement, random_network, save_network_that_tells_images_apart
from PIL import Image, ImageDraw, ImageFont
from training_runs import write_patches

from train_easyocr import install
from train_easyocr.easyocr_port.custom_network import NETWORK_FILE, Description, installed_files, read_description
from train_easyocr.easyocr_port.engine.reader import demand_readable, open_reader
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS, WORD_GROUPING
from train_easyocr.easyocr_port.weights import RecognitionWeights, find_detector
from train_easyocr.install import main
from train_easyocr.installation.network_files import demand_installable, describe_network, install_network, staged
from train_easyocr.installation.parity import Difference, compare, demand_parity, spread_rows
from train_easyocr.program.errors import UserError
from train_easyocr.program.run_lock import LOCK_FILE
from train_easyocr.texts.charset import ENGLISH_G2, Charset
from train_easyocr.training.network import load_network
from train_easyocr.training.opening import open_store
from train_easyocr.training.validation import read_patches


def printed_word(text):
    image = Image.new("L", (24 * len(text) + 16, 44), 255)
    ImageDraw.Draw(image).text((8, 6), text, font=ImageFont.load_default(28), fill=0)
    return np.asarray(image)


@pytest.fixture(scope="module")
def english_reader(english_folder):
    return open_reader(english_folder, "english_copy", cuda=False, quantize=False, detector=False)


def test_published_weights_installed_as_a_custom_network_read_print(english_reader):
    words = ["Gimhae", "2001-06-15", "54,500"]
    assert compare(english_reader, [(word, printed_word(word)) for word in words], words) == []


def test_a_difference_names_the_patch_and_both_texts(english_reader):
    differences = compare(english_reader, [("a.png", printed_word("Gimhae"))], ["Kimhae"])
    assert differences == [Difference("a.png", "Kimhae", "Gimhae")]


def test_one_percent_of_differences_passes_and_is_printed_and_more_is_an_error(capsys):
    differences = [Difference(f"{row}.png", "가", "나") for row in range(3)]
    demand_parity(differences[:2], 200, "finetuned")
    assert "1.png: trainer '가', Reader '나'" in capsys.readouterr().out
    with pytest.raises(UserError, match="finetuned: 3 of 200 patches read differently, at most 2 may be"):
        demand_parity(differences, 200, "finetuned")


@pytest.mark.parametrize(
    "name",
    [
        "standard",
        "korean_g2",
        "generation2",
        "latin_g2",
        "korean",
        "craft_mlt_25k",
        "my_craft",
        "a.b",
        "미 세",
        "json",
        "__main__",
    ],
)
def test_names_that_easyocr_or_python_uses_are_refused(tmp_path, name):
    with pytest.raises(UserError, match="network name"):
        install_network(name, RecognitionWeights(tmp_path / "absent.pth", ENGLISH_G2, NetworkShape(**TINY)), tmp_path)
    with pytest.raises(UserError, match="network name"):
        install.install_shipped(name, tmp_path / "EasyOCR")
    assert list(tmp_path.iterdir()) == []


def test_the_three_files_are_what_easyocr_looks_for(tmp_path):
    random = random_network(tmp_path / "w.pth", "가나")
    install_network("finetuned", random, tmp_path)
    weights, definition, description = installed_files("finetuned", tmp_path)
    assert weights.read_bytes() == random.path.read_bytes()
    assert definition.read_bytes() == NETWORK_FILE.read_bytes()
    assert read_description(description) == Description("가나", TINY)


def contents(folder):
    return [file.read_bytes() if file.exists() else None for file in installed_files("finetuned", folder)]


def all_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != LOCK_FILE)


def test_a_network_takes_the_place_of_another_when_it_is_proven(tmp_path):
    folder = tmp_path / "EasyOCR"
    install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    before = contents(folder)
    with staged("finetuned", folder) as staging:
        install_network("finetuned", random_network(tmp_path / "2.pth", "다라마", 2), staging, WORD_GROUPING)
        wanted = contents(staging)
        assert contents(folder) == before
    assert contents(folder) == wanted
    assert read_description(installed_files("finetuned", folder)[2]) == Description("다라마", TINY, WORD_GROUPING)
    assert all_files(folder) == sorted(installed_files("finetuned", folder))


@pytest.mark.parametrize("stood_before", [True, False])
@pytest.mark.parametrize("error", [UserError, KeyboardInterrupt, OSError])
def test_a_network_that_is_not_proven_changes_nothing(stood_before, error, tmp_path):
    folder = tmp_path / "EasyOCR"
    if stood_before:
        install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    before = contents(folder)
    with pytest.raises(error), staged("finetuned", folder) as staging:
        install_network("finetuned", random_network(tmp_path / "2.pth", "다라마", 2), staging)
        raise error("no parity")
    assert contents(folder) == before
    assert len(all_files(folder)) == (3 if stood_before else 0)


def test_options_are_stored_with_the_files_that_were_proven(tmp_path):
    weights = random_network(tmp_path / "w.pth", "가나")
    install_network("finetuned", weights, tmp_path, detector=weights.path)
    proven = contents(tmp_path)
    weights.path.write_bytes(b"what a training writes meanwhile")
    describe_network("finetuned", weights, tmp_path, WORD_GROUPING)
    assert contents(tmp_path)[:2] == proven[:2]
    described = read_description(installed_files("finetuned", tmp_path)[2])
    assert described == Description("가나", TINY, WORD_GROUPING, "finetuned_craft.pth")


STOPPED_WHILE_IT_PROVES = """
import os, signal, sys
from pathlib import Path
from train_easyocr.program.door import run_door
from train_easyocr.installation.network_files import install_network, staged
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.weights import RecognitionWeights

def main():
    with staged("finetuned", Path(sys.argv[1])) as staging:
        weights = RecognitionWeights(Path(sys.argv[2]), "다라마", NetworkShape(hidden_size=16))
        install_network("finetuned", weights, staging)
        os.kill(os.getpid(), getattr(signal, sys.argv[3]))

run_door(main)
"""


@pytest.mark.parametrize("stop", ["SIGTERM", "SIGKILL"])
def test_a_stopped_installation_leaves_the_network_that_was_there_and_the_next_one_cleans_up(stop, tmp_path):
    folder, second = tmp_path / "EasyOCR", random_network(tmp_path / "2.pth", "다라마", 2)
    install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    before = contents(folder)
    arguments = [sys.executable, "-c", STOPPED_WHILE_IT_PROVES, str(folder), str(second.path), stop]
    process = subprocess.run(arguments, cwd=NETWORK_FILE.parents[1], capture_output=True, check=False)
    assert process.returncode == (143 if stop == "SIGTERM" else -9), process.stderr
    assert contents(folder) == before
    assert (folder / ".unproven").exists() == (stop == "SIGKILL")
    half = folder / "model" / ".finetuned.01234567.part.pth"  # of a run that was killed while it copied
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    with staged("finetuned", folder) as staging:
        install_network("finetuned", second, staging)
    assert all_files(folder) == sorted(installed_files("finetuned", folder))


def test_a_kill_between_the_files_leaves_no_mixture_of_two_networks(tmp_path, monkeypatch):
    folder = tmp_path / "EasyOCR"
    install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    with pytest.raises(KeyboardInterrupt), staged("finetuned", folder) as staging:
        install_network("finetuned", random_network(tmp_path / "2.pth", "다라마", 2), staging)
        killed_at_replacement(2, monkeypatch)
    with pytest.raises(UserError, match="is not installed; run step 4"):
        demand_readable("finetuned", folder)


def test_a_second_installation_at_the_same_time_is_told(tmp_path, no_patience):
    with staged("finetuned", tmp_path) as staging:
        install_network("finetuned", random_network(tmp_path / "1.pth", "가나"), staging)
        message = "another run is writing here; wait for it, or set EASYOCR_MODULE_PATH"
        with pytest.raises(UserError, match=message), staged("finetuned", tmp_path):
            pass
    demand_readable("finetuned", tmp_path)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        (TINY | {"Prediction": "Attn"}, "Prediction is Attn; EasyOCR decodes CTC only"),
        (TINY | {"input_channel": 3}, "input_channel is 3; EasyOCR's Reader gives grey crops"),
    ],
)
def test_what_the_reader_cannot_run_is_refused(tmp_path, params, reason):
    with pytest.raises(UserError, match=reason):
        demand_installable(RecognitionWeights(tmp_path / "best.pth", "가", NetworkShape(**params)))


WITH_CTC = [  # every two of these layers meet in one network
    *(("None", "VGG", "BiLSTM"), ("None", "RCNN", "None"), ("None", "ResNet", "BiLSTM")),
    *(("TPS", "VGG", "None"), ("TPS", "RCNN", "BiLSTM"), ("TPS", "ResNet", "None")),
]


@pytest.mark.parametrize("layers", WITH_CTC, ids="-".join)
def test_a_real_reader_reads_with_networks_of_all_layers_as_the_trainer_does(tmp_path, layers):
    params = dict(zip(("Transformation", "FeatureExtraction", "SequenceModeling"), layers, strict=True))
    params |= TINY | {"Prediction": "CTC", "image_width": 192}
    characters, path = "가나다라Bb ", tmp_path / "w.pth"
    store = open_store(write_patches(tmp_path / "A", count=10))
    rows = range(len(store.texts))
    images = np.stack([reader_image(store.read(row), 128) for row in rows])[:, None]
    save_network_that_tells_images_apart(path, characters, params, normalize(torch.from_numpy(images).float()))
    weights = RecognitionWeights(path, characters, NetworkShape(**params))
    install_network("trial", weights, tmp_path)
    network = load_network(weights)
    trainer_texts = [text for text, _ in read_patches(network, Charset(characters), store, rows)]
    assert len(set(trainer_texts)) > 3
    reader = open_reader(tmp_path, "trial", cuda=False, quantize=False, detector=False)
    patches = [(store.filenames[row], store.read(row)) for row in rows]
    assert compare(reader, patches, trainer_texts) == []
    as_a_user_gets_it = open_reader(tmp_path, "trial", cuda=False, quantize=True, detector=False)
    compare(as_a_user_gets_it, patches, trainer_texts)  # int8 may read other texts, but it reads


@pytest.mark.parametrize(("key", "file"), [("", "best_norm_ed.pth"), ("install: best_accuracy\n", "best_accuracy.pth")])
def test_the_key_install_says_which_weights_step_4_takes(tmp_path, monkeypatch, key, file):
    (tmp_path / "config.yaml").write_text(f"experiment_name: trial\n{key}", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["install", "--config", f"{tmp_path}/config.yaml", "--saved_models", str(tmp_path)])
    with pytest.raises(UserError, match=rf"trial/{file}: no such checkpoint"):
        main()


def test_rows_are_spread_over_the_whole_store():
    assert spread_rows(3, 200) == [0, 1, 2]
    rows = spread_rows(10_000, 200)
    assert len(rows) == 200 and rows[0] == 0 and rows[-1] == 9_999


def test_where_no_options_are_searched_the_detector_that_ships_keeps_its_own(tmp_path):
    assert install.untuned_options(find_detector("korean_public")) == SHIPPED_OPTIONS
    assert install.untuned_options(tmp_path / "trained.pth") == install.untuned_options(None) == WORD_GROUPING
