"""The frame of a page: its title, its columns, running head and foot, and blocks until a column is full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from train_easyocr.printing.pages.composer import Column, Composer
from train_easyocr.printing.pages.sheet import WHITE
from train_easyocr.printing.pages.tables import DARK
from train_easyocr.printing.pages.wording import phrases


def title(hand: Composer, text: str = "") -> None:
    """Print a title: in the middle, spaced, underlined, between rules, or white on a bar."""
    rng, sheet, page = hand.rng, hand.sheet, hand.page
    text = text or hand.words.heading()
    kind, style, em = (
        rng.random(),
        replace(hand.title, colour=rng.choice((hand.title.colour, hand.accent))),
        hand.title.size,
    )
    if kind < 0.2 and len(text) < 8:
        text = " ".join(text.replace(" ", ""))
        style = replace(style, gap=rng.uniform(0.4, 1.5))
    elif kind < 0.35:
        style = replace(style, tracking=rng.uniform(0.05, 0.3), gap=rng.uniform(0.6, 1.0))
    elif kind < 0.5:
        style = replace(style, underlined=True)
    top = page.y
    if kind > 0.8:
        sheet.fill(
            (page.left, top, page.right, top + 2.2 * em),
            rng.choice(DARK),
            rng.choice((None, rng.choice(DARK))),
        )
        inner = page.inset(em, em)
        inner.y, inner.bottom = top + 0.35 * em, top + 2.0 * em
        hand.paragraph(inner, text, replace(style, colour=WHITE), align="centre", pitch=1.5)
        page.y = top + 2.8 * em
        return
    if kind > 0.65:
        sheet.rule(page.left, top, page.right, top, sheet.pixels(rng.choice((1, 2, 4))), hand.accent)
        page.y += 0.4 * em
    hand.paragraph(page, text, style, align=rng.choice(("centre", "centre", "left")), pitch=1.4)
    if kind > 0.65:
        page.y += 0.3 * em
        sheet.rule(page.left, page.y, page.right, page.y, sheet.pixels(rng.choice((0.5, 1, 2))), hand.accent)
    page.y += rng.uniform(0.4, 1.2) * em


def columns(hand: Composer) -> list[Column]:
    """Divide the rest of the page into two or three columns, sometimes with rules between them."""
    rng, page = hand.rng, hand.page
    count = rng.choice((2, 2, 2, 3)) if hand.sheet.dpi >= 120 else 2
    gutter = rng.uniform(1.0, 2.5) * hand.body.size
    width = (page.width - (count - 1) * gutter) / count
    if hand.chance(0.3):
        for place in range(1, count):
            x = page.left + place * (width + gutter) - gutter / 2
            hand.sheet.rule(x, page.y, x, page.bottom, hand.sheet.pixels(0.4))
    return [
        Column(page.left + place * (width + gutter), page.left + place * (width + gutter) + width, page.y, page.bottom)
        for place in range(count)
    ]


def fill_with(
    hand: Composer, column: Column, makers: Sequence[Callable[[Composer, Column], object]], most: int = 99
) -> None:
    """Print blocks until the column is full."""
    for _ in range(most):
        if not column.room(4 * hand.pitch * hand.body.size):
            return
        before = column.y
        hand.rng.choice(makers)(hand, column)
        column.y = max(column.y, before + 0.2 * hand.body.size)


def furniture(hand: Composer) -> None:
    """Print the number of the page, and sometimes a running head or foot with a rule, a bar code, a reference."""
    rng, sheet, style, page = hand.rng, hand.sheet, hand.small, hand.page
    number, foot = rng.randint(1, 240), min(sheet.height - 1.0, page.bottom + hand.rng.uniform(1.5, 2.5) * style.size)
    if hand.chance(0.75):
        text = rng.choice(phrases("page_numbers")).format(number)
        width = sheet.typefaces.width(text, style)
        x = rng.choice(((page.left + page.right - width) / 2,) * 4 + (page.right - width, page.left))
        sheet.line(text, x, foot, style)
        if hand.chance(0.15) and x > page.left:
            sheet.line(hand.words.fill("{listed:ministries}"), page.left, foot, style)
    if hand.chance(0.25) and hand.top > 3.2 * style.size:
        y = hand.top - 1.2 * style.size
        text = hand.words.heading()
        width = sheet.typefaces.width(text, style)
        if width < page.width:
            sheet.line(text, page.right - width if hand.chance(0.5) else page.left, y, style)
            if hand.chance(0.7):
                sheet.rule(page.left, y + 0.5 * style.size, page.right, y + 0.5 * style.size, sheet.pixels(0.6))
