"""Blocks of running text: headings, bullet lists, articles of laws, leaders, questions, notes, English."""

from __future__ import annotations

from dataclasses import replace

from train_easyocr.printing.pages.composer import UNDER, Column, Composer
from train_easyocr.printing.pages.sheet import WHITE
from train_easyocr.printing.pages.tables import DARK, PALE
from train_easyocr.printing.pages.words.wording import phrases

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_LETTERS = "가나다라마바사아자차카타파하"


def heading(hand: Composer, column: Column) -> None:
    """Print a heading: bold, underlined, in a bar, behind a number in a box, or beside a coloured stroke."""
    rng, sheet, style, number = hand.rng, hand.sheet, hand.head, hand.section
    em, kind = style.size, rng.random()
    hand.section += 1
    column.y += 0.7 * em
    if not column.room(2.2 * em):
        return
    mark = rng.choice((f"{number}.", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"[number % 10], f"{number})", f"제{number}장", "□", "◇", ""))
    text = hand.words.heading()
    whole, top, coloured = f"{mark} {text}", column.y, replace(style, colour=rng.choice((style.colour, hand.accent)))
    if kind < 0.45:
        hand.paragraph(
            column, whole, replace(coloured, ruled=UNDER if hand.chance(0.15) else None), align="left", pitch=1.5
        )
    elif kind < 0.65:  # a bar, dark or pale
        dark = hand.chance(0.6)
        colour, below = (rng.choice(DARK if dark else PALE) for _ in range(2))
        fitting = min(column.width, sheet.typefaces.width(whole, style) + 2 * em)
        width = column.width if hand.chance(0.6) else fitting
        sheet.fill((column.left, top, column.left + width, top + 1.7 * em), colour, below if hand.chance(0.2) else None)
        inner = column.inset(0.5 * em, column.width - width + 0.3 * em)
        inner.y, inner.bottom = top + 0.1 * em, top + 1.7 * em
        ink = replace(style, colour=WHITE if dark else coloured.colour)
        hand.paragraph(inner, whole, ink, align=rng.choice(("left", "centre")), pitch=1.5)
        column.y = top + 1.7 * em
    elif kind < 0.85:  # a number in a box
        sheet.fill((column.left, top, column.left + 1.6 * em, top + 1.6 * em), rng.choice(DARK))
        sign = replace(style, colour=WHITE)
        shown = mark.strip(".)") or str(number)
        width = sheet.typefaces.width(shown, sign)
        if width < 1.5 * em:
            sheet.put(shown, column.left + 0.8 * em - width / 2, top + 1.18 * em, sign)
        inner = column.inset(2.1 * em)
        hand.paragraph(inner, text, coloured, align="left", pitch=1.6)
        column.y = max(inner.y, top + 1.6 * em)
        if hand.chance(0.5):
            sheet.rule(column.left, column.y, column.right, column.y, sheet.pixels(1), hand.accent)
    else:
        inner = column.inset(0.8 * em)
        hand.paragraph(inner, text, coloured, align="left", pitch=1.4)
        sheet.fill((column.left, top, column.left + 0.3 * em, inner.y), rng.choice(DARK))
        column.y = inner.y
    column.y += 0.4 * em


def bullets(hand: Composer, column: Column, most: int = 9) -> None:
    """Print a list on up to four levels, each with its sign, indent and size."""
    rng, levels = hand.rng, hand.rng.choice(phrases("levels")).split()
    indents = (0.0, rng.uniform(0.4, 1.2), rng.uniform(1.0, 2.2), rng.uniform(1.6, 3.0))
    sizes = (rng.choice((1.0, 1.1, 1.2)), 1.0, rng.choice((1.0, 0.95)), rng.choice((0.75, 0.85)))
    strong, between = hand.chance(0.4), rng.uniform(0.0, 0.6)
    level = 0
    for number in range(rng.randint(min(3, most), most)):
        level = min(3, max(0, level + rng.choice((-1, -1, 0, 0, 1, 1)))) if number else 0
        base = hand.bold if level == 0 and strong else hand.small if level == 3 else hand.body
        style = hand.sized(base, sizes[level])
        text = hand.words.phrase(2, 7) if level == 0 or hand.chance(0.3) else hand.words.sentence()
        if hand.chance(0.25):
            text = f"({hand.words.one('noun')}) {text}"
        if hand.chance(0.2):
            text = hand.words.fill("{words:1-4} : {quantity} → {quantity}" if level else "{words:1-4} : {amount}")
        mark = levels[level]
        if mark[0].isdigit():
            mark = mark.replace("1", str(number + 1), 1)
        hand.paragraph(column, hand.emphasised(text, style), style, marker=mark, indent=indents[level])
        column.y += between * style.size


def prose(hand: Composer, column: Column, most: int = 4) -> None:
    """Print paragraphs, indented by a letter or set off by white space."""
    first = hand.rng.choice((0.0, 1.0, 1.0, 2.0))
    for _ in range(hand.rng.randint(1, most)):
        text = hand.words.prose(hand.rng.randint(1, 5))
        hand.paragraph(column, hand.emphasised(text, hand.body, 0.05), first=first)
        column.y += hand.gap * hand.body.size


def articles(hand: Composer, column: Column) -> None:
    """Print a dense law down to the foot of the column."""
    hand.section = hand.rng.randint(1, 200)
    while column.room(3 * hand.pitch * hand.body.size):
        if hand.chance(0.08):
            text = hand.words.fill("제{작은수}장 {words:1-2}")
            hand.paragraph(column, text, hand.bold, align="centre")
        article(hand, column)


def article(hand: Composer, column: Column) -> None:
    """Print one article of a law or contract: 제1조(목적) ① 1. 가."""
    rng, words, count = hand.rng, hand.words, hand.rng.choice((0, 0, 2, 3, 4))
    head = hand.bold if hand.bold_articles else hand.body
    pieces = [(word, head) for word in f"제{hand.section}조({words.phrase(1, 3)})".split()]
    text = f"{'①' if count else ''}{words.prose(rng.randint(1, 2))}"
    hand.paragraph(column, pieces + [(word, hand.body) for word in text.split()])
    hand.section += 1
    for item in range(1, count):
        glue = "" if hand.chance(0.5) else " "
        hand.paragraph(column, f"{_CIRCLED[item]}{glue}{words.sentence()}", indent=0.4)
        for sub in range(rng.randint(2, 4) if hand.chance(0.4) else 0):
            hand.paragraph(column, words.phrase(2, 8), marker=f"{sub + 1}.", indent=1)
            if hand.chance(0.2):
                hand.paragraph(column, words.phrase(2, 6), marker=f"{_LETTERS[sub]}.", indent=2)
    if hand.chance(0.3):
        note = words.fill(rng.choice(("<개정 {date}>", "[전문개정 {짧은날짜}]", "<신설 {짧은날짜}>")))
        ink = rng.choice((hand.body.colour, (20, 60, 200)))
        hand.paragraph(column, note, replace(hand.body, colour=ink), indent=1)
    column.y += hand.gap * hand.body.size


def speeches(hand: Composer, column: Column) -> None:
    """Print what members of a council said, behind their names."""
    for _ in range(hand.rng.randint(1, 4)):
        name = hand.words.fill(
            hand.rng.choice(("○{직위} {이름}", "○ 위원 {이름}", "◯의장 {이름}", "{이름} 위원 :", "(○{이름} 의원)"))
        )
        pieces = [(word, hand.bold) for word in name.split()]
        hand.paragraph(
            column, pieces + [(word, hand.body) for word in hand.words.prose(hand.rng.randint(1, 3)).split()]
        )
        column.y += hand.gap * hand.body.size


def contents(hand: Composer, column: Column) -> None:
    """Print a table of contents: leaders of dots between titles and page numbers, apart or as one word."""
    rng, sheet, style, page = hand.rng, hand.sheet, hand.body, 1
    faces, em = sheet.typefaces, style.size
    dot, shape = rng.choice("·····.…‥-"), rng.choice(("{}", "{}", "({})", "- {} -"))
    apart = rng.choice((0.0, 0.0, 0.5 * em))
    column.y += em
    while column.room(3 * hand.pitch * em):
        level = rng.choice((0, 1, 1, 1, 2))
        used = hand.bold if level == 0 else style
        roman, letter = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ"[page % 10], _LETTERS[page % 9]
        mark = rng.choice((f"{page % 9 + 1}.", f"{letter}.", f"{roman}.", f"{page % 7 + 1}-{page % 5 + 1}.", "○", ""))
        baseline = round(column.y + hand.pitch * em)
        x = sheet.line(f"{mark} {hand.words.phrase(1, 4)}", column.left + level * 1.5 * em, baseline, used)
        page += rng.randint(0, 6)
        number = shape.format(page)
        end = column.right - faces.width(number, style)
        count = int((end - apart - x - 0.6 * em) / (faces.word(dot * 20, style).advance / 20)) - 1
        if count > 2 and hand.chance(0.95):
            leader = dot * count + (number if not apart and " " not in number else "")
            right = column.right if leader[-1] != dot else end - apart
            sheet.put(leader, right - faces.word(leader, style).advance, baseline, style)
            if leader[-1] == dot:
                sheet.line(number, end, baseline, style)
        elif x + 0.6 * em < end:
            sheet.line(number, end, baseline, style)
        column.y += hand.pitch * em * (1.4 if level == 0 else 1)


def questions(hand: Composer, column: Column) -> None:
    """Print questions with choices ① ② ③, or with answers."""
    rng, style = hand.rng, hand.body
    answered = hand.chance(0.4)
    for number in range(rng.randint(3, 8)):
        mark = rng.choice((f"{number + 1}.", f"문{number + 1}.", f"Q{number + 1}.", f"문 {number + 1})", "Q"))
        hand.paragraph(column, hand.words.sentence(), hand.bold, marker=mark)
        if answered:
            hand.paragraph(
                column, hand.words.prose(rng.randint(1, 2)), style, marker=rng.choice(("A.", "답.", "☞", "→", "A"))
            )
        else:
            sign = rng.choice((list(_CIRCLED), ["□"] * 10, ["( )"] * 10, ["○"] * 10, [f"{n + 1})" for n in range(10)]))
            glue = rng.choice((" ", " ", ""))
            choices = [f"{sign[place]}{glue}{hand.words.phrase(1, 3)}" for place in range(rng.randint(2, 6))]
            if hand.chance(0.5):
                hand.paragraph(
                    column, " ".join(choices), replace(style, gap=rng.uniform(0.4, 1.2)), indent=1.5, align="left"
                )
            else:
                for choice in choices:
                    hand.paragraph(column, choice, style, indent=1.5)
        column.y += rng.uniform(0, 1.0) * style.size


def notes(hand: Composer, column: Column) -> None:
    """Print small print behind ※, * and 주), sometimes below a short rule as footnotes."""
    rng, style = hand.rng, hand.sized(hand.small, hand.rng.uniform(0.75, 1.0))
    if hand.chance(0.3):
        column.y += 0.5 * style.size
        hand.sheet.rule(column.left, column.y, column.left + column.width * 0.3, column.y, hand.sheet.pixels(0.5))
        column.y += 0.5 * style.size
    mark = rng.choice(("※", "*", "주)", "1)", "-", "☞", "·", "자료:"))
    for _ in range(rng.randint(1, 3)):
        text = hand.words.official("notes").lstrip("※ ") if hand.chance(0.5) else hand.words.sentence()
        hand.paragraph(column, text, style, marker=mark, pitch=1.35)


def english(hand: Composer, column: Column) -> None:
    """Print English paragraphs."""
    for _ in range(hand.rng.randint(1, 3)):
        text = " ".join(hand.words.english(hand.rng.randint(6, 22)) for _ in range(hand.rng.randint(1, 5)))
        hand.paragraph(column, text, hand.body)
        column.y += 0.6 * hand.body.size


def contacts(hand: Composer, column: Column) -> None:
    """Print an address, telephone numbers, mail and web addresses, aligned behind colons or not."""
    rng, style = hand.rng, hand.rng.choice((hand.body, hand.small, hand.cell))
    for _ in range(rng.randint(2, 5)):
        marker = rng.choice(("", "", "○", "·", "-"))
        hand.paragraph(column, hand.words.entry("contacts"), style, align="left", marker=marker)


def english_articles(hand: Composer, column: Column) -> None:
    """Print numbered articles and items in English."""
    number = hand.section
    hand.section += 1
    mark = hand.rng.choice((f"Article {number}", f"{number}.", f"Section {number}.", f"§ {number}"))
    hand.paragraph(column, f"{mark} {hand.words.english(hand.rng.randint(2, 5))}", hand.bold, align="left")
    for item in range(hand.rng.randint(1, 4)):
        marker = hand.rng.choice((f"({item + 1})", f"{chr(97 + item)}.", "-", "•", f"{number}.{item + 1}"))
        hand.paragraph(column, hand.words.english(hand.rng.randint(5, 24)), marker=marker, indent=0.8)


def formulas(hand: Composer, column: Column) -> None:
    """Print lines with signs that stand alone: sums, ratios, periods, arrows."""
    for _ in range(hand.rng.randint(1, 4)):
        text = hand.words.entry("formulas")
        hand.paragraph(column, text, align="left", marker=hand.rng.choice(("", "·", "-", "*", "○", "※")))


ALL = (
    heading,
    bullets,
    prose,
    article,
    articles,
    speeches,
    contents,
    questions,
    notes,
    english,
    english_articles,
    contacts,
    formulas,
)
