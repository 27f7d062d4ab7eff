"""log_train.txt in the form that the project promises, and the table beside it."""

from dataclasses import replace

from run_figures import SAMPLE, figures

from train_easyocr.training.log import TextLogs
from train_easyocr.training.metrics_table import read_history
from train_easyocr.training.validation import SetScores

EXPECTED = """\
[720000/1400000]
Training loss: 0.00818 | Validation loss: 0.09826 | Total 0:21:12 elapsed
Current accuracy : 94.938 | Current normalized edit distance: 0.9826
Best accuracy    : 94.938 | Best normalized edit distance: 0.9826
--------------------------------------------------------------------------------
Ground Truth              | Prediction                | Confidence Score & T/F
--------------------------------------------------------------------------------
결 재                     | 결재                      | 0.4155 False
--------------------------------------------------------------------------------
"""


def test_an_entry_has_exactly_the_promised_form():
    assert figures(samples=[SAMPLE]).entry() == EXPECTED


def test_each_further_dataset_has_a_line_and_columns_of_its_own(tmp_path):
    both = figures(further=[SetScores("lines", 0.25, 80.1234, 0.95678)], samples=[SAMPLE])
    lines = both.entry().splitlines()
    assert lines[4] == "Accuracy of lines: 80.123 | Normalized edit distance of lines: 0.9568"
    assert [*lines[:4], *lines[5:]] == EXPECTED.splitlines()
    logs = TextLogs(tmp_path)
    logs.add(both)
    logs.add(figures())  # resumed with one dataset
    header, first, second = (tmp_path / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert header.endswith(",elapsed_seconds,lines_loss,lines_accuracy,lines_normalized_edit_distance")
    assert first.endswith(",0.25,80.1234,0.95678") and second.endswith(",1272.9,,,")
    assert [row["accuracy"] for row in read_history(tmp_path / "metrics.csv")] == [94.9381, 94.9381]


def test_a_run_that_goes_on_with_a_further_dataset_keeps_the_columns_of_its_table(tmp_path):
    logs = TextLogs(tmp_path)
    logs.add(figures())
    logs.add(figures(further=[SetScores("a,b", 0.25, 80.0, 0.9)]))
    assert len({len(row.split(",")) for row in (tmp_path / "metrics.csv").read_text("utf-8").splitlines()}) == 1
    assert len(read_history(tmp_path / "metrics.csv")) == 2


def test_before_the_first_step_there_is_no_training_loss():
    [_, losses, *_] = figures(training_loss=float("nan")).entry().splitlines()
    assert losses == "Training loss: - | Validation loss: 0.09826 | Total 0:21:12 elapsed"


def test_a_label_cannot_act_on_the_terminal_that_shows_the_log():
    hostile = replace(SAMPLE, ground_truth="가\x1b[2J", prediction="나\n[1/1]\u202e")
    entry = figures(samples=[hostile]).entry()
    assert r"가\x1b[2J" in entry and r"나\n[1/1]\u202e" in entry
    assert len(entry.splitlines()) == len(EXPECTED.splitlines())


def test_metrics_are_read_back_and_cut_back(tmp_path):
    logs = TextLogs(tmp_path)
    logs.add(figures(samples=[SAMPLE]))
    sizes = logs.sizes()
    logs.add(figures())
    logs.cut_back(sizes)
    [row] = read_history(tmp_path / "metrics.csv")
    assert (row["iteration"], row["accuracy"]) == (720000, 94.9381)
    assert "average_accuracy" not in row
    assert (tmp_path / "log_train.txt").read_text(encoding="utf-8") == EXPECTED


def test_a_table_that_somebody_has_damaged_does_not_end_the_run(tmp_path):
    (tmp_path / "metrics.csv").write_bytes(b"\xff\0,iteration\n")
    TextLogs(tmp_path).add(figures())
    assert [row["iteration"] for row in read_history(tmp_path / "metrics.csv")] == [720_000]
