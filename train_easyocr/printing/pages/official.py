"""Pages of official dealings: forms, press releases, letters, covers, certificates."""

from __future__ import annotations

from dataclasses import replace

from train_easyocr.printing.pages import blocks, pictures, tables
from train_easyocr.printing.pages.composer import Composer
from train_easyocr.printing.pages.frame import fill_with, title


def form(hand: Composer) -> None:
    """Print a form: its number, title, fields, request, date, applicant, and the kind of paper."""
    rng, page, sheet = hand.rng, hand.page, hand.sheet
    hand.paragraph(
        page,
        f"■ {hand.words.one('law')} [별지 제{rng.randint(1, 60)}호서식] <개정 {hand.words.one('date')}>",
        hand.small,
        align="left",
    )
    title(hand, hand.words.official("forms"))
    if hand.chance(0.5):
        hand.paragraph(
            page,
            "※ 색상이 어두운 칸은 신청인이 작성하지 않으며, [ ]에는 해당되는 곳에 √표를 합니다. (앞쪽)",
            hand.small,
            align="left",
        )
    for _ in range(rng.randint(1, 3)):
        tables.form_table(hand, page, rng.randint(3, 9))
    hand.paragraph(page, hand.words.official("requests"), first=1)
    page.y += hand.body.size
    hand.paragraph(
        page,
        hand.words.fill("{연도} 년 {달} 월 {날} 일") if hand.chance(0.5) else "년 월 일",
        replace(hand.body, gap=rng.uniform(1, 3)),
        align="right",
    )
    y = page.y + hand.body.size
    if page.room(3 * hand.body.size):
        name = hand.words.fill("신청인 {이름} (서명 또는 인)")
        hand.paragraph(page, name, replace(hand.body, gap=rng.uniform(0.5, 2)), align="right")
        if hand.chance(0.5):
            pictures.signature(
                sheet, rng, page.right - 9 * hand.body.size, y - hand.body.size, 5 * hand.body.size, 2 * hand.body.size
            )
        elif hand.chance(0.5):
            pictures.seal(sheet, rng, page.right - 2.5 * hand.body.size, y, 3.2 * hand.body.size)
        hand.paragraph(page, f"{hand.words.fill('{listed:cities}')}장 귀하", hand.head, align="left")
    fill_with(hand, page, [blocks.notes, tables.any_table, blocks.notes], 3)
    if hand.chance(0.6):
        text = "210mm×297mm[백상지(80g/㎡) 또는 중질지(80g/㎡)]"
        sheet.line(
            text, page.right - sheet.typefaces.width(text, hand.small), page.bottom + 1.2 * hand.small.size, hand.small
        )


def press(hand: Composer) -> None:
    """Print a press release: emblem, the time of its release, who is in charge, headlines, text and pictures."""
    rng, page, sheet, em = hand.rng, hand.page, hand.sheet, hand.title.size
    pictures.emblem(sheet, rng, page.left, page.y, 2.2 * em)
    y = page.y + 1.6 * em
    sheet.line(hand.words.fill("{listed:ministries}"), page.left + 2.6 * em, y, hand.head)
    text = rng.choice(("보 도 자 료", "보도자료", "보도참고자료", "설 명 자 료"))
    style = replace(hand.sized(hand.title, 1.3), colour=hand.accent, gap=rng.uniform(0.3, 0.8))
    sheet.line(text, page.right - sheet.typefaces.width(text, style), y, style)
    page.y += 2.6 * em
    words = hand.words
    fields = (
        ("보도시점", "{긴날짜}(월) {시각} 이후 ( {긴날짜} 조간 )", "배포", "{짧은날짜}. (일)"),
        ("담당부서", "{부서}", "책임자", "과 장 {이름} ({전화})"),
        ("", "{부서}", "담당자", "사무관 {이름} ({전화})"),
    )
    rows: tables.Rows = [
        [tables.Cell(words.fill(text), hand.bold if place % 2 == 0 else None) for place, text in enumerate(row)]
        for row in fields[: rng.randint(1, 3)]
    ]
    tables.table(hand, page, (1, 3, 1, 3), rows)
    title(hand)
    for _ in range(rng.randint(0, 2)):
        hand.paragraph(page, f"- {hand.words.phrase(3, 7)} -", hand.head, align="centre")
    fill_with(
        hand,
        page,
        [
            blocks.bullets,
            blocks.bullets,
            blocks.prose,
            pictures.picture_block,
            blocks.boxed,
            blocks.notes,
            tables.any_table,
        ],
    )


