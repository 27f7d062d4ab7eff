"""A trained detector is installed with its network: step 4 checks it and tunes for it; a plain Reader loads it."""

import shutil
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
from evaluation_set import write_evaluation_set
from installed_networks import (
    TINY,
    killed_at_replacement,
    planned,
    random_network,
    save_network_that_tells_images_apart,
)
from trained_detector import write_trained_detector
from training_runs import write_patches

from train_easyocr import install
from train_easyocr.configuration.config import Settings, save_settings
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.custom_network import detector_file, installed_files, read_description
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.detector import demand_detector, detector_name, open_detector
from train_easyocr.easyocr_port.engine.reader import demand_readable, open_reader
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.easyocr_port.weights import PUBLISHED, describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network, staged
from train_easyocr.installation.parity import demand_detector_taken
from train_easyocr.pages.provenance import md5, sha256
from train_easyocr.program.errors import UserError
from train_easyocr.reading import session
from train_easyocr.reading.installed import installed_detector, read
from train_easyocr.reading.page_reading import PageReader, decode
from train_easyocr.training.opening import open_store

CHARACTERS = "가나다라Bb "


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return write_trained_detector(tmp_path_factory.mktemp("detector") / "average_best_detection_f1.pth")


def networks(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_a_detector_moves_with_its_network_and_goes_with_it(tmp_path, trained):
    folder, weights = tmp_path / "EasyOCR", random_network(tmp_path / "w.pth", "가나")
    own = provide_craft(folder)
    with staged("finetuned", folder) as staging:
        install_network("finetuned", weights, staging)
        install_network("finetuned", weights, staging, WORD_GROUPING, trained)
        assert not detector_file("finetuned", folder).exists()
    assert detector_file("finetuned", folder) == folder / "model" / "finetuned_craft.pth"
    assert detector_file("finetuned", folder).read_bytes() == trained.read_bytes()
    assert read_description(installed_files("finetuned", folder)[2]).detector == "finetuned_craft.pth"
    assert installed_detector("finetuned", folder) == detector_file("finetuned", folder)
    demand_readable("finetuned", folder)

    with staged("finetuned", folder) as staging:  # proven with a detector at first, then installed without
        install_network("finetuned", weights, staging, WORD_GROUPING, trained)
        install_network("finetuned", weights, staging, WORD_GROUPING)
    assert networks(folder) == ["craft_mlt_25k.pth", "finetuned.pth", "finetuned.py", "finetuned.yaml"]
    assert installed_detector("finetuned", folder) is None
    assert md5(own) == PUBLISHED["craft"].md5


def test_what_is_not_proven_leaves_the_detector_that_was_there(tmp_path, trained):
    folder, weights = tmp_path / "EasyOCR", random_network(tmp_path / "w.pth", "가나")
    install_network("finetuned", weights, folder, detector=trained)
    for detector in (None, write_trained_detector(tmp_path / "other.pth", text=0.1)):
        with pytest.raises(KeyboardInterrupt), staged("finetuned", folder) as staging:
            install_network("finetuned", weights, staging, detector=detector)
            raise KeyboardInterrupt
        assert detector_file("finetuned", folder).read_bytes() == trained.read_bytes()


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_kill_between_the_files_leaves_no_network_with_anothers_detector(number, tmp_path, trained, monkeypatch):
    folder = tmp_path / "EasyOCR"
    install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    with pytest.raises(KeyboardInterrupt), staged("finetuned", folder) as staging:
        install_network("finetuned", random_network(tmp_path / "2.pth", "다라마", 2), staging, None, trained)
        replaced = killed_at_replacement(number, monkeypatch)
    assert replaced[0] == detector_file("finetuned", folder)
    with pytest.raises(UserError, match="is not installed; run step 4"):
        demand_readable("finetuned", folder)


def test_a_detector_that_is_missing_is_told_before_anything_is_read(tmp_path, trained):
    install_network("finetuned", random_network(tmp_path / "w.pth", "가나"), tmp_path, detector=trained)
    detector_file("finetuned", tmp_path).unlink()
    with pytest.raises(UserError, match=r"finetuned_craft\.pth: no such file, and 'finetuned' finds text with it"):
        demand_readable("finetuned", tmp_path)


def test_what_is_no_detector_is_refused_without_running_it(tmp_path):
    with pytest.raises(UserError, match=r"absent\.pth: no such weight file"):
        demand_detector(tmp_path / "absent.pth")
    network = random_network(tmp_path / "w.pth", "가나").path
    with pytest.raises(UserError, match=r"w\.pth: no weights of EasyOCR's detector CRAFT"):
        demand_detector(network)
    torch.save({"a": Path("a")}, tmp_path / "code.pth")
    with pytest.raises(UserError, match=r"code\.pth: no weight file that torch can read safely"):
        demand_detector(tmp_path / "code.pth")


def test_step_4_takes_the_detector_that_is_named_else_that_of_step_3_else_easyocrs(tmp_path, trained):
    def taken(named=None):
        return install.trained_detector(Namespace(detector=named, saved_models=tmp_path), Settings())

    assert taken() is None
    assert taken(str(trained)) == trained
    found = tmp_path / "detector" / "average_best_detection_f1.pth"
    found.parent.mkdir()
    shutil.copyfile(trained, found)
    assert taken() == found
    assert taken(str(trained)) == trained
    assert taken("craft") is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory, trained):
    """EasyOCR's files, a network with the trained detector among them, and a page."""
    folder = tmp_path_factory.mktemp("이지 OCR")
    provide_craft(folder)
    weights = describe_weights("english_g2")
    install_network("with_detector", weights, folder, WORD_GROUPING, trained)
    write_evaluation_set(folder / "set", pages=1, size=(300, 180))
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return labelled_pages(folder / "set")[0][1]


