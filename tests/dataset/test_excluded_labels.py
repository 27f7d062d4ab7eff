"""`exclude_labels`: the labels that a person ticked as wrong are left out of training and scored neither way."""

import csv
import json
from dataclasses import replace

import pytest
from archive_factory import DEFAULT_WORDS, page_name, plan_for, write_dataset
from doors import prepare_dataset

from train_easyocr.dataset.excluded_labels import ignore_labels, ignore_placeholders, read_excluded_labels
from train_easyocr.dataset.prepare import prepare
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.training.opening import open_store

HEADER = ["page", "xmin", "ymin", "xmax", "ymax", "text"]
BOX = (20, 80, 80, 104)
WORD = Word('"건의', BOX)


def write_rows(path, *rows, header=HEADER, encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_the_rows_of_the_report_are_read_by_page(tmp_path):
    rows = [["a/1/2001/b", *BOX, '"건의'], ["a/1/2001/b", 0, 0, 9, 9, "54,500"], ["c", *BOX, " 김 "]]
    path = write_rows(tmp_path / "exclude.csv", *rows)
    assert read_excluded_labels(str(path)) == {
        "a/1/2001/b": {WORD, Word("54,500", (0, 0, 9, 9))},
        "c": {Word("김", BOX)},
    }
    assert read_excluded_labels("") == {}
    assert read_excluded_labels(str(write_rows(tmp_path / "none.csv"))) == {}


def test_names_and_texts_of_another_unicode_form_and_columns_in_another_order_are_the_same(tmp_path):
    decomposed = "가/1/2001/b"
    path = write_rows(tmp_path / "e.csv", ["결", *BOX, decomposed], header=["text", *HEADER[1:5], "page"])
    assert read_excluded_labels(str(path)) == {"가/1/2001/b": {Word("결", BOX)}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "page;xmin;ymin;xmax;ymax;text\na;1;2;3;4;가\n",
            "its columns are separated by semicolons; save it with commas",
        ),
        ("page,xmin\na,1\n", "has no column ymin, xmax, ymax, text"),
        ("page,page,xmin,ymin,xmax,ymax,text\na,b,1,2,3,4,가\n", "has column page twice; keep one of each name"),
        ("page,xmin,ymin,xmax,ymax,text\na,1,2,3,x,가\n", "line 2: ymax 'x' is no whole number"),
        ("page,xmin,ymin,xmax,ymax,text\na,1,2,3\n", "line 2: ymax '' is no whole number"),
        ("page,xmin,ymin,xmax,ymax,text\na,1,2,3," + "9" * 5000 + ",가\n", "is no whole number"),
        ("page,xmin,ymin,xmax,ymax,text\n,1,2,3,4,가\n", "line 2: page is empty"),
        ("page,xmin,ymin,xmax,ymax,text\na,1,2,3,4," + "가" * 200_000, "no CSV"),
        ("\xff\xfe", "not UTF-8"),
    ],
)
def test_a_mistake_in_the_file_is_told_in_one_line(content, message, tmp_path):
    path = tmp_path / "exclude.csv"
    path.write_bytes(content.encode("latin-1" if "\xff" in content else "utf-8"))
    with pytest.raises(UserError) as error:
        read_excluded_labels(str(path))
    assert message in str(error.value) and str(path) in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match=r"exclude_labels: .*gone\.csv: no such file"):
        read_excluded_labels(str(tmp_path / "gone.csv"))


def test_only_the_label_of_that_text_in_that_box_is_ignored():
    others = (Word("건의", BOX), Word('"건의', (20, 80, 80, 105)), WORD)
    page = Page("p", "", "", 100, 200, others, "public documents", (Word("xxx", (0, 0, 5, 5)),))
    found, dropped = ignore_labels(page, {WORD, Word("elsewhere", BOX)})
    assert found == replace(page, words=others[:2], ignored=(*page.ignored, WORD))
    assert [(item.reason, item.where) for item in dropped] == [("in exclude_labels", "p")]
    assert ignore_labels(page, ()) == (page, [])


