"""Generated words: seed and row decide each crop; step 2 decides the labels and the faces."""

import hashlib
import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from small_catalogue import FONTS

from train_easyocr.pages.provenance import sha256
from train_easyocr.printing.generated import faces, machines
from train_easyocr.printing.generated.crops import ALL, CLEAN
from train_easyocr.printing.generated.faces import HELD_OUT, Face, find_faces
from train_easyocr.printing.generated.glyphs import GlyphTables, measure
from train_easyocr.printing.generated.printing import print_word
from train_easyocr.printing.generated.recipes import draw_recipes
from train_easyocr.printing.generated.surroundings import ruled_lines
from train_easyocr.printing.generated.writing import SetPlan, write_sets
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import KOREAN_PUBLIC, Charset
from train_easyocr.training.batches import BatchMaker, Preparation
from train_easyocr.training.loader import batch_loader
from train_easyocr.training.objective import AttentionObjective
from train_easyocr.training.opening import open_store
from train_easyocr.training.plan import all_requests
from train_easyocr.training.selection import Rules, select

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "행정안전부", "공  고", "제2024-15호", "“가나다”", "12,345,678원", "-", "·", ".", "○", "가", "1", "(붙임)",
    '"quoted", text', "㎡", "국토의 계획 및 이용에 관한", "|", "ㆍ", "「농지법」", "~", "A4",
]  # fmt: skip


def write(output, catalogue, plans, seed=5, **options):
    options = {"fewest_families": 2, "tell": lambda line: None, "catalogue": catalogue} | options
    write_sets(output, plans, seed, FONTS, **options)


@pytest.fixture(scope="module")
def generated(tmp_path_factory, catalogue):
    """Two sets: 400 words in known faces with everything, and the same in the held-out one."""
    output = tmp_path_factory.mktemp("generated")
    plans = [
        SetPlan("training/words", lambda: TEXTS * 20),
        SetPlan("test/unknown_typefaces", lambda: TEXTS * 2, role=HELD_OUT),
        SetPlan("test/charset_clean", lambda: TEXTS, effects=CLEAN),
    ]
    write(output, catalogue, plans)
    return output


def digest(store, rows):
    return hashlib.sha256(b"".join(store.read(row).tobytes() for row in rows)).hexdigest()


def test_sizes_are_those_of_the_rendered_crops_exactly(generated):
    for name in ("training/words", "test/unknown_typefaces", "test/charset_clean"):
        store = open_store(generated / name)
        rendered = [store.read(row).shape[::-1] for row in range(len(store.texts))]
        assert store.sizes().tolist() == [list(size) for size in rendered]
        assert store.sizes().dtype == np.int32


def test_each_row_tells_its_typeface(generated):
    assert open_store(generated / "test/unknown_typefaces").families == ["Noto Serif KR"] * len(TEXTS) * 2
    assert {*open_store(generated / "training/words").families} == {"Nanum Gothic", "Noto Sans KR"}


def test_labels_survive(generated):
    store = open_store(generated / "training/words")
    assert store.texts == TEXTS * 20
    assert len(set(store.filenames)) == len(store.filenames)


