"""The sample dataset: AI-Hub's format to the byte, pages like the real ones, decided by the seed alone."""

import json
import random
import re
import zipfile
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from archive_factory import tree, write_zip
from fontTools.ttLib import TTFont

from train_easyocr.dataset.archives.finding import find_archives
from train_easyocr.dataset.archives.zips import read_contents
from train_easyocr.dataset.labels import parse_label
from train_easyocr.pages.records import Word
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.typefaces import Style
from train_easyocr.printing.pages.words.author import Author, with_particles
from train_easyocr.printing.pages.words.vocabulary import sentences, subjects, words
from train_easyocr.printing.sample.printer import Wear, faces, open_printer
from train_easyocr.printing.sample.scan import label_boxes, skew_matrix
from train_easyocr.printing.sample.writing import TRAINING, VALIDATION, PageTask, make_page, with_joined, write_sample
from train_easyocr.program.errors import UserError
from train_easyocr.program.fonts import TYPEFACES, font_path
from train_easyocr.texts.charset import KOREAN_G2, KOREAN_PUBLIC

SENTENCES = Path(__file__).resolve().parents[2] / "train_easyocr/printing/pages/words/sentences.yaml"
SMALL = {"training_pages": 4, "validation_pages": 2, "dpi": 75, "seed": 7}
IMAGE_ZIPS = {
    "Training/[원천]train1.zip": "02.원천데이터(jpg)",
    "Training/[원천]train2.zip": "02.원천데이터(jpg)",
    "Training/[원천]train3.zip": "02.원천데이터(jpg)",
    "Validation/[원천]validation.zip": "02.원천데이터(Jpg)",
}
LABEL_ZIPS = ("Training/[라벨]train.zip", "Validation/[라벨]validation.zip")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("표본") / "공공행정문서 OCR"
    write_sample(folder, **SMALL, workers=1)
    return folder


@pytest.fixture(scope="module")
def default_pages():
    """Labels of as many pages as the default run makes, at 75 dpi, which is quick to draw."""
    tasks = [PageTask(TRAINING, number, 75, 1111) for number in range(60)]
    tasks += [PageTask(VALIDATION, number, 75, 1111) for number in range(20)]
    return [json.loads(make_page(task).label) for task in tasks]


@pytest.fixture(scope="module")
def texts(default_pages):
    return [item["annotation.text"] for page in default_pages for item in page["annotations"]]


@pytest.fixture(scope="module")
def boxes(default_pages):
    """x, y, width, height in pixels of 300 dpi, as the real pages have."""
    return np.array([item["annotation.bbox"] for page in default_pages for item in page["annotations"]]) * 4


def names_in(path):
    with zipfile.ZipFile(path) as archive:
        return [info.filename.encode("cp437").decode("cp949") for info in archive.infolist()]


def stem_of(name):
    return name.rsplit("/", 1)[1].rsplit(".", 1)[0]


def labels_of(path):
    with zipfile.ZipFile(path) as archive:
        members = zip(names_in(path), archive.infolist(), strict=True)
        return {stem_of(name): archive.read(info) for name, info in members}


def test_it_writes_the_archives_of_ai_hub_and_nothing_else(dataset):
    written = {path.relative_to(dataset).as_posix() for path in dataset.rglob("*") if path.is_file()}
    assert written == {*IMAGE_ZIPS, *LABEL_ZIPS}


def test_members_stand_in_ai_hubs_folders(dataset):
    for name, root in IMAGE_ZIPS.items():
        pattern = rf"{re.escape(root)}/[^/]+/(535\d{{4}})/(\d{{4}})/\1-\2-\d{{4}}-\d{{4}}\.jpg"
        members = names_in(dataset / name)
        assert members and all(re.fullmatch(pattern, member) for member in members)
    for name in LABEL_ZIPS:
        members = names_in(dataset / name)
        assert all(member.startswith("01.라벨링데이터(Json)/") and member.endswith(".json") for member in members)
        assert {member.split("/")[1] for member in members} <= subjects().keys()


