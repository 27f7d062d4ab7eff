"""A trained detector is installed with its network: step 4 checks it and tunes for it; a plain Reader loads it."""

import shutil
import sys
from argparse import Namespace
from dataclasses import replace
from textwrap import dedent

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
from trained_detector import write_trained_detector, write_trained_word_detector
from training_runs import write_patches

from train_easyocr import install
from train_easyocr.configuration.config import Settings, save_settings
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.custom_network import DETECTOR_FILE, detector_files, installed_files, read_description
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.detector import detector_name, open_detector
from train_easyocr.easyocr_port.engine.reader import demand_readable, open_reader
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, with_grouping
from train_easyocr.easyocr_port.weights import PUBLISHED, SHIPPED_DETECTOR, describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network, staged
from train_easyocr.installation.parity import demand_detector_taken
from train_easyocr.pages.provenance import md5, sha256
from train_easyocr.program.errors import UserError
from train_easyocr.reading import session
from train_easyocr.reading.installed import installed_detector, installed_options, read
from train_easyocr.reading.page_reading import PageReader, decode
from train_easyocr.scoring.matching import box_array, match
from train_easyocr.training.opening import open_store

CHARACTERS = "가나다라Bb "
INSTALLED = replace(WORD_GROUPING, low_text=0.3, min_size=0)
WRITERS = {"craft": write_trained_detector, "word_detector": write_trained_word_detector}
FILES = {"craft": ["model/{}_craft.pth"], "word_detector": ["model/{}_detector.pth", "user_network/{}_detector.py"]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A trained CRAFT."""
    return write_trained_detector(tmp_path_factory.mktemp("detector") / "average_best_detection_f1.pth")


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """Our own detector, trained."""
    return write_trained_word_detector(tmp_path_factory.mktemp("detector") / "average_best_detection_f1.pth")


@pytest.fixture(params=["craft", "word_detector"])
def kind(request):
    return request.param


@pytest.fixture
def either(kind, trained, words):
    """The trained detector of a kind."""
    return {"craft": trained, "word_detector": words}[kind]


def networks(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def own_files(kind, folder):
    return [folder / name.format("finetuned") for name in FILES[kind]]


def test_a_detector_moves_with_its_network_and_goes_with_it(tmp_path, kind, either):
    folder, weights = tmp_path / "EasyOCR", random_network(tmp_path / "w.pth", "가나")
    own, files = provide_craft(folder), own_files(kind, folder)
    with staged("finetuned", folder) as staging:
        install_network("finetuned", weights, staging)
        install_network("finetuned", weights, staging, WORD_GROUPING, either)
        assert not any(file.exists() for file in files)
    assert set(files) <= set(detector_files("finetuned", folder))
    sources = [either, DETECTOR_FILE]
    assert all(file.read_bytes() == source.read_bytes() for file, source in zip(files, sources, strict=False))
    assert read_description(installed_files("finetuned", folder)[2]).detector == files[0].name
    assert installed_detector("finetuned", folder) == files[0]
    demand_readable("finetuned", folder)

    with staged("finetuned", folder) as staging:  # proven with a detector at first, then installed without
        install_network("finetuned", weights, staging, WORD_GROUPING, either)
        install_network("finetuned", weights, staging, WORD_GROUPING)
    assert networks(folder) == ["craft_mlt_25k.pth", "finetuned.pth", "finetuned.py", "finetuned.yaml"]
    assert installed_detector("finetuned", folder) is None
    assert md5(own) == PUBLISHED["craft"].md5


def test_a_detector_of_one_kind_takes_the_place_of_the_other(tmp_path, trained, words):
    weights = random_network(tmp_path / "w.pth", "가나")
    for kind, detector in (("craft", trained), ("word_detector", words), ("craft", trained)):
        with staged("finetuned", tmp_path / "EasyOCR") as staging:
            install_network("finetuned", weights, staging, None, detector)
        there = [path for path in detector_files("finetuned", tmp_path / "EasyOCR") if path.exists()]
        assert there == own_files(kind, tmp_path / "EasyOCR")


def test_what_is_not_proven_leaves_the_detector_that_was_there(tmp_path, kind, either, trained):
    folder, weights = tmp_path / "EasyOCR", random_network(tmp_path / "w.pth", "가나")
    install_network("finetuned", weights, folder, detector=either)
    before = networks(folder)
    for detector in (None, WRITERS[kind](tmp_path / "other.pth", 0.1), trained):
        with pytest.raises(KeyboardInterrupt), staged("finetuned", folder) as staging:
            install_network("finetuned", weights, staging, detector=detector)
            raise KeyboardInterrupt
        assert networks(folder) == before
        assert installed_detector("finetuned", folder).read_bytes() == either.read_bytes()


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_kill_between_the_files_leaves_no_network_with_anothers_detector(number, kind, either, tmp_path, monkeypatch):
    folder, files = tmp_path / "EasyOCR", own_files(kind, tmp_path / "EasyOCR")
    install_network("finetuned", random_network(tmp_path / "1.pth", "가나", 1), folder)
    with pytest.raises(KeyboardInterrupt), staged("finetuned", folder) as staging:
        install_network("finetuned", random_network(tmp_path / "2.pth", "다라마", 2), staging, None, either)
        replaced = killed_at_replacement(min(number, len(files) + 3), monkeypatch)
    assert replaced[: len(files)] == files[:number]
    with pytest.raises(UserError, match="is not installed; run step 4"):
        demand_readable("finetuned", folder)


def test_a_detector_that_is_missing_is_told_before_anything_is_read(tmp_path, kind, either):
    install_network("finetuned", random_network(tmp_path / "w.pth", "가나"), tmp_path, detector=either)
    [file, *_] = own_files(kind, tmp_path)
    file.unlink()
    with pytest.raises(
        UserError, match=rf"{file.name}: no such file, and 'finetuned' finds text with it; run step 4 a"
    ):
        demand_readable("finetuned", tmp_path)


def test_names_of_detectors_are_no_names_of_networks(tmp_path):
    for name in ("some_craft", "korean_public_detector"):
        with pytest.raises(UserError, match=f"network name '{name}' cannot be used; names with _(craft|detector) are"):
            install_network(name, random_network(tmp_path / "w.pth", "가나"), tmp_path)


def test_step_4_takes_the_detector_that_is_named_else_that_of_step_3_else_the_one_that_ships(tmp_path, trained):
    def taken(named=None):
        return install.trained_detector(Namespace(detector=named, saved_models=tmp_path), Settings())

    assert taken() == taken("korean_public") == SHIPPED_DETECTOR
    assert taken(str(trained)) == trained
    found = tmp_path / "detector" / "average_best_detection_f1.pth"
    found.parent.mkdir()
    shutil.copyfile(trained, found)
    assert taken() == found
    assert taken(str(trained)) == trained
    assert taken("craft") is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory, trained, words):
    """EasyOCR's files, a network with each kind of trained detector among them, and a page."""
    folder = tmp_path_factory.mktemp("이지 OCR")
    provide_craft(folder)
    weights = describe_weights("english_g2")
    install_network("of_craft_kind", weights, folder, WORD_GROUPING, trained)
    install_network("of_our_kind", weights, folder, INSTALLED, words)
    write_evaluation_set(folder / "set", pages=1, size=(300, 180))
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return labelled_pages(folder / "set")[0][1]


def test_easyocrs_own_reader_takes_the_detector_and_another_file_is_told(folder, trained, words, tmp_path, capsys):
    reader, definition = open_reader(folder, None, cuda=False), detector_files("of_our_kind", folder)[2]
    for detector in (trained, words):
        demand_detector_taken(reader, detector, definition)
        assert "takes the detector: every weight is the one of the file" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"w\.pth: EasyOCR's Reader does not take this detector \(Error"):
        demand_detector_taken(reader, random_network(tmp_path / "w.pth", "가나").path, definition)
    other = tmp_path / "other.py"
    other.write_text(definition.read_text(encoding="utf-8").replace("return network.float()", "return network.half()"))
    with pytest.raises(UserError, match="finds text with other weights than those of this file"):
        demand_detector_taken(reader, words, other)
    other.write_text(definition.read_text(encoding="utf-8").replace("stem: int = 24", "stem: int = 16"))
    with pytest.raises(UserError, match=r"Reader does not take this detector \(Error"):
        demand_detector_taken(reader, words, other)