def test_crops_are_the_same_in_another_process_and_order(generated):
    folder = generated / "training/words"
    here = digest(open_store(folder), range(60))
    code = (
        "import sys, hashlib; from pathlib import Path; from train_easyocr.training.opening import open_store\n"
        f"store = open_store(Path({str(folder)!r})); crops = {{row: store.read(row) for row in reversed(range(60))}}\n"
        "print(hashlib.sha256(b''.join(crops[row].tobytes() for row in range(60))).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert there.strip() == here


def test_a_store_pickles_before_and_after_its_first_read(generated):
    store = open_store(generated / "training/words")
    before = pickle.loads(pickle.dumps(store))
    assert digest(before, range(10)) == digest(store, range(10)) == digest(pickle.loads(pickle.dumps(store)), range(10))


def test_a_row_does_not_depend_on_how_many_follow(generated, catalogue, tmp_path):
    write(tmp_path, catalogue, [SetPlan("training/words", lambda: TEXTS * 3)])
    short, long = open_store(tmp_path / "training/words"), open_store(generated / "training/words")
    rows = len(TEXTS) * 3
    assert short.sizes().tolist() == long.sizes()[:rows].tolist()
    assert digest(short, range(rows)) == digest(long, range(rows))


def test_another_seed_prints_otherwise(generated, catalogue, tmp_path):
    write(tmp_path, catalogue, [SetPlan("training/words", lambda: TEXTS)], seed=6)
    assert digest(open_store(tmp_path / "training/words"), range(20)) != digest(
        open_store(generated / "training/words"), range(20)
    )


def test_held_out_faces_are_never_trained_on(generated):
    def faces_of(name):
        return json.loads((generated / name / "generated.json").read_text(encoding="utf-8"))["faces"]

    assert {face["family"] for face in faces_of("training/words")} == {"Nanum Gothic", "Noto Sans KR"}
    assert {face["family"] for face in faces_of("test/unknown_typefaces")} == {"Noto Serif KR"}
    trained = {face["sha256"] for face in faces_of("training/words")}
    assert not trained & {face["sha256"] for face in faces_of("test/unknown_typefaces")}
    assert all(len(face["sha256"]) == 64 for face in faces_of("training/words"))


def test_the_catalogue_names_each_file_once_and_holds_three_families_back():
    families = yaml.safe_load(faces.CATALOGUE.read_text(encoding="utf-8"))["families"]
    files = [name for family in families for names in family["files"] for name in names.split("|")]
    assert len(files) == len(set(files))
    assert sum(family.get("role") == HELD_OUT for family in families) == 3
    assert sum(family.get("role", "train") == "train" and family["style"] != "latin" for family in families) >= 20
    assert len({family["name"] for family in families}) == len(families)


def test_a_glyph_without_ink_or_of_the_missing_sign_is_never_printed(catalogue):
    found = find_faces(FONTS, catalogue).faces
    tables = measure(found, "가 A\u200b\u3000\ue000갛\U0001f600")
    column = dict(zip(tables.characters, tables.sources.T.tolist(), strict=True))
    count = len(found)
    assert column["가"] == column["A"] == column[" "] == list(range(count))
    for invisible in "\u200b\u3000\ue000\U0001f600":
        assert column[invisible] == [-1] * count, repr(invisible)


def box_font(path, boxes):
    """Write a font whose character c is a box of the width `boxes[c]`, in thousandths of an em."""
    names = {character: f"u{ord(character):04X}" for character in boxes}
    glyphs = {}
    for character, width in {"": 100, **boxes}.items():
        pen = TTGlyphPen(None)
        for move, corner in zip(
            (pen.moveTo, *[pen.lineTo] * 3), ((0, 0), (0, 700), (width, 700), (width, 0)), strict=True
        ):
            move(corner)
        pen.closePath()
        glyphs[names.get(character, ".notdef")] = pen.glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap({ord(character): name for character, name in names.items()})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return Face("Boxes", "gothic", "", "train", str(path), 0, sha256(path), 1.0)


def test_syllables_that_a_face_draws_with_one_sign_are_not_printed_in_it(tmp_path):
    boxes = {"가": 500, "나": 520, "다": 900, "라": 900}
    tables = measure([box_font(tmp_path / "boxes.ttf", boxes)], "".join(boxes))
    printable = [
        character for character, [source] in zip(tables.characters, tables.sources.T, strict=True) if source == 0
    ]
    assert printable == ["가", "나"]


def test_a_symbol_that_a_face_lacks_comes_from_another_one(catalogue):
    found = find_faces(FONTS, catalogue).faces
    tables = measure(found, "가▪")
    own = [face.family for face, source in zip(found, tables.sources[:, 0], strict=True) if source >= 0]
    assert "Nanum Gothic" in own  # which has no ▪
    assert found[tables.sources[0, 0]].family != "Nanum Gothic"


def test_a_text_that_no_face_can_print_is_left_out_and_named(catalogue, tmp_path):
    told = []
    plans = [
        SetPlan("training/words", lambda: ["가나", "\ue000다", "  ", "라"]),
        SetPlan("validation/words", lambda: ["가"]),
    ]
    write(tmp_path, catalogue, plans, tell=told.append)
    assert told[-2] == "training/words: 2; 1 text that no face can print \ue000다"
    assert told[-1] == "validation/words: 1"
    assert open_store(tmp_path / "training/words").texts == ["가나", "라"]


def test_patches_of_ones_own_are_not_replaced_by_generated_words(catalogue, tmp_path):
    own = tmp_path / "training/words"
    own.mkdir(parents=True)
    (own / "labels.csv").write_text("filename,words\na.png,가\n", encoding="utf-8")
    with pytest.raises(UserError, match="training/words: holds patches that step 2 did not write"):
        write(tmp_path, catalogue, [SetPlan("training/words", lambda: ["가"])])
    assert list(own.iterdir()) == [own / "labels.csv"]


def test_missing_faces_are_said_and_too_few_are_a_mistake(catalogue, tmp_path):
    told = []
    write(tmp_path, catalogue, [SetPlan("a", lambda: ["가"])], tell=told.append)
    assert any("NanumGothicNowhere.ttf" in line and "koreanize-matplotlib" in line for line in told)
    with pytest.raises(UserError, match=r"2 of the typefaces .* 20 are needed; apt-get install"):
        write(tmp_path, catalogue, [SetPlan("a", lambda: ["가"])], fewest_families=20)
    with pytest.raises(UserError, match="no such folder"):
        find_faces([tmp_path / "nowhere"], catalogue)


def test_another_font_file_is_refused(catalogue, tmp_path):
    write(tmp_path, catalogue, [SetPlan("a", lambda: ["가"])])
    path = tmp_path / "a/generated.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    for face in values["faces"]:
        face["sha256"] = "0" * 64
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(UserError, match="another font than when"):
        open_store(tmp_path / "a").sizes()


def test_a_damaged_description_is_a_mistake(catalogue, tmp_path):
    write(tmp_path, catalogue, [SetPlan("a", lambda: ["가"])])
    (tmp_path / "a/generated.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"generated\.json: no description of generated words"):
        open_store(tmp_path / "a")


def test_ink_stays_within_the_crop_of_a_clean_loose_word(generated):
    """The formula and the drawing agree: at the edges of clean crops with margins there is paper only."""
    store = open_store(generated / "test/charset_clean")
    checked = 0
    for row in range(len(store.texts)):
        recipe = store._recipes.row(row)
        width, height = recipe.size
        xmin, ymin, xmax, ymax = recipe.ink
        if min(xmin, ymin, width - xmax, height - ymax) < 2.5:
            continue
        crop = store.read(row)
        edges = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
        assert edges.min() > 225, store.texts[row]
        checked += 1
    assert checked >= 3


def test_a_colour_store_reads_three_equal_channels(generated):
    grey, colour = (open_store(generated / "training/words", rgb=rgb).read(3) for rgb in (False, True))
    assert colour.shape == (*grey.shape, 3)
    assert (cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY) == grey).all()


def test_every_crop_of_all_effects_is_grey_and_not_empty(generated):
    store = open_store(generated / "training/words")
    flat = [store.texts[row] for row in range(200) if np.ptp(store.read(row)) < 15]
    assert flat == []
    assert ALL != CLEAN


def test_the_loader_makes_the_same_batches_here_and_in_workers(generated):
    store = open_store(generated / "training/words")
    charset = Charset(KOREAN_PUBLIC)
    rules = Rules(charset, lower_case=False, longest=34, keep_all=True, fits=AttentionObjective(charset, 99).fits)
    chosen = select("words", store, rules, widest=768, show_progress=False)
    maker = BatchMaker([chosen], rules, Preparation())
    requests = all_requests([chosen.widths], 16)[:6]
    here, there = (list(batch_loader(maker, requests, workers=workers)) for workers in (0, 2))
    assert [batch.images.shape for batch in here] == [batch.images.shape for batch in there]
    assert all((one.images == other.images).all() for one, other in zip(here, there, strict=True))
    assert [batch.texts for batch in here] == [batch.texts for batch in there]


def test_words_that_a_scanner_has_worn_are_not_augmented_again(generated):
    store = open_store(generated / "training/words")
    charset = Charset(KOREAN_PUBLIC)
    rules = Rules(charset, lower_case=False, longest=34, keep_all=True, fits=AttentionObjective(charset, 99).fits)
    chosen = select("words", store, rules, widest=768, show_progress=False)
    request = all_requests([chosen.widths], 16)[0]
    plain, strong = (BatchMaker([chosen], rules, Preparation(augmentation=level)) for level in ("none", "strong"))
    assert (plain[request].images == strong[request].images).all()
    originals, changed, _ = strong.before_and_after(request)
    assert all((one == other).all() for one, other in zip(originals, changed, strict=True))


def test_bold_letters_have_more_ink(generated):
    store = open_store(generated / "training/words")
    tables = GlyphTables.load(generated / "training/words/glyphs.npz")
    recipe = replace(store._recipes.row(0), bold=0.0)

    def ink(recipe):
        return print_word(TEXTS[0], recipe, store._set.faces, tables, "plain", np.random.default_rng(0)).sum(dtype=int)

    assert ink(replace(recipe, bold=0.05)) > 1.1 * ink(recipe)


def test_clean_characters_are_printed_upright_and_as_their_face_draws_them(generated):
    clean, all_effects = (open_store(generated / name)._recipes for name in ("test/charset_clean", "training/words"))
    of_one, of_nothing = ("stretch", "space"), ("tracking", "bold", "slant", "turn", "underline")
    for name, plain in (dict.fromkeys(of_one, 1) | dict.fromkeys(of_nothing, 0)).items():
        assert (getattr(clean, name) == plain).all(), name
        assert (getattr(all_effects, name) != plain).any(), name


@pytest.mark.parametrize("text", ["공 고", "여 권 발 급:", "《의 안》", "1. 목 차"])
def test_a_heading_is_never_set_narrower_than_a_space_whatever_stands_around_it(text, catalogue):
    assert spaces_drawn(text, catalogue).min() >= 1


@pytest.mark.parametrize("text", ["국토의 계획 및 이용에 관한", "이 법 시행", "공고 안", "제 1 조", "- 가"])
def test_most_spaces_of_an_ordinary_line_are_narrower(text, catalogue):
    assert np.median(spaces_drawn(text, catalogue)) < 0.9


def spaces_drawn(text, catalogue):
    """How wide the spaces of a text are in 300 recipes of it, times the face's own."""
    tables = measure(find_faces(FONTS, catalogue).faces, text)
    return draw_recipes([text] * 300, tables, np.ones(len(tables.sources)), seed=1, plain=False).space


def test_a_table_has_no_lines_beside_a_mark_that_they_would_be_taken_for(generated):
    recipe = open_store(generated / "training/words")._recipes.row(0)
    lines = {
        text: [ruled_lines(text, recipe, np.random.default_rng(seed)) is not None for seed in range(20)]
        for text in ("-", "(1)", "가나")
    }
    assert not any(lines["-"]) and not any(lines["(1)"]) and any(lines["가나"])


def test_small_print_keeps_its_resolution():
    image = np.random.default_rng(0).uniform(0, 255, (40, 90)).astype(np.float32)
    scanned = {em: machines._lower_resolution(image, em, 1.0, np.random.default_rng(0)) for em in (15.0, 60.0)}
    assert scanned[15.0] is image
    assert np.ptp(scanned[60.0]) < np.ptp(image)
