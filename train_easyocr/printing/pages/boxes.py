"""Blocks of boxes: summaries in frames, diagrams, procedures, trees, cards with figures, blank lines to fill in."""

from __future__ import annotations

from dataclasses import replace

from train_easyocr.printing.pages import blocks
from train_easyocr.printing.pages.composer import Column, Composer
from train_easyocr.printing.pages.sheet import BLACK, WHITE
from train_easyocr.printing.pages.tables import DARK, PALE
from train_easyocr.printing.pages.typefaces import Style


def boxed(hand: Composer, column: Column) -> None:
    """Print a summary in a frame, on a pale ground or both."""
    rng, sheet, pad = hand.rng, hand.sheet, hand.body.size * hand.rng.uniform(0.4, 1.0)
    column.y += 0.5 * pad
    top = column.y
    if not column.room(4 * pad + 4 * hand.pitch * hand.body.size):
        return
    inner = column.inset(pad, pad)
    inner.y, inner.bottom = top + pad, column.bottom - 2 * pad
    if hand.chance(0.4):
        title = hand.words.entry("box_titles")
        hand.paragraph(inner, title, hand.bold, align="centre")
    (blocks.bullets if hand.chance(0.7) else blocks.prose)(hand, inner, 4)
    box = column.left, top, column.right, inner.y + pad
    ground = rng.random()
    if ground < 0.12:
        sheet.inverse(box, rng.choice(DARK))
    elif ground < 0.6:
        sheet.tint(box, rng.choice(PALE))
    if ground < 0.12 or hand.chance(0.85):
        colour = rng.choice(((0, 0, 0), hand.accent, (120, 120, 120)))
        sheet.frame(box, sheet.pixels(rng.choice((0.4, 0.8, 1.5))), colour, rng.choice((0, 0, sheet.pixels(1.5))))
    column.y = box[3] + pad


def diagram(hand: Composer, column: Column) -> None:
    """Print boxes beside or below each other with arrows between them, as visions and procedures are drawn."""
    rng, sheet, style = hand.rng, hand.sheet, hand.cell
    count, em = rng.randint(2, 5), hand.cell.size
    gap, height = rng.uniform(0.6, 2.0) * em, rng.uniform(3, 7) * em
    if not column.room(height + em):
        return
    width = (column.width - (count - 1) * gap) / count
    dark = hand.chance(0.3)
    ground = rng.choice(DARK if dark else PALE)
    ink = replace(style, colour=WHITE) if dark else style
    arrow = rng.choice(("→", "⇒", "▶", "+", "⇨", ""))
    for place in range(count):
        x0 = column.left + place * (width + gap)
        box = x0, column.y, x0 + width, column.y + height
        if dark or hand.chance(0.6):
            sheet.fill(box, ground)
        if not dark:
            sheet.frame(box, sheet.pixels(rng.choice((0.5, 1.0))), hand.accent)
        inner = Column(x0 + 0.4 * em, box[2] - 0.4 * em, column.y + 0.5 * em, box[3] - 0.2 * em)
        hand.paragraph(inner, hand.words.phrase(1, 3), hand.heavier(ink), align="centre", pitch=1.3)
        for _ in range(rng.randint(0, 3)):
            hand.paragraph(
                inner, hand.words.phrase(1, 3), ink, align="left", pitch=1.25, marker=rng.choice(("·", "-", ""))
            )
        advance = sheet.typefaces.width(arrow, style)
        if arrow and place + 1 < count and advance < gap:
            sheet.put(arrow, box[2] + (gap - advance) / 2, column.y + height / 2 + 0.36 * em, style)
    column.y += height + 0.8 * em


def steps(hand: Composer, column: Column) -> None:
    """Print a procedure downwards: boxes in the middle with arrows between them."""
    rng, sheet, style = hand.rng, hand.sheet, hand.cell
    em, width = style.size, column.width * rng.uniform(0.3, 0.7)
    arrow = rng.choice("↓▼⇩∨")
    for place in range(rng.randint(2, 5)):
        if not column.room(4.2 * em):
            return
        if place:
            advance = sheet.typefaces.width(arrow, style)
            sheet.put(arrow, (column.left + column.right - advance) / 2, column.y + 1.05 * em, style)
            column.y += 1.4 * em
        left = (column.left + column.right - width) / 2
        _box(hand, (left, column.y, left + width, column.y + 2.2 * em), hand.words.phrase(1, 3), style)
        note, x = f"( {hand.words.fill('{부서}')} )", left + width + 0.5 * em
        if hand.chance(0.4) and x + sheet.typefaces.width(note, hand.small) < column.right:
            sheet.line(note, x, column.y + 1.4 * em, hand.small)
        column.y += 2.3 * em
    column.y += 0.5 * em


