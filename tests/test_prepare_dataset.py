"""Step 2 as a whole, on archives that the tests build."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from archive_factory import (
    DEFAULT_WORDS,
    label_bytes,
    page_image,
    page_name,
    plan_for,
    tree,
    write_dataset,
    write_split,
    write_zip,
)
from doors import prepare_dataset
from image_kinds import file_of, huge_png, image_files, plain_page

from train_easyocr.dataset.dataset_report import percentiles, report_text
from train_easyocr.dataset.patches import PatchRules
from train_easyocr.dataset.prepare import prepare
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.pages_on_disk import page_names
from train_easyocr.dataset.sets.splits import PATCH_SETS, SET_NAMES, PageCounts
from train_easyocr.dataset.sets.staging import exclusive_run
from train_easyocr.pages.records import Word, document_of
from train_easyocr.training.opening import open_store

ROOT = Path(__file__).parent.parent


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "[자료] 공공행정문서 OCR")


def texts_of(output, name):
    """The texts of the pages of a set, digits aside; each is some page's own in archives of the factory."""
    folder = output / f"{name}_set"
    if name in PATCH_SETS:
        store = open_store(output / f"training_and_validation_set/{name}/documents")
        pages = [text for text in store.texts if len(text) == 1]
    else:
        pages = [page.words[-1].text for page, _ in labelled_pages(folder)]
    return set(pages)


class TestTheSets:
    def test_everything_is_where_the_later_steps_look(self, dataset, tmp_path):
        report = prepare(plan_for(dataset, tmp_path / "out"))
        sets = tmp_path / "out/training_and_validation_set"
        training, validation = open_store(sets / "training/documents"), open_store(sets / "validation/documents")
        assert (len(training.texts), len(validation.texts)) == (4 * 5, 2 * 5)
        assert '"건의' in training.texts and "54,500" in training.texts
        assert training.read(0).shape == (24, 90)
        shutil.rmtree(sets / "training/documents/images")
        assert training.sizes()[0].tolist() == [90, 24]  # from the names, because the set lists its pages
        assert [len(labelled_pages(tmp_path / f"out/{name}_set")) for name in ("evaluation", "tuning")] == [2, 1]
        assert {name: facts["pages"] for name, facts in report["sets"].items()} == {
            "training": 4,
            "validation": 2,
            "evaluation": 2,
            "tuning": 1,
            "detection_training": 1,
            "detection_validation": 1,
        }
        detection = tmp_path / "out/detection_set"
        assert [len(labelled_pages(detection / role)) for role in ("training", "validation")] == [1, 1]

    def test_evaluation_pages_are_byte_for_byte_those_of_the_archives(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path / "out", sets=("evaluation",)))
        for page, image in labelled_pages(tmp_path / "out/evaluation_set"):
            assert image.read_bytes() == page_image(seed=int(page.stem[-4:]) - 1000)

    def test_a_second_run_gives_the_same_bytes_and_so_do_two_processes(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path / "out"))
        first = tree(tmp_path / "out")
        prepare(plan_for(dataset, tmp_path / "out"))
        assert tree(tmp_path / "out") == first
        prepare(plan_for(dataset, tmp_path / "two", workers=2))
        assert tree(tmp_path / "two") == first

    def test_reading_from_the_archives_and_unzipping_give_the_same_bytes(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path / "straight"))
        prepare(plan_for(dataset, tmp_path / "unzipped", unzip=True))
        unzipped = tree(tmp_path / "unzipped")
        plain = {name: data for name, data in unzipped.items() if not name.startswith("unzipped/")}
        assert plain == tree(tmp_path / "straight")
        name = page_name(0, agency="5350000")
        assert unzipped[f"unzipped/training/labels/{name}.json"].startswith(b"{")
        assert sum(path.startswith("unzipped/") for path in unzipped) == 2 * (6 + 6)

    def test_each_set_can_be_written_alone_and_draws_the_same_pages(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path / "whole"))
        for name in SET_NAMES:
            prepare(plan_for(dataset, tmp_path / "parts", sets=(name,)))
        whole, parts = tree(tmp_path / "whole"), tree(tmp_path / "parts")
        del whole["dataset_report.json"], parts["dataset_report.json"]
        assert whole == parts

    def test_near_duplicates_are_counted_and_kept_in_one_set_on_request(self, tmp_path):
        # Page n of each call of the factory has the text, but for digits, of page n of the other calls.
        dataset = write_dataset(tmp_path / "data", training=12, validation=4)
        write_split(
            dataset / "Validation/more",
            [page_name(2000 + number, "도시개발", "6370000", "1999") for number in range(4)],
            DEFAULT_WORDS,
            image_zips=("i.zip",),
            label_zip="l.zip",
        )
        plan = plan_for(
            dataset, tmp_path / "kept", counts=PageCounts(training=12, validation=3, evaluation=3, tuning=2), seed=2
        )
        warned = prepare(plan)
        dropped = prepare(replace(plan, output=tmp_path / "dropped", drop_near_duplicates=True))
        texts = {name: texts_of(tmp_path / "dropped", name) for name in SET_NAMES[:4]}
        assert texts["evaluation"] == texts_of(tmp_path / "kept", "evaluation")
        assert sum(map(len, texts.values())) == len(set.union(*texts.values()))
        left_out = {name: entry["count"] for name, entry in dropped["dropped_files"].items() if "repeats" in name}
        assert set(left_out) == {
            f"{name} page that repeats another set" for name in ("training", "validation", "tuning")
        }
        for name in ("training", "validation", "tuning"):
            count = left_out[f"{name} page that repeats another set"]
            assert dropped["sets"][name]["pages"] == warned["sets"][name]["pages"] - count
            assert any(f"{count} {name}" in note for note in warned["notes"])
        assert warned["near_duplicates"] and not dropped["near_duplicates"]
        assert "in two sets: none" in report_text(dropped)

    def test_patches_of_equal_names_from_two_folders_are_counted_as_duplicates(self, tmp_path):
        names = ["인.허가/1/2001/p", "주민복지/2/1999/p"]
        words = (("가", (10, 10, 30, 20)),)
        write_split(tmp_path / "data/Training", names, words, image_zips=("i.zip",), label_zip="l.zip")
        reports = [
            prepare(plan_for(tmp_path / "data", tmp_path / kind, sets=("training",), store=kind))
            for kind in ("folder", "lmdb")
        ]
        for report in reports:
            facts = report["sets"]["training"]
            # Both pages have three labels; two boxes are the same on both, the third differs in its width only.
            assert facts["words"] + facts["dropped_words"]["patch name of an earlier page"]["count"] == 6
        assert reports[0]["sets"] == reports[1]["sets"]


