"""Reading with the options that are stored with a network equals EasyOCR's Reader called by hand with them."""

import re
import sys
from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest
import torch
from evaluation_set import write_evaluation_set
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.easyocr_port.custom_network import NETWORK_FILE, SHIPPED
from train_easyocr.easyocr_port.engine.loaded_network import loaded_network
from train_easyocr.easyocr_port.engine.reader import open_reader
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, SHIPPED_OPTIONS, WORD_GROUPING
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, describe_weights, provide_craft
from train_easyocr.installation import network_files
from train_easyocr.installation.network_files import install_network, staged
from train_easyocr.program.errors import UserError
from train_easyocr.reading.installed import installed_options, read, read_lines, usage

OPTIONS = replace(WORD_GROUPING, add_margin=0.05, low_text=0.3)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """EasyOCR's files with the English network as 'tuned', which has options of its own, and as 'plain'."""
    folder = tmp_path_factory.mktemp("EasyOCR")
    weights = describe_weights("english_g2")
    provide_craft(folder)
    install_network("tuned", weights, folder, OPTIONS)
    install_network("plain", weights, folder)
    return folder


@pytest.fixture
def folder(installed, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(installed))
    return installed


def page(path):
    image = Image.new("RGB", (420, 90), "white")
    ImageDraw.Draw(image).text((20, 25), "Gimhae   City   2001", font=ImageFont.load_default(30), fill="black")
    image.save(path)
    return path


def test_a_page_is_read_with_the_stored_options(folder, tmp_path):
    path = page(tmp_path / "쪽 1.png")
    readings = read(path, "tuned")
    by_hand = open_reader(folder, "tuned", cuda=False).readtext(str(path), **asdict(OPTIONS))
    assert [reading.text for reading in readings] == [text for _, text, _ in by_hand] == ["Gimhae", "City", "2001"]
    assert [reading.confidence for reading in readings] == pytest.approx([sure for _, _, sure in by_hand], abs=0.01)
    xmin, ymin, xmax, ymax = readings[0].box
    assert 0 <= xmin < xmax <= 420 and 0 <= ymin < ymax <= 90
    assert read(np.asarray(Image.open(path))[..., ::-1], "tuned") == readings


def test_stored_options_come_back_and_default_to_easyocrs(folder):
    assert installed_options("tuned", folder) == OPTIONS
    assert installed_options("plain", folder) == DEFAULT_GROUPING


def test_the_printed_lines_hold_what_differs_from_easyocrs_defaults():
    lines = usage("finetuned", OPTIONS)
    assert "recog_network='finetuned'" in lines
    assert (
        "readtext(open('page.jpg', 'rb').read(), low_text=0.3, height_ths=0.0, width_ths=0.0, add_margin=0.05)" in lines
    )


def texts(*arguments, **options):
    return [reading.text for reading in read(*arguments, **options)]


def install_again(folder, name, definition, options=WORD_GROUPING, silenced=""):
    """Install the English network once more as `name`; it never prints the character `silenced`."""
    weights = describe_weights("english_g2")
    state = torch.load(weights.path, weights_only=True, map_location="cpu")
    if silenced:
        state["module.Prediction.bias"][weights.characters.index(silenced) + 1] = -1e3
    torch.save(state, folder / "w.pth")
    with pytest.MonkeyPatch.context() as patch, staged(name, folder) as staging:
        patch.setattr(network_files, "NETWORK_FILE", definition)
        install_network(name, replace(weights, path=folder / "w.pth"), staging, options)


def test_a_network_that_is_installed_again_is_read_with_as_it_is_now(folder, tmp_path):
    """Weights, options and definition are the new ones, also where a file has the size and the second of the old."""
    source, definitions = NETWORK_FILE.read_text(encoding="utf-8"), []
    for shift in (0, 1):
        shifted = re.sub(r"return (self\.Prediction\(.*)", rf"return (\1).roll({shift}, -1)", source)
        assert shifted != source
        definitions.append(tmp_path / f"{shift}.py")
        definitions[-1].write_text(shifted, encoding="utf-8")
    path = page(tmp_path / "page.png")
    install_again(folder, "again", definitions[0])
    assert texts(path, "again") == ["Gimhae", "City", "2001"]
    install_again(folder, "again", definitions[1])
    assert not {*texts(path, "again")} & {"Gimhae", "City", "2001"}
    install_again(folder, "again", definitions[0], silenced="G")
    assert [texts(path, "again")[0][-5:], *texts(path, "again")[1:]] == ["imhae", "City", "2001"]
    assert "G" not in texts(path, "again")[0]
    install_again(folder, "again", definitions[0], replace(WORD_GROUPING, width_ths=3.0, height_ths=1.0))
    assert texts(path, "again") == ["Gimhae City 2001"]


