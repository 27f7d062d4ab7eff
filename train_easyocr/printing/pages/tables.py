"""Tables: cells that span columns and rows, fills and rules of many kinds; and what public documents write in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from train_easyocr.printing.pages.composer import Column, Composer, Piece
from train_easyocr.printing.pages.sheet import BLACK, WHITE
from train_easyocr.printing.pages.typefaces import Colour, Style
from train_easyocr.printing.pages.wording import phrases

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
    """Return the cell with letters so narrow, or so small, that a number fits in one line."""
    style = cell.style or hand.cell
    if not isinstance(cell.text, str) or " " in cell.text or not cell.text[:1].isascii() or not cell.text:
        return cell
    factor = max(1.0, width) / max(1.0, hand.sheet.typefaces.width(cell.text, style) + 1)
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
    return [Cell(_spaced(hand, text), style, fill=fill) for text in texts]


def _spaced(hand: Composer, text: str) -> str:
    """Return a word of two letters with a space between them, as heads of tables often have it."""
    return " ".join(text) if len(text) == 2 and hand.chance(0.25) else text


def list_table(hand: Composer, column: Column, count: int) -> None:
    """Print rows of records: numbers, names, dates, amounts, with a head and now and then a sum."""
    rng = hand.rng
    columns = [column.split("|") for column in rng.sample(phrases("columns"), rng.randint(3, 8))]
    heads = [name if hand.chance(0.6) else hand.words.one("noun") for name, *_ in columns]
    rows: Rows = [head_cells(hand, heads)]
    right = hand.chance(0.6)
    for _ in range(count):
        cells = [
            Cell(hand.words.fill(text), align="centre" if align == "right" and not right else align)
            for _, _, align, text in columns
        ]
        rows.append([*cells])
    if hand.chance(0.3):
        fill = rng.choice(PALE)
        total = Cell(rng.choice(("합계", "합 계", "계", "소 계", "총계")), hand.heavier(hand.cell), fill=fill, across=2)
        rows.append([total, None, *(Cell(hand.words.number(7), fill=fill, align="right") for _ in columns[2:])])
    table(hand, column, [float(share) * rng.uniform(0.85, 1.2) for _, share, *_ in columns], rows)


def number_table(hand: Composer, column: Column, count: int) -> None:
    """Print statistics: a two-storeyed head of years, labels, and a dense field of numbers and dashes."""
    rng, words = hand.rng, hand.words
    groups = rng.randint(2, 5)
    each = rng.choice((1, 2, 2, 3))
    year, digits, decimals = words.year, rng.randint(2, 7), rng.choice((0, 0, 1, 2))
    labels = [f"{year - groups + 1 + place}" + rng.choice(("", "년", ".p")) for place in range(groups)]
    heads = head_cells(hand, ["구분", *labels])
    shape = heads[0] or Cell()
    top: list[Cell | None] = [replace(shape, text=rng.choice(("구 분", "구분", "항목")), down=2 if each > 1 else 1)]
    below: list[Cell | None] = [None]
    for label in labels:
        top += [replace(shape, text=label, across=each), *[None] * (each - 1)]
        below += [
            replace(shape, text=rng.choice(("계", "남", "여", "건수", "비율", "금액", "%", "명"))) for _ in range(each)
        ]
    rows: Rows = [top, below] if each > 1 else [top]
    align = rng.choice(("right", "centre"))
    for _ in range(count):
        name = words.phrase(1, 2) if hand.chance(0.8) else f"({words.one('noun')})"
        cells = [
            Cell("-" if hand.chance(0.1) else words.number(digits, decimals), align=align) for _ in range(groups * each)
        ]
        rows.append([Cell(name, align=rng.choice(("left", "centre"))), *cells])
    table(hand, column, [rng.uniform(1.5, 2.5), *[1.0] * (groups * each)], rows)


def text_table(hand: Composer, column: Column, count: int, columns: int = 0) -> None:
    """Print a table of running text, such as 신구조문대비표 or opinions and answers; its first column may span rows."""
    rng, words = hand.rng, hand.words
    columns = columns or rng.randint(2, 4)
    heads = rng.choice(
        (
            ("현 행", "개 정 안", "사유", "비고"),
            ("구분", "주요 내용", "검토 의견", "비고"),
            ("항목", "내용", "조치", "기한"),
        )
    )
    rows: Rows = [head_cells(hand, heads[:columns])]
    spans = hand.chance(0.4)
    style = hand.heavier(hand.cell)
    align = rng.choice(("justify", "left"))
    for number in range(count):
        first: Cell | None = Cell(words.phrase(1, 2), style, fill=rng.choice((None, rng.choice(PALE))))
        if spans:
            first = replace(first, down=min(2, count - number)) if number % 2 == 0 and first else None
        others = [
            Cell(
                words.sentence() if hand.chance(0.7) else words.phrase(2, 6),
                align=align,
                marker=rng.choice(("", "", "-", "·", "○", "①", "<수용>", "•", "ㅇ", "◆")),
            )
            for _ in range(columns - 1)
        ]
        rows.append([first, *others])
    table(hand, column, [rng.uniform(0.4, 1.2), *(rng.uniform(0.8, 1.6) for _ in range(columns - 1))], rows)


def sign_table(hand: Composer, column: Column, count: int) -> None:
    """Print narrow columns of single signs beside a text: plans by month, check lists, marks."""
    rng, words = hand.rng, hand.words
    columns = rng.choice((4, 6, 12, 12, 10))
    heads = [
        rng.choice(("추진내용", "점검항목", "평가항목")),
        *(f"{n + 1}월" if columns == 12 and hand.chance(0.5) else str(n + 1) for n in range(columns)),
    ]
    rows: Rows = [head_cells(hand, heads)]
    signs = rng.sample(phrases("signs"), 4)
    for _ in range(count):
        cells = [Cell(rng.choice(signs) if hand.chance(0.6) else "") for _ in range(columns)]
        rows.append([Cell(words.phrase(1, 4), align="left"), *cells])
    table(hand, column, [rng.uniform(2.5, 5.0), *[1.0] * columns], rows)


def form_table(hand: Composer, column: Column, count: int) -> None:
    """Print ruled rows of label and value as forms have them: one or two pairs a row, a label beside several rows."""
    rng = hand.rng
    fill = rng.choice((None, *PALE[:4]))
    style = hand.heavier(hand.cell) if hand.chance(0.4) else hand.cell
    grouped = hand.chance(0.6)
    filled = rng.random()
    rows: Rows = []
    for number in range(count):
        fields = [rng.choice(phrases("fields")).split("|") for _ in range(2)]
        pairs = [
            (
                Cell(_spaced(hand, label), style, rng.choice(("centre", "left")), fill),
                Cell(
                    hand.words.fill(value) if hand.chance(filled) or "□" in value or "[" in value else "", align="left"
                ),
            )
            for label, value in fields
        ]
        row: list[Cell | None] = (
            [*pairs[0], *pairs[1]] if hand.chance(0.5) else [pairs[0][0], replace(pairs[0][1], across=3), None, None]
        )
        if grouped:
            size = min(3, count - number)
            lead = (
                Cell(" ".join(hand.words.one("noun")[:3]), style, "centre", fill, down=size)
                if number % 3 == 0
                else None
            )
            row.insert(0, lead)
        rows.append(row)
    shares = [rng.uniform(0.9, 1.3), 2.4, rng.uniform(0.9, 1.3), 2.4]
    table(hand, column, [rng.uniform(0.25, 0.8), *shares] if grouped else shares, rows, rng.choice((1.0, 1.3, 1.8)))


def any_table(hand: Composer, column: Column) -> None:
    """Print a table of one of the kinds."""
    count = hand.rng.randint(2, 9)
    hand.rng.choice((list_table, list_table, number_table, text_table, sign_table, form_table))(hand, column, count)