def test_easyocrs_own_reader_takes_the_detector_and_another_file_is_told(folder, trained, tmp_path, capsys):
    reader = open_reader(folder, None, cuda=False)
    demand_detector_taken(reader, trained)
    assert "takes the trained detector: every weight is the one of the file" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"w\.pth: EasyOCR's Reader does not take this detector \(Error"):
        demand_detector_taken(reader, random_network(tmp_path / "w.pth", "가나").path)


@pytest.mark.slow
def test_the_printed_lines_give_the_boxes_and_texts_of_read(folder, page, monkeypatch):
    """A plain Reader with the trained detector, as printed, our detector and `read` find the same."""
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder))
    detector = detector_file("with_detector", folder)
    lines = install.usage("with_detector", WORD_GROUPING, detector)
    assert f"    reader.detector = reader.initDetector({str(detector)!r})\n    reader.readtext(" in lines
    assert "initDetector" not in install.usage("with_detector", WORD_GROUPING)

    reader = open_reader(folder, "with_detector", cuda=False)
    published = reader.readtext(str(page), width_ths=0.0, height_ths=0.0)
    reader.detector = reader.initDetector(str(detector))
    by_hand = reader.readtext(str(page), width_ths=0.0, height_ths=0.0)
    readings = read(page, "with_detector")
    assert [(reading.text, reading.confidence) for reading in readings] == [
        (text, float(confidence)) for _, text, confidence in by_hand
    ]
    assert [(text, box) for box, text, _ in published] != [(text, box) for box, text, _ in by_hand]

    rgb = decode(page.read_bytes()).rgb
    ours = [list(box.bounds) for box in open_detector(folder, detector).boxes(rgb, WORD_GROUPING)]
    [easyocrs], [rotated] = reader.detect(str(page), width_ths=0.0, height_ths=0.0)
    assert ours == [[int(xmin), int(ymin), int(xmax), int(ymax)] for xmin, xmax, ymin, ymax in easyocrs] and not rotated


@pytest.fixture
def step_4(tmp_path, monkeypatch, trained):
    """Arguments of a run of step 4 in an empty EasyOCR folder: a small network that learnt nothing, few patches."""
    store = open_store(write_patches(tmp_path / "validation" / "A", count=10))
    rows = range(len(store.texts))
    images = np.stack([reader_image(store.read(row), 128) for row in rows])[:, None]
    models = tmp_path / "saved_models"
    (models / "trial").mkdir(parents=True)
    network = models / "trial" / "best_norm_ed.pth"
    save_network_that_tells_images_apart(network, CHARACTERS, TINY, normalize(torch.from_numpy(images).float()))
    settings = Settings(
        experiment_name="trial",
        val_data=str(tmp_path / "validation"),
        train_data=str(tmp_path / "training"),
        detection_data=str(tmp_path / "detection_set"),
        select_data="A",
        batch_ratio="1",
        character=CHARACTERS,
        **TINY,
    )
    for path in (tmp_path / "config.yaml", models / "trial" / "config.yaml"):
        save_settings(settings, path)
    write_evaluation_set(tmp_path / "tuning_set", pages=1, size=(300, 180))
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(tmp_path / "EasyOCR"))
    arguments = ["--config", tmp_path / "config.yaml", "--saved_models", models, "--settings", 3]
    arguments += ["--tuning_set", tmp_path / "tuning_set"]

    def run(*more):
        monkeypatch.setattr("sys.argv", ["install", *map(str, (*arguments, *more))])
        install.main()
        return tmp_path / "EasyOCR"

    return run


def has_maps(folder, page, detector):
    cache = ScoreMapCache(folder / "score_maps", 1 << 30, detector_name(False, detector))
    return (cache.folder / f"{cache.key(decode(page.read_bytes()).rgb, WORD_GROUPING)}.npz").is_file()