def test_step_2_leaves_them_out_of_patches_and_counts_them(tmp_path):
    dataset = write_dataset(tmp_path / "dataset")
    folder = "training_and_validation_set/training/documents"
    whole = prepare(plan_for(dataset, tmp_path / "whole"))
    page = "인.허가/5350001/2001/5350001-2001-0001-0001"
    excluded = {page: frozenset([WORD])}
    report = prepare(plan_for(dataset, tmp_path / "out", excluded=excluded))
    before, after = (set(open_store(tmp_path / output / folder).filenames) for output in ("whole", "out"))
    assert before - after <= {"5350001-2001-0001-0001_20-80-80-104.png"} and after < before
    counted = report["sets"]["training"]["dropped_words"]["in exclude_labels"]
    assert counted == {"count": 1, "examples": [f'{page}: "건의 [20, 80, 80, 104]']}
    assert report["sets"]["training"]["words"] == whole["sets"]["training"]["words"] - 1


def test_the_evaluation_set_keeps_its_files_and_step_5_ignores_them(tmp_path):
    dataset = write_dataset(tmp_path / "dataset")
    prepare(plan_for(dataset, tmp_path / "whole", sets=("evaluation",)))
    [first, *_] = labelled_pages(tmp_path / "whole/evaluation_set")
    excluded = {first[0].name: frozenset([WORD])}
    report = prepare(plan_for(dataset, tmp_path / "out", sets=("evaluation",), excluded=excluded))
    assert report["sets"]["evaluation"]["dropped_words"]["in exclude_labels"]["count"] == 1
    [again, *_] = labelled_pages(tmp_path / "out/evaluation_set")
    assert again[0] == first[0]
    [ignored, *others] = labelled_pages(tmp_path / "out/evaluation_set", excluded)
    assert ignored[0].ignored == (WORD,)
    assert len(ignored[0].words) == len(DEFAULT_WORDS) + 2 - 1  # each page has two words more
    assert not any(page.ignored for page, _ in others)


def test_the_door_of_step_2_reads_the_file_of_the_config(tmp_path):
    dataset = write_dataset(tmp_path / "dataset")
    rows = [[page_name(number, agency=f"535{number % 3:04d}"), *BOX, '"건의'] for number in range(6)]
    config = tmp_path / "config.yaml"
    path = write_rows(tmp_path / "exclude.csv", *rows)
    counts = (
        "train_images: 4\nval_images: 2\neval_images: 2\ntune_images: 1\nselect_data: documents\nbatch_ratio: '1'\n"
    )
    config.write_text(f"exclude_labels: {path}\n{counts}line_patches: 0\n", encoding="utf-8")
    result = prepare_dataset("--dataset", dataset, "--output", tmp_path / "out", "--workers", 1, config=config)
    assert result.returncode == 0, result.stderr
    assert "× in exclude_labels, such as" in result.stdout
    report = json.loads((tmp_path / "out/dataset_report.json").read_text(encoding="utf-8"))
    assert report["sets"]["training"]["dropped_words"]["in exclude_labels"]["count"] == 4


def test_placeholders_are_told_by_their_whole_text_and_counted():
    words = (Word("xxx", BOX), Word("xxxx", (0, 0, 9, 9)), Word("가", (9, 0, 18, 9)))
    page = Page("p", "", "", 99, 99, words, "")
    found, counted = ignore_placeholders(page, ("xxx", "###"))
    assert [word.text for word in found.words] == ["xxxx", "가"] and found.ignored == words[:1]
    assert [(item.reason, str(item)) for item in counted] == [("placeholder text", "p: xxx [20, 80, 80, 104]")]
    assert ignore_placeholders(page, ()) == (page, [])
    assert ignore_placeholders(found, ["가"])[0].ignored == (words[0], words[2])