def run_printed_lines(name, folder, page, monkeypatch):
    """Run the lines of Python that step 4 prints, on a page, in this process; return what the last of them returns."""
    shown = install.usage(name, installed_options(name, folder), installed_detector(name, folder))
    *lines, last = dedent(shown.partition("\n")[2].partition("\nor:")[0]).splitlines()
    shutil.copyfile(page, folder / "page.jpg")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("easyocr.easyocr.MODULE_PATH", str(folder))  # what a variable says when a process begins
    monkeypatch.setattr(sys, "path", [*sys.path])
    names = {}
    exec("\n".join(lines), names)
    return names["reader"], eval(last, names)


@pytest.mark.slow
def test_the_printed_lines_give_the_boxes_and_texts_of_read(folder, page, monkeypatch):
    """A plain Reader with a trained CRAFT, as printed, our detector and `read` find the same."""
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder))
    detector = detector_files("of_craft_kind", folder)[0]
    reader, by_hand = run_printed_lines("of_craft_kind", folder, page, monkeypatch)
    readings = read(page, "of_craft_kind")
    assert [(reading.text, reading.confidence) for reading in readings] == [
        (text, float(confidence)) for _, text, confidence in by_hand
    ]
    published = open_reader(folder, "of_craft_kind", cuda=False).readtext(str(page), width_ths=0.0, height_ths=0.0)
    assert [(text, box) for box, text, _ in published] != [(text, box) for box, text, _ in by_hand]

    rgb = decode(page.read_bytes()).rgb
    ours = [list(box.bounds) for box in open_detector(folder, detector).boxes(rgb, WORD_GROUPING)]
    [easyocrs], [rotated] = reader.detect(str(page), width_ths=0.0, height_ths=0.0)
    assert ours == [[int(xmin), int(ymin), int(xmax), int(ymax)] for xmin, xmax, ymin, ymax in easyocrs] and not rotated


