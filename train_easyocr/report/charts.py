"""Charts of the report as SVG text: no plotting library, no script, sharp at every size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#9aa5b1", "#1769aa", "#2e8540", "#b8860b", "#8b3a8b")
GAIN, LOSS = "#2e8540", "#c62828"
WIDTH = 760
LABELS = 170


def bar_chart(values: Mapping[str, Sequence[float | None]], series: Sequence[str]) -> str:
    """Draw horizontal bars from 0 to 1: a group for each key of `values`, in it a bar for each of `series`.

    None, where nothing was measured, has no bar and takes no room.
    """
    bar, gap = 16, 10
    parts, top = [], 0
    for label, figures in values.items():
        known = [(row, figure) for row, figure in enumerate(figures) if figure is not None]
        parts.append(_text(LABELS - 8, top + len(known) * bar / 2 + 4, label, anchor="end"))
        for row, figure in known:
            length = (WIDTH - LABELS - 60) * min(1.0, max(0.0, figure))
            parts.append(_bar(LABELS, top, length, bar - 2, COLOURS[row % len(COLOURS)]))
            top += bar
            parts.append(_text(LABELS + length + 5, top - 4, f"{figure:.3f}"))
        top += gap
    return _svg(parts, top, f"{', '.join(values)}: {', '.join(series)}")


def gain_chart(gain: Mapping[str, float]) -> str:
    """Draw how the score of a user rises, step by step: from as shipped over the parts to as installed."""
    scale, line = WIDTH - LABELS - 80, 26
    steps = [("as EasyOCR ships", 0.0, gain["as_shipped"], COLOURS[0])]
    level = gain["as_shipped"]
    for part in ("grouping", "mask", "recognition"):
        colour = GAIN if gain[part] >= 0 else LOSS
        steps.append((part, min(level, level + gain[part]), max(level, level + gain[part]), colour))
        level += gain[part]
    steps.append(("as installed", 0.0, gain["as_installed"], COLOURS[1]))
    parts = []
    for row, (label, low, high, colour) in enumerate(steps):
        value = f"{gain[label]:+.3f}" if label in gain else f"{high:.3f}"
        parts.append(_text(LABELS - 8, row * line + 16, label, anchor="end"))
        parts.append(_bar(LABELS + scale * low, row * line, max(1.0, scale * (high - low)), line - 6, colour))
        parts.append(_text(LABELS + scale * high + 6, row * line + 16, value))
    return _svg(parts, len(steps) * line, "gain in end-to-end F1, step by step")


def legend(series: Sequence[str]) -> str:
    """Return the key of a bar chart as HTML."""
    keys = (
        f'<span style="color:{COLOURS[row % len(COLOURS)]}">■</span> {escape(name)}' for row, name in enumerate(series)
    )
    return f'<p class="legend">{" &nbsp; ".join(keys)}</p>'


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" text-anchor="{anchor}">{escape(text)}</text>'
