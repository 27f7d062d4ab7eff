"""The tables of public documents: records, statistics, texts side by side, check lists, forms, timetables."""

from __future__ import annotations

from dataclasses import replace

from train_easyocr.printing.pages.composer import BREAK, Column, Composer, Piece
from train_easyocr.printing.pages.tables import PALE, Cell, Rows, head_cells, spaced, table
from train_easyocr.printing.pages.words.wording import phrases


def list_table(hand: Composer, column: Column) -> None:
    """Print rows of records: numbers, names, dates, amounts, with a head and now and then a sum."""
    rng = hand.rng
    columns = [column_.split("|") for column_ in rng.sample(phrases("columns"), rng.randint(3, 8))]
    rows: Rows = [head_cells(hand, [name if hand.chance(0.6) else hand.words.one("noun") for name, *_ in columns])]
    right, style = hand.chance(0.6), hand.hand_written if hand.chance(0.06) else None
    for _ in range(_count(hand)):
        rows.append(
            [
                Cell(hand.words.fill(text), style, "centre" if align == "right" and not right else align)
                for _, _, align, text in columns
            ]
        )
    if hand.chance(0.3):
        fill = rng.choice(PALE)
        total = Cell(rng.choice(("합계", "합 계", "계", "소 계", "총계")), hand.heavier(hand.cell), fill=fill, across=2)
        rows.append([total, None, *(Cell(hand.words.number(7), fill=fill, align="right") for _ in columns[2:])])
    table(hand, column, [float(share) * rng.uniform(0.85, 1.2) for _, share, *_ in columns], rows)


def number_table(hand: Composer, column: Column) -> None:
    """Print statistics: a two-storeyed head of years, labels, and a dense field of numbers and dashes."""
    rng, words = hand.rng, hand.words
    groups, each = rng.randint(2, 5), rng.choice((1, 2, 2, 3))
    digits, decimals, align = rng.randint(2, 7), rng.choice((0, 0, 1, 2)), rng.choice(("right", "centre"))
    shape = head_cells(hand, ["구분"])[0] or Cell()
    top: list[Cell | None] = [replace(shape, text=rng.choice(("구 분", "구분", "항목")), down=2 if each > 1 else 1)]
    below: list[Cell | None] = [None]
    for place in range(groups):
        label = f"{words.year - groups + 1 + place}" + rng.choice(("", "년", ".p", "p)"))
        top += [replace(shape, text=label, across=each), *[None] * (each - 1)]
        below += [replace(shape, text=rng.choice(phrases("kinds_of_numbers"))) for _ in range(each)]
    rows: Rows = [top, below] if each > 1 else [top]
    for _ in range(_count(hand)):
        name = words.phrase(1, 2) if hand.chance(0.8) else f"({words.one('noun')})"
        texts = ["-" if hand.chance(0.1) else words.number(digits, decimals) for _ in range(groups * each)]
        rows.append([Cell(name, align=rng.choice(("left", "centre"))), *(Cell(text, align=align) for text in texts)])
    table(hand, column, [rng.uniform(1.5, 2.5), *[1.0] * (groups * each)], rows)


def text_table(hand: Composer, column: Column) -> None:
    """Print a table of running text, such as 신구조문대비표 or opinions and answers; its first column may span rows."""
    rng, words = hand.rng, hand.words
    columns, count = rng.randint(2, 4), _count(hand)
    rows: Rows = [head_cells(hand, rng.choice(phrases("heads_of_texts")).split("|")[:columns])]
    spans, style, align = hand.chance(0.4), hand.heavier(hand.cell), rng.choice(("justify", "left"))
    fill = rng.choice((None, rng.choice(PALE)))
    for number in range(count):
        first: Cell | None = Cell(words.phrase(1, 2), style, fill=fill, down=min(2, count - number) if spans else 1)
        if spans and number % 2:
            first = None
        rows.append([first, *(_text_cell(hand, align) for _ in range(columns - 1))])
    table(hand, column, [rng.uniform(0.4, 1.2), *(rng.uniform(0.8, 1.6) for _ in range(columns - 1))], rows)


def _text_cell(hand: Composer, align: str) -> Cell:
    """Return a cell of one paragraph, often behind a sign, or of several short items, each in lines of its own."""
    if hand.chance(0.7):
        text = hand.words.sentence() if hand.chance(0.7) else hand.words.phrase(2, 6)
        marker = hand.rng.choice(phrases("markers_in_cells")) if hand.chance(0.7) else ""
        return Cell(hand.emphasised(text, hand.cell, 0.04), align=align, marker=marker)
    pieces: list[Piece] = []
    for sign in hand.rng.choice(phrases("levels")).split()[: hand.rng.randint(2, 4)]:
        style = hand.heavier(hand.cell) if not pieces else hand.cell
        pieces += [(word, style) for word in f"{sign} {hand.words.phrase(1, 5)}".split()] + [(BREAK, style)]
    return Cell(pieces[:-1], align=align)


