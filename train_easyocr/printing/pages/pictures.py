"""What stands on pages and is no text: photographs, charts, seals, signatures, bar codes, emblems."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

import cv2
import numpy as np

from train_easyocr.printing.pages.composer import INKS, Column, Composer
from train_easyocr.printing.pages.sheet import Sheet
from train_easyocr.printing.pages.typefaces import Colour


def photograph(hand: Composer, x: float, y: float, width: float, height: float, pale: bool = False) -> None:
    """Draw something like a photograph: fields of colour with shapes, stripes and grain; `pale` as a background."""
    rng = hand.rng
    size = max(8, round(width)), max(8, round(height))
    noise = np.random.default_rng(rng.getrandbits(64))
    picture: np.ndarray = np.zeros((size[1], size[0], 3), np.float32)
    for cells, strength in ((2, 110), (6, 50), (24, 22)):
        light, tint = (
            noise.normal(0, strength * share, (cells, cells, depth)) for share, depth in ((0.5, 1), (0.2, 3))
        )
        picture = picture + cv2.resize((light + tint).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    grey, grain = rng.randint(70, 190), noise.normal(0, rng.uniform(0, 9), picture.shape[:2])[..., None]
    tone = [grey + rng.randint(-45, 45) for _ in range(3)]
    picture = np.clip(picture + tone + grain, 0, 255).astype(np.uint8)
    for _ in range(rng.randint(2, 14)):
        place = rng.randrange(size[0]), rng.randrange(size[1])
        colour = [min(255, max(0, base + rng.randint(-70, 70))) for base in tone]
        spread = rng.randint(3, max(4, size[1] // 4)), rng.randint(3, max(4, size[1] // 3))
        if hand.chance(0.5):
            cv2.ellipse(picture, place, spread, rng.randrange(180), 0, 360, colour, -1, cv2.LINE_AA)
        elif hand.chance(0.5):
            cv2.rectangle(picture, place, (place[0] + spread[0], place[1] + spread[1]), colour, -1)
        else:  # windows, fences, books: stripes that look like writing from afar
            step, (left, top) = rng.randint(3, 12), place
            for line in range(top, top + spread[1], step):
                cv2.line(picture, (left, line), (left + spread[0], line), colour, max(1, step // 3))
    if hand.chance(0.3):
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    hand.sheet.paste(255 - (255 - picture) // 6 if pale else picture, x, y)


def chart(hand: Composer, x: float, y: float, width: float, height: float) -> None:
    """Draw bars, a line or a pie; the numbers along the axis, at the bars and below them are words."""
    rng, sheet, label = hand.rng, hand.sheet, hand.sized(hand.small, 0.8)
    em, left, bottom = label.size, x + 4 * label.size, y + height - 2.2 * label.size
    tall, wide = max(8, round(bottom - y)), max(8, round(x + width - left))
    canvas = np.full((tall, wide, 3), 255, np.uint8)
    count, colours = rng.randint(3, 8), rng.sample([*INKS, (90, 150, 210), (230, 150, 60), (150, 150, 150)], 4)
    step, kind = wide / count, rng.choice(("bars", "line", "pie"))
    values = [rng.uniform(0.1, 0.85) for _ in range(count)]
    tops = [(round((place + 0.5) * step), round(tall * (1 - value))) for place, value in enumerate(values)]
    labels: list[tuple[str, float, float]] = []  # text, its middle, its baseline
    if kind == "pie":
        turns = [0.0, *(360 * part / sum(values) for part in accumulate(values))]
        for place, (start, end) in enumerate(pairwise(turns)):
            centre, radius = (wide // 2, tall // 2), (int(tall * 0.45), int(tall * 0.45))
            cv2.ellipse(canvas, centre, radius, 0, start, end, colours[place % 4], -1, cv2.LINE_AA)
            row = left + wide / 2 + tall * 0.45 + 4 * em, y + (place + 1.5) * 1.5 * em
            labels.append((f"{hand.words.one('noun')} {values[place]:.1%}", *row))
    else:
        for share in (0.25, 0.5, 0.75):
            cv2.line(canvas, (0, round(tall * share)), (wide, round(tall * share)), (200, 200, 200), 1)
        if kind == "line":
            cv2.polylines(canvas, [np.array(tops)], False, colours[0], max(1, round(tall / 90)), cv2.LINE_AA)
        for place, (middle, top) in enumerate(tops):
            if kind == "line":
                cv2.circle(canvas, (middle, top), max(2, tall // 45), colours[1], -1, cv2.LINE_AA)
            else:
                ends = (round(middle - step * 0.3), top), (round(middle + step * 0.3), tall)
                cv2.rectangle(canvas, *ends, colours[place % 2], -1)
                labels.append((hand.words.number(2, 1), left + middle, y + top - 0.35 * em))
            name = rng.choice((str(hand.words.year - count + place), f"{place + 1}월", hand.words.one("noun")))
            labels.append((name, left + middle, bottom + 1.3 * em))
        cv2.polylines(canvas, [np.array([(0, 0), (0, tall - 1), (wide, tall - 1)])], False, (0, 0, 0), 2)
        scale = rng.choice((10, 100, 40, 1000))
        labels += [
            (str(round((1 - share) * scale)), left - 1.5 * em, y + tall * share + 0.8 * em) for share in (0, 0.25, 0.5)
        ]
    sheet.paste(canvas, left, y)
    for text, middle_of_text, baseline in labels:
        wanted = sheet.typefaces.width(text, label)
        room = 8 * em if kind == "pie" else 3 * em if middle_of_text < left else step * 0.9
        if wanted < room and y + 0.8 * em < baseline < y + height and middle_of_text + wanted / 2 < x + width:
            sheet.line(text, middle_of_text - wanted / 2, baseline, label)


def seal(sheet: Sheet, rng: random.Random, x: float, y: float, size: float) -> None:
    """Stamp a red seal over whatever stands at its centre: a frame around strokes like those of seal script."""
    side = max(12, round(size))
    mask = np.zeros((side, side), np.uint8)
    thick, middle, cells = max(1, side // 22), side // 2, rng.choice((2, 3))
    if rng.random() < 0.6:
        cv2.circle(mask, (middle, middle), middle - thick, 255, thick, cv2.LINE_AA)
    else:
        cv2.rectangle(mask, (thick, thick), (side - thick - 1, side - thick - 1), 255, thick)
    step = side * 0.62 / cells
    for stroke in range(5 * cells * cells):
        cell = stroke // 5
        corner = side * 0.19 + cell % cells * step, side * 0.19 + cell // cells * step
        start, end = ([round(edge + rng.random() * step * 0.8) for edge in corner] for _ in range(2))
        level = rng.randrange(2)
        end[level] = start[level]  # upright or level
        cv2.line(mask, start, end, 255, thick, cv2.LINE_AA)
    turned = cv2.warpAffine(mask, cv2.getRotationMatrix2D((middle, middle), rng.uniform(-8, 8), 1), (side, side))
    colour = rng.choice(((205, 30, 40), (190, 20, 60), (220, 60, 50)))
    _ink(sheet, turned, x - side / 2, y - side / 2, colour, rng.uniform(0.55, 0.95))


def signature(sheet: Sheet, rng: random.Random, x: float, y: float, width: float, height: float) -> None:
    """Draw loops and strokes of a pen."""
    mask = np.zeros((max(6, round(height)), max(6, round(width))), np.uint8)
    steps, phase, speed = np.arange(60), rng.uniform(0, 6), rng.uniform(2, 6)
    across = 0.08 + 0.8 * steps / 60 + 0.09 * np.sin(speed * steps / 5)
    down = 0.5 + 0.38 * np.sin(steps / speed + phase) * np.cos(steps / 17)
    points = np.round(np.stack((across * mask.shape[1], down * mask.shape[0]), axis=1)).astype(np.int32)
    cv2.polylines(mask, [points], False, 255, max(1, mask.shape[0] // 20), cv2.LINE_AA)
    _ink(sheet, mask, x, y, rng.choice(((0, 0, 0), (20, 30, 120), (40, 40, 40))))


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
    mask, middle = np.zeros((side, side), np.uint8), (side // 2, side // 2)
    for ring in range(rng.randint(1, 3)):
        cv2.circle(mask, middle, round(side * (0.46 - 0.13 * ring)), 255, max(1, side // 18), cv2.LINE_AA)
    petal = round(side * 0.34), round(side * 0.1)
    for number in range(rng.choice((0, 3, 5, 6))):
        cv2.ellipse(mask, middle, petal, number * 60, 0, 200, 255, -1, cv2.LINE_AA)
    _ink(sheet, mask, x, y, rng.choice(INKS), 0.1 if pale else 1.0)


def _ink(sheet: Sheet, mask: np.ndarray, x: float, y: float, colour: Colour, strength: float = 1.0) -> None:
    picture = np.broadcast_to(np.array(colour, np.uint8), (*mask.shape, 3))
    sheet.paste(picture, x, y, (mask * strength).astype(np.uint8))


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