def test_the_printed_lines_give_a_plain_reader_our_detector_which_finds_the_words_of_read(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder))
    write_evaluation_set(tmp_path, pages=1)
    [(labels, page)] = labelled_pages(tmp_path)
    reader, by_hand = run_printed_lines("of_our_kind", folder, page, monkeypatch)
    assert type(reader.detector).__module__ == "of_our_kind_detector"
    boxes = [(*np.min(corners, axis=0), *np.max(corners, axis=0)) for corners, _, _ in by_hand]
    for found in (boxes, [reading.box for reading in read(page, "of_our_kind")]):
        assert len(match(box_array(labels.words), np.array(found))) == len(labels.words) == len(found) == 8
    assert "reader.detector" not in install.usage("of_our_kind", INSTALLED)


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
def test_step_4_installs_the_trained_detector_where_there_is_one_else_the_one_that_ships(
    step_4, tmp_path, words, capsys
):
    page = labelled_pages(tmp_path / "tuning_set")[0][1]
    found = tmp_path / "saved_models/detector/average_best_detection_f1.pth"
    found.parent.mkdir()
    shutil.copyfile(words, found)
    folder = step_4()
    shown = capsys.readouterr().out
    assert f"as 'finetuned' in {folder}, with the detector {found}" in shown
    assert f"load_detector({str(folder / 'model/finetuned_detector.pth')!r}).to(reader.device)" in shown
    assert "every weight is the one of the file" in shown
    assert f"{tmp_path}/detection_set/training: is not there" in shown
    # The options were searched with the detector that is installed.
    assert not has_maps(folder, page, None)
    assert installed_detector("finetuned", folder).read_bytes() == words.read_bytes()
    assert md5(folder / "model" / PUBLISHED["craft"].filename) == PUBLISHED["craft"].md5

    with pytest.raises(UserError, match=r"best_norm_ed\.pth: no weights of EasyOCR's detector CRAFT"):
        step_4("--detector", tmp_path / "saved_models/trial/best_norm_ed.pth")
    assert installed_detector("finetuned", folder).read_bytes() == words.read_bytes()

    found.unlink()
    step_4()
    assert installed_detector("finetuned", folder).read_bytes() == SHIPPED_DETECTOR.read_bytes()
    assert "detection_set" not in capsys.readouterr().out

    step_4("--detector", "craft")
    assert installed_detector("finetuned", folder) is None
    assert not any(file.exists() for file in detector_files("finetuned", folder))
    assert has_maps(folder, page, None)
    assert "reader.detector" not in capsys.readouterr().out


