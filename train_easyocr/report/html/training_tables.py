"""The figures of a training's report: how far it is, its scores, its datasets, what was left out, its sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import DatasetAccount
from train_easyocr.program.terminal_text import printable
from train_easyocr.program.versions import versions
from train_easyocr.report.html.page_data import shown
from train_easyocr.report.html.tables import Cell, Table
from train_easyocr.report.html.templating import both
from train_easyocr.report.html.titles import group_title
from train_easyocr.report.html.training_charts import column_of
from train_easyocr.training.metrics_table import History

BEST_WEIGHTS = ("best_accuracy", "best_norm_ed", "average_best_accuracy", "average_best_norm_ed")
BEST_SCORES = ("best_accuracy", "best_normalized_edit_distance")
"""Columns of `metrics.csv` with the best scores so far."""
SHOWN = ("iterations", "elapsed_seconds", "patches_per_second", "data_wait", "skipped_steps")
"""Columns of `metrics.csv` that are shown unchanged; a run that resumes an older one may lack some."""
MOST_FOREIGN = 60
"""Characters outside the list that are named."""


def progress(history: History, accounts: Sequence[DatasetAccount]) -> dict[str, Any]:
    """Return what a reader looks for first: the progress of the run, its best score, its speed, what was left out."""
    last = dict.fromkeys(SHOWN, 0.0) | dict(history[-1])
    comparable = since_other_data(history)
    scored = [row for row in comparable if "accuracy" in row]
    best = max(scored, key=lambda row: row["accuracy"], default={})  # the first of equal ones, as the weights are kept
    training = [account for account in accounts if account.role == "training"]
    left_out = sum(map(_left_out, training))
    total = sum(account.total for account in training)
    return {
        "iteration": f"{last['iteration']:,.0f}",
        "iterations": f"{last['iterations']:,.0f}",
        "elapsed": _duration(last["elapsed_seconds"]),
        "remaining": _remaining(history),
        "dataset": training[0].name,
        "before": _percent(comparable[0]),
        "now": _percent(last),
        "best": _percent(best),
        "best_iteration": f"{best.get('iteration', 0):,.0f}",
        "has_curve": len(history) > 1,
        "left_out": f"{left_out:,}",
        "left_out_share": f"{left_out / max(1, total):.1%}",
        "total": f"{total:,}",
        "speed": f"{last['patches_per_second']:,.1f}",
        "data_wait": f"{last['data_wait']:.0%}",
        "skipped": f"{last['skipped_steps']:,.0f}" if last["skipped_steps"] else "",
    }


def since_other_data(history: History) -> History:
    """Return the rows since the last change of the validation data, whose scores can be compared with each other.

    The best scores of a run start anew with other data; at no other time they fall.
    """
    first = 0
    for place, (before, row) in enumerate(pairwise(history), start=1):
        if any(row.get(column, math.inf) < before.get(column, -math.inf) for column in BEST_SCORES):
            first = place
    return history[first:]


def _percent(row: Mapping[str, float]) -> str:
    return f"{row['accuracy']:.2f}" if "accuracy" in row else "–"


def _remaining(history: History) -> str:
    """Return the remaining time at the speed of the last stretch; empty if nothing is left or the speed is unknown."""
    known = [row for row in history if {"iterations", "elapsed_seconds"} <= row.keys()]
    if len(known) < 2:
        return ""
    before, last = known[-2:]
    steps, done = last["iterations"] - last["iteration"], last["iteration"] - before["iteration"]
    if steps <= 0 or done <= 0:
        return ""
    return _duration(steps * (last["elapsed_seconds"] - before["elapsed_seconds"]) / done)


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=int(max(0.0, seconds))))


def score_table(history: History, names: Sequence[str]) -> Table:
    """Return the scores of each validation dataset: now, and the best of the run with its iteration.

    The best is that of the present validation data, see `since_other_data`.
    """
    rows, comparable = [], since_other_data(history)
    for place, name in enumerate(names):
        cells: list[Cell] = [name]
        for score, factor in (("accuracy", 1.0), ("normalized_edit_distance", 100.0)):
            column = column_of(score, name if place else None)
            known = [row for row in comparable if column in row]
            best = max(known, key=lambda row: row[column], default=None)
            now = history[-1].get(column)
            cells.append("–" if now is None else f"{factor * now:.2f}")
            cells.append("–" if best is None else f"{factor * best[column]:.2f} ({best['iteration']:,.0f})")
        loss = history[-1].get(column_of("loss", name if place else None))
        rows.append([*cells, "–" if loss is None else f"{loss:.4f}"])
    header = [both("dataset"), both("accuracy_now"), both("best_at"), both("similarity_now"), both("best_at")]
    return Table([*header, both("validation_loss")], rows)


def account_tables(accounts: Sequence[DatasetAccount]) -> list[Table]:
    """Return a table of the datasets, one of their widths, and one of the characters that the list lacks, if any."""
    datasets, widths, foreign = [], [], []
    for account in accounts:
        name = _dataset(account.role, account.name)
        counts = [account.total, account.used, _left_out(account), account.not_drawn]
        counts += [account.lower_cased, account.squeezed]
        datasets.append([name, *(f"{count:,}" for count in counts), f"{100 * account.ceiling.accuracy:.2f}"])
        widths.append([name, " · ".join(f"{width}: {count:,}" for width, count in account.widths)])
        if account.foreign:
            most = (f"{printable(character)}×{count:,}" for character, count in account.foreign[:MOST_FOREIGN])
            foreign.append([name, f"{len(account.foreign):,}", " ".join(most)])
    columns = ("dataset", "patches", "used", "left_out", "not_drawn", "lower_cased", "squeezed", "ceiling")
    tables = [
        Table([both(column) for column in columns], datasets, both("datasets_title"), both("datasets_note")),
        Table([both("dataset"), both("widths")], widths, both("widths_title"), prose=True),
    ]
    if foreign:
        header = [both("dataset"), both("foreign_count"), both("foreign_most")]
        tables.append(Table(header, foreign, both("foreign_title"), both("foreign_note"), prose=True))
    return tables


def _dataset(role: str, name: str) -> Markup:
    return Markup("{} · {}").format(both(f"role_{role}"), name)


def _left_out(account: DatasetAccount) -> int:
    return sum(dropped.count for dropped in account.dropped.values())


def dropped_groups(accounts: Sequence[DatasetAccount]) -> list[dict[str, Any]]:
    """Return what was left out for the template: for each dataset and reason the count and the first examples."""
    return [
        {
            "dataset": _dataset(account.role, account.name),
            "reason": group_title(reason),
            "count": f"{dropped.count:,}",
            "examples": [(shown(label, hide_texts=False), filename) for filename, label in dropped.examples],
        }
        for account in accounts
        for reason, dropped in account.dropped.items()
    ]


def condition_tables(folder: Path, description: Mapping[str, Any]) -> list[Table]:
    """Return what the figures depend on: the weights that were kept, the start, the data, settings and versions."""
    kept = [folder / f"{name}.pth" for name in BEST_WEIGHTS]
    weights = [[path.name, sha256(path)] for path in kept if path.is_file()]
    if description["start"]:
        start = printable(str(description["settings"]["continue_from"]))
        weights.append([Markup("{} ({})").format(start, both("start_of_run")), description["start"]])
    data = [[_dataset(*name.split(" ", 1)), f"{rows:,}", mark] for name, (rows, mark) in description["data"].items()]
    values = {**description["settings"], "characters": len(description["characters"])}
    settings = [[key, shown(printable(str(value)), hide_texts=False)] for key, value in values.items()]
    return [
        Table([both("column_file"), "SHA-256"], weights, both("weights_title"), prose=True),
        Table([both("dataset"), both("patches"), both("fingerprint")], data, both("data_title"), prose=True),
        Table([], settings, both("settings_title"), prose=True),
        Table([], list(versions().items()), both("versions_title"), prose=True),
    ]
