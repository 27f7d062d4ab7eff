"""Words made of digits and units: amounts, dates, articles of law, telephone numbers, serials; and Latin words.

Every function returns `count` words. Telephone numbers have an exchange that begins with 0, so nobody has them; mail
and web addresses use the domains that are reserved for examples (RFC 2606).
"""

from __future__ import annotations

import random
import string

from train_easyocr.printing.generated.words.vocabulary import filled, words


def numbers(rng: random.Random, count: int) -> list[str]:
    """Return numbers of tables: 12,345 / 0.12 / -3.4 / △98.7 / 1234."""
    return _filled(rng, "number_shapes", count)


def quantities(rng: random.Random, count: int) -> list[str]:
    """Return numbers with a unit, ranges and products: 54,500원, 330㎡, △12.3%, 10~20명, 210㎜×297㎜, 3:7."""
    return _filled(rng, "quantity_shapes", count)


def measures(rng: random.Random, count: int) -> list[str]:
    """Return units of one character, mostly after a number: 1,204.8㎡ (㎥) ㎏당; they differ in small details."""
    drawn, units = numbers(rng, count), rng.choices(words("squared_units"), k=count)
    return filled(rng.choices(words("measure_shapes"), k=count), n=drawn, u=units)


def _filled(rng: random.Random, kind: str, count: int) -> list[str]:
    """Fill the shapes of the list `kind` with numbers of 1 to 10 digits, and with units."""
    sizes = rng.choices(
        (10, 100, 1000, 10_000, 100_000, 10_000_000, 1_000_000_000), (14, 20, 22, 16, 12, 10, 6), k=count
    )
    values = [int(size * rng.random()) for size in sizes]
    shapes, units, more = (rng.choices(words(each), k=count) for each in (kind, "units", "units"))
    return [
        shape.format(
            v=v, t=v * 1000, x=v % 10_000 / 10, p=v % 100_000 / 100, w=v % 100, z=v % 100 + v % 7 + 1, u=u, o=o
        )
        for shape, v, u, o in zip(shapes, values, units, more, strict=True)
    ]


def amounts_in_words(rng: random.Random, count: int) -> list[str]:
    """Return amounts written out, as contracts do: 금삼백오십만원정, 일금이천원, 금5,400,000원(금오백사십만원)."""
    values = [rng.randrange(1, 10_000) * 10 ** rng.choice((2, 3, 4, 4, 5, 6)) for _ in range(count)]
    shapes = rng.choices(("금{}원정", "금{}원", "일금{}원정", "일금{}원", "{}원", "(금{}원)", "(금{}원정)"), k=count)
    return [shape.format(in_words(value)) for shape, value in zip(shapes, values, strict=True)]


def in_words(value: int) -> str:
    """Return a number from 1 to 9,999,999,999,999,999 in Korean words.

    >>> in_words(3_500_000), in_words(120_045)
    ('삼백오십만', '일십이만사십오')
    """
    digits = str(value)
    text = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            text += "일이삼사오육칠팔구"[int(digit) - 1] + ("", "십", "백", "천")[place % 4]
        if place % 4 == 0 and int(digits[-place - 4 : len(digits) - place] or 0):
            text += ("", "만", "억", "조")[place // 4]
    return text


def dates(rng: random.Random, count: int) -> list[str]:
    """Return dates, times and periods as one word: 2024.03.15., '24.3월, 2023년도, 14:30, 3월~5월."""
    years = rng.choices(range(1995, 2031), k=count)
    months, days = rng.choices(range(1, 13), k=count), rng.choices(range(1, 32), k=count)
    shapes = rng.choices(words("date_shapes"), k=count)
    return [
        shape.format(y=year, m=month, d=day, s=year % 100, n=month % 12 + 1, h=day % 24, i=month * 5 % 60, z=year + 1)
        for shape, year, month, day in zip(shapes, years, months, days, strict=True)
    ]


def articles(rng: random.Random, count: int) -> list[str]:
    """Return articles of laws and numbers of documents: 제12조제3항, 제5호에, 총무과-1234, 제2024-56호."""
    a, b, c = (rng.choices(range(1, size), k=count) for size in (99, 10, 3000))
    shapes = rng.choices(words("article_shapes"), k=count)
    return filled(shapes, a=a, b=b, c=c, p=rng.choices(words("departments"), k=count))


def contacts(rng: random.Random, count: int) -> list[str]:
    """Return telephone and fax numbers, mail and web addresses, post codes; all of them invented."""
    areas, accounts, domains = (
        rng.choices(each, k=count) for each in (words("area_codes"), words("accounts"), words("domains"))
    )
    numbers, subscribers = (rng.choices(range(size), k=count) for size in (1000, 10_000))
    exchanges = [f"0{number:03}"[: 3 + number % 2] for number in numbers]
    shapes = rng.choices(words("contact_shapes"), k=count)
    return filled(shapes, t=areas, e=exchanges, n=subscribers, u=accounts, d=domains)


def serials(rng: random.Random, count: int) -> list[str]:
    """Return random codes of digits and Latin letters: A-1203-B, K07, qLx, VRM8812."""
    shapes = rng.choices(words("serial_shapes"), k=count)
    needed = sum(map(len, shapes))
    kinds = {"0": string.digits, "a": string.ascii_lowercase, "A": string.ascii_uppercase}
    drawn = {letter: iter(rng.choices(kind, k=needed)) for letter, kind in kinds.items()}
    return ["".join(next(drawn[letter]) if letter in drawn else letter for letter in shape) for shape in shapes]


def latin_words(rng: random.Random, count: int) -> list[str]:
    """Return Latin abbreviations and words, and words that mix them with Hangul."""
    half = count // 2
    drawn = rng.choices(words("latin"), k=half) + rng.choices(words("K_words"), k=count - half)
    rng.shuffle(drawn)
    return drawn