@pytest.mark.slow
def test_no_page_that_the_detector_was_trained_on_is_tuned_on(step_4, tmp_path, trained):
    write_evaluation_set(tmp_path / "detection_set/validation", pages=1)
    with pytest.raises(UserError, match=r"tuning_set: shares 1 of its 1 page, such as .*detection_set/validation"):
        step_4("--detector", trained)


@pytest.fixture(scope="module")
def compared(tmp_path_factory, words):
    """EasyOCR's files with `finetuned` and our detector, trained; how step 5 plans to read with it."""
    folder = tmp_path_factory.mktemp("compared")
    install_network("finetuned", describe_weights("english_g2"), folder, INSTALLED, words)
    return folder, planned(folder, finetuned=True, cache_limit=1 << 30)


def test_the_row_as_installed_alone_is_read_with_the_trained_detector(compared):
    folder, plan = compared
    [place] = plan.networks
    detector = installed_detector("finetuned", folder)
    assert place.own_detectors == {"finetuned_as_installed": detector}
    assert set(plan.detections()) == {
        *((None, options) for options in plan.groupings.values()),
        *((detector, options) for options in place.own_groupings["finetuned_as_installed"].values()),
    }
    # Thresholds belong to a detector: EasyOCR's own keeps its defaults where networks are compared.
    assert plan.groupings["tuned_grouping"] == with_grouping(DEFAULT_GROUPING, INSTALLED) == WORD_GROUPING
    assert place.own_groupings["finetuned_as_installed"]["tuned_grouping"] == INSTALLED
    assert place.own_groupings["finetuned_as_installed"]["default_grouping"].low_text == INSTALLED.low_text
    assert plan.conditions()["own_detectors"] == {"finetuned_as_installed": sha256(detector)}


def test_pages_that_another_detector_read_are_read_again(compared):
    """What a page depends on holds the bytes of the detector."""
    folder, plan = compared
    before, detector = session._fingerprint(plan), installed_detector("finetuned", folder)
    content = detector.read_bytes()
    write_trained_word_detector(detector, cores=0.05)
    after = session._fingerprint(plan)
    detector.write_bytes(content)
    assert session._fingerprint(plan) == before != after


def test_a_damaged_detector_is_told_before_anything_is_read(tmp_path, words):
    install_network("finetuned", describe_weights("english_g2"), tmp_path, WORD_GROUPING, words)
    installed_detector("finetuned", tmp_path).write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"finetuned_detector\.pth: no weight file that torch can read safely"):
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
    assert len(list((folder / "cache").glob("*.npz"))) == 1  # EasyOCR's; our own detector is faster than a disk
