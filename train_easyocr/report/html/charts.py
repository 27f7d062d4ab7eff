"""Charts as SVG: sharp at every size and in print. Series differ by mark and line as well as by colour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from train_easyocr.report.html.templating import both
from train_easyocr.report.printed_figures import figure, gain_in_thousandths, shown_gain_parts, signed
from train_easyocr.scoring.summary import Gain

WIDTH, LABELS, VALUES = 520, 176, 56
"""Units of a chart: its width, and in a chart of rows the room for their names and for their numbers."""
LANE, GAP = 17, 12
PLOT_HEIGHT, TOP, LEFT, BOTTOM, RIGHT = 310, 30, 72, 50, 28
"""Units of a plot, and around it: at its right half of the last number fits, such as 100,000."""
MARK = 4.5
COLOURS = 5
"""Number of series in `report.css`; the sixth differs from the first only in its mark."""

FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
CLOSE_TICKS = (
    (99, 99.2, 99.4, 99.6, 99.8, 100),
    (95, 96, 97, 98, 99, 100),
    (90, 92, 94, 96, 98, 100),
    (75, 80, 85, 90, 95, 100),
    (50, 60, 70, 80, 90, 100),
    (0, 20, 40, 60, 80, 100),
)
"""Axes of percentages that end at 100, the closest first."""

Estimate = tuple[float, float | None, float | None]
"""A value and the ends of its 95% interval, None without one."""


@dataclass(frozen=True)
class Line:
    """A line of a chart: its points, and the series that it belongs to; `dashed` for a second figure of a series."""

    name: Markup
    series: int
    points: Sequence[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """The title of an axis, and its ticks from lowest to highest value; `logarithmic`: equal steps are factors."""

    title: Markup
    ticks: Sequence[float] = FIFTHS
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return the position of a value along the axis, 0 to 1; values outside are drawn at the end."""
        scale = math.log if self.logarithmic else float
        low, high = scale(self.ticks[0]), scale(self.ticks[-1])
        return min(1.0, max(0.0, (scale(value) - low) / (high - low))) if value > 0 or not self.logarithmic else 0.0


def percent_ticks(least: float) -> Sequence[float]:
    """Return the shortest axis up to 100 that holds `least`, so that values from 99 to 100 are not a flat line."""
    return next((ticks for ticks in CLOSE_TICKS if ticks[0] <= least), CLOSE_TICKS[-1])


def interval_chart(rows: Sequence[tuple[Markup, Sequence[Estimate | None]]]) -> Markup:
    """Draw values from 0 to 1 with their intervals: a group of lanes for each row, in it a lane for each series.

    All charts leave out values that are not numbers.
    """
    scale, parts, top = WIDTH - LABELS - VALUES, [], 4
    for name, estimates in rows:
        middle = top + len(estimates) * LANE / 2
        parts.append(text(LABELS - 10, middle + 5, name, anchor="end"))
        for series, estimate in enumerate(estimates):
            if estimate is not None and math.isfinite(estimate[0]):
                parts.append(_whisker(estimate, series, top + series * LANE + LANE / 2, scale))
        top += len(estimates) * LANE + GAP
    grid = [
        Markup('<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1}"/>{2}').format(
            LABELS + tick * scale, top, text(LABELS + tick * scale, top + 16, f"{tick:g}", anchor="middle")
        )
        for tick in FIFTHS
    ]
    return _svg(WIDTH, top + 22, [*grid, *parts])


def page_chart(points: Iterable[tuple[float, float, str, str]], before: Markup, after: Markup) -> Markup:
    """Draw a point for each page, given as F1 before, F1 after, its name and the address that it links to."""
    points = [point for point in points if _are_finite(point[:2])]
    least = min((min(first, second) for first, second, _, _ in points), default=0.0)
    ticks = [tick / 100 for tick in percent_ticks(100 * least)]
    x_axis, y_axis = Axis(before, ticks), Axis(after, ticks)
    parts = [_frame(x_axis, y_axis), _segment(x_axis, y_axis, ((ticks[0], ticks[0]), (1, 1)), "diagonal")]
    for first, second, name, address in points:
        kind = "better" if second > first else "worse" if second < first else "equal"
        parts.append(
            Markup(
                '<a href="{}"><circle class="point {}" cx="{:.1f}" cy="{:.1f}" r="5"><title>{}</title></circle></a>'
            ).format(
                address, kind, *_on_plot(x_axis, y_axis, (first, second)), f"{name}: {figure(first)} → {figure(second)}"
            )
        )
    return _svg(WIDTH, PLOT_HEIGHT + BOTTOM, parts)


def line_chart(lines: Sequence[Line], x_axis: Axis, y_axis: Axis, *, diagonal: bool = False) -> Markup:
    """Draw lines with a mark at each point; `diagonal` adds the line on which x and y are equal."""
    parts = [_frame(x_axis, y_axis)]
    if diagonal:
        parts.append(_segment(x_axis, y_axis, ((0, 0), (1, 1)), "diagonal"))
    for line in lines:
        points = [point for point in line.points if _are_finite(point)]
        parts.append(_segment(x_axis, y_axis, points, _line_style(line)))
        parts += [mark(line.series, *_on_plot(x_axis, y_axis, point), hollow=line.dashed) for point in points]
    return _svg(WIDTH, PLOT_HEIGHT + BOTTOM, parts)


