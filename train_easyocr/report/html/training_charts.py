"""The curves of a training: its losses and its scores over the iterations, from `metrics.csv`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from train_easyocr.report.html.charts import Axis, Line, legend, line_chart, percent_ticks
from train_easyocr.report.html.evaluation_charts import Chart
from train_easyocr.report.html.templating import both
from train_easyocr.training.metrics_table import History

SCORES = {"accuracy": 1.0, "normalized_edit_distance": 100.0}
"""Score → the factor that makes it a percentage."""
MOST_POINTS = 200
"""Validations that are drawn of a longer training, spread evenly."""


def column_of(score: str, dataset: str | None) -> str:
    """Return the column of a score or of `loss`, for a further dataset, or for the first one (None)."""
    if dataset is not None:
        return f"{dataset}_{score}"
    return "validation_loss" if score == "loss" else score


def training_charts(history: History, first: str | None = None) -> list[Chart]:
    """Return the charts of the losses and of each score; none before the first validation.

    `first` is the name of the first dataset, which its columns do not contain.
    """
    if not history:
        return []
    last = len(history) - 1
    kept = sorted({round(row * last / max(1, min(last, MOST_POINTS - 1))) for row in range(min(last + 1, MOST_POINTS))})
    rows = [history[row] for row in kept]
    x_axis = Axis(both("axis_iteration", "tspan"), _ticks(max(row["iteration"] for row in rows)))
    return [_loss_chart(rows, x_axis, first), *(_score_chart(rows, x_axis, first, score) for score in SCORES)]


def _loss_chart(rows: History, x_axis: Axis, first: str | None) -> Chart:
    names = {column_of("loss", dataset): name for dataset, name in _datasets(rows, first).items()}
    lines = [_line(rows, "training_loss", both("training_loss"), 0)]
    lines += [
        _line(rows, column, both("validation_loss_of", dataset=name), place)
        for place, (column, name) in enumerate(names.items(), start=1)
    ]
    lines = [line for line in lines if line.points]
    values = [value for line in lines for _, value in line.points if value > 0]
    axis = Axis(both("axis_loss", "tspan"), _decades(values), logarithmic=True)
    return Chart("loss", both("chart_loss"), line_chart(lines, x_axis, axis), legend(lines))


def _score_chart(rows: History, x_axis: Axis, first: str | None, score: str) -> Chart:
    lines = [
        _line(rows, column_of(score, dataset), name, place, SCORES[score])
        for place, (dataset, name) in enumerate(_datasets(rows, first).items(), start=1)
    ]
    average = _line(rows, f"average_{score}", both("average_weights"), 1, SCORES[score], dashed=True)
    lines = [line for line in (*lines, average) if line.points]
    least = min((value for line in lines for _, value in line.points), default=0.0)
    ticks = percent_ticks(least)
    drawing = line_chart(lines, x_axis, Axis(both("axis_percent", "tspan"), ticks))
    return Chart(score, both(f"chart_{score}"), drawing, legend(lines), both("chart_percent_note", low=ticks[0]))


def _datasets(rows: History, first: str | None) -> dict[str | None, Markup]:
    """Return the datasets of a history with their titles: the first one, then the further ones by name."""
    ending = column_of("accuracy", "")
    found = (column.removesuffix(ending) for row in rows for column in row if column.endswith(ending))
    further = [name for name in dict.fromkeys(found) if name not in ("best", "average")]
    named = escape(first) if first else both("first_dataset" if further else "validation")
    return {None: named, **{name: escape(name) for name in further}}


def _line(rows: History, column: str, name: Markup, series: int, factor: float = 1.0, *, dashed: bool = False) -> Line:
    points = [(row["iteration"], factor * row[column]) for row in rows if column in row]
    return Line(name, series, points, dashed)


def _ticks(most: float) -> list[float]:
    """Return up to six round numbers from 0 to at least `most`."""
    step = 10 ** math.floor(math.log10(max(1.0, most) / 2))
    step *= next(factor for factor in (1, 2, 5, 10) if step * factor * 5 >= most)
    return [step * number for number in range(math.ceil(most / step) + 1)] if most else [0, 1]


def _decades(values: Sequence[float]) -> list[float]:
    """Return ticks at powers of ten, and at thirds of them, that span all values."""
    if not values:
        return [0.1, 1]
    low = math.floor(math.log10(min(values)))
    high = max(low + 1, math.ceil(math.log10(max(values))))
    return [*(factor * 10.0**power for power in range(low, high) for factor in (1, 3)), 10.0**high]
