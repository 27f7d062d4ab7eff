"""The lines of step 2: what a plain Reader would crop, with the label that it should read there."""

import json
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from archive_factory import decoded, page_image, plan_for, source, tree, write_dataset, write_split
from doors import prepare_dataset
from easyocr.utils import get_image_list, group_text_box
from hypothesis import given, settings
from hypothesis import strategies as st

from train_easyocr.dataset.dataset_report import report_text
from train_easyocr.dataset.lines import LineRules, find_lines, highest_draw, line_draw
from train_easyocr.dataset.patches import PatchRules, cut_page, survey_page
from train_easyocr.dataset.prepare import prepare
from train_easyocr.dataset.stores.writers import FolderWriter, LmdbWriter
from train_easyocr.easyocr_port.reader_tensor import resize_crop
from train_easyocr.pages import overlap
from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.training.opening import open_store

RULES = LineRules(widest=1792, longest=64)
# Three words of one line, of which the first two stand closer than half of the second one's height; a word below.
WORDS = (
    ("김해시장", (20, 30, 90, 24)),
    ("및", (118, 32, 20, 20)),
    ("의장", (149, 30, 60, 24)),
    ("끝", (20, 80, 24, 24)),
)


def page_of(*words, ignored=(), width=400, height=400):
    """A page of (text, (xmin, ymin, xmax, ymax))."""
    words, ignored = (tuple(Word(text, box) for text, box in group) for group in (words, ignored))
    return Page("a/1/2001/p", "a", "2001", width, height, words, "public documents", ignored)


def lines_of(page, rules=RULES, placeholders=frozenset()):
    """The texts of the lines, and the reasons for which others are no use."""
    lines, dropped = find_lines(page, placeholders, rules, page.width, page.height)
    return [line.text for line in lines], [item.reason for item in dropped]