def letter(hand: Composer) -> None:
    """Print an official letter: 수신, 제목, numbered items, 붙임, the head of the office with a seal, and the foot."""
    rng, page, sheet, words = hand.rng, hand.page, hand.sheet, hand.words
    name = words.fill("{listed:cities}" if hand.chance(0.5) else "{listed:ministries}")
    hand.paragraph(page, " ".join(name), replace(hand.title, gap=rng.uniform(0.3, 1.0)), align="centre")
    if hand.chance(0.5):
        pictures.emblem(sheet, rng, page.left, page.y - 1.5 * hand.title.size, 1.6 * hand.title.size)
    page.y += hand.body.size
    for label in ("수신", "(경유)", "제목"):
        value = {"수신": words.fill("{기관}장 ( {부서}장 )"), "제목": words.official("titles")}.get(label, "")
        hand.paragraph(page, f"{label} {value}", hand.bold if label == "제목" else hand.body, align="left")
    sheet.rule(page.left, page.y + 4, page.right, page.y + 4, sheet.pixels(0.8))
    page.y += hand.body.size
    hand.paragraph(page, words.official("openings"), marker="1.")
    for number in range(rng.randint(1, 4)):
        hand.paragraph(page, words.sentence(), marker=f"{number + 2}.")
        if hand.chance(0.4):
            hand.paragraph(page, words.phrase(2, 5), marker="가.", indent=1)
            hand.paragraph(page, words.phrase(2, 5), marker="나.", indent=1)
    fill_with(hand, page, [tables.any_table, blocks.contacts, blocks.prose], rng.randint(0, 2))
    hand.paragraph(page, f"붙임 1. {words.official('attachments')} 끝.", align="left")
    page.y += 2 * hand.body.size
    if page.room(4 * hand.title.size):
        y = page.y + hand.title.size
        hand.paragraph(page, " ".join(f"{name}장"), replace(hand.title, gap=rng.uniform(0.2, 0.8)), align="centre")
        if hand.chance(0.7):
            pictures.seal(sheet, rng, page.left + page.width * rng.uniform(0.62, 0.8), y, 2.2 * hand.title.size)
    page.y = max(page.y, page.bottom - 6 * hand.small.size)
    sheet.rule(page.left, page.y, page.right, page.y, sheet.pixels(1))
    for pattern in (
        "담당자 {이름} 팀장 {이름} 과장 {이름}",
        "시행 {부서}-{수} ( {짧은날짜} ) 접수 {부서}-{수}",
        "우 {우편} {도시} {마을} {지번} / 전화 {전화} / 공개",
    ):
        hand.paragraph(page, words.fill(pattern), hand.small, align=rng.choice(("left", "justify")), pitch=1.4)


def cover(hand: Composer) -> None:
    """Print the cover of a report."""
    rng, page, sheet = hand.rng, hand.page, hand.sheet
    if hand.chance(0.4):
        sheet.fill(
            (0, 0, sheet.width, sheet.height * rng.uniform(0.1, 0.4)), rng.choice(tables.DARK), rng.choice(tables.PALE)
        )
    if hand.chance(0.3):
        pictures.photograph(hand, page.left, sheet.height * 0.45, page.width, sheet.height * 0.25)
    page.y = sheet.height * rng.uniform(0.1, 0.35)
    hand.title = replace(
        hand.sized(hand.title, rng.uniform(1.0, 1.6)), colour=rng.choice((hand.title.colour, hand.accent))
    )
    hand.paragraph(page, hand.words.heading(), hand.title, align="centre", pitch=1.5)
    page.y += hand.title.size
    hand.paragraph(
        page,
        rng.choice(("- {} -", "( {} )", "〈 {} 〉", "{}")).format(hand.words.phrase(2, 4)),
        hand.head,
        align="centre",
    )
    page.y = sheet.height * 0.75
    hand.paragraph(page, hand.words.fill("{연도}. {달}. {날}."), hand.head, align="centre")
    page.y += 2 * hand.head.size
    hand.paragraph(
        page,
        " ".join(hand.words.fill("{listed:ministries}")),
        replace(hand.title, gap=rng.uniform(0.2, 0.6)),
        align="centre",
    )


def certificate(hand: Composer) -> None:
    """Print a certificate within frames, with its seal."""
    rng, page, sheet = hand.rng, hand.page, hand.sheet
    edge = hand.margin * 0.5
    for step in range(rng.randint(1, 3)):
        inset = edge + step * 3 * sheet.pixels(1)
        sheet.frame(
            (inset, inset, sheet.width - inset, sheet.height - inset),
            sheet.pixels(rng.choice((0.5, 1, 2))),
            hand.accent,
        )
    page.left, page.right, page.y = page.left + hand.margin * 0.4, page.right - hand.margin * 0.4, page.y + edge
    hand.paragraph(page, f"제 {rng.randint(1, 999)} 호", align="left")
    page.y += 2 * hand.title.size
    hand.paragraph(
        page,
        " ".join(rng.choice(("표창장", "위촉장", "상장", "증명서", "허가증", "수료증", "임명장"))),
        replace(hand.sized(hand.title, 1.5), gap=1.2),
        align="centre",
    )
    page.y += 2 * hand.title.size
    blocks.contacts(hand, page.inset(page.width * 0.3))
    page.y += 9 * hand.body.size
    hand.paragraph(page, hand.words.prose(2), hand.sized(hand.body, 1.3), first=1, pitch=1.9)
    page.y += 3 * hand.body.size
    hand.paragraph(page, hand.words.fill("{긴날짜}"), hand.head, align="centre")
    page.y += 2 * hand.body.size
    y = page.y + hand.title.size
    hand.paragraph(page, " ".join(f"{hand.words.fill('{listed:cities}')}장"), hand.title, align="centre")
    pictures.seal(sheet, rng, page.left + page.width * 0.72, y, 2.4 * hand.title.size)
    pictures.emblem(sheet, rng, page.left, y, 2 * hand.title.size)