def test_member_names_are_cp949_without_the_utf_8_flag_in_both_headers(dataset):
    """Reads the bytes of local headers and of the directory by their offsets in PKWARE's APPNOTE."""
    for name in (*IMAGE_ZIPS, *LABEL_ZIPS):
        data = (dataset / name).read_bytes()
        for signature, flags_at, name_at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
            headers = [match.start() for match in re.finditer(re.escape(signature), data)]
            headers = [at for at in headers if data[at + name_at : at + name_at + 2] in (b"01", b"02")]
            assert len(headers) == len(names_in(dataset / name))
            assert all(not int.from_bytes(data[at + flags_at : at + flags_at + 2], "little") & 0x800 for at in headers)
            assert all("데이터".encode("cp949") in data[at + name_at : at + name_at + 40] for at in headers)


def test_one_label_of_each_split_has_no_image(dataset):
    for label_zip in LABEL_ZIPS:
        folder = label_zip.split("/")[0]
        images = [
            name for image_zip in IMAGE_ZIPS if image_zip.startswith(folder) for name in names_in(dataset / image_zip)
        ]
        stems = {stem_of(name) for name in images}
        assert len(images) == len(stems) == SMALL[f"{folder.lower()}_pages"]
        assert stems < labels_of(dataset / label_zip).keys()
        assert len(labels_of(dataset / label_zip)) == len(stems) + 1


def test_labels_have_ai_hubs_keys_and_crlf_line_ends(dataset):
    for stem, data in labels_of(dataset / LABEL_ZIPS[0]).items():
        assert data.count(b"\n") == data.count(b"\r\n") > 10 and not data.startswith(b"\xef\xbb\xbf")
        label = json.loads(data.decode("utf-8"))
        assert label.keys() == {"images", "annotations"} and len(label["images"]) == 1
        image = label["images"][0]
        fields = "make.code make.year category width height file.name create.time"
        assert list(image) == [f"image.{field}" for field in fields.split()]
        assert image["image.file.name"] == f"{stem}.jpg"
        assert stem.startswith(f"{image['image.make.code']}-{image['image.make.year']}-")
        assert re.fullmatch(r"2020-12-\d\d \d\d:\d\d:\d\d", image["image.create.time"])
        for item in label["annotations"]:
            assert list(item) == ["id", *(f"annotation.{field}" for field in ("type", "text", "ttype", "bbox"))]
            assert item["annotation.bbox"][2] > 0 and item["annotation.bbox"][3] > 0


def test_images_are_a4_jpegs_of_the_size_that_the_label_gives(dataset):
    labels = labels_of(dataset / LABEL_ZIPS[1])
    path = dataset / "Validation/[원천]validation.zip"
    with zipfile.ZipFile(path) as archive:
        for name, info in zip(names_in(path), archive.infolist(), strict=True):
            page = cv2.imdecode(np.frombuffer(archive.read(info), np.uint8), cv2.IMREAD_UNCHANGED)
            image = json.loads(labels[stem_of(name)])["images"][0]
            assert page.shape[:2] == (image["image.height"], image["image.width"]) == (877, 620)


def test_150_dpi_gives_1240_by_1754_pixels():
    image = json.loads(make_page(PageTask(TRAINING, 0, 150, 1)).label)["images"][0]
    assert (image["image.width"], image["image.height"]) == (1240, 1754)


def test_the_projects_own_reader_takes_it_as_any_dataset(dataset):
    contents = [read_contents(archive) for archive in find_archives(dataset)]
    assert sum(archive.image_count for archive in contents) == 6
    assert sum(archive.label_count for archive in contents) == 8
    assert all(archive.other_members == 0 for archive in contents)
    for stem, data in labels_of(dataset / LABEL_ZIPS[0]).items():
        page, dropped = parse_label(data, f"분류/기관/연도/{stem}")
        assert len(page.words) > 30 and not dropped


