"""The kinds of pages: reports, laws, forms, press releases, statistics, letters, covers, pages without text."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from train_easyocr.printing.pages import blocks, official, pictures, tables
from train_easyocr.printing.pages.composer import Column, Composer
from train_easyocr.printing.pages.frame import columns, fill_with, furniture, title
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.typefaces import Typefaces


def print_page(
    rng: random.Random, typefaces: Typefaces, role: str, *, kind: str = "", dpi: int = 0
) -> tuple[str, Sheet]:
    """Print a page and return its kind, one of `KINDS`, and its sheet; kind and resolution are drawn if not given.

    `role` says whether half its print is in faces that are held out.
    """
    kind = kind or rng.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
    hand = Composer(rng, typefaces, role, dpi=dpi, landscape=kind == "발표자료" or rng.random() < 0.06)
    if hand.chance(0.05):
        side = hand.page.width * 0.5
        pictures.emblem(hand.sheet, rng, hand.page.left + side / 2, hand.sheet.height * 0.35, side, pale=True)
    KINDS[kind][1](hand)
    if kind not in ("빈쪽", "표지"):
        furniture(hand)
    return kind, hand.sheet


def _report(hand: Composer) -> None:
    if hand.chance(0.5):
        title(hand)
    number = hand.rng.randint(1, 4)
    while hand.page.room(8 * hand.pitch * hand.body.size):
        if hand.chance(0.7):
            blocks.heading(hand, hand.page, number)
            number += 1
        fill_with(
            hand,
            hand.page,
            [blocks.bullets] * 4
            + [blocks.boxed, blocks.notes, tables.any_table, pictures.picture_block, blocks.diagram],
            3,
        )


def _law(hand: Composer) -> None:
    if hand.chance(0.4):
        title(hand, f"{hand.words.one('law')} {hand.rng.choice(('', '시행령', '시행규칙'))}")
    parts = columns(hand) if hand.chance(0.2) else [hand.page]
    for column in parts:
        blocks.articles(hand, column)


def _newsletter(hand: Composer) -> None:
    if hand.chance(0.8):
        title(hand)
    makers = [blocks.prose] * 5 + [
        blocks.bullets,
        blocks.heading,
        pictures.picture_block,
        blocks.questions,
        blocks.english,
        blocks.boxed,
        tables.any_table,
    ]
    for column in columns(hand):
        fill_with(hand, column, makers)


def _statistics(hand: Composer) -> None:
    while hand.page.room(10 * hand.body.size):
        if hand.chance(0.8):
            align = hand.rng.choice(("left", "centre"))
            hand.paragraph(hand.page, hand.words.entry("table_titles"), hand.bold, align=align)
        if hand.chance(0.6):
            hand.paragraph(hand.page, hand.words.entry("units_of_tables"), hand.small, align="right")
        hand.rng.choice((tables.number_table, tables.number_table, tables.list_table))(
            hand, hand.page, hand.rng.randint(3, 28)
        )
        fill_with(hand, hand.page, [blocks.notes, blocks.bullets, pictures.picture_block], 1)


def _tables(hand: Composer) -> None:
    if hand.chance(0.4):
        title(hand)
    kind = hand.rng.choice((tables.list_table, tables.text_table, tables.sign_table, tables.form_table, None))
    while hand.page.room(8 * hand.body.size):
        before = hand.page.y
        if kind:
            kind(hand, hand.page, hand.rng.randint(4, 24))
        else:
            tables.any_table(hand, hand.page)
        if hand.page.y == before or hand.chance(0.3):
            fill_with(hand, hand.page, [blocks.notes, blocks.prose, blocks.heading], 1)


def _slide(hand: Composer) -> None:
    hand.body, hand.cell = hand.sized(hand.body, 1.4), hand.sized(hand.cell, 1.3)
    blocks.heading(hand, hand.page, hand.rng.randint(1, 5))
    parts = columns(hand) if hand.chance(0.5) else [hand.page]
    for column in parts:
        fill_with(
            hand, column, [blocks.bullets, blocks.diagram, pictures.picture_block, tables.any_table, blocks.boxed], 4
        )


def _mixed(hand: Composer) -> None:
    if hand.chance(0.5):
        title(hand)
    makers: Sequence[Callable[[Composer, Column], object]] = [
        *(blocks.heading, blocks.bullets, blocks.prose, blocks.boxed, blocks.notes, blocks.contacts, blocks.english),
        *(blocks.questions, blocks.diagram, tables.any_table, tables.any_table, pictures.picture_block),
    ]
    fill_with(hand, hand.page, makers)
    if hand.chance(0.2):
        size = 5 * hand.body.size
        pictures.bar_code(hand.sheet, hand.rng, hand.page.right - 2 * size, max(2, hand.top - 1.1 * size), size)


def _empty(hand: Composer) -> None:
    """Leave the page blank, or draw pictures, rules and frames without a word."""
    rng, page, sheet = hand.rng, hand.page, hand.sheet
    if hand.chance(0.3):
        return
    for _ in range(rng.randint(1, 4)):
        x, y = rng.uniform(page.left, page.right * 0.6), rng.uniform(page.y, page.bottom * 0.7)
        size = page.width * rng.uniform(0.1, 0.5)
        kind = rng.randrange(6)
        if kind == 0:
            pictures.photograph(hand, x, y, size * 1.4, size)
        elif kind == 1:
            pictures.seal(sheet, rng, x, y, size * 0.5)
        elif kind == 2:
            pictures.bar_code(sheet, rng, x, y, size)
        elif kind == 3:
            pictures.emblem(sheet, rng, x, y, size * 0.5)
        elif kind == 4:
            pictures.signature(sheet, rng, x, y, size, size * 0.4)
        else:
            columns = rng.randint(2, 8)
            tables.table(hand, page.inset(0), [1] * columns, [[tables.Cell()] * columns] * rng.randint(3, 20))
    if hand.chance(0.4):
        for step in range(rng.randint(3, 20)):
            y = hand.top + step * page.width * 0.06
            sheet.rule(
                page.left,
                y,
                page.right,
                y,
                sheet.pixels(rng.choice((0.4, 1))),
                (120, 120, 120),
                rng.choice((0, sheet.pixels(2))),
            )


def _contents(hand: Composer) -> None:
    blocks.contents(hand, hand.page)


KINDS: dict[str, tuple[float, Callable[[Composer], None]]] = {
    "보고서": (18, _report),
    "법령": (10, _law),
    "소식지": (8, _newsletter),
    "서식": (11, official.form),
    "보도자료": (7, official.press),
    "통계": (8, _statistics),
    "표": (10, _tables),
    "공문": (6, official.letter),
    "표지": (2, official.cover),
    "증서": (2, official.certificate),
    "발표자료": (4, _slide),
    "혼합": (11, _mixed),
    "목차": (4, _contents),
    "빈쪽": (2, _empty),
}
