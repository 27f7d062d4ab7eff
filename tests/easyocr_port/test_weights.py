"""weights.py finds the published files, checks them, and describes recognition networks."""

import hashlib
import os
import pickle
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from easyocr import config as easyocr_config
from easyocr_en_models import model_dir
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from training_runs import run, small_settings, write_data
from weight_files import Bomb, save_bomb

from train_easyocr.easyocr_port.engine.reader import open_network
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.weights import (
    PUBLISHED,
    RecognitionWeights,
    describe_weights,
    easyocr_folder,
    find_weights,
    provide_craft,
)
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.provenance import md5
from train_easyocr.program.errors import UserError
from train_easyocr.reading.installed import read
from train_easyocr.texts.charset import ENGLISH_G2


@pytest.fixture(autouse=True)
def empty_easyocr_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(tmp_path / "빈 EasyOCR"))
    return tmp_path / "빈 EasyOCR"


def test_published_files_are_those_of_easyocr():
    networks = easyocr_config.recognition_models["gen2"]
    for name in ("korean_g2", "english_g2"):
        theirs = networks[name]
        assert (PUBLISHED[name].filename, PUBLISHED[name].url, PUBLISHED[name].md5) == (
            theirs["filename"],
            theirs["url"],
            theirs["md5sum"],
        )
    craft = easyocr_config.detection_models["craft"]
    assert (PUBLISHED["craft"].url, PUBLISHED["craft"].md5) == (craft["url"], craft["md5sum"])


def test_english_g2_comes_from_the_offline_package_when_easyocrs_folder_is_empty():
    weights = describe_weights("english_g2")
    assert md5(weights.path) == PUBLISHED["english_g2"].md5
    assert weights.characters == ENGLISH_G2
    assert weights.shape.network_params() == {"input_channel": 1, "output_channel": 256, "hidden_size": 256}


def test_a_file_in_easyocrs_folder_comes_first(empty_easyocr_folder):
    installed = empty_easyocr_folder / "model" / "english_g2.pth"
    installed.parent.mkdir(parents=True)
    shutil.copyfile(f"{model_dir()}/english_g2.pth", installed)
    assert find_weights("english_g2") == installed


def test_a_published_file_with_a_wrong_sum_is_refused_and_left_alone(empty_easyocr_folder):
    damaged = empty_easyocr_folder / "model" / "english_g2.pth"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"half a file")
    with pytest.raises(UserError, match=f"english_g2.pth: MD5 is {hashlib.md5(b'half a file').hexdigest()}"):
        find_weights("english_g2")
    assert damaged.read_bytes() == b"half a file"


def test_what_cannot_be_had_is_named_with_its_address_and_its_folder(empty_easyocr_folder, monkeypatch):
    left, running = (empty_easyocr_folder / "model" / f".download.{name}" for name in ("killed", "running"))
    for folder in (left, running):
        folder.mkdir(parents=True)
    os.utime(left, (0, 0))
    # A proxy that nobody listens on: the download fails at once, on every machine.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(UserError) as error:
        find_weights("korean_g2")
    line = str(error.value)
    assert "\n" not in line
    for part in ("korean_g2.pth", PUBLISHED["korean_g2"].url, str(empty_easyocr_folder / "model")):
        assert part in line
    assert list((empty_easyocr_folder / "model").iterdir()) == [running]


def test_craft_is_put_where_the_reader_looks(empty_easyocr_folder):
    path = provide_craft(empty_easyocr_folder)
    assert path == empty_easyocr_folder / "model" / "craft_mlt_25k.pth"
    assert md5(path) == PUBLISHED["craft"].md5
    assert provide_craft(empty_easyocr_folder) == path


def test_a_checkpoint_is_described_by_the_settings_beside_it(tmp_path):
    (tmp_path / "best_accuracy.pth").write_bytes(b"")
    (tmp_path / "config.yaml").write_text(
        "character: 가나\ninput_channel: 1\noutput_channel: 32\nhidden_size: 16\nTransformation: None\n"
        "FeatureExtraction: ResNet\nSequenceModeling: BiLSTM\nPrediction: CTC\n",
        encoding="utf-8",
    )
    weights = describe_weights(str(tmp_path / "best_accuracy.pth"))
    assert weights.characters == "가나"
    assert weights.shape.network_params() == {
        "input_channel": 1,
        "output_channel": 32,
        "hidden_size": 16,
        "FeatureExtraction": "ResNet",
    }


