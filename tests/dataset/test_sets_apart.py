"""No page is in two sets, even if the sets were written by different runs."""

import json

import pytest
from archive_factory import label_bytes, page_name, plan_for, write_dataset
from doors import prepare_dataset

from train_easyocr.dataset.prepare import prepare
from train_easyocr.dataset.sets.pages_on_disk import demand_apart, demand_no_shared_page, page_names
from train_easyocr.dataset.sets.set_folders import sets_on_disk
from train_easyocr.dataset.sets.splits import PageCounts
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.program.errors import UserError


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "data", training=6, validation=8)


def whole_pages(folder, *names):
    for name in names:
        path = folder / "labels" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(label_bytes())
    return folder


class TestWhatLiesThere:
    def test_sets_of_pages_and_of_patches_tell_their_pages(self, dataset, tmp_path):
        report = prepare(plan_for(dataset, tmp_path / "out"))
        sets = {
            "training": "training_and_validation_set/training/documents",
            "validation": "training_and_validation_set/validation/documents",
            "evaluation": "evaluation_set",
            "tuning": "tuning_set",
            "detection_training": "detection_set/training",
            "detection_validation": "detection_set/validation",
        }
        found = {name: page_names(tmp_path / "out" / folder) for name, folder in sets.items()}
        assert {name: len(pages) for name, pages in found.items()} == {
            name: facts["pages"] for name, facts in report["sets"].items()
        }
        assert len(frozenset.union(*found.values())) == 4 + 2 + 2 + 1 + 1 + 1
        assert found["training"] < {page_name(number, agency=f"535{number % 3:04d}") for number in range(6)}

    def test_generated_words_are_no_set_that_shares_pages(self, tmp_path):
        folder = tmp_path / "training_and_validation_set/training/words"
        folder.mkdir(parents=True)
        (folder / "labels.csv").touch()
        assert list(sets_on_disk(tmp_path)) == [("training", folder)]
        (folder / "generated.json").touch()
        assert list(sets_on_disk(tmp_path)) == []

    def test_a_folder_that_is_not_there_holds_no_page(self, tmp_path):
        assert page_names(tmp_path / "nowhere") == frozenset()

    def test_patches_without_a_list_of_pages_tell_nothing(self, tmp_path):
        (tmp_path / "labels.csv").write_text("filename,words\n")
        assert page_names(tmp_path) is None
        save_page_names(tmp_path, ["a/b", "line\nbreak"])
        assert page_names(tmp_path) == {"a/b", "line\nbreak"}

    @pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1]"])
    def test_a_list_of_pages_that_is_none_is_told_in_one_line(self, tmp_path, content):
        (tmp_path / "pages.json").write_text(content)
        with pytest.raises(UserError, match=r"pages\.json: no list of page names .*; write this set anew"):
            page_names(tmp_path)


