"""Step 4 tunes on pages that the other steps leave alone, on the labels that count."""

import sys

import pytest
from archive_factory import label_bytes
from evaluation_set import write_page

from train_easyocr.configuration.config import load_settings
from train_easyocr.dataset.labels import read_label
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.install import main, pages_to_tune_on, parse_arguments
from train_easyocr.program.errors import UserError

NAME = "인.허가/p"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The start of step 4 on a tuning set of one page, beside an evaluation set and a training set without pages."""
    write_page(tmp_path / "tuning_set", NAME)
    for folder in ("evaluation_set/labels", "training/documents"):
        (tmp_path / folder).mkdir(parents=True)
    save_page_names(tmp_path / "training/documents", [])
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial/best_norm_ed.pth").write_bytes(b"")

    def start(*more, what=main, keys=""):
        config = tmp_path / "config.yaml"
        datasets = f"train_data: {tmp_path}/training\nselect_data: documents\nbatch_ratio: '1'\n"
        config.write_text(f"experiment_name: trial\n{datasets}{keys}", encoding="utf-8")
        command = ["install", "--config", config, "--saved_models", tmp_path, "--tuning_set", tmp_path / "tuning_set"]
        monkeypatch.setattr(sys, "argv", [*map(str, command), *map(str, more)])
        return what()

    return start


def tuned_on():
    arguments = parse_arguments()
    return pages_to_tune_on(arguments, load_settings(arguments.config), None)


@pytest.mark.parametrize("shared_with", ["evaluation_set", "training/documents"])
def test_pages_of_the_evaluation_or_the_training_set_are_not_tuned_on(run, tmp_path, shared_with):
    if shared_with == "evaluation_set":
        (tmp_path / "evaluation_set/labels/인.허가").mkdir()
        (tmp_path / f"evaluation_set/labels/{NAME}.json").write_bytes(label_bytes())
    else:
        save_page_names(tmp_path / shared_with, [NAME])
    with pytest.raises(UserError, match=rf"tuning_set: shares 1 of its 1 page, such as {NAME}, with .*{shared_with};"):
        run()


def test_sets_that_do_not_list_their_pages_are_said(run, tmp_path, capsys):
    assert len(run(what=tuned_on)) == 1 and capsys.readouterr().out == ""
    (tmp_path / "training/documents/pages.json").unlink()  # patches that another program has written
    assert len(run(what=tuned_on)) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and f"{tmp_path}/training/documents: does not list its pages, so whether" in said


def test_an_evaluation_set_that_is_not_there_is_a_mistake(run, tmp_path):
    with pytest.raises(UserError, match=r"--eval_set .*nowhere: no such folder; name the one that step 5 will read"):
        run("--eval_set", tmp_path / "nowhere")


def test_labels_that_the_config_excludes_or_calls_placeholders_are_not_tuned_on(run, tmp_path, capsys):
    page = read_label((tmp_path / f"tuning_set/labels/{NAME}.json").read_bytes(), NAME)
    wrong, others = page.words[0], page.words[1:]
    row = f"{NAME},{','.join(map(str, wrong.box))},{wrong.text}"
    (tmp_path / "exclude.csv").write_text(f"page,xmin,ymin,xmax,ymax,text\n{row}\n", encoding="utf-8")
    [(found, image)] = run(what=tuned_on, keys=f"exclude_labels: {tmp_path}/exclude.csv\n")
    assert (found.words, found.ignored, image) == (others, (wrong,), tmp_path / f"tuning_set/images/{NAME}.jpg")
    assert f"tuning_set\n  left out: 1 × in exclude_labels, such as {NAME}: {wrong.text}" in capsys.readouterr().out
    [(found, _)] = run(what=tuned_on, keys=f"placeholder_texts: ['{wrong.text}']\n")
    assert (found.words, found.ignored) == (others, (wrong,))
