"""The kinds of pages in the sample: official letters, continued pages, forms, public notices, lists."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from train_easyocr.dataset.sample_author import Author
from train_easyocr.dataset.sample_layout import Layout, Sheet, Style
from train_easyocr.dataset.sample_vocabulary import sentences, words

_FACES = (
    ("gothic", "gothic_bold"),
    ("serif", "gothic_extra_bold"),
    ("sans", "gothic_bold"),
    ("gothic_light", "gothic"),
)
_FACE_WEIGHTS = (4, 4, 3, 1)
_MARKERS_BELOW = ("○", "□", "-", "○", "·", "※", "◎")
_LETTERS = "가나다라마바사아자차카타파하"


def compose_page(rng: random.Random, category: str, city: str, year: int, dpi: int) -> Layout:
    """Write one page of a random kind."""
    author = Author(rng, category, city, year)
    sheet = Sheet(rng, dpi, *rng.choices(_FACES, _FACE_WEIGHTS)[0])
    kind = rng.choices(_KINDS, _KIND_WEIGHTS)[0]
    kind(sheet, author)
    return sheet.finish()


def _letter(sheet: Sheet, author: Author) -> None:
    """시행문: letterhead, references, body, attachments, sender."""
    target = round(author.rng.gauss(122, 20))
    _letterhead(sheet, author)
    _references(sheet, author)
    sheet.skip(0.4)
    _numbered_body(sheet, author, target - 22)
    _attachments(sheet, author)
    _sender(sheet, author)
    if author.year >= 2004:
        _foot_of_letter(sheet, author)


def _continued(sheet: Sheet, author: Author) -> None:
    """계획서, second page: headings and lists, then perhaps a table."""
    target = round(author.rng.gauss(125, 22))
    titles = author.rng.sample(sentences("headings"), 6)
    for number, title in enumerate(titles, start=1):
        if len(sheet.words) > target or not sheet.room(5):
            break
        sheet.line(f"{number}. {title}", style=Style(sheet.bold_face, sheet.body.size))
        _list_below(sheet, author)
        sheet.skip(0.3)
    if len(sheet.words) < target and sheet.room(8):
        sheet.table(_table_rows(author, author.rng.randint(4, 6)))
    if sheet.room(2) and author.rng.random() < 0.5:
        sheet.paragraph(author.write("notes"))
    _page_number(sheet, author)


def _form(sheet: Sheet, author: Author) -> None:
    """신청서: a ruled form, a request, date and applicant, receiver."""
    title = author.fill(author.rng.choice(("{대상} 신청서", "{대상} 신고서", "{명사} 신청서", "{대상} 확인서")))
    sheet.centred(title, sheet.heading(author.rng.choice((16, 18, 20))))
    sheet.skip(0.6)
    _form_rows(sheet, author, author.rng.randint(8, 12))
    sheet.skip(0.6)
    for pattern in author.rng.sample(sentences("requests"), 2):
        sheet.paragraph(author.fill(pattern), indent=1)
    sheet.skip(0.5)
    sheet.centred(author.long_date())
    sheet.flush_right(author.fill("신청인 {이름} (서명 또는 인)"))
    sheet.skip(0.4)
    sheet.line(author.fill("{시군}{기관장} 귀하"), style=sheet.heading(15))
    sheet.skip(0.4)
    sheet.line("구비서류")
    for number in range(1, author.rng.randint(4, 7)):
        sheet.paragraph(author.write("attachments"), f"{number}.", 1)
    if sheet.room(9):
        sheet.table(_table_rows(author, author.rng.randint(4, 6)))


def _notice(sheet: Sheet, author: Author) -> None:
    """공고: number, title, paragraphs, date, the head of the city."""
    target = round(author.rng.gauss(122, 20))
    kind = author.rng.choice(("공고", "고시"))
    sheet.line(author.fill("{시군} " + kind + f" 제{author.year}-" + "{수}호"), style=sheet.heading(13))
    style = sheet.heading(author.rng.choice((18, 20, 22)))
    sheet.centred(author.write("titles"), sheet.heading(15))
    sheet.skip(0.5)
    sheet.paragraph(author.write("openings"), indent=1)
    sheet.centred(author.long_date())
    sheet.centred(" ".join(author.fill("{시군}{기관장}")), style)
    sheet.skip(0.5)
    _numbered_body(sheet, author, target)
    if sheet.room(2):
        sheet.paragraph(author.write("notes"))


def _register(sheet: Sheet, author: Author) -> None:
    """현황: a title, the approval box, one or two tables."""
    sheet.skip(0.5)
    _approval_box(sheet, author)
    sheet.centred(author.fill("{사업} 현황"), sheet.heading(author.rng.choice((15, 16, 18))))
    sheet.flush_right(author.rng.choice(("(단위 : 천원)", "(단위 : 원, ㎡)", author.fill("({짧은날짜} 현재)"))))
    rows = author.rng.randint(11, 17)
    sheet.table(_table_rows(author, rows), author.rng.uniform(1.7, 2.1))
    sheet.skip(0.4)
    for _ in range(author.rng.randint(1, 3)):
        sheet.paragraph(author.write("notes"))
    if len(sheet.words) < 105 and sheet.room(8):
        _list_below(sheet, author)
    _page_number(sheet, author)


_KINDS: tuple[Callable[[Sheet, Author], None], ...] = (_letter, _continued, _form, _notice, _register)
_KIND_WEIGHTS = (8, 6, 3, 4, 4)


def _letterhead(sheet: Sheet, author: Author) -> None:
    """Print the city's name in wide letters, address and telephone under it, a rule."""
    style = sheet.heading(author.rng.choice((22, 24, 26)))
    sheet.y += sheet.pixels(6)
    if author.rng.random() < 0.5:
        sheet.centred("_".join(author.city), style)
    else:
        width = style.size * len(author.city) * 1.7
        sheet.y += round(1.5 * style.size)
        sheet.spread(author.city, (sheet.left + sheet.right - width) / 2, sheet.y, width, style)
    small = Style(sheet.body.face, round(sheet.body.size * 0.86))
    sheet.line(author.fill("우_{우편} {도시} {마을} {지번}번지 / 전화_{전화} / 전송 {전화}"), style=small)
    sheet.y += sheet.pixels(7)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.2)