def test_three_networks_stay_loaded_and_leave_python_as_it_was(folder):
    searched, names = list(sys.path), ("tuned", "plain", "again")
    first = [loaded_network(name, folder, False) for name in names]
    assert [loaded_network(name, folder, False) for name in names] == first
    assert sys.path == searched and not {*names} & {*sys.modules}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_told(folder, tmp_path):
    with pytest.raises(UserError, match=r"cuda=True: torch finds no CUDA GPU; .* or leave cuda=True away"):
        read(page(tmp_path / "page.png"), "tuned", cuda=True)


def test_the_network_that_ships_and_those_that_are_installed_are_named(folder, monkeypatch):
    shipped = r"korean_public\.yaml: no such file, so the network 'korean_public' is not installed; run python3 -m "
    with pytest.raises(
        UserError, match=shipped + r"train_easyocr\.install --shipped, or name one .*: (again, )?plain, tuned$"
    ):
        read("page.jpg", "korean_public")
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder / "empty"))
    with pytest.raises(UserError, match=r"train_easyocr\.install --shipped$"):
        read("page.jpg", "korean_public")


@pytest.fixture(scope="module")
def with_korean(tmp_path_factory):
    """EasyOCR's files with the network that ships, and a page of eight Korean and English words."""
    folder = tmp_path_factory.mktemp("EasyOCR")
    install_network(SHIPPED, describe_weights(SHIPPED), folder, SHIPPED_OPTIONS, SHIPPED_DETECTOR)
    write_evaluation_set(folder / "set", pages=1)
    [image] = (folder / "set/images").rglob("*.jpg")
    return folder, np.asarray(Image.open(image).convert("RGB"))


@pytest.fixture
def upright(with_korean, monkeypatch):
    folder, page = with_korean
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(folder))
    return page


@pytest.fixture(scope="module")
def wanted(with_korean):
    """The readings of that page as it stands."""
    folder, page = with_korean
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASYOCR_MODULE_PATH", str(folder))
        return read(page, SHIPPED)


def test_an_upright_page_is_read_as_without_a_vote_and_once(upright, wanted):
    assert wanted == read(upright, SHIPPED, turns=(0,))
    lines = [line.replace("No.", "No") for line in read_lines(upright, SHIPPED)]
    assert lines == ["Gimhae 2001.06.15 54,500", "(055)330-3331 No 김해시", "Total report"]
    assert read_lines(np.full((200, 200), 255, np.uint8), SHIPPED) == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright_and_its_boxes_lie_as_it_does(upright, wanted, turn):
    turned = np.ascontiguousarray(np.rot90(upright, -turn // 90))
    readings = read(turned, SHIPPED)
    assert [(reading.text, reading.confidence) for reading in readings] == [
        (reading.text, reading.confidence) for reading in wanted
    ]
    for reading, (xmin, ymin, xmax, ymax) in zip(readings, (each.box for each in wanted), strict=True):
        marked = np.zeros(upright.shape[:2])
        marked[ymin:ymax, xmin:xmax] = 1
        rows, columns = np.rot90(marked, -turn // 90).nonzero()
        assert reading.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert read(turned, SHIPPED, turns=(turn,)) == readings
    assert [reading.text for reading in read(turned, SHIPPED, turns=(0,))] != [reading.text for reading in wanted]


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_is_turned_whose_words_are_found_in_pieces_as_they_lie(upright, turn):
    large = cv2.resize(upright, None, fx=2, fy=2)
    assert texts(np.rot90(large, -turn // 90).copy(), SHIPPED) == texts(large, SHIPPED, turns=(0,))


def test_rotation_info_leaves_each_text_in_its_box(upright, wanted):
    readings = read(upright, SHIPPED, rotation_info=[180])
    places = {reading.box: reading.text for reading in wanted}
    assert [places[reading.box] for reading in readings] == [reading.text for reading in readings]


def test_single_words_that_lie_turned_are_read_with_rotation_info(upright, wanted):
    mixed = upright.copy()
    xmin, ymin, xmax, ymax = next(word.box for word in wanted if word.text == "김해시")
    mixed[ymin:ymax, xmin:xmax] = mixed[ymin:ymax, xmin:xmax][::-1, ::-1]
    assert "김해시" not in texts(mixed, SHIPPED)
    assert "김해시" in texts(mixed, SHIPPED, rotation_info=[180])


@pytest.mark.parametrize("turns", [(), (45,), (0, 0), 90, "0"])
def test_other_turns_are_refused(turns):
    with pytest.raises(UserError, match=r"turns=.*: expected one or more of \(0, 90, 180, 270\), in degrees"):
        read("page.jpg", "tuned", turns=turns)
    with pytest.raises(UserError, match=r"rotation_info=\[45\]: expected one or more of \(0, 90, 180, 270\)"):
        read("page.jpg", "tuned", rotation_info=[45])