class TestOnePage:
    def test_joined_words_are_one_label_with_single_spaces_from_left_to_right(self):
        page = page_of(("의장", (90, 10, 130, 30)), ("및", (70, 11, 85, 31)), ("시장", (20, 10, 65, 30)))
        assert lines_of(page) == (["시장 및 의장"], [])

    def test_one_word_alone_is_no_line_and_no_loss(self):
        page = page_of(("시장", (20, 10, 60, 30)), ("의장", (200, 10, 240, 30)), ("끝", (20, 80, 40, 100)))
        assert lines_of(page) == ([], [])

    def test_the_crop_has_the_readers_margin_and_ends_with_the_page(self):
        result = cut_page(source([("가나", (2, 1, 40, 20)), ("다라", (48, 1, 40, 22))]), PatchRules(lines=RULES))
        # A tenth of 22 is 2: from 0 - 0 (2 - 2, 1 - 2 is clipped) to 88 + 2, 23 + 2.
        assert [(patch.filename, patch.text) for patch in result.lines.patches] == [("p_0-0-90-25.png", "가나 다라")]
        grey = cv2.imdecode(np.frombuffer(page_image(), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert np.array_equal(decoded(next(iter(result.lines.images))), grey[0:25, 0:90])

    @pytest.mark.parametrize("place", ["words", "ignored"])
    def test_a_placeholder_in_a_line_makes_it_useless(self, place):
        words, hidden = [("시장", (20, 10, 60, 30)), ("의장", (92, 10, 130, 30))], ("xxx", (65, 10, 87, 30))
        page = page_of(*words, hidden) if place == "words" else page_of(*words, ignored=[hidden])
        assert lines_of(page, placeholders=frozenset(["xxx"])) == ([], ["line with unreadable print"])

    def test_vertical_text_in_a_line_makes_it_useless(self):
        page = page_of(("결재", (20, 10, 40, 46)), ("시장", (45, 14, 90, 42)))
        assert lines_of(page) == ([], ["line with vertical text"])

    def test_a_word_of_another_line_that_stands_in_the_crop_makes_it_useless(self):
        # The tall heading belongs to no line, but the Reader's crop of the two words would show a part of it.
        words = ("시장", (20, 40, 60, 60)), ("의장", (66, 40, 110, 60)), ("큰", (50, 0, 120, 140))
        assert lines_of(page_of(*words)) == ([], ["line with other words in its crop"])

    def test_lines_that_touch_the_next_one_are_of_use(self):
        first = ("시장", (20, 40, 60, 62)), ("의장", (66, 40, 110, 62))
        second = ("가나", (20, 60, 60, 82)), ("다라", (66, 60, 110, 82))
        assert lines_of(page_of(*first, *second)) == (["시장 의장", "가나 다라"], [])

    def test_two_labels_of_the_same_print_make_a_line_useless(self):
        page = page_of(("시장", (20, 10, 60, 30)), ("시장님", (22, 10, 62, 30)), ("끝", (68, 10, 88, 30)))
        assert lines_of(page) == ([], ["line of words that lie on each other"])

    def test_what_the_reader_would_not_read_is_no_line(self):
        page = page_of((".", (20, 10, 26, 14)), (".", (27, 10, 33, 14)))
        assert lines_of(page) == ([], ["line too small for the Reader, or outside the image"])

    def test_lines_wider_than_the_widest_bucket_or_longer_than_labels_may_be_are_useless(self):
        page = page_of(("가나", (20, 10, 120, 30)), ("다라", (125, 10, 320, 30)))
        # The crop is 304 x 24 pixels: 12.7 times as wide as tall, so its bucket is 13 x 64 = 832 pixels wide.
        assert lines_of(page, replace(RULES, widest=832, longest=5)) == (["가나 다라"], [])
        assert lines_of(page, replace(RULES, widest=831)) == ([], ["line wider than img_width"])
        assert lines_of(page, replace(RULES, longest=4)) == ([], ["line longer than batch_max_length"])

    def test_the_minimum_size_of_patches_holds_for_lines(self):
        result = cut_page(source(WORDS), PatchRules(min_size=29, lines=RULES))
        assert [item.reason for item in result.lines.dropped_words] == ["smaller than min_patch_size"]

    def test_without_rules_there_are_no_lines_and_a_page_that_cannot_be_read_has_none(self):
        assert cut_page(source(WORDS), PatchRules()).lines is None
        assert cut_page(source(WORDS, image=b"broken"), PatchRules(lines=RULES)).lines is None

    def test_the_survey_tells_from_the_label_what_the_cut_will_keep(self):
        cut, survey = (work(source(WORDS), PatchRules(lines=RULES)).lines for work in (cut_page, survey_page))
        assert (survey.patches, survey.dropped_words) == (cut.patches, cut.dropped_words)
        assert [patch.text for patch in cut.patches] == ["김해시장 및 의장"]


rows = st.lists(st.tuples(st.integers(0, 30), st.integers(10, 90), st.integers(-4, 4)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=6))
def test_every_line_has_the_pixels_that_easyocr_cuts_for_the_same_boxes(layout):
    words = []
    for number, row in enumerate(layout):
        x = 5
        for place, (gap, width, shift) in enumerate(row):
            words.append((f"{number}-{place}", (x + gap, 10 + 50 * number + shift, width, 24)))
            x += gap + width
    image = page_image(width=900, height=320)
    result = cut_page(source(words, image=image, width=900), PatchRules(lines=RULES))
    page = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE)
    polygons = [np.int32([x, y, x + w, y, x + w, y + h, x, y + h]) for _, (x, y, w, h) in words]
    horizontal, _ = group_text_box(polygons, 0.1, 0.5, 0.5, 0.5, 0.1)
    crops, _ = get_image_list(horizontal, [], page)
    by_easyocr = {tuple(np.array(corners)[[0, 2]].ravel().tolist()): crop for corners, crop in crops}
    for patch, png in zip(result.lines.patches, result.lines.images, strict=True):
        assert np.array_equal(resize_crop(decoded(png)), by_easyocr[patch.box])


def test_forty_thousand_words_on_a_page_take_seconds():
    corners, sides = (np.random.default_rng(0).integers(*ends, (40_000, 2)) for ends in ((0, 40_000), (20, 120)))
    boxes = np.hstack([corners, corners + sides]).tolist()
    page = page_of(*(("가", tuple(box)) for box in boxes), width=50_000, height=50_000)
    start = time.process_time()
    lines, dropped = lines_of(page)
    assert time.process_time() - start < 5  # 11 s where every line was compared with all words, by pairs
    assert (len(lines), len(dropped)) == (2893, 2279)  # as that comparison found


def test_a_page_on_which_too_many_words_lie_on_each_other_has_no_lines(monkeypatch):
    monkeypatch.setattr(overlap, "MOST_PAIRS", 3)
    page = page_of(("시장", (20, 10, 60, 30)), ("의장", (65, 10, 110, 30)), *[("가", (20, 50, 40, 70))] * 2)
    assert lines_of(page) == ([], ["line with other words in its crop"] * 2)


class TestTheDraw:
    def test_the_smallest_draws_are_kept(self):
        draws = np.array([50, 10, 40, 2**64 - 1], np.uint64)
        assert [highest_draw(draws, wanted) for wanted in (0, 1, 2, 3)] == [-1, 10, 40, 50]
        assert highest_draw(draws, 4) == highest_draw(draws, 9) == 2**64 - 1

    def test_a_draw_depends_on_seed_page_and_box_alone(self):
        line, other = Word("가 나", (0, 0, 9, 9)), Word("가 나", (0, 0, 9, 8))
        draws = [line_draw(*given) for given in ((line, 1, "p"), (line, 2, "p"), (line, 1, "q"), (other, 1, "p"))]
        assert len(set(draws)) == 4 and all(0 <= draw < 2**64 for draw in draws)
        assert line_draw(Word("다 라", (0, 0, 9, 9)), 1, "p") == draws[0]


@pytest.fixture
def dataset(tmp_path):
    """Twelve pages of training: six words and one line of three words each."""
    return write_dataset(tmp_path / "data", training=12, validation=6, words=WORDS)


def line_plan(dataset, output, share=1.0, seed=1, **changes):
    changes = {"rules": PatchRules(lines=replace(RULES, seed=seed)), "line_share": share, "seed": seed} | changes
    plan = plan_for(dataset, output, **changes)
    return replace(plan, counts=replace(plan.counts, training=12))


def line_store(output, name="training"):
    return open_store(output / "training_and_validation_set" / name / "lines")


class TestTheDataset:
    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_lines_stand_beside_the_words_in_either_store(self, dataset, tmp_path, kind):
        report = prepare(line_plan(dataset, tmp_path / "out", store=kind))
        training, validation = line_store(tmp_path / "out"), line_store(tmp_path / "out", "validation")
        assert training.texts == ["김해시장 및 의장"] * 12 and len(validation.texts) == 2
        assert len(set(training.filenames)) == 12
        sizes = training.sizes()
        assert [training.read(row).shape for row in range(12)] == [(height, width) for width, height in sizes.tolist()]
        facts = report["sets"]["training_lines"]
        assert (facts["pages"], facts["words"], facts["text_lengths"]) == (12, 12, {9: 12})
        assert list(report["sets"]) == [
            "training",
            "training_lines",
            "validation",
            "validation_lines",
            "evaluation",
            "tuning",
            "detection_training",
            "detection_validation",
        ]

    def test_words_are_the_same_with_and_without_lines(self, dataset, tmp_path):
        prepare(line_plan(dataset, tmp_path / "with"))
        prepare(line_plan(dataset, tmp_path / "without", rules=PatchRules()))
        with_lines, without = tree(tmp_path / "with"), tree(tmp_path / "without")
        assert {name for name in with_lines if "/lines/" in name} == with_lines.keys() - without.keys()
        assert all(with_lines[name] == without[name] for name in without if name != "dataset_report.json")

    def test_the_share_is_of_the_word_patches_of_the_whole_set(self, dataset, tmp_path):
        # 12 pages of 6 words: 72 words, 12 lines; 0.1 lines a word are 7.
        report = prepare(line_plan(dataset, tmp_path / "out", share=0.1))
        facts = report["sets"]["training_lines"]
        assert facts["words"] == len(line_store(tmp_path / "out").texts) == 7
        assert facts["dropped_words"]["more lines than line_patches asks for"]["count"] == 5

    def test_the_seed_decides_which_lines_are_kept(self, dataset, tmp_path):
        kept = {}
        for name, seed in (("first", 1), ("again", 1), ("other", 2)):
            prepare(line_plan(dataset, tmp_path / name, share=0.1, seed=seed))
            kept[name] = list(line_store(tmp_path / name).filenames)
        assert kept["first"] == kept["again"] != kept["other"]

    def test_two_processes_give_the_same_bytes(self, dataset, tmp_path):
        prepare(line_plan(dataset, tmp_path / "one", share=0.1))
        prepare(line_plan(dataset, tmp_path / "two", share=0.1, workers=2))
        assert tree(tmp_path / "one") == tree(tmp_path / "two")

    def test_report_only_counts_the_same_lines(self, dataset, tmp_path):
        written = prepare(line_plan(dataset, tmp_path / "out", share=0.1))
        surveyed = prepare(line_plan(dataset, tmp_path / "report", share=0.1, report_only=True))
        assert surveyed == written
        assert list(tree(tmp_path / "report")) == ["dataset_report.json"]

    def test_what_is_left_out_is_told(self, dataset, tmp_path):
        rules = PatchRules(lines=replace(RULES, longest=8))
        report = prepare(line_plan(dataset, tmp_path / "out", rules=rules))
        saved = json.loads((tmp_path / "out/dataset_report.json").read_text("utf-8"))
        reason = saved["sets"]["training_lines"]["dropped_words"]["line longer than batch_max_length"]
        assert reason["count"] == 12 and "김해시장 및 의장" in reason["examples"][0]
        text = report_text(report)
        assert "Training lines: 12 pages, 0 lines" in text
        assert "lines dropped: 12 × line longer than batch_max_length" in text
        assert len(text.splitlines()) < 50

    def test_pages_of_equal_names_in_two_folders_do_not_share_a_line(self, tmp_path):
        names = ["인.허가/1/2001/p", "주민복지/2/1999/p"]
        write_split(tmp_path / "data/Training", names, WORDS, image_zips=("i.zip",), label_zip="l.zip")
        for kind in ("folder", "lmdb"):
            report = prepare(line_plan(tmp_path / "data", tmp_path / kind, sets=("training",), store=kind))
            facts = report["sets"]["training_lines"]
            assert facts["words"] == 1 == len(line_store(tmp_path / kind).texts)
            assert facts["dropped_words"]["patch name of an earlier page"]["count"] == 1

    def test_words_that_would_go_where_lines_go_are_refused(self, dataset, tmp_path):
        with pytest.raises(UserError, match="select_data begins with 'lines'"):
            prepare(line_plan(dataset, tmp_path / "out", patch_folder="lines"))
        assert not (tmp_path / "out").exists()


class TestTheDoor:
    def test_the_keys_of_the_configuration_reach_the_lines(self, dataset, tmp_path):
        config = tmp_path / "config.yaml"
        # At the defaults each page has one line; of 12 pages with 6 words 0.05 a word are 4.
        for name, keys, count in (
            ("default", "", 12),
            ("some", "line_patches: 0.05", 4),
            ("none", "line_patches: 0", None),
            ("short", "batch_max_length: 8", 0),
            ("narrow", "img_width: 400", 0),
        ):
            config.write_text(f"train_images: 12\n{keys}\n", encoding="utf-8")
            done = prepare_dataset("--dataset", dataset, "--output", tmp_path / name, "--training", config=str(config))
            assert done.returncode == 0, done.stderr
            folder = tmp_path / name / "training_and_validation_set/training"
            assert (folder / "lines").exists() == (count is not None)
            assert count is None or len(open_store(folder / "lines").texts) == count
            assert len(open_store(folder / "documents").texts) == 72

    def test_lines_as_the_first_dataset_are_refused_in_one_line(self, dataset, tmp_path):
        config = tmp_path / "config.yaml"
        config.write_text("select_data: lines\nbatch_ratio: '1'\n", encoding="utf-8")
        done = prepare_dataset("--dataset", dataset, "--output", tmp_path / "out", config=str(config))
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("error: select_data begins with 'lines'")


@pytest.fixture(scope="module", params=["folder", "lmdb"])
def whole(request, tmp_path_factory):
    """The plan of a run that nothing interrupts, and what it has written; three commits for each store."""
    folder = tmp_path_factory.mktemp(request.param)
    dataset = write_dataset(folder / "data", training=70, validation=8, words=WORDS)
    plan = line_plan(dataset, folder / "whole", share=0.1, store=request.param, sets=("training",))
    plan = replace(plan, counts=replace(plan.counts, training=70))
    prepare(plan)
    return plan, tree(folder / "whole")


class TestInterruption:
    """A run that stops when one of the two stores is a commit ahead of the other, or in its place already."""

    @pytest.mark.parametrize(
        ("method", "call"), [("commit", 1), ("commit", 2), ("commit", 4), ("commit", 6), ("finish", 1), ("finish", 2)]
    )
    def test_it_goes_on_and_ends_with_the_same_bytes(self, whole, tmp_path, monkeypatch, method, call):
        plan, expected = replace(whole[0], output=tmp_path / "out"), whole[1]
        kind_of_writer = {"folder": FolderWriter, "lmdb": LmdbWriter}[plan.store]
        real, calls = getattr(kind_of_writer, method), []

        def stop(writer, *arguments):
            calls.append(writer)
            if len(calls) == call:
                raise KeyboardInterrupt
            real(writer, *arguments)

        with monkeypatch.context() as patched:
            patched.setattr(kind_of_writer, method, stop)
            with pytest.raises(KeyboardInterrupt):
                prepare(plan)
        prepare(plan)
        assert tree(tmp_path / "out") == expected
        assert not (tmp_path / "out/.preparing").exists()