def test_the_seed_decides_every_byte_whatever_the_number_of_workers(dataset, tmp_path):
    write_sample(tmp_path / "two", **SMALL, workers=2)
    write_sample(tmp_path / "other", **SMALL | {"seed": 8}, workers=1)
    for name in (*IMAGE_ZIPS, *LABEL_ZIPS):
        assert (tmp_path / "two" / name).read_bytes() == (dataset / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (dataset / name).read_bytes()


def test_a_sample_takes_the_place_of_another_one(tmp_path):
    write_sample(tmp_path, **SMALL | {"training_pages": 1}, workers=1)  # two of its image zips are empty
    write_sample(tmp_path, **SMALL | {"seed": 8}, workers=1)
    assert len(names_in(tmp_path / LABEL_ZIPS[0])) == SMALL["training_pages"] + 1


@pytest.mark.parametrize(
    "name",
    [
        "Training/[라벨]train.zip",  # a name that the sample has too
        "Training/[라벨]train.zip.part0",
        "Validation/[원천]another.zip",
        "1.데이터/01.Training/[원천]train1.zip",
    ],
)
@pytest.mark.parametrize("kind", ["a real archive", "damaged", "a broken link"])
def test_archives_that_the_sample_did_not_write_are_left_alone(tmp_path, name, kind):
    path = tmp_path / "data" / name
    write_zip(path, {"인.허가/1/2001/a.json": b"{}"})
    if kind == "damaged":
        path.write_bytes(path.read_bytes()[:50])
    elif kind == "a broken link":
        path.unlink()
        path.symlink_to(tmp_path / "unmounted.zip")
    before = tree(tmp_path)
    with pytest.raises(UserError, match=r"--make_sample did not write this archive") as refused:
        write_sample(tmp_path / "data", **SMALL, workers=1)
    assert name in str(refused.value)
    assert tree(tmp_path) == before and path.is_symlink() == (kind == "a broken link")


@pytest.mark.parametrize("wrong", [{"training_pages": 0}, {"validation_pages": -1}, {"dpi": 20}])
def test_a_size_without_sense_is_one_line_that_names_it(tmp_path, wrong):
    with pytest.raises(UserError, match=rf"^{next(iter(wrong))} is -?\d+; [^\n]+$"):
        write_sample(tmp_path / "none", **SMALL | wrong)
    assert not (tmp_path / "none").exists()


def test_all_12_categories_occur_and_the_splits_are_different_offices(default_pages):
    images = [page["images"][0] for page in default_pages]
    assert {image["image.category"] for image in images} == set(subjects()) and len(subjects()) == 12
    training, validation = ({image["image.make.code"] for image in half} for half in (images[:60], images[60:]))
    assert not training & validation
    assert not set(words("training_cities")) & set(words("validation_cities"))


def test_every_character_is_in_the_list_that_the_sample_trains(texts):
    assert not set("".join(texts)) - set(KOREAN_PUBLIC)


def test_one_face_or_another_draws_every_character_so_that_no_empty_box_is_printed(texts):
    drawn = {character for face in TYPEFACES for character in TTFont(font_path(face), lazy=True).getBestCmap()}
    assert not {character for character in "".join(texts) if ord(character) not in drawn}


def test_documents_of_the_evaluation_hold_words_that_no_document_of_the_training_has(default_pages):
    training, validation = (
        {item["annotation.text"] for page in half for item in page["annotations"] if len(item["annotation.text"]) > 1}
        for half in (default_pages[:60], default_pages[60:])
    )
    assert len(validation - training) > 0.3 * len(validation)


def test_there_are_3000_distinct_words_and_a_common_core(texts):
    counts = Counter(texts)
    assert len(counts) >= 3000
    assert sum(count for _, count in counts.most_common(200)) > 0.3 * len(texts)


def test_text_lengths_follow_the_measured_distribution(texts):
    # facts/aihub.md, 910 real boxes: how many have 1, 2, … 8, and 9 or more characters
    real = np.array([148, 197, 179, 159, 88, 40, 40, 19, 40]) / 910
    lengths = np.minimum([len(text) for text in texts], 9)
    ours = np.bincount(lengths, minlength=10)[1:] / len(texts)
    assert np.abs(ours - real).max() < 0.1 and np.abs(ours - real).sum() < 0.25
    assert np.mean([len(text) for text in texts]) == pytest.approx(3.66, abs=0.6)


def test_boxes_have_the_measured_size_and_number(default_pages, boxes):
    # facts/aihub.md, pixels at 300 dpi: p5, median and p95, and boxes a page
    assert np.percentile(boxes[:, 3], (5, 50, 95)) == pytest.approx([47, 57, 72], rel=0.15)
    assert np.percentile(boxes[:, 2], (50, 95)) == pytest.approx([152, 360], rel=0.25)
    assert len(boxes) / len(default_pages) == pytest.approx(117, rel=0.2)


def test_the_odd_ones_of_real_labels_occur_about_as_often(default_pages, texts, boxes):
    share = {
        "space": np.mean([" " in text for text in texts]),
        "comma or quote": np.mean(["," in text or '"' in text for text in texts]),
        "not in korean_g2": np.mean([bool(set(text) - set(KOREAN_G2)) for text in texts]),
    }
    real = {"space": 0.022, "comma or quote": 0.036, "not in korean_g2": 0.053}
    assert all(real[name] / 3 < share[name] < real[name] * 3 for name in real), share
    assert (boxes[:, :2] < 0).any()
    ids = [[item["id"] for item in page["annotations"]] for page in default_pages]
    assert any(len(set(page)) < len(page) for page in ids) and any(len(set(page)) == len(page) for page in ids)
    assert "·" in texts and any(re.fullmatch(r"\d\d,\d{3}", text) for text in texts)
    assert any(text.startswith('"') for text in texts)
    assert set("를었였될첨겠○□※㎡·「」") <= set("".join(texts))


def test_telephone_numbers_belong_to_nobody(texts):
    """No Korean exchange begins with 0."""
    numbers = [match for text in texts for match in re.findall(r"(?:\)|-|^|☎)(\d{3})-\d{4}(?!\d)", text)]
    assert len(numbers) > 50 and all(exchange.startswith("0") for exchange in numbers)


@pytest.mark.parametrize("kind", yaml.safe_load(SENTENCES.read_text(encoding="utf-8")))
def test_every_pattern_can_be_filled_in_every_category(kind):
    for category in subjects():
        author = Author(random.Random(category), category, "함안군", 2001)
        for pattern in sentences(kind):
            assert not re.search(r"[{}\[\]]", author.fill(pattern))


def test_a_label_box_holds_the_ink_of_a_skewed_word_with_a_small_margin():
    sheet = Sheet(1240, 1754, 150, open_printer(random.Random(3)))
    sheet.put("시행하였습니다.", 400, 900, Style(face=0, size=25))
    for seed in range(5):
        noise = np.random.default_rng(seed)
        skew = skew_matrix(sheet.image.shape, noise)
        page = cv2.warpAffine(sheet.image[:, :, 0], skew, (1240, 1754), borderValue=255)
        rows, columns = np.nonzero(page < 128)
        xmin, ymin, xmax, ymax = label_boxes(sheet.words, 25, skew, noise)[0]
        margins = np.array([columns.min() - xmin, rows.min() - ymin, xmax - columns.max() - 1, ymax - rows.max() - 1])
        assert margins.min() >= 0 and margins.max() <= 0.17 * 25 + 4


def test_the_second_pass_of_the_printer_starts_beside_the_first():
    for size in (24, 48):
        stroke = Wear(4.0, pin=0, faintly=1.0, radius=0.5).draw(faces()[0], size, 1.0, 0.0, "ㅣ").mask > 100
        end = len(stroke) // 4
        upper, lower = (np.flatnonzero(part.any(axis=0)).mean() for part in (stroke[:end], stroke[-end:]))
        assert lower - upper == pytest.approx(4 * size / 24, abs=0.6)


def test_a_worn_pin_prints_a_faint_row():
    for faintly, dark in ((1.0, True), (0.2, False)):
        stroke = Wear(0.0, pin=12, faintly=faintly, radius=0.5).draw(faces()[0], 48, 1.0, 0.0, "ㅣ").mask
        assert (stroke[2:-2].max(axis=1) > 60).all() == dark


def test_the_printer_leaves_out_words_that_its_characters_do_not_spell():
    sheet = Sheet(400, 100, 150, open_printer(random.Random(3)))
    assert sheet.line("문† 화 ▪", 10, 60, Style(face=0, size=25)) > 10
    assert [word.text for word in sheet.words] == ["화"]


def test_some_neighbours_of_a_line_share_a_label_with_a_space():
    words = [Word(text, (x, y, x + 20, y + 20)) for text, x, y in (("가", 0, 0), ("나", 30, 0), ("다", 0, 40))]
    joined = [with_joined(words, 25, random.Random(seed)) for seed in range(200)]
    assert {tuple(word.text for word in labels) for labels in joined} == {("가", "나", "다"), ("가 나", "다")}
    assert {labels[0].box for labels in joined if len(labels) == 2} == {(0, 0, 50, 20)}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("서류[을] 자료[이] 계획[은] 결과[과]", "서류를 자료가 계획은 결과와"),
        ("부서[으로] 시청[으로] 서울[으로]", "부서로 시청으로 서울로"),
        ("32[이] 37[으로] (☎054-0013)[으로] 「농지법」[을]", "32가 37로 (☎054-0013)으로 「농지법」을"),
    ],
)
def test_particles_fit_the_syllable_before_them(text, read):
    assert with_particles(text) == read