def test_a_checkpoint_without_a_description_says_what_to_keep(tmp_path):
    (tmp_path / "lost.pth").write_bytes(b"")
    with pytest.raises(UserError, match=r"lost\.pth: no description of its characters; keep the config\.yaml"):
        describe_weights(str(tmp_path / "lost.pth"))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"EASYOCR_MODULE_PATH": "a", "MODULE_PATH": "b"}, "a"),
        ({"EASYOCR_MODULE_PATH": "", "MODULE_PATH": "b"}, "b"),
        ({"EASYOCR_MODULE_PATH": "", "MODULE_PATH": "", "HOME": "c"}, "c/.EasyOCR"),
    ],
)
def test_easyocrs_folder_follows_easyocrs_order(monkeypatch, environment, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(easyocr_folder()) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("character: [가]", "a text"),
        ("character: {가: 나}", "a text"),
        ("FeatureExtraction: [VGG]", "a text"),
        ("hidden_size: wide", "a whole number above 0"),
        ("output_channel: -3", "a whole number above 0"),
        ("num_fiducial: True\nTransformation: TPS", "a whole number above 0"),
    ],
)
def test_a_setting_that_no_run_has_written_is_told_in_one_line(setting, expected, tmp_path):
    (tmp_path / "best.pth").write_bytes(b"")
    values = {"character": "가", **asdict(NetworkShape()), "img_width": 600}
    values |= yaml.safe_load(setting)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(UserError, match=rf"config\.yaml: {setting.split(':')[0]} is .*, expected {expected}; restore"):
        describe_weights(str(tmp_path / "best.pth"))


def test_a_description_that_lacks_a_key_is_named(tmp_path):
    (tmp_path / "best.pth").write_bytes(b"")
    (tmp_path / "config.yaml").write_text("character: 가나\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"config\.yaml: lacks Transformation, FeatureExtraction, SequenceM"):
        describe_weights(str(tmp_path / "best.pth"))


# --- What a weight file holds


def test_the_prefix_of_data_parallel_is_stripped(tmp_path):
    torch.save({"module.a.weight": torch.ones(2), "b": torch.zeros(1)}, tmp_path / "w.pth")
    assert list(read_weights(tmp_path / "w.pth")) == ["a.weight", "b"]


def test_published_weights_are_read_with_the_counters_of_their_batch_norms():
    state = read_weights(Path(model_dir()) / "english_g2.pth")
    assert state["FeatureExtraction.ConvNet.12.num_batches_tracked"].dtype == torch.int64
    assert {value.dtype for value in state.values()} == {torch.int64, torch.float32}


def test_the_bomb_of_these_tests_goes_off_where_a_file_is_unpickled(tmp_path):
    torch.load(save_bomb(tmp_path / "w.pth", tmp_path / "touched"), weights_only=False)
    assert (tmp_path / "touched").exists()


CONTENTS = {
    "absent": lambda path: None,
    "a folder": Path.mkdir,
    "a text": lambda path: path.write_text("version https://git-lfs\n"),
    "empty": lambda path: path.write_text(""),
    "cut": lambda path: path.write_bytes((Path(model_dir()) / "english_g2.pth").read_bytes()[:5000]),
    "a pickle": lambda path: path.write_bytes(pickle.dumps({"a": Bomb(path.with_name("touched"))})),
    "a torch file with an object": lambda path: save_bomb(path, path.with_name("touched")),
    "nested": lambda path: torch.save({"model": {"a": torch.ones(1)}}, path),
    "a list": lambda path: torch.save([torch.ones(1)], path),
    "a number for a name": lambda path: torch.save({1: torch.ones(1)}, path),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_a_file_that_holds_no_weights_is_refused_in_one_line(content, tmp_path):
    CONTENTS[content](tmp_path / "w.pth")
    with pytest.raises(UserError, match="w\\.pth: ") as error:
        read_weights(tmp_path / "w.pth")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "touched").exists()


@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60))
def test_no_bytes_lead_to_a_traceback(content, tmp_path):
    (tmp_path / "w.pth").write_bytes(content)
    with pytest.raises(UserError, match="w\\.pth: "):
        read_weights(tmp_path / "w.pth")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_damaged_byte_leads_to_weights_or_to_one_line(zipped, tmp_path):
    path = tmp_path / "w.pth"
    torch.save({"module.a": torch.ones(2)}, path, _use_new_zipfile_serialization=zipped)
    data = path.read_bytes()
    for place in range(0, len(data), 5):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x15]) + data[place + 1 :])
        try:
            read_weights(path)
        except UserError as error:
            assert "\n" not in str(error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: torch.tensor([1.0, float("nan")]), "holds NaN or infinity"),
        (lambda: torch.tensor([float("-inf")]), "holds NaN or infinity"),
        (
            lambda: torch.tensor([1e300], dtype=torch.float64),
            "holds NaN or infinity",
        ),  # in float32, as networks compute
        (lambda: torch.ones(2, dtype=torch.int64), "holds int64; expected plain floating-point numbers"),
        (lambda: torch.tensor(True), "holds bool; expected"),
        (lambda: torch.ones(2, dtype=torch.complex64), "holds complex64; expected"),
        (lambda: torch.eye(2).to_sparse(), r"is a tensor of another kind \(sparse_coo\)"),
        (lambda: torch.eye(2).to_sparse_csr(), r"is a tensor of another kind \(sparse_csr\)"),
        (lambda: torch.ones(2, device="meta"), r"is a tensor of another kind \(meta\)"),
        (
            lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
            r"is a tensor of another kind \(quantized\)",
        ),
        (lambda: torch.ones(1).expand(1 << 40), "is 1099511627776 and stored as fewer numbers"),
    ],
)
def test_what_is_no_finite_dense_floating_tensor_is_refused(make, reason, tmp_path):
    torch.save({"module.a": torch.ones(1), "module.b": make()}, tmp_path / "w.pth")
    with pytest.raises(UserError, match=rf"w\.pth: 'module\.b' {reason}") as error:
        read_weights(tmp_path / "w.pth")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [torch.ones(1, dtype=torch.int64), torch.tensor(1, dtype=torch.int32)])
