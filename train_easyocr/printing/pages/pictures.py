"""What stands on pages and is no text: photographs, charts, seals, signatures, bar codes, emblems."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np

from train_easyocr.printing.pages.composer import INKS, Column, Composer
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.typefaces import Colour


def photograph(hand: Composer, x: float, y: float, width: float, height: float) -> None:
    """Draw something like a photograph: soft fields of colour with shapes, stripes and grain."""
    rng = hand.rng
    size = max(8, round(width)), max(8, round(height))
    noise = np.random.default_rng(rng.getrandbits(64))
    picture: np.ndarray = np.zeros((size[1], size[0], 3), np.float32)
    for cells, strength in ((2, 110), (6, 50), (24, 22)):
        coarse = noise.normal(0, strength * 0.5, (cells, cells + 1, 1)) + noise.normal(
            0, strength * 0.2, (cells, cells + 1, 3)
        )
        coarse = coarse.astype(np.float32)
        picture = picture + cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    grey = rng.randint(70, 190)
    tone = [grey + rng.randint(-45, 45) for _ in range(3)]
    picture += np.array(tone, np.float32)
    picture = np.clip(picture + noise.normal(0, rng.uniform(0, 9), picture.shape[:2])[..., None], 0, 255).astype(
        np.uint8
    )
    for _ in range(rng.randint(2, 14)):
        place = rng.randrange(size[0]), rng.randrange(size[1])
        colour = [min(255, max(0, base + rng.randint(-70, 70))) for base in tone]
        spread = rng.randint(3, max(4, size[1] // 4)), rng.randint(3, max(4, size[1] // 3))
        if hand.chance(0.5):
            cv2.ellipse(picture, place, spread, rng.randrange(180), 0, 360, colour, -1, cv2.LINE_AA)
        elif hand.chance(0.5):
            cv2.rectangle(picture, place, (place[0] + spread[0], place[1] + spread[1]), colour, -1)
        else:  # windows, fences, books: stripes that look like writing from afar
            step = rng.randint(3, 12)
            for shift in range(0, spread[1], step):
                cv2.line(
                    picture,
                    (place[0], place[1] + shift),
                    (place[0] + spread[0], place[1] + shift),
                    colour,
                    max(1, step // 3),
                )
    if hand.chance(0.3):
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    hand.sheet.paste(picture, x, y)


def chart(hand: Composer, x: float, y: float, width: float, height: float) -> None:
    """Draw bars, lines or a pie; numbers along the axes and labels below are words."""
    rng, sheet = hand.rng, hand.sheet
    label = hand.sized(hand.small, 0.8)
    left, bottom = x + 4 * label.size, y + height - 2.2 * label.size
    canvas = np.full((max(8, round(bottom - y)), max(8, round(x + width - left)), 3), 255, np.uint8)
    tall, wide = canvas.shape[:2]
    count, colours = rng.randint(3, 8), rng.sample([*INKS, (90, 150, 210), (230, 150, 60), (150, 150, 150)], 4)
    step, kind = wide / count, rng.choice(("bars", "line", "pie"))
    values = [rng.uniform(0.1, 0.85) for _ in range(count)]
    if kind == "pie":
        angle = 0.0
        for place, value in enumerate(values):
            sweep = 360 * value / sum(values)
            cv2.ellipse(
                canvas,
                (wide // 2, tall // 2),
                (int(tall * 0.45), int(tall * 0.45)),
                0,
                angle,
                angle + sweep,
                colours[place % 4],
                -1,
                cv2.LINE_AA,
            )
            angle += sweep
        sheet.paste(canvas, left, y)
        return
    for share in (0.25, 0.5, 0.75):
        cv2.line(canvas, (0, round(tall * share)), (wide, round(tall * share)), (200, 200, 200), 1)
    tops = [(round((place + 0.5) * step), round(tall * (1 - value))) for place, value in enumerate(values)]
    if kind == "bars":
        for place, (middle, top) in enumerate(tops):
            cv2.rectangle(
                canvas, (round(middle - step * 0.3), top), (round(middle + step * 0.3), tall), colours[place % 2], -1
            )
    else:
        cv2.polylines(canvas, [np.array(tops)], False, colours[0], max(1, round(tall / 90)), cv2.LINE_AA)
        for spot in tops:
            cv2.circle(canvas, spot, max(2, tall // 45), colours[1], -1, cv2.LINE_AA)
    cv2.line(canvas, (0, 0), (0, tall), (0, 0, 0), 2)
    cv2.line(canvas, (0, tall - 1), (wide, tall - 1), (0, 0, 0), 2)
    sheet.paste(canvas, left, y)
    for share in (0, 0.25, 0.5, 0.75):
        number = str(round((1 - share) * rng.choice((10, 100, 40, 1000))))
        sheet.put(
            number,
            left - sheet.typefaces.width(number, label) - 0.5 * label.size,
            y + tall * share + 0.8 * label.size,
            label,
        )
    for place, (middle, top) in enumerate(tops):
        name = rng.choice((str(hand.words.year - count + place), f"{place + 1}월", hand.words.one("noun")))
        if sheet.typefaces.width(name, label) < step * 0.9:
            sheet.put(name, left + middle - sheet.typefaces.width(name, label) / 2, bottom + 1.3 * label.size, label)
        shown = hand.words.number(2, 1)
        if kind == "bars" and sheet.typefaces.width(shown, label) < step * 0.9 and top > 1.4 * label.size:
            sheet.put(
                shown, left + middle - sheet.typefaces.width(shown, label) / 2, y + top - 0.35 * label.size, label
            )


def seal(sheet: Sheet, rng: random.Random, x: float, y: float, size: float) -> None:
    """Stamp a red seal over whatever stands at its centre: a frame around strokes like those of seal script."""
    side = max(12, round(size))
    mask: np.ndarray = np.zeros((side, side), np.uint8)
    thick, middle = max(1, side // 22), side // 2
    if rng.random() < 0.6:
        cv2.circle(mask, (middle, middle), middle - thick, 255, thick, cv2.LINE_AA)
    else:
        cv2.rectangle(mask, (thick, thick), (side - thick - 1, side - thick - 1), 255, thick)
    cells = rng.choice((2, 3))
    step = side * 0.62 / cells
    for cell in range(cells * cells):
        left, top = side * 0.19 + cell % cells * step, side * 0.19 + cell // cells * step
        for _ in range(5):
            start = left + rng.random() * step * 0.8, top + rng.random() * step * 0.8
            end = (
                (left + rng.random() * step * 0.8, start[1])
                if rng.random() < 0.5
                else (start[0], top + rng.random() * step * 0.8)
            )
            cv2.line(mask, (round(start[0]), round(start[1])), (round(end[0]), round(end[1])), 255, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((middle, middle), rng.uniform(-8, 8), 1)
    mask = cv2.warpAffine(mask, turn, (side, side))
    colour: Colour = rng.choice(((205, 30, 40), (190, 20, 60), (220, 60, 50)))
    picture = np.broadcast_to(np.array(colour, np.uint8), (side, side, 3))
    sheet.paste(picture, x - side / 2, y - side / 2, (mask * rng.uniform(0.55, 0.95)).astype(np.uint8))


def signature(sheet: Sheet, rng: random.Random, x: float, y: float, width: float, height: float) -> None:
    """Draw loops and strokes of a pen."""
    canvas = np.zeros((max(6, round(height)), max(6, round(width))), np.uint8)
    tall, wide = canvas.shape
    phase, speed = rng.uniform(0, 6), rng.uniform(2, 6)
    points = [
        (
            wide * (0.08 + 0.8 * step / 60 + 0.09 * math.sin(speed * step / 5)),
            tall * (0.5 + 0.38 * math.sin(step / speed + phase) * math.cos(step / 17)),
        )
        for step in range(60)
    ]
    cv2.polylines(canvas, [np.round(points).astype(np.int32)], False, 255, max(1, tall // 20), cv2.LINE_AA)
    colour: Colour = rng.choice(((0, 0, 0), (20, 30, 120), (40, 40, 40)))
    sheet.paste(np.broadcast_to(np.array(colour, np.uint8), (tall, wide, 3)), x, y, canvas)


def bar_code(sheet: Sheet, rng: random.Random, x: float, y: float, size: float) -> None:
    """Draw bars, or the squares of a QR code."""
    module = max(1, round(size / 60))
    if rng.random() < 0.5:
        bars = np.array(rng.choices((0, 255), k=60), np.uint8)
        picture = np.repeat(np.repeat(bars[None], module, axis=1), max(4, round(size / 4)), axis=0)
    else:
        squares = np.array(rng.choices((0, 255), k=25 * 25), np.uint8).reshape(25, 25)
        for top, left in ((0, 0), (0, 18), (18, 0)):
            squares[top : top + 7, left : left + 7] = 0
            squares[top + 1 : top + 6, left + 1 : left + 6] = 255
            squares[top + 2 : top + 5, left + 2 : left + 5] = 0
        picture = np.kron(squares, np.ones((module * 2, module * 2), np.uint8))
    sheet.paste(np.repeat(picture[..., None], 3, axis=2), x, y)


def emblem(sheet: Sheet, rng: random.Random, x: float, y: float, size: float, pale: bool = False) -> None:
    """Draw the emblem of an office; `pale` as a watermark under text."""
    side = max(10, round(size))
    mask = np.zeros((side, side), np.uint8)
    middle = side // 2
    for ring in range(rng.randint(1, 3)):
        cv2.circle(mask, (middle, middle), round(side * (0.46 - 0.13 * ring)), 255, max(1, side // 18), cv2.LINE_AA)
    for petal in range(rng.choice((0, 3, 5, 6))):
        cv2.ellipse(
            mask, (middle, middle), (round(side * 0.34), round(side * 0.1)), petal * 60, 0, 200, 255, -1, cv2.LINE_AA
        )
    colour: Colour = rng.choice(INKS)
    picture = np.broadcast_to(np.array(colour, np.uint8), (side, side, 3))
    sheet.paste(picture, x, y, (mask * 0.1).astype(np.uint8) if pale else mask)


def picture_block(hand: Composer, column: Column) -> None:
    """Set one or two pictures or charts side by side, often with a caption."""
    rng = hand.rng
    height = column.width * rng.uniform(0.25, 0.5)
    caption = 2 * hand.small.size
    if not column.room(height + caption):
        return
    count = rng.choice((1, 1, 2))
    width = column.width / count * 0.94
    for place in range(count):
        x = column.left + place * column.width / count
        rng.choice((photograph, chart))(hand, x, column.y, width, height)
    column.y += height + 0.4 * hand.small.size
    if hand.chance(0.7):
        hand.paragraph(column, hand.words.entry("captions"), hand.small, align="centre")
