"""Step 5 as a person runs it: what it prints, what it writes, what it does when it is interrupted or misused."""

import csv
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from doors import ROOT, evaluate
from evaluation_set import polygon_of, spoil, write_evaluation_set, write_page
from filelock import FileLock
from weight_files import save_bomb

from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network

GROUPINGS = ["default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes"]


def score(run, output, *more, grouping="word_grouping", name="file"):
    """Score what the fine-tuned network read in a grouping, from its file of predictions, below `output`."""
    predictions = f"{name}={run}/result/predictions_finetuned_{grouping}.jsonl"
    arguments = ("--eval_set", run / "set", "--predictions", predictions, "--output", run / output, "--no_pages")
    return evaluate(run, *arguments, *more)


def summary_of(scored, output):
    assert scored.returncode == 0, scored.stderr
    return json.loads((output / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with an evaluation set of two pages and a third whose image is broken, and a network installed."""
    run = tmp_path_factory.mktemp("평가 실행")
    write_evaluation_set(run / "set")
    write_page(run / "set", "회계.예산/5350093/1999/broken")
    (run / "set/images/회계.예산/5350093/1999/broken.jpg").write_bytes(b"\xff\xd8\xff no image")
    weights = describe_weights("english_g2")
    install_network("finetuned", weights, run / "EasyOCR", replace(WORD_GROUPING, add_margin=0.05))
    return run


@pytest.fixture(scope="module")
def evaluated(run):
    config = run / "config.yaml"
    config.write_text("baseline: english_g2\n", encoding="utf-8")
    return evaluate(run, "--eval_set", run / "set", "--config", config, "--output", run / "result")


@pytest.fixture(scope="module")
def summary(evaluated, run):
    return summary_of(evaluated, run / "result")


def test_the_table_and_its_lines_are_printed(evaluated):
    assert evaluated.returncode == 0, evaluated.stderr
    for row in ("baseline, as shipped", "fine-tuned, as installed"):
        assert re.search(rf"^{row} +\|", evaluated.stdout, re.MULTILINE)
    assert re.search(r"^Baseline: (0\.\d{3}) · Fine-tuned: \1 · improved 0\.0%$", evaluated.stdout, re.MULTILINE)
    assert re.search(r"^As EasyOCR ships: 0\.\d{3} → as installed: 0\.\d{3}$", evaluated.stdout, re.MULTILINE)
    assert "too few pages to tell chance from gain" in evaluated.stdout


def test_equal_networks_score_equally_in_every_grouping(summary):
    for grouping in GROUPINGS:
        assert summary["scores"]["baseline"][grouping] == summary["scores"]["finetuned"][grouping]
    for grouping in ("tuned_grouping", "ground_truth_boxes"):
        assert summary["scores"]["finetuned_as_installed"][grouping] == summary["scores"]["finetuned"][grouping]


def test_english_print_is_read_well_in_its_labelled_boxes(summary):
    scores = summary["scores"]["baseline"]["ground_truth_boxes"]
    # Of 24 words the 8 of the broken page are not read; 김해시 is beyond an English network.
    assert (scores["ground_truths"], scores["predictions"]) == (24, 16)
    assert 0.5 < scores["end_to_end_f1_pooled"] < 0.8


def test_the_parts_of_the_gain_add_up_to_the_whole(summary):
    gain = summary["gain"]
    assert gain["grouping"] + gain["mask"] + gain["recognition"] == pytest.approx(gain["whole"])
    assert gain["whole"] == pytest.approx(gain["as_installed"] - gain["as_shipped"])
    assert gain["recognition"] == 0


def test_a_page_that_fails_is_named_and_counts_as_read_with_nothing(evaluated, summary, run):
    [failed] = summary["failed_pages"]
    assert failed["image"] == "회계.예산/5350093/1999/broken.jpg" and "breaks off" in failed["reason"]
    assert f"broken.jpg: {failed['reason']}; counted as read with nothing" in evaluated.stdout
    assert summary["pages"] == 3
    with (run / "result/evaluation_result.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:4] == ["file", "baseline", "finetuned", "baseline_exact_match"] and len(rows) == 4
    assert [failed["image"], "0.0000", "0.0000", *[""] * 4] in rows


def test_the_summary_says_under_which_conditions_was_read(summary):
    assert summary["settings"]["baseline"] == "english_g2"
    assert (summary["settings"]["device"], summary["settings"]["quantized"]) == ("cpu", True)
    assert summary["settings"]["groupings"]["tuned_grouping"]["add_margin"] == 0.05
    assert summary["versions"]["easyocr"]
    weights = summary["settings"]["weights"]
    assert weights["baseline"]["sha256"] == weights["finetuned"]["sha256"]  # english_g2 was installed
    assert weights["finetuned"]["file"].endswith("finetuned.pth") and "checkpoint" not in weights["finetuned"]
    assert len(summary["settings"]["labels_sha256"]) == 64


def test_pages_are_shown_and_predictions_written_in_the_order_of_the_pages(run, evaluated):
    pages = sorted(path.name for path in (run / "result/report_files/pages").iterdir())
    assert pages == ["0001.jpg", "0001.js", "0002.jpg", "0002.js", "0003.js"]
    for network in ("baseline", "baseline_as_shipped", "finetuned", "finetuned_as_installed"):
        for grouping in GROUPINGS:
            text = (run / f"result/predictions_{network}_{grouping}.jsonl").read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines()]
            assert [Path(line["image"]).name for line in lines][-1] == "broken.jpg" and len(lines) == 3
            assert lines[-1]["readings"] == []
            assert lines[0]["readings"][0].keys() == {"bbox", "text", "confidence"}
    assert not (run / "result/unfinished.jsonl").exists()


def test_scoring_saved_predictions_gives_the_same_figures_and_needs_no_network(run, evaluated, summary):
    file = run / "result/predictions_finetuned_word_grouping.jsonl"
    arguments = ("--eval_set", run / "set", "--predictions", f"테스트={file}", "--output", run / "again")
    # A process of its own, which shows what it imports.
    command = [sys.executable, "-X", "importtime", "evaluate.py", *map(str, arguments)]
    scored = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    imported = {line.rpartition("|")[2].strip() for line in scored.stderr.splitlines()}
    assert "train_easyocr.scoring" in imported and not imported & {"torch", "easyocr"}
    again = summary_of(scored, run / "again")
    assert again["scores"]["테스트"]["own_boxes"] == summary["scores"]["finetuned"]["word_grouping"]
    assert (
        (run / "again/evaluation_result.csv").read_text(encoding="utf-8").startswith("file,테스트,테스트_exact_match,")
    )
    assert not list((run / "again").glob("predictions_*"))


def test_a_file_that_covers_one_page_of_three_says_so_in_the_table_and_the_report(run, evaluated):
    lines = (run / "result/predictions_finetuned_word_grouping.jsonl").read_text(encoding="utf-8").splitlines()
    (run / "partial.jsonl").write_text(lines[0] + "\n", encoding="utf-8")
    arguments = ("--eval_set", run / "set", "--predictions", f"partly={run / 'partial.jsonl'}", "--no_pages")
    scored = evaluate(run, *arguments, "--output", run / "partial")
    assert re.search(r"^partly, 1 of 3 pages +\|", scored.stdout, re.MULTILINE), scored.stderr
    assert "partly, 1 of 3 pages" in (run / "partial/report.html").read_text(encoding="utf-8")


def test_placeholders_and_words_without_text_count_neither_way_and_are_told(run, evaluated):
    name = "인.허가/5350093/2001/5350093-2001-0001-0000"
    shutil.copytree(run / "set", run / "partly")
    label = run / f"partly/labels/{name}.json"
    spoil(label, {0: {"text": None}, 1: {"bbox": polygon_of(label, 1)}})
    (run / "placeholders.yaml").write_text("placeholder_texts: [김해시, No.]\n", encoding="utf-8")
    options = ("--config", run / "placeholders.yaml", "--eval_set", run / "partly")
    scored = score(run, "placeholders", *options, grouping="ground_truth_boxes")
    summary = summary_of(scored, run / "placeholders")
    scores = summary["scores"]["file"]["own_boxes"]
    # Two of the eight words of each page, and one more of the first; the broken page was read with nothing.
    assert (scores["ground_truths"], scores["predictions"], scores["pairs"]) == (17, 11, 11)
    assert summary["settings"]["placeholder_texts"] == ["김해시", "No."]
    counts = {reason: entry["count"] for reason, entry in summary["left_out"].items()}
    assert counts == {"unreadable print: no text": 1, "placeholder text": 6} and summary["pages_to_look_at"] == {}
    assert f"  left out: 1 × unreadable print: no text, such as {name} word 1: [15, " in scored.stdout
    assert "Left out: 1 × unreadable print: no text, 6 × placeholder text; examples stand in" in scored.stdout
    assert "7 labels take no part in the scores" in (run / "placeholders/report.html").read_text(encoding="utf-8")


def test_labels_that_the_config_excludes_count_neither_way(run, evaluated):
    name = "인.허가/5350093/2001/5350093-2001-0001-0000"
    label = json.loads((run / f"set/labels/{name}.json").read_text(encoding="utf-8"))["annotations"][0]
    x, y, width, height = label["annotation.bbox"]
    row = f"{name},{x},{y},{x + width},{y + height},{label['annotation.text']}"
    (run / "exclude.csv").write_text(f"page,xmin,ymin,xmax,ymax,text\n{row}\n", encoding="utf-8")
    (run / "exclude.yaml").write_text(f"exclude_labels: {run / 'exclude.csv'}\n", encoding="utf-8")
    scored = score(run, "excluded", "--config", run / "exclude.yaml", grouping="ground_truth_boxes")
    summary = summary_of(scored, run / "excluded")
    scores = summary["scores"]["file"]["own_boxes"]
    assert (scores["ground_truths"], scores["predictions"], scores["pairs"]) == (23, 15, 15)
    assert summary["settings"]["exclude_labels"] == str(run / "exclude.csv")


def test_scoring_a_file_into_the_folder_of_another_run_is_refused(run, evaluated):
    before = {path: path.read_bytes() for path in (run / "result").rglob("*") if path.is_file()}
    refused = score(run, "result")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "holds the scores of 'baseline_as_shipped', 'baseline', 'finetuned'" in refused.stderr
    assert {path: path.read_bytes() for path in (run / "result").rglob("*") if path.is_file()} == before


def test_a_folder_whose_name_is_no_unicode_can_be_scored(run, evaluated):
    folder = run / "\udcfe"
    if not folder.is_symlink():
        folder.symlink_to(run / "set")
    summary = summary_of(score(run, "surrogate", "--eval_set", folder), run / "surrogate")
    assert summary["settings"]["eval_set"].endswith(r"\udcfe")


def test_a_file_may_be_scored_again_into_its_own_folder(run, evaluated):
    for _ in range(2):
        assert score(run, "own", name="engine").returncode == 0
    assert "holds the scores of 'engine'" in score(run, "own", name="other").stderr
    (run / "own/summary.json").write_text("[]", encoding="utf-8")
    assert "no summary of step 5" in score(run, "own", name="engine").stderr


def test_predictions_that_the_run_would_replace_are_refused_before_it_reads(run, evaluated):
    file = run / "result/predictions_finetuned_word_grouping.jsonl"
    before = file.read_bytes()
    refused = score(run, "result", "--finetuned")
    assert refused.returncode == 2
    assert "this run replaces that file; choose another --output" in refused.stderr
    assert file.read_bytes() == before


def test_a_second_evaluation_into_one_output_is_told_and_changes_nothing(run, evaluated, no_patience):
    (run / "busy").mkdir(exist_ok=True)
    with FileLock(run / "busy/.lock"):
        second = score(run, "busy")
    assert second.returncode == 2
    assert "another run is writing here; wait for it, or choose another --output" in second.stderr
    assert [path.name for path in (run / "busy").iterdir()] == [".lock"]


MISUSES = {
    "no folder": (["--eval_set", "{run}/nowhere"], "nowhere/images: no such folder"),
    "no labels": (["--eval_set", "{run}/empty"], "holds no .json file"),
    "cuda without a GPU": (["--eval_set", "{run}/set", "--cuda"], "--cuda: torch finds no CUDA GPU"),
    "no such predictions": (["--eval_set", "{run}/set", "--predictions", "a={run}/a.jsonl"], "a.jsonl: no such file"),
    "predictions without a name": (["--eval_set", "{run}/set", "--predictions", "a.jsonl"], "expected NAME=FILE.jsonl"),
    "predictions named as a network is": (
        ["--eval_set", "{run}/set", "--predictions", "fine-tuned=a.jsonl"],
        "expected NAME=FILE.jsonl, NAME not baseline_as_shipped",
    ),
    "predictions named as a column is": (
        ["--eval_set", "{run}/set", "--predictions", "word grouping=a.jsonl"],
        "expected NAME=FILE.jsonl, NAME not",
    ),
    "predictions with a name that acts on a terminal": (
        ["--eval_set", "{run}/set", "--predictions", "\x1b[31m=a.jsonl"],
        r"--predictions \x1b[31m=a.jsonl: NAME holds characters that do not show",
    ),
    "predictions whose name is no Unicode": (
        ["--eval_set", "{run}/set", "--predictions", "\udcff=a.jsonl"],
        "NAME holds characters that do not show",
    ),
    "two predictions of one name": (
        ["--eval_set", "{run}/set", "--predictions", "a=b.jsonl", "--predictions", "a=c.jsonl"],
        "--predictions a=b.jsonl: the name stands twice",
    ),
    "an image whose name is no Unicode": (["--eval_set", "{run}/bytes"], "is not UTF-8; rename the file"),
    "misspelt key": (["--eval_set", "{run}/set", "--config", "{run}/misspelt.yaml"], "did you mean 'baseline'"),
    "no network": (["--eval_set", "{run}/set", "--finetuned"], "'finetuned' is not installed; run step 4"),
}


@pytest.mark.parametrize("network", ["baseline", "finetuned"])
def test_a_pickle_instead_of_weights_is_told_in_one_line_and_never_unpickled(network, run, tmp_path):
    weights = describe_weights("english_g2")
    install_network("finetuned", weights, tmp_path / "EasyOCR")
    description = "model/finetuned.pth" if network == "finetuned" else "other/other.pth"
    bomb = tmp_path / "EasyOCR" / description
    bomb.parent.mkdir(exist_ok=True)
    save_bomb(bomb, tmp_path / "touched")
    shutil.copyfile(*(tmp_path / "EasyOCR/user_network" / name for name in ("finetuned.yaml", "other.yaml")))
    (tmp_path / "config.yaml").write_text(f"baseline: {bomb}\n", encoding="utf-8")
    result = evaluate(
        tmp_path, "--eval_set", run / "set", "--config", tmp_path / "config.yaml", f"--{network}", "--output", tmp_path
    )
    assert result.returncode == 2 and result.stderr.count("\n") == 1, result.stderr
    assert f"{bomb}: no weight file that torch can read safely" in result.stderr
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("name", MISUSES)
def test_a_mistake_is_told_in_one_line(name, run):
    arguments, message = MISUSES[name]
    for part in ("images", "labels"):
        (run / "empty" / part).mkdir(parents=True, exist_ok=True)
    for file in ("images/\udcff.jpg", "labels/\udcff.json"):
        (run / "bytes" / file).parent.mkdir(parents=True, exist_ok=True)
        (run / "bytes" / file).touch()
    (run / "misspelt.yaml").write_text("basline: english_g2\n", encoding="utf-8")
    filled = [argument.format(run=run) for argument in arguments]
    result = evaluate(run, *filled, "--output", run / "mistake", folder="other EasyOCR")
    assert result.returncode == 2
    assert message in result.stderr and result.stderr.count("\n") == 1
    assert not (run / "mistake").exists()