def tree(hand: Composer, column: Column) -> None:
    """Print an organisation: one box, lines, and boxes below it."""
    rng, sheet, style = hand.rng, hand.sheet, hand.cell
    em, count = style.size, rng.randint(2, 5)
    if not column.room(8 * em):
        return
    middle, thick = (column.left + column.right) / 2, sheet.pixels(0.6)
    top = middle - 5 * em, column.y, middle + 5 * em, column.y + 2 * em
    _box(hand, top, hand.words.fill("{listed:titles}"), style)
    width = column.width / count
    middles = [column.left + (place + 0.5) * width for place in range(count)]
    sheet.rule(middle, column.y + 2 * em, middle, column.y + 3 * em, thick)
    sheet.rule(middles[0], column.y + 3 * em, middles[-1], column.y + 3 * em, thick)
    for x in middles:
        sheet.rule(x, column.y + 3 * em, x, column.y + 4 * em, thick)
        box = x - 0.45 * width, column.y + 4 * em, x + 0.45 * width, column.y + 7 * em
        _box(hand, box, hand.words.fill("{listed:departments}"), style)
    column.y += 7.5 * em


def figures(hand: Composer, column: Column) -> None:
    """Print cards with a large figure each, and what it counts in small print."""
    rng, large = hand.rng, replace(hand.sized(hand.title, hand.rng.uniform(0.9, 1.5)), colour=hand.accent)
    count, height = rng.randint(2, 4), 3.4 * large.size
    if not column.room(height):
        return
    width = column.width / count
    for place in range(count):
        box = column.left + (place + 0.04) * width, column.y, column.left + (place + 0.96) * width, column.y + height
        if hand.chance(0.7):
            hand.sheet.fill(box, rng.choice(PALE))
        inner = Column(box[0] + 2, box[2] - 2, column.y + 0.3 * large.size, box[3])
        for text, style in (("{words:1-2}", hand.small), ("{entry:figures}", large), ("{words:1-3}", hand.small)):
            hand.paragraph(inner, hand.words.fill(text), style, align="centre", pitch=1.3)
    column.y += height + 0.5 * hand.body.size


def blanks(hand: Composer, column: Column) -> None:
    """Print labels before lines or brackets to be filled in; some are, by hand."""
    rng, sheet, em = hand.rng, hand.sheet, hand.body.size
    for _ in range(rng.randint(2, 6)):
        if not column.room(2.4 * em):
            return
        baseline = round(column.y + 1.5 * em)
        label = rng.choice(("○ ", "- ", "", "", "1. ")) + hand.words.one("noun") + rng.choice((" :", ":", ""))
        x = sheet.line(label, column.left, baseline, hand.body) + 0.6 * em
        end = min(column.right, x + rng.uniform(6, 25) * em)
        if end - x > 3 * em:
            if hand.chance(0.3):  # brackets, far apart
                sheet.put("(", x, baseline, hand.body)
                sheet.put(")", end - 0.5 * em, baseline, hand.body)
            else:
                y = baseline + 0.3 * em
                sheet.rule(x, y, end, y, sheet.pixels(0.5), BLACK, rng.choice((0, 0, sheet.pixels(1))))
            written = hand.words.fill(rng.choice(("{이름}", "{짧은날짜}", "{number:6}", "{noun}")))
            if hand.chance(0.4) and sheet.typefaces.width(written, hand.hand_written) < end - x - em:
                sheet.line(written, x + 0.5 * em, baseline, hand.hand_written)
        column.y += rng.uniform(1.8, 2.4) * em


def _box(hand: Composer, box: tuple[float, float, float, float], text: str, style: Style) -> None:
    """Print a box with a text in its middle, white on dark or dark on pale."""
    dark = hand.chance(0.3)
    hand.sheet.fill(box, hand.rng.choice(DARK if dark else (*PALE, WHITE)))
    if not dark:
        hand.sheet.frame(box, hand.sheet.pixels(hand.rng.choice((0.4, 0.8))), hand.rng.choice((BLACK, hand.accent)))
    ink = replace(style, colour=WHITE) if dark else style
    em = ink.size
    inner = Column(box[0] + 0.2 * em, box[2] - 0.2 * em, 0, box[3])
    lines = len(hand.broken([(word, ink) for word in text.split()], 0, 0, inner.width))
    inner.y = max(box[1], (box[1] + box[3] - lines * 1.2 * em) / 2)
    hand.paragraph(inner, text, ink, align="centre", pitch=1.2)


ALL = (boxed, diagram, steps, tree, figures, blanks)