class TestBadPages:
    def test_what_can_be_skipped_is_skipped_counted_and_listed(self, tmp_path):
        names = [page_name(number) for number in range(6)]
        labels = {f"{name}.json": label_bytes() for name in names[:5]}
        labels[f"{names[1]}.json"] = b"{ no json"
        labels[f"{names[2]}.json"] = b'{"images": [], "annotations": []}'
        images = {f"{name}.jpg": page_image() for name in names}
        images[f"{names[3]}.jpg"] = page_image()[:700]
        del images[f"{names[4]}.jpg"]
        write_zip(tmp_path / "data/Training/l.zip", labels)
        write_zip(tmp_path / "data/Training/i.zip", images)
        report = prepare(plan_for(tmp_path / "data", tmp_path / "out", counts=PageCounts(9, 0, 0, 0)))
        assert {reason: entry["count"] for reason, entry in report["dropped_files"].items()} == {
            "label without an image": 1,
            "image without a label": 1,
        }
        assert {reason: entry["count"] for reason, entry in report["sets"]["training"]["dropped_pages"].items()} == {
            "label: no JSON": 1,
            "label: no image in the label": 1,
            "image: unreadable": 1,
        }
        assert report["sets"]["training"]["pages"] == 1

    def test_images_of_every_kind_give_the_patches_of_the_plain_page_and_bombs_are_counted(self, tmp_path):
        page, words = plain_page(), [("Gimhae", (16, 28, 114, 34)), ("City", (150, 28, 60, 36))]
        files = image_files(page)
        tiff, png = files["1-bit TIFF, group4"], files["RGBA PNG"]
        pages = file_of(page, "TIFF", save_all=True, append_images=[page])
        images = {
            "plain.png": file_of(page),
            "fax.TIF": tiff,
            "clear.png": png,
            "turned.tiff": files["RGBA TIFF, EXIF 6"],
        }
        images |= {"w.webp": files["RGBA WebP"], "deep.bmp": files["BMP"], "many.tif": pages, "bomb.png": huge_png()}
        labels = {f"{name.split('.')[0]}.json": label_bytes(words, width=420, height=90) for name in images}
        write_zip(tmp_path / "data/Training/l.zip", labels)
        write_zip(tmp_path / "data/Training/i.zip", images)
        report = prepare(plan_for(tmp_path / "data", tmp_path / "out", counts=PageCounts(9, 0, 0, 0)))
        assert report["dropped_files"] == {}
        [dropped] = report["sets"]["training"]["dropped_pages"].values()
        assert [words.split(": ")[1].split(",")[0] for words in dropped["examples"]] == ["60", "2 pages"]
        patches = (tmp_path / "out/training_and_validation_set/training/documents/images").glob("*.png")
        by_word = {}
        for path in patches:
            by_word.setdefault(path.name.partition("_")[2], []).append(path.read_bytes())
        assert len(by_word) == 2
        assert all(len(same) == 6 and len(set(same)) == 1 for same in by_word.values())

    @pytest.mark.parametrize("unzipped", [False, True])
    def test_an_image_of_a_kind_that_is_not_read_is_told(self, tmp_path, unzipped):
        names = [page_name(number) for number in range(4)]
        files = {f"{name}.json": label_bytes() for name in names} | {f"{names[0]}.jpg": page_image()}
        files |= {f"{names[1]}.HEIC": b"photo", f"{names[2]}.pdf": b"scan", f"{names[0]}.pdf": b"the same as PDF"}
        if unzipped:
            for name, data in files.items():
                path = tmp_path / "data/Training" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            os.mkfifo(tmp_path / "data/Training" / f"{names[3]}.jpg")
        else:
            write_zip(tmp_path / "data/Training/a.zip", files)
        report = prepare(plan_for(tmp_path / "data", tmp_path / "out", counts=PageCounts(9, 0, 0, 0)))
        told = report["dropped_files"]
        stem = names[3].rpartition("/")[2]
        expected = ("label whose image is no file", f": {stem}.jpg") if unzipped else ("label without an image", "")
        assert told.pop(expected[0])["examples"] == [names[3] + expected[1]]
        [(reason, entry)] = told.items()
        assert reason == "label whose image is of a kind that is not read" and entry["count"] == 2
        stem = names[1].rpartition("/")[2]
        assert (
            entry["examples"][0] == f"{names[1]}: {stem}.HEIC; save it as one of jpg, jpeg, png, tif, tiff, bmp, webp"
        )

    @pytest.mark.parametrize("unzip", [False, True])
    def test_a_damaged_member_costs_its_page_only(self, dataset, tmp_path, unzip):
        path = dataset / "Training/[원천]train1.zip"
        data = bytearray(path.read_bytes())
        data[500] ^= 0xFF
        path.write_bytes(data)
        report = prepare(plan_for(dataset, tmp_path / "out", unzip=unzip, counts=PageCounts(6, 2, 2, 1)))
        assert report["sets"]["training"]["pages"] == 5

    def test_the_evaluation_set_holds_pages_whose_image_is_whole_and_has_its_labels_size(self, tmp_path):
        names = [page_name(number) for number in range(3)]
        write_zip(tmp_path / "data/Validation/l.zip", {f"{name}.json": label_bytes() for name in names})
        images = dict(
            zip((f"{name}.jpg" for name in names), (page_image(), b"broken", page_image(320, 240)), strict=True)
        )
        write_zip(tmp_path / "data/Validation/i.zip", images)
        report = prepare(plan_for(tmp_path / "data", tmp_path / "out", counts=PageCounts(0, 0, 3, 0)))
        assert len(labelled_pages(tmp_path / "out/evaluation_set")) == 1
        assert {reason: entry["count"] for reason, entry in report["sets"]["evaluation"]["dropped_pages"].items()} == {
            "image: unreadable": 1,
            "label: made for an image of another size": 1,
        }


