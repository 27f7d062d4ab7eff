"""Prints a page of one of the kinds of documents.yaml, step by step, with its title, columns, and head and foot."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.printing.pages import blocks, boxes, pictures, table_kinds, tables
from train_easyocr.printing.pages.composer import UNDER, Column, Composer
from train_easyocr.printing.pages.sheet import WHITE, Sheet
from train_easyocr.printing.pages.typefaces import Typefaces
from train_easyocr.printing.pages.words.wording import phrases

Step = dict[str, Any]
_MOST_BLOCKS = 60  # of a column
_PAPERS = (255, 253, 240), (245, 245, 245), (250, 244, 228), (235, 243, 252), (252, 238, 238), (238, 248, 236)
_WORDLESS = ("표지", "증서", "빈쪽")  # kinds without page numbers
_BLOCKS: dict[str, Callable[[Composer, Column], None]] = {
    **{maker.__name__: maker for maker in (*blocks.ALL, *boxes.ALL, *table_kinds.ALL)},
    "picture": pictures.picture_block,
}


@cache
def kinds() -> dict[str, Any]:
    """Return the kinds of documents.yaml with their weights and steps."""
    kinds_: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("documents.yaml").read_text(encoding="utf-8"))
    return kinds_


def print_page(
    rng: random.Random, typefaces: Typefaces, role: str, *, kind: str = "", dpi: int = 0
) -> tuple[str, Sheet]:
    """Print a page and return its kind and its sheet; kind and resolution are drawn if not given.

    `role` says whether half its print is in faces that are held out.
    """
    kind = kind or rng.choices(list(kinds()), [kind["weight"] for kind in kinds().values()])[0]
    landscape = kinds()[kind].get("landscape", False) or rng.random() < 0.06
    hand = Composer(rng, typefaces, role, dpi=dpi, landscape=landscape)
    if hand.chance(0.03):
        pictures.photograph(hand, 0, 0, hand.sheet.width, hand.sheet.height, pale=True)
    if hand.chance(0.05):
        side = hand.page.width * 0.5
        pictures.emblem(hand.sheet, rng, hand.page.left + side / 2, hand.sheet.height * 0.35, side, pale=True)
    print_kind(hand, kind)
    whole = 0, 0, hand.sheet.width, hand.sheet.height
    if kind in ("발표자료", "표지") and hand.chance(0.15):
        hand.sheet.inverse(whole, rng.choice(tables.DARK))
    elif hand.chance(0.06):
        hand.sheet.tint(whole, rng.choice(_PAPERS))
    return kind, hand.sheet


def print_kind(hand: Composer, kind: str) -> None:
    """Print what stands on a page of that kind, in the styles of `hand`."""
    _run(hand, kinds()[kind]["steps"])
    if kind not in _WORDLESS:
        _head_and_foot(hand)


def _run(hand: Composer, steps: Sequence[Step]) -> None:
    """Take the steps; the first key of each names its action, and the value is the action's subject."""
    for step in steps:
        name = next(iter(step))
        times = _drawn(hand, step.get("times", 1)) if hand.chance(step.get("chance", 1.0)) else 0
        for _ in range(round(times)):
            _ACTIONS[name](hand, step[name], step)


def _drawn(hand: Composer, value: Any) -> Any:
    """Draw one of a list of texts, a number from a range of two, or return the value itself."""
    if not isinstance(value, list):
        return value
    if len(value) == 2 and all(isinstance(number, (int, float)) for number in value):
        whole = all(isinstance(number, int) for number in value)
        return hand.rng.randint(*value) if whole else hand.rng.uniform(*value)
    return hand.rng.choice(value)


def _print(hand: Composer, text: Any, step: Step) -> None:
    """Print a paragraph; `in` names its style, `spaced` sets its letters apart, `gap` its words, `grow` enlarges it."""
    style = getattr(hand, step.get("in", "body"))
    filled = hand.words.fill(_drawn(hand, text))
    if "grow" in step:
        style = hand.sized(style, _drawn(hand, step["grow"]))
    if "spaced" in step:
        filled = " ".join(filled.replace(" ", ""))
    if gap := step.get("spaced") or step.get("gap"):
        style = replace(style, gap=_drawn(hand, gap))
    if step.get("ink") == "accent" and hand.chance(0.6):
        style = replace(style, colour=hand.accent)
    known = ("align", "pitch", "first", "indent", "marker")
    options = {name: _drawn(hand, step[name]) for name in known if name in step}
    if "pitch" not in options and style is not hand.body:
        options["pitch"] = 1.45
    hand.paragraph(hand.page, filled, style, **options)