def gain_chart(gain: Gain) -> Markup:
    """Draw how the score of a user rises step by step, from as shipped through the parts to as installed."""
    scale, line, level, parts = WIDTH - LABELS - VALUES - 20, 30, gain.as_shipped, []
    wholes = {"as_shipped": gain.as_shipped, "as_installed": gain.as_installed}
    steps, printed = ("as_shipped", *shown_gain_parts(gain), "as_installed"), gain_in_thousandths(gain)
    for row, step in enumerate(steps):
        whole, change = wholes.get(step), gain.parts.get(step, 0.0)
        low, high = (0.0, whole) if whole is not None else sorted((level, level + change))
        kind = "whole" if whole is not None else "gain" if change >= 0 else "loss"
        level += change
        parts.append(text(LABELS - 10, row * line + 19, both(f"gain_{step}", "tspan"), anchor="end"))
        parts.append(
            Markup('<rect class="bar {}" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>').format(
                kind, LABELS + scale * low, row * line + 4, max(1.5, scale * (high - low)), line - 9
            )
        )
        number = figure(whole) if whole is not None else signed(printed[step])
        parts.append(text(LABELS + scale * high + 6, row * line + 19, number))
    return _svg(WIDTH, len(steps) * line, parts)


def legend(lines: Sequence[Line]) -> Markup:
    """Return the legend of a chart as HTML: for each line a sample and its name."""
    item = Markup(
        '<li><svg class="key" viewBox="0 0 34 14" aria-hidden="true"><path class="{}" d="M0 7H34"/>{}</svg>{}</li>'
    )
    items = (item.format(_line_style(line), mark(line.series, 17, 7, hollow=line.dashed), line.name) for line in lines)
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def mark(series: int, x: float, y: float, *, hollow: bool = False) -> Markup:
    """Return the mark of a series around a point: circle, square, triangle or diamond, in turn."""
    shapes = (
        "M{left:.1f} {y:.1f}a{size} {size} 0 1 0 {double} 0a{size} {size} 0 1 0 -{double} 0z",
        "M{left:.1f} {top:.1f}h{double}v{double}h-{double}z",
        "M{x:.1f} {top:.1f}L{right:.1f} {bottom:.1f}H{left:.1f}z",
        "M{x:.1f} {top:.1f}L{right:.1f} {y:.1f}L{x:.1f} {bottom:.1f}L{left:.1f} {y:.1f}z",
    )
    path = shapes[series % len(shapes)].format(
        x=x, y=y, left=x - MARK, right=x + MARK, top=y - MARK, bottom=y + MARK, size=MARK, double=2 * MARK
    )
    return Markup('<path class="mark {}{}" d="{}"/>').format(_style(series), " hollow" if hollow else "", path)


def text(x: float, y: float, content: Markup | str, anchor: str = "start") -> Markup:
    """Return a text of a chart; its baseline begins at the point, is centred on it or ends at it."""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, content)


def _style(series: int) -> str:
    return f"series-{series % COLOURS}"


def _line_style(line: Line) -> str:
    return f"line {_style(line.series)}{' dashed' if line.dashed else ''}"


def _are_finite(values: Sequence[float]) -> bool:
    return all(map(math.isfinite, values))


def _whisker(estimate: Estimate, series: int, y: float, scale: float) -> Markup:
    value, low, high = estimate
    line = ""
    if low is not None and high is not None:
        line = Markup('<path class="line {}" d="M{:.1f} {:.1f}H{:.1f}"/>').format(
            _style(series), LABELS + scale * low, y, LABELS + scale * high
        )
    number = text(WIDTH, y + 5, figure(value), anchor="end")
    return Markup("{}{}{}").format(line, mark(series, LABELS + scale * value, y), number)


def _frame(x_axis: Axis, y_axis: Axis) -> Markup:
    """Return the grid of a plot with the numbers and titles of its axes."""
    right, bottom = WIDTH - RIGHT, PLOT_HEIGHT
    parts = [text((LEFT + right) / 2, bottom + 43, x_axis.title, anchor="middle")]
    for tick in x_axis.ticks:
        x = _on_plot(x_axis, y_axis, (tick, y_axis.ticks[0]))[0]
        parts.append(Markup('<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>').format(x, TOP, bottom))
        parts.append(text(x, bottom + 21, f"{tick:,.10g}", anchor="middle"))
    for tick in y_axis.ticks:
        y = _on_plot(x_axis, y_axis, (x_axis.ticks[0], tick))[1]
        parts.append(Markup('<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>').format(LEFT, right, y))
        parts.append(text(LEFT - 10, y + 4, f"{tick:,.10g}", anchor="end"))
    parts.append(text(0, 13, y_axis.title))
    return Markup("").join(parts)


def _segment(x_axis: Axis, y_axis: Axis, points: Sequence[tuple[float, float]], style: str) -> Markup:
    path = "L".join("{:.1f} {:.1f}".format(*_on_plot(x_axis, y_axis, point)) for point in points)
    return Markup('<path class="{}" d="M{}"/>').format(style, path) if points else Markup("")


def _on_plot(x_axis: Axis, y_axis: Axis, point: tuple[float, float]) -> tuple[float, float]:
    width, height = WIDTH - RIGHT - LEFT, PLOT_HEIGHT - TOP
    return LEFT + x_axis.place(point[0]) * width, PLOT_HEIGHT - y_axis.place(point[1]) * height


def _svg(width: float, height: float, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {:.0f} {:.0f}" xmlns="http://www.w3.org/2000/svg">{}</svg>').format(
        width, height, Markup("").join(parts)
    )
