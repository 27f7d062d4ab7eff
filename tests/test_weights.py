"""weights.py finds the published files, checks them, and describes recognition networks."""

import hashlib
import shutil

import pytest
from easyocr import config as easyocr_config
from easyocr_en_models import model_dir

from train_easyocr.charset import ENGLISH_G2
from train_easyocr.errors import UserError
from train_easyocr.weights import (
    PUBLISHED,
    copy_atomically,
    describe_weights,
    easyocr_folder,
    file_md5,
    find_weights,
    provide_craft,
)


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
    assert file_md5(weights.path) == PUBLISHED["english_g2"].md5
    assert weights.characters == ENGLISH_G2
    assert weights.network_params == {"input_channel": 1, "output_channel": 256, "hidden_size": 256}


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
    # A proxy that nobody listens on: the download fails at once, on every machine.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(UserError) as error:
        find_weights("korean_g2")
    line = str(error.value)
    assert "\n" not in line
    for part in ("korean_g2.pth", PUBLISHED["korean_g2"].url, str(empty_easyocr_folder / "model")):
        assert part in line
    assert list((empty_easyocr_folder / "model").iterdir()) == []


def test_craft_is_put_where_the_reader_looks(empty_easyocr_folder):
    path = provide_craft(empty_easyocr_folder)
    assert path == empty_easyocr_folder / "model" / "craft_mlt_25k.pth"
    assert file_md5(path) == PUBLISHED["craft"].md5
    assert provide_craft(empty_easyocr_folder) == path


def test_a_missing_path_is_one_line(tmp_path):
    with pytest.raises(UserError, match=r"no such weight file; give a \.pth file, or one of korean_g2, english_g2"):
        find_weights(str(tmp_path / "best.pth"))


def test_a_checkpoint_is_described_by_the_settings_beside_it(tmp_path):
    (tmp_path / "best_accuracy.pth").write_bytes(b"")
    (tmp_path / "config.yaml").write_text(
        "character: 가나\ninput_channel: 1\noutput_channel: 32\nhidden_size: 16\nTransformation: None\n"
        "FeatureExtraction: ResNet\nSequenceModeling: BiLSTM\nPrediction: CTC\n",
        encoding="utf-8",
    )
    weights = describe_weights(str(tmp_path / "best_accuracy.pth"))
    assert weights.characters == "가나"
    assert weights.network_params == {
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


def test_a_failed_copy_leaves_the_old_file(tmp_path):
    target = tmp_path / "target"
    target.write_text("old")
    with pytest.raises(FileNotFoundError):
        copy_atomically(tmp_path / "absent", target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_description_that_lacks_a_key_is_named(tmp_path):
    (tmp_path / "best.pth").write_bytes(b"")
    (tmp_path / "config.yaml").write_text("character: 가나\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"config\.yaml: lacks input_channel, output_channel, hidden_size, Transf"):
        describe_weights(str(tmp_path / "best.pth"))