class TestStepTwo:
    COUNTS = PageCounts(training=6, validation=4, evaluation=2, tuning=1)

    def test_more_evaluation_pages_than_before_are_not_taken_from_the_validation_set(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        more = plan_for(dataset, tmp_path, counts=PageCounts(6, 2, 4, 1), sets=("evaluation", "tuning"))
        before = sorted((tmp_path / "evaluation_set").rglob("*.jpg"))
        with pytest.raises(UserError) as refused:
            prepare(more)
        (line,) = str(refused.value).splitlines()
        assert (
            "training_and_validation_set/validation/documents: holds 2 pages that are now drawn for another set" in line
        )
        assert "run again with --validation as well, or with none of these options, which writes all sets anew" in line
        assert sorted((tmp_path / "evaluation_set").rglob("*.jpg")) == before
        both = plan_for(dataset, tmp_path, counts=PageCounts(6, 2, 4, 1), sets=("validation", "evaluation", "tuning"))
        prepare(both)
        assert len(page_names(tmp_path / "evaluation_set")) == 4

    def test_another_seed_is_refused_for_every_set_that_stays(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        with pytest.raises(UserError) as refused:
            prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, seed=2, sets=("validation",)))
        assert "run again with --evaluation as well" in str(refused.value)

    def test_all_sets_can_be_written_anew_with_another_seed(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        before = page_names(tmp_path / "evaluation_set")
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, seed=2))
        assert page_names(tmp_path / "evaluation_set") != before

    def test_the_folders_of_other_names_are_compared_too(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, patch_folder="first"))
        with pytest.raises(UserError, match="validation/first: holds"):
            prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, seed=2))

    def test_by_document_no_document_is_shared_either(self, tmp_path):
        dataset = write_dataset(tmp_path / "data", training=6, validation=8)  # its pages are of three documents
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        alone = plan_for(dataset, tmp_path, counts=self.COUNTS, sets=("evaluation", "tuning"))
        prepare(alone)
        with pytest.raises(UserError, match=r"holds \d pages? of documents that (is|are) now drawn"):
            prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, sets=("evaluation", "tuning"), by_document=True))

    def test_another_page_of_the_same_document_is_shared_by_document_alone(self, tmp_path):
        save_page_names(tmp_path, [page_name(1)])
        drawn, staying = {"evaluation": [page_name(2)]}, {tmp_path: ("validation", "write it anew")}
        assert demand_apart(drawn, staying, by_document=False) == []
        with pytest.raises(UserError, match="holds 1 page of documents that is now"):
            demand_apart(drawn, staying, by_document=True)

    def test_a_set_that_does_not_tell_its_pages_is_said(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        (tmp_path / "training_and_validation_set/validation/documents/pages.json").unlink()
        report = prepare(plan_for(dataset, tmp_path, counts=self.COUNTS, seed=2, sets=("evaluation", "tuning")))
        assert any("validation/documents: does not tell which pages it holds" in note for note in report["notes"])

    def test_a_report_alone_is_made_whatever_lies_there(self, dataset, tmp_path):
        prepare(plan_for(dataset, tmp_path, counts=self.COUNTS))
        report = prepare(
            plan_for(dataset, tmp_path, counts=self.COUNTS, seed=2, sets=("validation",), report_only=True)
        )
        assert list(report["sets"]) == ["validation"]

    def test_the_door_says_it_in_one_line(self, dataset, tmp_path):
        config = tmp_path / "config.yaml"
        for seed, status in ((1, 0), (2, 2)):
            config.write_text(f"seed: {seed}\nval_images: 4\neval_images: 2\ntune_images: 1\ndetection_val_images: 0\n")
            done = prepare_dataset(
                "--dataset", dataset, "--workers", 1, *(["--evaluation"] if seed == 2 else []), config=str(config)
            )
            assert done.returncode == status, done.stderr
        errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1 and "--validation" in errors[0]


class TestTuningPages:
    def test_a_set_that_shares_no_page_passes(self, tmp_path):
        tuning, evaluation = whole_pages(tmp_path / "tuning", "a/1"), whole_pages(tmp_path / "evaluation", "a/2")
        assert demand_no_shared_page(tuning, [evaluation]) == []

    def test_a_set_that_does_not_tell_its_pages_is_said(self, tmp_path):
        tuning, patches = whole_pages(tmp_path / "tuning", "a/1"), tmp_path / "patches"
        patches.mkdir()
        assert demand_no_shared_page(tuning, [tmp_path / "nowhere", patches]) == [
            f"{tmp_path}/nowhere: is not there, so whether {tuning} shares pages with it is not known",
            f"{patches}: does not list its pages, so whether {tuning} shares pages with it is not known",
        ]

    def test_pages_of_the_evaluation_or_the_training_set_are_refused(self, tmp_path):
        tuning, evaluation = (whole_pages(tmp_path / "tuning", "a/1", "a/2"), whole_pages(tmp_path / "eval", "a/2"))
        with pytest.raises(UserError, match=r"tuning: shares 1 of its 2 pages, such as a/2, with .*eval;"):
            demand_no_shared_page(tuning, [evaluation])
        training = tmp_path / "training/documents"
        training.mkdir(parents=True)
        (training / "pages.json").write_text(json.dumps(["b/1", "a/1", "a/2"]))
        with pytest.raises(UserError, match=r"tuning: shares 2 of its 2 pages, such as a/1, with .*documents;"):
            demand_no_shared_page(tuning, [training])