@pytest.mark.slow
def test_step_4_installs_the_trained_detector_where_there_is_one(step_4, tmp_path, trained, capsys):
    page = labelled_pages(tmp_path / "tuning_set")[0][1]
    found = tmp_path / "saved_models/detector/average_best_detection_f1.pth"
    found.parent.mkdir()
    shutil.copyfile(trained, found)
    folder = step_4()
    shown = capsys.readouterr().out
    assert f"as 'finetuned' in {folder}, with the detector {found}" in shown
    assert f"reader.initDetector({str(folder / 'model/finetuned_craft.pth')!r})" in shown
    assert "every weight is the one of the file" in shown
    assert f"{tmp_path}/detection_set/training: is not there" in shown
    # The options were searched with the detector that is installed.
    assert has_maps(folder, page, trained) and not has_maps(folder, page, None)
    assert installed_detector("finetuned", folder).read_bytes() == trained.read_bytes()
    assert md5(folder / "model" / PUBLISHED["craft"].filename) == PUBLISHED["craft"].md5

    with pytest.raises(UserError, match=r"best_norm_ed\.pth: no weights of EasyOCR's detector CRAFT"):
        step_4("--detector", tmp_path / "saved_models/trial/best_norm_ed.pth")
    assert installed_detector("finetuned", folder).read_bytes() == trained.read_bytes()

    step_4("--detector", "craft")
    assert installed_detector("finetuned", folder) is None and not detector_file("finetuned", folder).exists()
    assert has_maps(folder, page, None)
    assert "initDetector" not in capsys.readouterr().out


@pytest.mark.slow
def test_no_page_that_the_detector_was_trained_on_is_tuned_on(step_4, tmp_path, trained):
    write_evaluation_set(tmp_path / "detection_set/validation", pages=1)
    with pytest.raises(UserError, match=r"tuning_set: shares 1 of its 1 page, such as .*detection_set/validation"):
        step_4("--detector", trained)


@pytest.fixture(scope="module")
def compared(tmp_path_factory, trained):
    """EasyOCR's files with `finetuned` and the trained detector; how step 5 plans to read with it."""
    folder = tmp_path_factory.mktemp("compared")
    install_network("finetuned", describe_weights("english_g2"), folder, WORD_GROUPING, trained)
    return folder, planned(folder, finetuned=True, cache_limit=1 << 30)


def test_the_row_as_installed_alone_is_read_with_the_trained_detector(compared):
    folder, plan = compared
    [place] = plan.networks
    detector = detector_file("finetuned", folder)
    assert place.own_detectors == {"finetuned_as_installed": detector}
    assert set(plan.detections()) == {
        *((None, options) for options in plan.groupings.values()),
        *((detector, options) for options in place.own_groupings["finetuned_as_installed"].values()),
    }
    assert plan.conditions()["own_detectors"] == {"finetuned_as_installed": sha256(detector)}


def test_pages_that_another_detector_read_are_read_again(compared):
    """What a page depends on holds the bytes of the detector."""
    folder, plan = compared
    before, detector = session._fingerprint(plan), detector_file("finetuned", folder)
    content = detector.read_bytes()
    write_trained_detector(detector, text=0.05)
    after = session._fingerprint(plan)
    detector.write_bytes(content)
    assert session._fingerprint(plan) == before != after


def test_a_damaged_detector_is_told_before_anything_is_read(tmp_path, trained):
    install_network("finetuned", describe_weights("english_g2"), tmp_path, WORD_GROUPING, trained)
    detector_file("finetuned", tmp_path).write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"finetuned_craft\.pth: no weight file that torch can read safely"):
        planned(tmp_path, finetuned=True)


@pytest.mark.slow
def test_the_row_as_installed_is_what_read_gives_and_the_others_keep_easyocrs_boxes(
    compared, folder, page, monkeypatch
):
    set_of_page, (folder, plan) = folder / "set", compared
    [(labels, _)] = labelled_pages(set_of_page)
    found = PageReader(plan).read(labels, page, "page.jpg").readings
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder))
    installed = found["finetuned_as_installed", "tuned_grouping"]
    assert {(r.box, r.text) for r in installed} == {(r.box, r.text) for r in read(page)}
    published = open_reader(folder, "finetuned", cuda=False).readtext(str(page), width_ths=0.0, height_ths=0.0)
    equal = found["finetuned", "tuned_grouping"]
    assert sorted(r.text for r in equal) == sorted(text for _, text, _ in published)
    assert {r.box for r in equal} != {r.box for r in installed}
    assert found["finetuned", "ground_truth_boxes"] == found["finetuned_as_installed", "ground_truth_boxes"]
    assert len(list((folder / "cache").glob("*.npz"))) == 2