def _references(sheet: Sheet, author: Author) -> None:
    """문서번호 to 제목 at the left, the reception box at the right."""
    top, size = sheet.y, sheet.body.size
    values = {
        "문서번호": author.document_number(),
        "시행일자": author.short_date(),
        "수신": author.fill("{기관}"),
        "참조": author.fill("{부서}장"),
    }
    if author.rng.random() < 0.3:
        values["경유"] = ""
    for label, value in values.items():
        sheet.skip(1)
        if len(label) == 4:
            sheet.put(label, sheet.left, sheet.y)
        else:
            sheet.spread(label, sheet.left, sheet.y, 4 * size)
        sheet.put(value, sheet.left + 4.8 * size, sheet.y)
    _reception_box(sheet, author, top + sheet.pixels(8))
    sheet.skip(1.15)
    sheet.spread("제목", sheet.left, sheet.y, 4 * size)
    sheet.put(author.write("titles"), sheet.left + 4.8 * size, sheet.y, Style(sheet.bold_face, size))
    sheet.y += sheet.pixels(8)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.2)


def _reception_box(sheet: Sheet, author: Author, top: float) -> None:
    """Print the box of the receiving office: 선결, 접수, 지시 and 결재·공람 in vertical print."""
    style = Style(sheet.body.face, round(sheet.body.size * 0.84))
    em = style.size
    x0, x1 = sheet.right - 16 * em, float(sheet.right)
    row = 1.75 * em
    columns = (x0, x0 + 2.0 * em, x0 + 4.8 * em, x0 + 9.6 * em, x0 + 11.6 * em, x1)
    sheet.frame(x0, top, x1, top + 4 * row, 0.75)
    for number in range(1, 4):
        sheet.rule(x0, top + number * row, columns[3], top + number * row, 0.4)
    for x in columns[1:-1]:
        sheet.rule(x, top, x, top + 4 * row, 0.4)
    lines = [
        ("선결", ""),
        ("일자", author.short_date().replace(" ", "")),
        ("시간", author.time()),
        ("번호", author.number()),
    ]
    for number, (label, value) in enumerate(lines):
        y = round(top + (number + 0.5) * row + 0.36 * em)
        sheet.put(label, columns[1] + 0.4 * em, y, style)
        sheet.put(value, columns[2] + 0.2 * em, y, Style(style.face, round(0.9 * em)))
    sheet.stacked("접수", columns[0] + 0.5 * em, round(top + 2.3 * row), style)
    sheet.stacked(author.rng.choice(("지시", "결재")), columns[3] + 0.5 * em, round(top + 1.8 * row), style)
    name = author.person() if author.rng.random() < 0.5 else author.rng.choice(words("positions"))
    sheet.put(name, columns[4] + 0.6 * em, round(top + 1.5 * row), style)