def sign_table(hand: Composer, column: Column) -> None:
    """Print narrow columns of single signs beside a text: plans by month, check lists, marks."""
    rng, columns = hand.rng, hand.rng.choice((4, 6, 12, 12, 10))
    months = columns == 12 and hand.chance(0.5)
    numbers = [f"{number + 1}월" if months else str(number + 1) for number in range(columns)]
    rows: Rows = [head_cells(hand, [rng.choice(("추진내용", "점검항목", "평가항목")), *numbers])]
    signs = rng.sample(phrases("signs"), 4)
    for _ in range(_count(hand)):
        cells = [Cell(rng.choice(signs) if hand.chance(0.6) else "") for _ in range(columns)]
        rows.append([Cell(hand.words.phrase(1, 4), align="left"), *cells])
    table(hand, column, [rng.uniform(2.5, 5.0), *[1.0] * columns], rows)


def form_table(hand: Composer, column: Column) -> None:
    """Print ruled rows of label and value as forms have them: one or two pairs a row, a label beside several rows."""
    rng, count = hand.rng, _count(hand)
    fill, filled, grouped = rng.choice((None, *PALE[:4])), rng.random(), hand.chance(0.6)
    style = hand.heavier(hand.cell) if hand.chance(0.4) else hand.cell
    written = hand.hand_written if hand.chance(0.2) else None
    rows: Rows = []
    for number in range(count):
        row: list[Cell | None] = []
        for field in rng.sample(phrases("fields"), 2):
            label, value = field.split("|")
            choices = "□" in value or "[" in value
            text = hand.words.fill(value) if hand.chance(filled) or choices else ""
            row.append(Cell(spaced(hand, label), style, rng.choice(("centre", "left")), fill))
            row.append(Cell(text, None if choices else written, "left"))
        if hand.chance(0.5):
            row[1:] = [replace(row[1] or Cell(), across=3), None, None]
        if grouped:
            text = " ".join(hand.words.one("noun")[:3])
            row.insert(0, Cell(text, style, "centre", fill, down=min(3, count - number)) if number % 3 == 0 else None)
        rows.append(row)
    shares = [rng.uniform(0.9, 1.3), 2.4, rng.uniform(0.9, 1.3), 2.4]
    table(hand, column, [rng.uniform(0.3, 0.8), *shares] if grouped else shares, rows, rng.choice((1.0, 1.3, 1.8)))


def timetable(hand: Composer, column: Column) -> None:
    """Print days or times at two sides of a field of short entries, or a calendar."""
    rng, words = hand.rng, hand.words
    days = list("월화수목금토일" if hand.chance(0.5) else "일월화수목금토")
    if hand.chance(0.4):
        rows: Rows = [head_cells(hand, days)]
        start = rng.randint(0, 6)
        for week in range(5):
            dates = [week * 7 + day - start + 1 for day in range(7)]
            notes = [words.one("noun") if hand.chance(0.3) else "" for _ in dates]
            texts = [f"{date} {note}" if 0 < date < 32 else "" for date, note in zip(dates, notes, strict=True)]
            rows.append([*map(Cell, texts)])
    else:
        rows = [head_cells(hand, [rng.choice(("시간", "구분", "교시")), *days[:5]])]
        for hour in range(9, 9 + rng.randint(4, 9)):
            texts = [words.phrase(1, 2) if hand.chance(0.6) else rng.choice(("", "-", "〃", "↓")) for _ in range(5)]
            rows.append([Cell(f"{hour:02}:00 ~ {hour:02}:50"), *map(Cell, texts)])
    table(hand, column, [1.0] * len(rows[0]), rows, rng.choice((1.0, 2.0)))


def approval(hand: Composer, column: Column) -> None:
    """Print a 결재란 at the right: 결 재 below each other, titles, and room for signatures."""
    titles = hand.rng.sample(("담당", "팀장", "과장", "국장", "계장", "실장", "주무관"), hand.rng.randint(2, 4))
    rows: Rows = [[Cell("결 재", down=2), *(Cell(spaced(hand, title)) for title in titles)]]
    rows.append([None, *(Cell("전결" if hand.chance(0.15) else "") for _ in titles)])
    em = hand.cell.size
    right = column.inset(max(0.0, column.width - (2 + 4.5 * len(titles)) * em))
    table(hand, right, [1.8, *[4.5] * len(titles)], rows, 1.6)
    column.y = right.y


def release_table(hand: Composer, column: Column) -> None:
    """Print when a press release may be published, and who answers questions."""
    bold = hand.heavier(hand.cell)
    rows: Rows = [
        [Cell(hand.words.fill(text), bold if place % 2 == 0 else None) for place, text in enumerate(row.split("|"))]
        for row in phrases("release")[: hand.rng.randint(1, 4)]
    ]
    table(hand, column, (1, 3, 1, 3), rows)


def any_table(hand: Composer, column: Column) -> None:
    """Print a table of one of the kinds."""
    hand.rng.choice((list_table, list_table, number_table, text_table, sign_table, form_table))(hand, column)


def _count(hand: Composer) -> int:
    """Draw a number of rows: mostly few, sometimes a page full."""
    return hand.rng.randint(2, 9) if hand.chance(0.7) else hand.rng.randint(8, 30)


ALL = (list_table, number_table, text_table, sign_table, form_table, timetable, approval, release_table, any_table)
