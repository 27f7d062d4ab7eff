"""Our reading of boxes against EasyOCR's Reader itself: the same texts, the same confidences, the same boxes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.easyocr_port.engine.reader import (
    open_network,
    open_reader,
    read_boxes,
)
from train_easyocr.easyocr_port.engine.text_box import TextBox, on_page, rotated_box
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.program.errors import UserError
from train_easyocr.program.fonts import font_path

FONT = font_path()
WORDS = [
    *("Gimhae", "2001.06.15", "(055)330-3331", "54,500", "No.", "Total", "ABC-12", "1.", "E-mail"),
    *("김해시", "report", "3/4", "a", "Il1", "WWWWWWWW"),
]


@pytest.fixture(scope="module")
def easyocr_reader(english_folder):
    return open_reader(english_folder, "english_copy", cuda=False)


@pytest.fixture(scope="module")
def network(english_folder):
    return open_network("english_copy", english_folder)


def printed_page(seed, lines=7, size=(600, 400)):
    """A grey page of words in several sizes, faint and noisy in parts, one line of it slanted."""
    random = np.random.default_rng(seed)
    page = Image.new("L", size, 235)
    draw = ImageDraw.Draw(page)
    y = 12
    for _ in range(lines):
        font = ImageFont.truetype(str(FONT), int(random.integers(16, 34)))
        x, ink = 12, int(random.integers(20, 225))
        while x < size[0] - 20:
            word = WORDS[random.integers(len(WORDS))]
            draw.text((x, y), word, font=font, fill=ink)
            x += round(draw.textlength(word, font=font)) + 22
        y += font.size + 20
    array = np.array(page)
    shift = cv2.getRotationMatrix2D((300, 200), float(random.uniform(-9, 9)), 1.0)
    array[260:] = cv2.warpAffine(array, shift, size, borderValue=235)[260:]
    return np.clip(array + random.normal(0, 12, array.shape), 0, 255).astype(np.uint8)


def easyocr_readings(reader, page, boxes):
    """Read our boxes with EasyOCR's own code, in its order of coordinates."""
    horizontal = [[box.bounds[0], box.bounds[2], box.bounds[1], box.bounds[3]] for box in boxes if not box.corners]
    rotated = [[list(point) for point in box.corners] for box in boxes if box.corners]
    return [(text, confidence) for _, text, confidence in reader.recognize(page, horizontal, rotated)]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_boxes_texts_and_confidences_are_those_of_readtext(seed, easyocr_reader, network, detector):
    page = printed_page(seed)[180:]  # its slanted line too
    rgb = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)
    for options in (DEFAULT_GROUPING, WORD_GROUPING):
        expected = easyocr_reader.readtext(
            page, width_ths=options.width_ths, height_ths=options.height_ths, min_size=options.min_size
        )
        boxes = detector.boxes(rgb, options)
        readings = read_boxes(network, page, boxes)
        assert len(readings) > 5
        assert [reading.text for reading in readings] == [text for _, text, _ in expected]
        for reading, (corners, _, confidence) in zip(readings, expected, strict=True):
            assert reading.confidence == pytest.approx(confidence, abs=1e-4)
            xs, ys = zip(*corners, strict=True)
            assert reading.box == pytest.approx((min(xs), min(ys), max(xs), max(ys)), abs=1)


@pytest.mark.slow
def test_many_crops_of_every_width_are_read_as_the_reader_reads_them(easyocr_reader, network):
    random = np.random.default_rng(5)
    page = printed_page(11)
    boxes = []
    for _ in range(150):
        x, y = random.integers(0, 560), random.integers(0, 370)
        width, height = random.integers(4, 300), random.integers(4, 60)
        boxes.append(TextBox((int(x), int(y), int(x + width), int(y + height))))
    boxes = on_page(boxes, (600, 400))
    readings = read_boxes(network, page, boxes)
    expected = easyocr_readings(easyocr_reader, page, boxes)
    assert [reading.text for reading in readings] == [text for text, _ in expected]
    assert [reading.confidence for reading in readings] == pytest.approx([sure for _, sure in expected], abs=1e-4)
    # The page has enough that nobody can read for the second pass to matter.
    assert sum(confidence < 0.1 for _, confidence in expected) > 10


def test_rotated_boxes_are_straightened_as_the_reader_does(easyocr_reader, network):
    page = printed_page(2)
    corners = [
        [(20.5, 30.0), (180.0, 55.5), (176.0, 90.0), (16.0, 64.0)],
        [(300, 200), (420, 180), (426, 220), (306, 240)],
    ]
    boxes = [rotated_box(points) for points in corners]
    assert boxes[0].bounds == (16, 30, 180, 90)
    readings = read_boxes(network, page, boxes)
    expected = easyocr_readings(easyocr_reader, page, boxes)
    assert [(reading.text, pytest.approx(reading.confidence, abs=1e-4)) for reading in readings] == expected


@pytest.mark.parametrize("box", [(-30, -30, 0, 10), (600, 0, 640, 20), (50, 50, 50, 90), (90, 90, 40, 40)])
def test_a_box_without_a_pixel_on_the_page_is_left_out(box):
    assert on_page([TextBox(box)], (600, 400)) == []


def test_a_box_over_the_edge_is_clipped():
    assert on_page([TextBox((-5, -7, 30, 20)), TextBox((590, 390, 700, 500))], (600, 400)) == [
        TextBox((0, 0, 30, 20)),
        TextBox((590, 390, 600, 400)),
    ]


def test_a_rotated_box_that_is_a_line_is_left_out():
    assert on_page([rotated_box([(10, 10), (50, 20), (50, 20), (10, 10)])], (600, 400)) == []


def test_one_pixel_is_read_without_a_crash(network):
    page = printed_page(1)
    [reading] = read_boxes(network, page, [TextBox((3, 3, 4, 4))])
    assert 0 <= reading.confidence <= 1


def test_reading_no_box_gives_nothing(network):
    assert read_boxes(network, printed_page(1), []) == []


def test_the_detector_sees_the_page_enlarged(detector):
    page = np.full((64, 96, 3), 255, np.uint8)
    plain, enlarged = (detector.find(page, replace(DEFAULT_GROUPING, mag_ratio=ratio)).maps for ratio in (1.0, 2.0))
    assert (plain.ratio, plain.maps.shape) == (1.0, (2, 32, 48))
    assert (enlarged.ratio, enlarged.maps.shape) == (2.0, (2, 64, 96))


def test_an_empty_page_has_no_boxes(detector):
    white = np.full((96, 128, 3), 255, np.uint8)
    assert detector.boxes(white, DEFAULT_GROUPING) == []


def test_a_network_that_is_not_installed_is_named(tmp_path):
    with pytest.raises(UserError, match=r"nothing\.yaml: no such file.*run step 4"):
        open_network("nothing", tmp_path)


def test_a_weight_file_of_another_charset_is_a_mistake_in_one_line(tmp_path):
    weights = describe_weights("english_g2")
    install_network("other_list", replace(weights, characters=weights.characters + "가"), tmp_path)
    with pytest.raises(UserError, match="cannot load the network"):
        open_network("other_list", tmp_path)
