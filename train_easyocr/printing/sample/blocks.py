"""The fixed blocks of official pages: letterhead, references, 접수란 and 결재란, forms, tables, page numbers."""

from __future__ import annotations

from train_easyocr.printing.sample.author import Author
from train_easyocr.printing.sample.sheet import Sheet, Style

_SMALL = 0.9  # size of the small print to the body's
_BASELINE = 0.36  # ems from the middle of a line of Hangul down to its baseline

_FORM_FIELDS = (
    ("성명", "{이름}"),
    ("상호", "{업체}"),
    ("주소", "{도시} {마을} {지번}"),
    ("소재지", "{마을} {지번}번지"),
    ("용도", "{대상}"),
    ("면적", "{면적}㎡"),
    ("사업기간", "{긴날짜}까지"),
    ("대표자", "{이름}"),
    ("지번", "{마을} {지번}"),
    ("공사비", "{금액}원"),
    ("수수료", "{금액}원"),
    ("업종", "{대상}"),
    ("시공자", "{업체}"),
    ("허가번호", "제{연도}-{수}호"),
    ("신청구분", "□신규 □변경 □연장"),
    ("처리기간", "{날}일"),
    ("생년월일", "{지난해}년 {달}월"),
    ("위치", "{마을} 일원"),
    ("신청사유", "{행위} 및 {행위}"),
)
_TABLES = (
    (("연번", "{번호}"), ("성명", "{이름}"), ("주소", "{마을} {지번}"), ("면적(㎡)", "{면적}"), ("비고", "")),
    (("과목", "{회계}"), ("예산액", "{천원}"), ("집행액", "{천원}"), ("비고", "{처리}")),
    (("구분", "{건}"), ("대상", "{대상}"), ("추진기간", "{달}월중"), ("담당부서", "{부서}"), ("비고", "")),
    (("구분", "{대상}"), ("사업비", "{천원}"), ("국비", "{작은수}0"), ("추진상황", "{처리}"), ("비고", "")),
    (("연번", "{번호}"), ("품명", "{물품}"), ("단위", "{단위}"), ("수량", "{수}"), ("금액", "{천원}")),
    (("접수번호", "{수}"), ("접수일자", "{짧은날짜}"), ("민원명", "{대상}"), ("신청인", "{이름}"), ("결과", "{처리}")),
    (("소재지", "{마을}"), ("지번", "{지번}"), ("지목", "{지목}"), ("면적", "{면적}"), ("소유자", "{이름}")),
    (("부서명", "{부서}"), ("정원", "{수}"), ("현원", "{수}"), ("과부족", "△{작은수}"), ("비고", "{처리}")),
    (("연번", "{번호}"), ("사업명", "{사업}"), ("추진계획", "{건}"), ("담당자", "{이름}")),
)


def letterhead(sheet: Sheet, author: Author) -> None:
    """Print the city's name in wide letters, address and telephone under it, a rule."""
    style = sheet.heading(author.rng.choice((22, 24, 26)))
    sheet.y += sheet.pixels(6)
    if author.rng.random() < 0.7:
        sheet.centred("_".join(author.city), style)
    else:
        sheet.spread_centred(author.city, style)
    small = Style(sheet.body.face, round(sheet.body.size * _SMALL))
    address = author.rng.choice(("우{우편} {도시} {마을} {지번}번지", "우_{우편} {도시} {마을} {지번}"))
    sheet.line(author.fill(address + author.rng.choice((" 전화 {전화} 전송 {전화}", " (전화_{전화})"))), style=small)
    sheet.y += sheet.pixels(7)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.2)


def references(sheet: Sheet, author: Author) -> None:
    """Print 문서번호 to 제목 at the left, the reception box at the right."""
    top, em = sheet.y, sheet.body.size
    spread = author.rng.random() < 0.85
    fields = [("문서번호", "{문서번호}"), ("시행일자", "{짧은날짜}"), ("수신", "{기관}"), ("참조", "{부서}장")]
    if author.rng.random() < 0.3:
        fields.insert(2, ("경유", ""))
    for label, value in fields:
        sheet.y += round(2.1 * em)
        _reference_label(sheet, label, spread)
        sheet.put(author.fill(value), sheet.left + 4.9 * em, sheet.y)
    _reception_box(sheet, author, top + sheet.pixels(8))
    sheet.y += round(2.3 * em)
    _reference_label(sheet, "제목", spread)
    sheet.put(author.write("titles"), sheet.left + 4.9 * em, sheet.y, Style(sheet.bold_face, em))
    sheet.y += sheet.pixels(8)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.2)


def _reference_label(sheet: Sheet, label: str, spread: bool) -> None:
    if spread and len(label) == 2:
        sheet.spread(label, sheet.left, sheet.y, 4 * sheet.body.size)
    else:
        sheet.put(label, sheet.left, sheet.y)