class TestTheReport:
    def test_it_counts_words_boxes_characters_and_what_no_network_can_read(self, dataset, tmp_path):
        words = (("김해시장", (20, 30, 90, 24)), ("54,500", (130, 30, 60, 24)), ("지시", (20, 80, 20, 60)))
        write_dataset(dataset, words=words)
        report = prepare(plan_for(dataset, tmp_path / "out", sets=("training",)))
        facts = report["sets"]["training"]
        assert facts["words"] == 4 * 4
        assert facts["dropped_words"]["vertical text"]["count"] == 4
        assert facts["text_lengths"] == {1: 4, 2: 4, 4: 4, 6: 4}
        assert facts["heights"] == {24: 12, 28: 4}
        # "N호" and one syllable a page lie outside the charset of the plan: two words of four.
        assert facts["unreadable_share_of_words"] == 0.5
        assert facts["unreadable_share_of_characters"] == round(8 / (4 * 13), 6)
        assert facts["characters_outside_charset"]["호"] == 4
        assert facts["categories"] == {"인.허가": {"pages": 4, "words": 16}}
        assert json.loads((tmp_path / "out/dataset_report.json").read_text("utf-8"))["charset_size"] == 15

    def test_it_fits_on_one_screen(self, dataset, tmp_path):
        text = report_text(prepare(plan_for(dataset, tmp_path / "out")))
        assert len(text.splitlines()) < 50
        assert "no network with this list of 15 characters can read 60.00% of the words" in text

    def test_many_and_long_categories_do_not_flood_the_screen(self, tmp_path):
        names = [page_name(number, category=f"분류{number:03}" + "길" * 60) for number in range(40)]
        write_zip(tmp_path / "data/Training/l.zip", {f"{name}.json": label_bytes(category="") for name in names})
        write_zip(tmp_path / "data/Training/i.zip", {f"{name}.jpg": page_image() for name in names})
        plan = plan_for(tmp_path / "data", tmp_path / "out", sets=("training",), counts=PageCounts(40, 0, 0, 0))
        (line,) = (line for line in report_text(prepare(plan)).splitlines() if "pages by category" in line)
        assert len(line) < 800 and line.endswith("others 16")

    def test_report_only_counts_the_same_and_writes_no_patch(self, dataset, tmp_path):
        written = prepare(plan_for(dataset, tmp_path / "out"))
        surveyed = prepare(plan_for(dataset, tmp_path / "report", report_only=True))
        assert surveyed == written
        assert list(tree(tmp_path / "report")) == ["dataset_report.json"]

    def test_percentiles_by_hand(self):
        from collections import Counter

        # 20 values: the 1st is the 5th percentile, the 10th the median, the 19th the 95th percentile.
        assert percentiles(Counter(range(1, 21))) == {"p5": 1, "p50": 10, "p95": 19}
        assert percentiles(Counter()) == {}