def test_a_counter_of_a_batch_norm_is_one_int64_and_nothing_else(value, tmp_path):
    torch.save({"module.bn.num_batches_tracked": value}, tmp_path / "w.pth")
    with pytest.raises(UserError, match="expected plain floating-point numbers"):
        read_weights(tmp_path / "w.pth")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_weights(dtype, tmp_path):
    torch.save({"module.a": torch.ones(2, dtype=dtype)}, tmp_path / "w.pth")
    assert read_weights(tmp_path / "w.pth")["a"].dtype == torch.float32


# --- Every step reads a file safely before it does anything else with it


def test_step_3_starts_from_no_pickle(tmp_path):
    bomb = save_bomb(tmp_path / "start.pth", tmp_path / "touched")
    with pytest.raises(UserError, match=r"start\.pth: no weight file that torch can read safely"):
        run(small_settings(write_data(tmp_path), continue_from=str(bomb)), tmp_path / "saved_models")
    assert not (tmp_path / "touched").exists()


def test_neither_step_4_nor_a_baseline_of_step_5_installs_a_pickle(tmp_path):
    bomb = save_bomb(tmp_path / "best.pth", tmp_path / "touched")
    with pytest.raises(UserError, match=r"best\.pth: no weight file that torch can read safely"):
        install_network("finetuned", RecognitionWeights(bomb, "가", NetworkShape()), tmp_path / "EasyOCR")
    assert not (tmp_path / "touched").exists() and not (tmp_path / "EasyOCR").exists()


@pytest.mark.parametrize("opened_by", ["step 5", "a person"])
def test_a_pickle_that_lies_in_easyocrs_folder_is_not_read_with(opened_by, empty_easyocr_folder, tmp_path):
    published = describe_weights("english_g2")
    install_network("swapped", published, empty_easyocr_folder)
    save_bomb(empty_easyocr_folder / "model" / "swapped.pth", tmp_path / "touched")
    page = np.full((40, 40), 255, np.uint8)
    with pytest.raises(UserError, match=r"model/swapped\.pth: no weight file that torch can read safely"):
        open_network("swapped", empty_easyocr_folder) if opened_by == "step 5" else read(page, "swapped")
    assert not (tmp_path / "touched").exists()