def _print_blocks(hand: Composer, names: Any, step: Step) -> None:
    """Print blocks of the named kinds down each column: `most` of them, or until the column is full."""
    for column in hand.columns or [hand.page]:
        for _ in range(_drawn(hand, step.get("most", _MOST_BLOCKS))):
            if not column.room(4 * hand.pitch * hand.body.size):
                break
            before = column.y
            _BLOCKS[hand.rng.choice(names)](hand, column)
            column.y = max(column.y, before + 0.2 * hand.body.size)


def _repeat(hand: Composer, steps: Any, step: Step) -> None:
    for _ in range(_MOST_BLOCKS):
        if not hand.page.room(8 * hand.pitch * hand.body.size):
            return
        before = hand.page.y
        _run(hand, steps)
        hand.page.y = max(hand.page.y, before + hand.body.size)


def _one_kind(hand: Composer, names: Any, step: Step) -> None:
    """Fill the page with blocks of one kind, and now and then something between them."""
    name = hand.rng.choice(names)
    _repeat(hand, [{"blocks": [name], "most": 1}, {"blocks": step["with"], "most": 1, "chance": 0.3}], step)


def _title(hand: Composer, text: Any, step: Step) -> None:
    """Print a title: in the middle, spaced, underlined, between rules, or white on a bar."""
    rng, sheet, page, em = hand.rng, hand.sheet, hand.page, hand.title.size
    filled = hand.words.fill(_drawn(hand, text))
    kind, style = rng.random(), replace(hand.title, colour=rng.choice((hand.title.colour, hand.accent)))
    if kind < 0.2 and len(filled) < 8:
        filled, style = " ".join(filled.replace(" ", "")), replace(style, gap=rng.uniform(0.4, 1.5))
    elif kind < 0.35:
        style = replace(style, tracking=rng.uniform(0.05, 0.3), gap=rng.uniform(0.6, 1.0))
    elif kind < 0.45:
        style = replace(style, ruled=UNDER)
    elif kind < 0.5:
        style = replace(style, outline=max(1, em // 24))
    top = page.y
    if kind > 0.8:
        shades = rng.choice(tables.DARK), rng.choice((None, rng.choice(tables.DARK)))
        sheet.fill((page.left, top, page.right, top + 2.2 * em), *shades)
        inner = page.inset(em, em)
        inner.y, inner.bottom = top + 0.35 * em, top + 2.0 * em
        hand.paragraph(inner, filled, replace(style, colour=WHITE), align="centre", pitch=1.5)
        page.y = top + 2.8 * em
        return
    ruled = kind > 0.65
    if ruled:
        sheet.rule(page.left, top, page.right, top, sheet.pixels(rng.choice((1, 2, 4))), hand.accent)
        page.y += 0.4 * em
    hand.paragraph(page, filled, style, align=rng.choice(("centre", "centre", "left")), pitch=1.4)
    if ruled:
        page.y += 0.3 * em
        sheet.rule(page.left, page.y, page.right, page.y, sheet.pixels(rng.choice((0.5, 1, 2))), hand.accent)
    page.y += rng.uniform(0.4, 1.2) * em


def _columns(hand: Composer, counts: Any, step: Step) -> None:
    """Divide the rest of the page into columns, sometimes with rules between them."""
    rng, page = hand.rng, hand.page
    count = rng.choice(counts) if hand.sheet.dpi >= 120 else min(2, max(counts))
    gutter = rng.uniform(1.0, 2.5) * hand.body.size
    width = (page.width - (count - 1) * gutter) / count
    lefts = [page.left + place * (width + gutter) for place in range(count)]
    hand.columns = [Column(left, left + width, page.y, page.bottom) for left in lefts]
    if hand.chance(0.3):
        for left in lefts[1:]:
            hand.sheet.rule(left - gutter / 2, page.y, left - gutter / 2, page.bottom, hand.sheet.pixels(0.4))


def _rule(hand: Composer, points: Any, step: Step) -> None:
    hand.page.y += 0.4 * hand.body.size
    hand.sheet.rule(hand.page.left, hand.page.y, hand.page.right, hand.page.y, hand.sheet.pixels(points))
    hand.page.y += 0.4 * hand.body.size


def _seal(hand: Composer, place: Any, step: Step) -> None:
    """Stamp a seal over the line that was printed last."""
    size = hand.rng.uniform(1.6, 2.4) * hand.title.size
    x = hand.page.left + hand.page.width * _drawn(hand, place)
    pictures.seal(hand.sheet, hand.rng, x, hand.page.y - 0.7 * hand.body.size, size)


def _sign(hand: Composer, place: Any, step: Step) -> None:
    em, x = hand.body.size, hand.page.left + hand.page.width * _drawn(hand, place)
    pictures.signature(hand.sheet, hand.rng, x, hand.page.y - 2 * em, 5 * em, 2 * em)


def _skip(hand: Composer, ems: Any, step: Step) -> None:
    hand.page.y += ems * hand.body.size


def _move_to(hand: Composer, share: Any, step: Step) -> None:
    hand.page.y = max(hand.page.y, hand.sheet.height * _drawn(hand, share))


def _emblem(hand: Composer, ems: Any, step: Step) -> None:
    pictures.emblem(hand.sheet, hand.rng, hand.page.left, hand.page.y, ems * hand.title.size)


def _band(hand: Composer, place: Any, step: Step) -> None:
    """Print the title of a cover in white on a dark band across the sheet."""
    sheet, page, em = hand.sheet, hand.page, hand.title.size
    top, bottom = (share * sheet.height for share in place)
    sheet.fill((0, top, sheet.width, bottom), hand.rng.choice(tables.DARK), hand.rng.choice((None, *tables.DARK)))
    inner = Column(page.left, page.right, top + 0.5 * em, bottom - 0.3 * em)
    hand.paragraph(inner, hand.words.heading(), replace(hand.title, colour=WHITE), align="centre", pitch=1.5)
    page.y = bottom + em


def _photograph(hand: Composer, place: Any, step: Step) -> None:
    top, bottom = (share * hand.sheet.height for share in place)
    pictures.photograph(hand, hand.page.left, top, hand.page.width, bottom - top)


def _frames(hand: Composer, count: Any, step: Step) -> None:
    """Draw frames around the page, and keep the text away from them."""
    sheet, page, thick = hand.sheet, hand.page, hand.sheet.pixels(hand.rng.choice((0.5, 1, 2)))
    for number in range(_drawn(hand, count)):
        inset = hand.margin * 0.5 + number * 3 * thick
        sheet.frame((inset, inset, sheet.width - inset, sheet.height - inset), thick, hand.accent)
    page.left, page.right, page.y = page.left + hand.margin * 0.4, page.right - hand.margin * 0.4, page.y + hand.margin


def _enlarge(hand: Composer, factor: Any, step: Step) -> None:
    hand.body, hand.cell = hand.sized(hand.body, factor), hand.sized(hand.cell, factor)


def _code(hand: Composer, ems: Any, step: Step) -> None:
    size = ems * hand.body.size
    pictures.bar_code(hand.sheet, hand.rng, hand.page.right - 2 * size, max(2, hand.top - 1.1 * size), size)


def _scatter(hand: Composer, count: Any, step: Step) -> None:
    """Lay pictures, stamps, codes and empty tables about, without a word."""
    rng, page, sheet = hand.rng, hand.page, hand.sheet
    for _ in range(_drawn(hand, count)):
        x, y = rng.uniform(page.left, page.right * 0.6), rng.uniform(page.y, page.bottom * 0.7)
        size, kind = page.width * rng.uniform(0.1, 0.5), rng.randrange(6)
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
            columns = rng.randint(1, 8)
            tables.table(hand, page.inset(0), [1] * columns, [[tables.Cell()] * columns] * rng.randint(3, 20))


_ACTIONS: dict[str, Callable[[Composer, Any, Step], None]] = {
    **{"print": _print, "blocks": _print_blocks, "repeat": _repeat, "one": _one_kind, "title": _title},
    **{"columns": _columns, "rule": _rule, "seal": _seal, "sign": _sign, "skip": _skip, "to": _move_to},
    **{"emblem": _emblem, "band": _band, "photograph": _photograph, "frames": _frames, "enlarge": _enlarge},
    **{"code": _code, "scatter": _scatter},
}


def _head_and_foot(hand: Composer) -> None:
    """Print the number of the page, and sometimes a running head with a rule."""
    rng, sheet, style, page = hand.rng, hand.sheet, hand.small, hand.page
    foot = min(sheet.height - 0.3 * style.size, page.bottom + rng.uniform(1.5, 2.5) * style.size)
    if hand.chance(0.75):
        text = rng.choice(phrases("page_numbers")).format(rng.randint(1, 240))
        width = sheet.typefaces.width(text, style)
        x = rng.choice(((page.left + page.right - width) / 2,) * 4 + (page.right - width, page.left))
        sheet.line(text, x, foot, style)
        office = hand.words.fill("{listed:ministries}")
        if hand.chance(0.15) and x > page.left + sheet.typefaces.width(office, style):
            sheet.line(office, page.left, foot, style)
    if hand.chance(0.25) and hand.top > 3.2 * style.size:
        y, text = hand.top - 1.2 * style.size, hand.words.heading()
        width = sheet.typefaces.width(text, style)
        if width < page.width * 0.7:
            sheet.line(text, page.right - width if hand.chance(0.5) else page.left, y, style)
            if hand.chance(0.7):
                sheet.rule(page.left, y + 0.5 * style.size, page.right, y + 0.5 * style.size, sheet.pixels(0.6))