class TestTheDoor:
    def test_all_sets_are_written_beside_the_dataset(self, dataset, tmp_path):
        done = prepare_dataset("--dataset", dataset, "--workers", 2)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "training_and_validation_set/training/documents/labels.csv").exists()
        assert (tmp_path / "tuning_set/labels").is_dir()
        assert "training: 6 of 40,000 pages asked for" in done.stdout

    def test_keys_of_the_configuration_reach_the_patches(self, dataset, tmp_path):
        config = tmp_path / "config.yaml"
        config.write_text(
            "train_images: 2\npatch_store: lmdb\nrgb: True\ninput_channel: 3\nselect_data: special\n"
            "batch_ratio: '1'\nplaceholder_texts: ['김해시장']\n",
            encoding="utf-8",
        )
        done = prepare_dataset("--dataset", dataset, "--output", tmp_path / "out", "--training", config=str(config))
        assert done.returncode == 0, done.stderr
        store = open_store(tmp_path / "out/training_and_validation_set/training/special", rgb=True)
        assert len(store.texts) == 2 * 4 and "김해시장" not in store.texts
        assert store.read(0).ndim == 3
        assert not (tmp_path / "out/evaluation_set").exists()

    def patches_through_the_door(self, dataset, tmp_path, name, keys):
        """The training texts and the report of a run of step 2 with the configuration `keys`."""
        config = tmp_path / f"{name}.yaml"
        config.write_text(f"line_patches: 0\n{keys}", encoding="utf-8")
        done = prepare_dataset("--dataset", dataset, "--output", tmp_path / name, "--workers", 1, config=str(config))
        assert done.returncode == 0, done.stderr
        store = open_store(tmp_path / name / "training_and_validation_set/training/documents")
        return list(store.texts), json.loads((tmp_path / name / "dataset_report.json").read_text(encoding="utf-8"))

    @pytest.mark.parametrize(
        ("without", "with_key", "reason", "text"),
        [
            ("keep_vertical: True\n", "keep_vertical: False\n", "vertical text", "지시"),
            ("min_patch_size: 15\n", "min_patch_size: 16\n", "smaller than min_patch_size", "·"),
        ],
    )
    def test_keep_vertical_and_min_patch_size_choose_the_patches(self, tmp_path, without, with_key, reason, text):
        words = (("김해시장", (20, 30, 90, 24)), ("지시", (20, 80, 20, 60)), ("·", (60, 80, 19, 15)))
        dataset = write_dataset(tmp_path / "data", words=words)
        kept, report = self.patches_through_the_door(dataset, tmp_path, "kept", without)
        assert kept.count(text) == 6 and reason not in report["sets"]["training"]["dropped_words"]
        left, report = self.patches_through_the_door(dataset, tmp_path, "left", with_key)
        assert text not in left and left.count("김해시장") == 6
        assert report["sets"]["training"]["dropped_words"][reason]["count"] == 6

    def test_split_by_document_keeps_agency_and_year_in_one_set(self, tmp_path):
        dataset = write_dataset(tmp_path / "data", training=6, validation=9)  # three documents of three pages
        keys = "val_images: 2\neval_images: 2\ntune_images: 2\n"
        shared = {}
        for kind in ("page", "document"):
            self.patches_through_the_door(dataset, tmp_path, kind, f"split_by: {kind}\n{keys}")
            documents = [
                {document_of(name) for name in page_names(tmp_path / kind / folder)}
                for folder in ("training_and_validation_set/validation/documents", "evaluation_set", "tuning_set")
            ]
            shared[kind] = sum(map(len, documents)) - len(set.union(*documents))
        assert shared["document"] == 0 < shared["page"]

    def test_drop_near_duplicates_leaves_out_training_pages_of_the_evaluation_set(self, dataset, tmp_path):
        keys = "train_images: 6\nval_images: 2\neval_images: 2\ntune_images: 1\n"
        _, kept = self.patches_through_the_door(dataset, tmp_path, "kept", keys)
        _, dropped = self.patches_through_the_door(dataset, tmp_path, "dropped", keys + "drop_near_duplicates: True\n")
        count = dropped["dropped_files"]["training page that repeats another set"]["count"]
        assert (kept["sets"]["training"]["pages"], dropped["sets"]["training"]["pages"]) == (6, 6 - count) and count > 0
        assert kept["near_duplicates"] and not dropped["near_duplicates"]

    @pytest.mark.parametrize(
        ("break_it", "complaint"),
        [
            (lambda dataset: dataset.rename(dataset.with_name("elsewhere")), "no such folder"),
            (lambda dataset: (dataset / "Training/[라벨]train.zip").write_bytes(b"PK"), "no whole zip"),
            (lambda dataset: (dataset / "Training/[라벨]train.zip").write_bytes(b""), "is empty (0 bytes)"),
        ],
    )
    def test_a_mistake_is_one_line_and_status_2_and_nothing_is_written(self, dataset, tmp_path, break_it, complaint):
        break_it(dataset)
        done = prepare_dataset("--dataset", dataset, "--output", tmp_path / "out")
        lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert (done.returncode, len(lines)) == (2, 1)
        assert complaint in lines[0] and "Traceback" not in done.stderr
        assert not (tmp_path / "out").exists()

    def test_two_runs_at_once_on_one_output_are_refused(self, dataset, tmp_path, no_patience):
        with exclusive_run(tmp_path / "out"):
            done = prepare_dataset("--dataset", dataset, "--output", tmp_path / "out")
        assert done.returncode == 2
        assert "another run is writing here" in done.stderr