def _approval_box(sheet: Sheet, author: Author) -> None:
    """결재란: 결 재 stacked at its left, a column a superior."""
    em = sheet.body.size
    titles = author.rng.choice(
        (("담당", "계장", "과장"), ("담당", "팀장", "과장", "국장"), ("기안자", "검토자", "결재자"))
    )
    cell = 3.6 * em
    x0 = sheet.right - 1.9 * em - cell * len(titles)
    top, lower = sheet.y, sheet.y + 4.4 * em
    sheet.frame(x0, top, sheet.right, lower, 0.75)
    if author.rng.random() < 0.5:
        sheet.stacked("결재", x0 + 0.45 * em, round(top + 2.0 * em), sheet.body)
    else:
        sheet.put("결", x0 + 0.45 * em, round(top + 1.7 * em))
        sheet.put("재", x0 + 0.45 * em, round(top + 3.6 * em))
    for number, title in enumerate(titles):
        left = x0 + 1.9 * em + number * cell
        sheet.rule(left, top, left, lower, 0.4)
        sheet.put(title, left + (cell - em * len(title)) / 2, round(top + 1.2 * em))
    sheet.rule(x0 + 1.9 * em, top + 1.7 * em, sheet.right, top + 1.7 * em, 0.4)
    sheet.y = round(lower)


def _numbered_body(sheet: Sheet, author: Author, target: int) -> None:
    """Paragraphs 1. 2. 3. until about `target` boxes stand on the page, sub-items 가. 나. under some of them."""
    patterns = _patterns_of_body(author.rng)
    for number in range(1, 9):
        if len(sheet.words) >= target or not sheet.room(6):
            return
        sheet.paragraph(author.fill(next(patterns)), f"{number}.", 0.6)
        if author.rng.random() < 0.55 and sheet.room(8):
            for letter in _LETTERS[: author.rng.randint(2, 5)]:
                if len(sheet.words) >= target or not sheet.room(6):
                    break
                sheet.paragraph(author.write("short_items"), f"{letter}.", 1.8)
        if author.rng.random() < 0.12 and len(sheet.words) + 40 < target and sheet.room(10):
            sheet.table(_table_rows(author, author.rng.randint(3, 5)))


def _patterns_of_body(rng: random.Random) -> Iterator[str]:
    yield rng.choice(sentences("openings"))
    yield from rng.sample(sentences("bodies"), len(sentences("bodies")))


def _list_below(sheet: Sheet, author: Author) -> None:
    """Print a few items behind one marker."""
    marker = author.rng.choice(_MARKERS_BELOW)
    long = author.rng.random() < 0.4
    for _ in range(author.rng.randint(2, 4)):
        if not sheet.room(2):
            return
        pattern = author.rng.choice(sentences("bodies") if long else sentences("short_items"))
        sheet.paragraph(author.fill(pattern), marker, 1.2)


def _attachments(sheet: Sheet, author: Author) -> None:
    """붙임 with one or two papers, 끝. after the last."""
    sheet.skip(0.3)
    count = author.rng.randint(1, 2)
    for number in range(1, count + 1):
        text = author.write("attachments")
        item = text if count == 1 else f"{number}. {text}"
        end = " 끝." if number == count else ""
        if number == 1:
            sheet.line(f"붙임 {item}{end}")
        else:
            sheet.line(f"{item}{end}", sheet.left + 3 * sheet.body.size)


def _sender(sheet: Sheet, author: Author) -> None:
    """Print the head of the city in wide letters."""
    sheet.skip(0.6)
    name = author.fill("{시군}{기관장}")
    style = sheet.heading(author.rng.choice((17, 18, 20)))
    if author.rng.random() < 0.5:
        sheet.centred("_".join(name), style)
    else:
        sheet.centred(" ".join(name), style)


def _foot_of_letter(sheet: Sheet, author: Author) -> None:
    """Print what letters carry since 2004: who drafted and who signed, number, address."""
    if not sheet.room(3.5):
        return
    sheet.y += sheet.pixels(12)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.0)
    small = Style(sheet.body.face, round(sheet.body.size * 0.86))
    sheet.line(author.fill("담당자 {이름} 팀장 {이름} 과장 {이름} 협조자"), style=small)
    sheet.line(author.fill("시행 {부서}-{수} ({짧은날짜}) 접수 ({짧은날짜})"), style=small)
    sheet.line(author.fill("우 {우편} {도시} {마을} {지번} / 전화 {전화} / 공개"), style=small)


