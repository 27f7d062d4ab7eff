"""The curves of a training: its losses and its scores over the iterations, from `metrics.csv`."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from train_easyocr.report.page.charts import Axis, Line, legend, line_chart
from train_easyocr.report.page.evaluation_charts import Chart
from train_easyocr.report.page.templating import both

LOSSES = ("training_loss", "validation_loss")
SCORES = {"accuracy": 1.0, "normalized_edit_distance": 100.0, "average_accuracy": 1.0}
"""Column of `metrics.csv` → what it is multiplied by to be a percentage."""
MOST_POINTS = 200
"""Of longer trainings so many validations are drawn, spread evenly."""


def read_history(path: Path) -> list[dict[str, float]]:
    """Read `metrics.csv`: a row a validation, column → value; cells that are empty or no number are left out.

    Without such a file there is no history.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {column: float(cell) for column, cell in row.items() if column and _is_number(cell)}
            for row in csv.DictReader(file)
        ]


def training_charts(history: Sequence[Mapping[str, float]]) -> list[Chart]:
    """Return the charts of losses and scores; none before the first validation."""
    if not history:
        return []
    last = len(history) - 1
    kept = sorted({round(row * last / max(1, min(last, MOST_POINTS - 1))) for row in range(min(last + 1, MOST_POINTS))})
    rows = [history[row] for row in kept]
    x_axis = Axis(both("axis_iteration", "tspan"), _ticks(max(row["iteration"] for row in rows)))
    losses = _lines(rows, dict.fromkeys(LOSSES, 1.0))
    scores = _lines(rows, SCORES)
    values = [value for line in losses for _, value in line.points if value > 0]
    loss_axis = Axis(both("axis_loss", "tspan"), _decades(values), logarithmic=True)
    score_axis = Axis(both("axis_percent", "tspan"), (0, 20, 40, 60, 80, 100))
    return [
        Chart("loss", both("chart_loss"), line_chart(losses, x_axis, loss_axis), _legend_of(losses)),
        Chart("accuracy", both("chart_accuracy"), line_chart(scores, x_axis, score_axis), _legend_of(scores)),
    ]


def _lines(rows: Sequence[Mapping[str, float]], columns: Mapping[str, float]) -> list[Line]:
    lines = []
    for series, (column, factor) in enumerate(columns.items()):
        points = [(row["iteration"], factor * row[column]) for row in rows if column in row]
        if points:
            lines.append(Line(both(column), series, points))
    return lines


def _legend_of(lines: Sequence[Line]) -> Markup:
    return legend([(line.name, line.series, line.dashed) for line in lines])


def _ticks(most: float) -> list[float]:
    """Return up to six round numbers from 0 to at least `most`."""
    step = 10 ** math.floor(math.log10(max(1.0, most) / 2))
    step *= next(factor for factor in (1, 2, 5, 10) if step * factor * 5 >= most)
    return [step * number for number in range(math.ceil(most / step) + 1)] if most else [0, 1]


def _decades(values: Sequence[float]) -> list[float]:
    """Return powers of ten, and their thirds, that hold all values."""
    if not values:
        return [0.1, 1]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [factor * 10.0**power for power in range(low, max(high, low + 1)) for factor in (1, 3)] + [
        10.0 ** max(high, low + 1)
    ]


def _is_number(cell: str | None) -> bool:
    try:
        return cell is not None and math.isfinite(float(cell))
    except ValueError:
        return False