class TestInterruption:
    """Runs that stop in the middle; `test_interruption.py` kills real ones."""

    def interrupted(self, monkeypatch, plan, at_page):
        from train_easyocr.dataset.sets import patch_sets

        real, seen = patch_sets.cut_page, []

        def stop(source, rules):
            seen.append(source)
            if len(seen) == at_page:
                raise KeyboardInterrupt
            return real(source, rules)

        monkeypatch.setattr(patch_sets, "cut_page", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare(plan)
        monkeypatch.setattr(patch_sets, "cut_page", real)

    @pytest.fixture
    def larger(self, tmp_path):
        return write_dataset(tmp_path / "data", training=70, validation=8)

    @pytest.fixture
    def plan(self, larger, tmp_path):
        return plan_for(larger, tmp_path / "out", counts=PageCounts(70, 4, 2, 1))

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(self, plan, tmp_path, monkeypatch, capsys, kind):
        plan = replace(plan, store=kind)
        prepare(replace(plan, output=tmp_path / "whole"))
        self.interrupted(monkeypatch, plan, at_page=50)
        assert not (tmp_path / "out/training_and_validation_set").exists()
        self.interrupted(monkeypatch, plan, at_page=40)  # 32 pages were committed: this is page 72, in validation
        assert "training: going on with the interrupted run" in capsys.readouterr().out
        prepare(plan)
        assert "training: was finished before the interruption" in capsys.readouterr().out
        assert tree(tmp_path / "out") == tree(tmp_path / "whole")

    def test_another_configuration_starts_afresh_and_says_so(self, plan, tmp_path, monkeypatch, capsys):
        self.interrupted(monkeypatch, plan, at_page=50)
        changed = replace(plan, rules=PatchRules(placeholder_texts=("김해시장",)))
        prepare(changed)
        assert "training: configuration or archives differ from the interrupted run" in capsys.readouterr().out
        prepare(replace(changed, output=tmp_path / "whole"))
        assert tree(tmp_path / "out") == tree(tmp_path / "whole")

    def test_another_list_of_excluded_labels_starts_afresh(self, plan, monkeypatch, capsys):
        self.interrupted(monkeypatch, plan, at_page=50)
        excluded = {page_name(0, agency="5350000"): frozenset([Word("김해시장", (20, 30, 110, 54))])}
        report = prepare(replace(plan, excluded=excluded))
        assert "training: configuration or archives differ from the interrupted run" in capsys.readouterr().out
        assert report["sets"]["training"]["dropped_words"]["in exclude_labels"]["count"] == 1

    def test_changed_archives_start_afresh_and_say_so(self, plan, larger, monkeypatch, capsys):
        self.interrupted(monkeypatch, plan, at_page=50)
        write_dataset(larger, training=70, validation=8, words=(("다른", (20, 30, 90, 24)),))
        prepare(plan)
        assert "training: configuration or archives differ" in capsys.readouterr().out

    def test_an_interrupted_run_leaves_the_old_store_as_it_was(self, plan, tmp_path, monkeypatch):
        prepare(plan)
        before = tree(tmp_path / "out")
        self.interrupted(monkeypatch, replace(plan, seed=2, store="lmdb"), at_page=50)
        assert tree(tmp_path / "out") == before

    def test_what_a_kill_left_half_written_stays_neither_in_the_sets_nor_beside_them(self, plan, tmp_path, monkeypatch):
        self.interrupted(monkeypatch, plan, at_page=50)
        staging = tmp_path / "out/.preparing"
        for part in (staging / ".training.begun.0123abcd.part.json", staging / "training/.progress.0123abcd.part.json"):
            part.write_text("{")
        prepare(plan)
        assert not list((tmp_path / "out").rglob("*.part.json")) and not staging.exists()

    def test_an_interrupted_unpacking_goes_on(self, dataset, tmp_path):
        plan = plan_for(dataset, tmp_path / "out", unzip=True)
        prepare(plan)
        first = tree(tmp_path / "out")
        images = sorted((tmp_path / "out/unzipped/training/images").rglob("*.jpg"))
        images[0].unlink()
        images[1].write_bytes(images[1].read_bytes()[:100])
        images[2].write_bytes(bytes(images[2].stat().st_size))
        prepare(plan)
        assert tree(tmp_path / "out") == first


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--import_images", "x"), "--import_images is for --import_labels, which is not given"),
        (("--import_validation", "x"), "--import_validation is for --import_labels, which is not given"),
        (("--words", "7"), "--words is for --make_words, which is not given"),
        (("--fonts", "x"), "--fonts is for --make_words or --make_pages, which is not given"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(tmp_path, option, told):
    done = prepare_dataset("--dataset", tmp_path, *option)
    assert done.returncode == 2 and told in done.stderr
