"""The kinds of pages in the sample: official letters, continued pages, forms, public notices, registers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from train_easyocr.printing.sample.author import Author
from train_easyocr.printing.sample.blocks import (
    approval_box,
    foot_of_letter,
    form_rows,
    letterhead,
    mark_at_edge,
    page_number,
    references,
    table_rows,
)
from train_easyocr.printing.sample.sheet import Layout, Sheet, Style
from train_easyocr.printing.sample.vocabulary import sentences

# Faces of body and headings, and how often.
_FACES = (
    ("gothic", "gothic_bold"),
    ("serif", "gothic_extra_bold"),
    ("sans", "gothic_bold"),
    ("serif", "gothic_light"),
    ("gothic_bold", "gothic_extra_bold"),
)
_FACE_WEIGHTS = (6, 5, 5, 2, 2)
_LIST_MARKERS = ("1)", "-", "○", "□", "ㅇ", "·", "◎")
_LIST_MARKER_WEIGHTS = (6, 2, 3, 3, 2, 1, 1)
_LETTERS = "가나다라마바사아자차카타파하"
_MARKED_AT_EDGE = 0.12
_WORDS_A_PAGE = 128  # the target; forms and registers have fewer, so the average over all pages is 117


def compose_page(rng: random.Random, category: str, city: str, year: int, dpi: int) -> Layout:
    """Write one page of a random kind."""
    author = Author(rng, category, city, year)
    sheet = Sheet(rng, dpi, *rng.choices(_FACES, _FACE_WEIGHTS)[0])
    kind = rng.choices(_KINDS, _KIND_WEIGHTS)[0]
    kind(sheet, author)
    if rng.random() < _MARKED_AT_EDGE:
        mark_at_edge(sheet, author)
    return sheet.finish()


def _letter(sheet: Sheet, author: Author) -> None:
    """시행문: letterhead, references, body, attachments, sender."""
    words_wanted = round(author.rng.gauss(_WORDS_A_PAGE, 22))
    letterhead(sheet, author)
    references(sheet, author)
    sheet.skip(0.4)
    _numbered_body(sheet, author, words_wanted - 22)
    _attachments(sheet, author)
    _sender(sheet, author)
    if author.year >= 2004:
        foot_of_letter(sheet, author)


def _continued(sheet: Sheet, author: Author) -> None:
    """계획서, a later page: headings and lists, then perhaps a table."""
    words_wanted = round(author.rng.gauss(_WORDS_A_PAGE, 22))
    titles = author.rng.sample(sentences("headings"), 7)
    for number, title in enumerate(titles, start=1):
        if len(sheet.words) > words_wanted or not sheet.room(5):
            break
        sheet.line(f"{number}. {title}", style=Style(sheet.bold_face, sheet.body.size))
        _list_below(sheet, author)
        sheet.skip(0.3)
    if len(sheet.words) < words_wanted and sheet.room(8):
        sheet.table(table_rows(author, author.rng.randint(4, 6)))
    if sheet.room(2) and author.rng.random() < 0.5:
        sheet.paragraph(author.write("notes"))
    page_number(sheet, author)


def _form(sheet: Sheet, author: Author) -> None:
    """신청서: a ruled form, a request, date and applicant, receiver, papers needed."""
    sheet.centred(author.write("forms"), sheet.heading(author.rng.choice((16, 18, 20))))
    sheet.skip(0.6)
    form_rows(sheet, author, author.rng.randint(7, 10))
    sheet.skip(0.6)
    for pattern in author.rng.sample(sentences("requests"), 2):
        sheet.paragraph(author.fill(pattern), indent=1)
    sheet.skip(0.5)
    sheet.centred(author.fill("{긴날짜}"))
    sheet.flush_right(author.fill("신청인 {이름} (서명 또는 인)"))
    sheet.skip(0.4)
    sheet.line(author.fill("{시군}{기관장} 귀하"), style=sheet.heading(15))
    sheet.skip(0.4)
    sheet.line("구비서류")
    for number in range(1, author.rng.randint(4, 7)):
        sheet.paragraph(author.write("attachments"), f"{number}.", 1)
    if sheet.room(9):
        sheet.table(table_rows(author, author.rng.randint(4, 6)))
    if sheet.room(2):
        sheet.paragraph(author.write("notes"))


def _notice(sheet: Sheet, author: Author) -> None:
    """공고: number, title, opening, date, the head of the city, then the announcement."""
    words_wanted = round(author.rng.gauss(_WORDS_A_PAGE, 22))
    kind = author.rng.choice(("공고", "고시"))
    sheet.line(author.fill(f"{{시군}} {kind} 제{author.year}-{{수}}호"), style=sheet.heading(13))
    sheet.centred(author.write("titles"), sheet.heading(15))
    sheet.skip(0.5)
    sheet.paragraph(author.write("openings"), indent=1)
    sheet.centred(author.fill("{긴날짜}"))
    _sender(sheet, author)
    sheet.skip(0.5)
    _numbered_body(sheet, author, words_wanted)
    if sheet.room(2):
        sheet.paragraph(author.write("notes"))


def _register(sheet: Sheet, author: Author) -> None:
    """현황: the approval box, a title, a long table, notes."""
    sheet.skip(0.5)
    approval_box(sheet, author)
    sheet.centred(author.fill("{사업} 현황"), sheet.heading(author.rng.choice((15, 16, 18))))
    sheet.flush_right(author.rng.choice(("(단위: 천원)", "(단위: 원, ㎡)", author.fill("({짧은날짜} 현재)"))))
    sheet.table(table_rows(author, author.rng.randint(13, 18)), author.rng.uniform(1.8, 2.2))
    sheet.skip(0.4)
    for pattern in author.rng.sample(sentences("notes"), author.rng.randint(1, 3)):
        sheet.paragraph(author.fill(pattern))
    if len(sheet.words) < 105 and sheet.room(8):
        _list_below(sheet, author)
    page_number(sheet, author)


_KINDS: tuple[Callable[[Sheet, Author], None], ...] = (_letter, _continued, _form, _notice, _register)
_KIND_WEIGHTS = (8, 6, 3, 4, 4)


def _numbered_body(sheet: Sheet, author: Author, words_wanted: int) -> None:
    """Print paragraphs 1. 2. 3., some with sub-items 가. 나., until the page has `words_wanted` boxes."""
    patterns = _patterns_of_body(author.rng)
    for number in range(1, 10):
        if len(sheet.words) >= words_wanted or not sheet.room(6):
            return
        sheet.paragraph(author.fill(next(patterns)), f"{number}.", 0.6)
        if author.rng.random() < 0.5 and sheet.room(8):
            items = author.rng.sample(sentences("short_items"), author.rng.randint(2, 5))
            for letter, pattern in zip(_LETTERS, items, strict=False):
                if len(sheet.words) >= words_wanted or not sheet.room(6):
                    break
                sheet.paragraph(author.fill(pattern), f"{letter}.", 1.8)
        if author.rng.random() < 0.12 and len(sheet.words) + 40 < words_wanted and sheet.room(10):
            sheet.table(table_rows(author, author.rng.randint(3, 5)))


def _patterns_of_body(rng: random.Random) -> Iterator[str]:
    yield rng.choice(sentences("openings"))
    yield from rng.sample(sentences("bodies"), len(sentences("bodies")))


def _list_below(sheet: Sheet, author: Author) -> None:
    """Print a few items after numbers or one sign, with or without a space, as clerks do."""
    sign = author.rng.choices(_LIST_MARKERS, _LIST_MARKER_WEIGHTS)[0]
    apart = sign in ("1)", "-", "·") or author.rng.random() < 0.3
    kind = author.rng.choice(("bodies", "short_items", "short_items"))
    for number, pattern in enumerate(author.rng.sample(sentences(kind), author.rng.randint(2, 4)), start=1):
        if not sheet.room(2):
            return
        marker, text = sign.replace("1", str(number)), author.fill(pattern)
        sheet.paragraph(text if apart else marker + text, marker if apart else "", 1.2)


def _attachments(sheet: Sheet, author: Author) -> None:
    """Print 붙임 with one or two papers, 끝. after the last."""
    sheet.skip(0.3)
    papers = [author.write("attachments") for _ in range(author.rng.randint(1, 2))]
    papers[-1] += " 끝."
    if len(papers) == 1:
        sheet.paragraph(papers[0], "붙임")
        return
    sheet.paragraph(papers[0], "붙임 1.")
    sheet.paragraph(papers[1], "2.", 2.6)


def _sender(sheet: Sheet, author: Author) -> None:
    """Print the head of the city in wide letters: in one box, or with a box for each letter."""
    sheet.skip(0.6)
    name = author.fill("{시군}{기관장}")
    style = sheet.heading(author.rng.choice((17, 18, 20)))
    if author.rng.random() < 0.7:
        sheet.centred("_".join(name), style)
    else:
        sheet.spread_centred(name, style)
