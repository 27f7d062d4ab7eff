"""metrics.csv of older versions and of killed runs: the columns and rows that exist are read."""

import csv

import pytest
from run_figures import figures
from training_runs import run, small_settings

from train_easyocr.report.html.training_charts import training_charts
from train_easyocr.report.html.training_tables import score_table, since_other_data
from train_easyocr.training.log import RecogniserFigures, TextLogs
from train_easyocr.training.metrics_table import read_history
from train_easyocr.training.plots import draw_history


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (None, []),
        ("", []),
        ("iteration,accuracy\n", []),
        ("iteration,accuracy\n10,\n20,5\n", [{"iteration": 10}, {"iteration": 20, "accuracy": 5}]),
        ("iteration,accuracy\n10,nan\n20,x,7\n30", [{"iteration": 10}, {"iteration": 20}, {"iteration": 30}]),
        ("accuracy\n5\n", []),
        ("iteration,accuracy\n10,5\n,6\n", [{"iteration": 10, "accuracy": 5}]),
        ("iteration,\x80\n10,5\n\0\0\0", [{"iteration": 10, "\ufffd": 5}]),
    ],
)
def test_gaps_and_torn_rows_are_missing_values(text, rows, tmp_path):
    if text is not None:
        (tmp_path / "metrics.csv").write_bytes(text.encode("latin-1"))
    assert read_history(tmp_path / "metrics.csv") == rows


def without(column, path):
    """Take a column out of the table, as if an older version had written it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index(column)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(row[:place] + row[place + 1 :] for row in rows)


@pytest.mark.parametrize("column", [name for name in figures().columns() if name != "iteration"])
def test_pictures_charts_and_scores_do_without_any_column(column, tmp_path):
    logs = TextLogs(tmp_path)
    logs.add(figures())
    without(column, tmp_path / "metrics.csv")
    logs.add(figures())
    history = read_history(tmp_path / "metrics.csv")
    assert len(history) == 2 and all(column not in row for row in history)
    draw_history(history, {"loss.png": RecogniserFigures.CURVES["loss.png"]}, tmp_path)
    assert len(training_charts(history, "A")) == 3 and len(score_table(history, ["A"]).rows) == 1


def test_a_run_with_the_table_of_an_older_version_goes_on(data, tmp_path):
    folder = run(small_settings(data, n_iter=1), tmp_path)
    for column in ("accuracy", "data_wait"):
        without(column, folder / "metrics.csv")
    run(small_settings(data, n_iter=2), tmp_path, resume=True)
    assert [row["iteration"] for row in read_history(folder / "metrics.csv")] == [0, 1, 2]
    assert (folder / "report.html").stat().st_mtime_ns >= (folder / "metrics.csv").stat().st_mtime_ns


def test_scores_are_compared_since_the_best_began_anew():
    accuracies = [
        (50, 50),
        (80, 80),
        (70, 80),
        (40, 40),
        (60, 60),
        (55, 60),
    ]  # other validation data from the fourth on
    history = [
        {"iteration": place, "accuracy": now, "best_accuracy": best} for place, (now, best) in enumerate(accuracies)
    ]
    assert since_other_data(history) == history[3:] and since_other_data(history[:3]) == history[:3]
    [[name, now, best, *_]] = score_table(history, ["A"]).rows
    assert (name, now, best) == ("A", "55.00", "60.00 (4)")