def _reception_box(sheet: Sheet, author: Author, top: float) -> None:
    """Print the box that the receiving office fills: 선결, 접수 with date, time and number, 지시."""
    style = Style(sheet.body.face, round(sheet.body.size * _SMALL))
    em = style.size
    x0, x1 = sheet.right - 15.8 * em, float(sheet.right)
    row = 2.0 * em
    columns = (x0, x0 + 2.0 * em, x0 + 5.0 * em, x0 + 11.2 * em, x0 + 13.2 * em, x1)
    lower = top + 4 * row
    sheet.frame(x0, top, x1, lower, 0.75)
    for number in range(1, 4):
        sheet.rule(columns[1], top + number * row, columns[3], top + number * row, 0.4)
    for x in columns[1:-1]:
        sheet.rule(x, top, x, lower, 0.4)
    date = author.fill("{짧은날짜}").replace(" ", "")
    cells = (("선결", ""), ("일자", date), ("시간", author.fill("{시각}")), ("번호", author.fill("{수}")))
    for number, (label, value) in enumerate(cells):
        y = round(top + (number + 0.5) * row + _BASELINE * em)
        sheet.put(label, columns[1] + 0.5 * em, y, style)
        sheet.put(value, columns[2] + 0.3 * em, y, style)
    sheet.stacked("접수", columns[0] + 0.5 * em, round((top + lower) / 2 - 0.2 * em), style)
    sheet.stacked(
        author.rng.choice(("지시", "결재")), columns[3] + 0.5 * em, round((top + lower) / 2 - 0.2 * em), style
    )


def approval_box(sheet: Sheet, author: Author) -> None:
    """Print the 결재란: 결 재 stacked at its left, a column for each superior."""
    em = sheet.body.size
    titles = author.rng.choice((("담당", "계장", "과장"), ("담당", "팀장", "과장", "국장"), ("기안자", "과장", "국장")))
    cell = 3.6 * em
    x0 = sheet.right - 1.9 * em - cell * len(titles)
    top, lower = sheet.y, sheet.y + 4.6 * em
    sheet.frame(x0, top, sheet.right, lower, 0.75)
    if author.rng.random() < 0.5:
        sheet.stacked("결재", x0 + 0.45 * em, round(top + 2.1 * em), sheet.body)
    else:
        sheet.put("결", x0 + 0.45 * em, round(top + 1.6 * em))
        sheet.put("재", x0 + 0.45 * em, round(top + 3.9 * em))
    for number, title in enumerate(titles):
        left = x0 + 1.9 * em + number * cell
        sheet.rule(left, top, left, lower, 0.4)
        sheet.put(title, left + (cell - em * len(title)) / 2, round(top + 1.25 * em))
    sheet.rule(x0 + 1.9 * em, top + 1.8 * em, sheet.right, top + 1.8 * em, 0.4)
    sheet.y = round(lower)


def foot_of_letter(sheet: Sheet, author: Author) -> None:
    """Print what letters carry since 2004: who drafted and who signed, number, address."""
    if not sheet.room(3.5):
        return
    sheet.y += sheet.pixels(12)
    sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y, 1.0)
    small = Style(sheet.body.face, round(sheet.body.size * _SMALL))
    sheet.line(author.fill("담당자 {이름} 팀장 {이름} 과장 {이름} 협조자 {직위}"), style=small)
    sheet.line(author.fill("시행 {부서}-{수} ({짧은날짜}) 접수"), style=small)
    sheet.line(author.fill("우{우편} {도시} {마을} {지번} 전화 {전화} 공개"), style=small)


def page_number(sheet: Sheet, author: Author) -> None:
    """Print the number of the page at the foot."""
    sheet.y = max(sheet.y, sheet.bottom)
    sheet.centred(f"-{author.rng.randint(2, 48)}-")


def mark_at_edge(sheet: Sheet, author: Author) -> None:
    """Stamp 사본 or a number over the left edge; the box of such a mark begins at a negative coordinate."""
    text = author.rng.choice(("사본", "보존", "공람", str(author.rng.randint(100, 999))))
    sheet.put(text, -0.1 * sheet.body.size, round(sheet.height * author.rng.uniform(0.03, 0.08)))


def form_rows(sheet: Sheet, author: Author, count: int) -> None:
    """Print ruled rows of label and value, sometimes with a telephone number in its own cell."""
    em = sheet.body.size
    row, label_width = 2.35 * em, 7.2 * em
    top, middle = sheet.y + sheet.pixels(8), sheet.left + 0.58 * (sheet.right - sheet.left)
    for number, (label, value) in enumerate(author.rng.sample(_FORM_FIELDS, count)):
        upper = top + number * row
        y = round(upper + row / 2 + _BASELINE * em)
        if len(label) <= 3:
            sheet.spread(label, sheet.left + 0.6 * em, y, label_width - 1.2 * em)
        else:
            sheet.put(label, sheet.left + 0.8 * em, y)
        sheet.put(author.fill(value), sheet.left + label_width + 0.6 * em, y)
        if number % 3 == 2:
            sheet.rule(middle, upper, middle, upper + row, 0.4)
            sheet.put(author.fill("전화 {전화}"), middle + 0.6 * em, y)
        if number:
            sheet.rule(sheet.left, upper, sheet.right, upper, 0.4)
    lower = top + count * row
    sheet.rule(sheet.left + label_width, top, sheet.left + label_width, lower, 0.4)
    sheet.frame(sheet.left, top, sheet.right, lower, 1.0)
    sheet.y = round(lower)


def table_rows(author: Author, count: int) -> list[list[str]]:
    """Return a table of `count` rows: a header, then rows; in half of the tables the first row is a sum."""
    columns = author.rng.choice(_TABLES)
    rows = [[header for header, _ in columns]]
    for number in range(1, count):
        rows.append([author.fill(pattern.replace("{번호}", str(number))) for _, pattern in columns])
    if author.rng.random() < 0.5:
        rows[1][0] = "합계"
    return rows