def _page_number(sheet: Sheet, author: Author) -> None:
    sheet.y = max(sheet.y, sheet.bottom)
    sheet.centred(f"-{author.rng.randint(2, 48)}-")


def _form_rows(sheet: Sheet, author: Author, count: int) -> None:
    """Label and value, two pairs a row in places."""
    style, em = sheet.body, sheet.body.size
    row, middle = 1.95 * em, (sheet.left + sheet.right) / 2
    top = sheet.y + sheet.pixels(8)
    label_width = 5.6 * em
    fields = author.rng.sample(_FORM_FIELDS, count)
    for number, (label, value) in enumerate(fields):
        y = round(top + (number + 0.5) * row + 0.36 * em)
        sheet.spread(label, sheet.left + 0.6 * em, y, label_width - 1.2 * em, style)
        sheet.put(author.fill(value), sheet.left + label_width + 0.6 * em, y)
        if number % 3 == 2:
            sheet.rule(middle, top + number * row, middle, top + (number + 1) * row, 0.4)
            sheet.put(author.fill("전화 {전화}"), middle + 0.6 * em, y)
        if number:
            sheet.rule(sheet.left, top + number * row, sheet.right, top + number * row, 0.4)
    lower = top + count * row
    sheet.rule(sheet.left + label_width, top, sheet.left + label_width, lower, 0.4)
    sheet.frame(sheet.left, top, sheet.right, lower, 1.0)
    sheet.y = round(lower)


_FORM_FIELDS = (
    ("성명", "{이름}"),
    ("상호", "{업체}"),
    ("주소", "{도시} {마을} {지번}"),
    ("소재지", "{마을} {지번}번지"),
    ("용도", "{대상}"),
    ("면적", "{면적}㎡"),
    ("기간", "{긴날짜}까지"),
    ("대표자", "{이름}"),
    ("지번", "{마을} {지번}"),
    ("사업비", "{금액}원"),
    ("수수료", "{금액}원"),
    ("업종", "{대상}"),
    ("시공자", "{업체}"),
    ("허가번호", "제{연도}-{수}호"),
    ("신청구분", "□신규 □변경 □연장"),
    ("처리기간", "{작은수}일"),
    ("생년월일", "{짧은날짜}"),
    ("위치", "{마을} 일원"),
    ("사유", "{명사} 및 {명사}"),
)


def _table_rows(author: Author, count: int) -> list[list[str]]:
    """Write a table of `count` rows: header, rows, and sometimes a sum."""
    columns = author.rng.choice(_TABLES)
    rows = [[header for header, _ in columns]]
    for number in range(1, count):
        rows.append([author.fill(pattern.replace("{번호}", str(number))) for _, pattern in columns])
    if author.rng.random() < 0.5:
        rows[1] = ["합계" if column == 0 else text for column, text in enumerate(rows[1])]
    return rows


_TABLES = (
    (("연번", "{번호}"), ("성명", "{이름}"), ("주소", "{마을} {지번}"), ("면적(㎡)", "{면적}"), ("비고", "")),
    (("과목", "{회계}"), ("예산액", "{금액}"), ("집행액", "{금액}"), ("잔액", "{금액}"), ("비고", "")),
    (("구분", "{대상}"), ("사업비", "{금액}"), ("국비", "{금액}"), ("도비", "{금액}"), ("시군비", "{금액}")),
    (
        ("품명", "{물품}"),
        ("규격", "{수}×{수}"),
        ("단위", "{개수}"),
        ("수량", "{수}"),
        ("단가", "{금액}"),
        ("금액", "{금액}"),
    ),
    (("접수번호", "{수}"), ("접수일자", "{짧은날짜}"), ("민원명", "{대상}"), ("신청인", "{이름}"), ("결과", "{처리}")),
    (("소재지", "{마을}"), ("지번", "{지번}"), ("지목", "{지목}"), ("면적", "{면적}"), ("소유자", "{이름}")),
    (("부서명", "{부서}"), ("정원", "{수}"), ("현원", "{수}"), ("과부족", "△{작은수}"), ("비고", "{처리}")),
)
