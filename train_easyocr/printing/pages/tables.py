"""Sets tables: cells that span columns and rows, with fills and rules of many kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from train_easyocr.printing.pages.composer import Column, Composer, Piece
from train_easyocr.printing.pages.sheet import BLACK, WHITE
from train_easyocr.printing.pages.typefaces import Colour, Style

PALE: tuple[Colour, ...] = (
    *((235, 235, 235), (217, 217, 217), (242, 242, 242), (222, 234, 246), (226, 239, 217), (255, 242, 204)),
    *((252, 228, 214), (230, 224, 236), (200, 220, 240), (250, 250, 215)),
)
DARK: tuple[Colour, ...] = (
    *((0, 0, 0), (40, 40, 40), (31, 56, 100), (47, 84, 150), (0, 90, 80), (120, 30, 40), (90, 90, 90), (68, 114, 196)),
)


@dataclass(frozen=True)
class Cell:
    """One cell; `across` and `down` count the columns and rows that it covers, None stands in the covered places."""

    text: str | list[Piece] = ""
    style: Style | None = None
    align: str = "centre"
    fill: Colour | None = None
    across: int = 1
    down: int = 1
    marker: str = ""


Rows = list[list[Cell | None]]


def table(hand: Composer, column: Column, shares: Sequence[float], rows: Rows, fewest_ems: float = 0.0) -> None:
    """Print `rows` over the width of the column; `shares` are the widths of the columns to each other.

    Rows that do not fit are left out. No row is lower than `fewest_ems` lines of cells.
    """
    rng, em = hand.rng, hand.cell.size
    column.y += rng.uniform(0.1, 0.5) * em
    pad, pitch = rng.uniform(0.12, 0.6) * em, rng.uniform(1.05, 1.6)
    edges = [column.left]
    for share in shares:
        edges.append(edges[-1] + column.width * share / sum(shares))
    rows = [
        [
            cell and _fitted(hand, cell, edges[place + cell.across] - edges[place] - 2 * pad)
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]
    heights = [max(1.0, fewest_ems) * pitch * em + 2 * pad for _ in rows]
    for number, place, cell in _cells(rows):
        lines = _lines(hand, cell, edges[place + cell.across] - edges[place] - 2 * pad)
        needed = lines * pitch * (cell.style or hand.cell).size + 2 * pad
        last = number + cell.down - 1
        heights[last] += max(0.0, needed - sum(heights[number : last + 1]))
    tops = [column.y]
    for height in heights:
        if tops[-1] + height > column.bottom:
            break
        tops.append(tops[-1] + height)
    shown = rows[: len(tops) - 1]
    if not shown:
        return
    boxes = [
        (cell, (edges[place], tops[number], edges[place + cell.across], tops[min(number + cell.down, len(tops) - 1)]))
        for number, place, cell in _cells(shown)
    ]
    for cell, box in boxes:
        if cell.fill:
            hand.sheet.fill(box, cell.fill)
    for cell, (x0, y0, x1, y1) in boxes:
        style = cell.style or hand.cell
        height = _lines(hand, cell, x1 - x0 - 2 * pad) * pitch * style.size
        if cell.text and height <= y1 - y0:
            inner = Column(x0 + pad, x1 - pad, y0 + (y1 - y0 - height) / 2, y1)
            hand.paragraph(inner, cell.text, style, align=cell.align, pitch=pitch, marker=cell.marker)
    _rule(hand, [box for _, box in boxes], (edges[0], tops[0], edges[-1], tops[-1]))
    column.y = tops[-1] + 0.5 * em


def _cells(rows: Rows) -> list[tuple[int, int, Cell]]:
    return [(number, place, cell) for number, row in enumerate(rows) for place, cell in enumerate(row) if cell]


def _fitted(hand: Composer, cell: Cell, width: float) -> Cell:
    """Return the cell with letters so narrow, or so small, that a number fits in one line, and Hangul at all."""
    style, width = cell.style or hand.cell, max(1.0, width)
    if not isinstance(cell.text, str) or not cell.text:
        return cell
    if cell.text[0].isascii() and " " not in cell.text:
        factor = 0.96 * width / (hand.sheet.typefaces.width(cell.text, style) + 1)
    else:
        factor = width / (1.05 * style.size)
    if factor >= 1:
        return cell
    smaller = hand.sized(style, min(1.0, factor / 0.7))
    return replace(cell, style=replace(smaller, stretch=max(0.5, round(style.stretch * max(0.7, factor), 2))))


def _lines(hand: Composer, cell: Cell, width: float) -> int:
    style = cell.style or hand.cell
    pieces = [(word, style) for word in cell.text.split()] if isinstance(cell.text, str) else cell.text
    hang = hand.sheet.typefaces.width(cell.marker, style) + 0.8 * style.size if cell.marker else 0
    return max(1, len(hand.broken(pieces, hang, hang, width)))


def _rule(hand: Composer, boxes: list[tuple[float, float, float, float]], outer: Sequence[float]) -> None:
    """Rule a table: thin or dotted lines between the cells, often heavier ones around, sometimes open sides."""
    rng, sheet = hand.rng, hand.sheet
    if hand.chance(0.06):  # columns held together by their white space alone
        return
    thin, thick = sheet.pixels(rng.choice((0.3, 0.4, 0.5, 0.7))), sheet.pixels(rng.choice((0.4, 0.7, 1.0, 1.5, 2.0)))
    colour = rng.choice((BLACK, BLACK, BLACK, (90, 90, 90), (150, 150, 150), hand.accent))
    dash = sheet.pixels(1.2) if hand.chance(0.15) else 0
    upright, level = not hand.chance(0.15), not hand.chance(0.08)
    for x0, y0, x1, y1 in boxes:
        if level and y1 < outer[3]:
            sheet.rule(x0, y1, x1, y1, thin, colour, dash)
        if upright and x1 < outer[2]:
            sheet.rule(x1, y0, x1, y1, thin, colour)
    x0, y0, x1, y1 = outer
    sheet.rule(x0, y0, x1, y0, thick, colour)
    sheet.rule(x0, y1, x1, y1, thick, colour)
    if not hand.chance(0.3):
        sheet.rule(x0, y0, x0, y1, thick, colour)
        sheet.rule(x1, y0, x1, y1, thick, colour)


def head_cells(hand: Composer, texts: Sequence[str]) -> list[Cell | None]:
    """Return the head of a table: pale, dark with white letters, or plain."""
    kind = hand.rng.random()
    style = hand.heavier(hand.cell) if hand.chance(0.6) else hand.cell
    if kind < 0.18:
        dark = hand.rng.choice(DARK)
        return [
            Cell(text, replace(style, colour=hand.rng.choice((WHITE, WHITE, (255, 240, 150)))), fill=dark)
            for text in texts
        ]
    fill = hand.rng.choice(PALE) if kind < 0.75 else None
    return [Cell(spaced(hand, text), style, fill=fill) for text in texts]


def spaced(hand: Composer, text: str) -> str:
    """Return a word of two letters with a space between them, as heads of tables often have it."""
    return " ".join(text) if len(text) == 2 and hand.chance(0.25) else text
