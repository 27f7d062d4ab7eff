"""Words of figures: amounts, dates, articles of law, telephone numbers, serials. None of them is vocabulary.

Every function returns `count` words. Telephone numbers have an exchange that begins with 0, which nobody has; mail
and web addresses lie in the domains that are kept for examples (RFC 2606).
"""

from __future__ import annotations

import random
import string

from train_easyocr.dataset.generated.words.vocabulary import words


def numbers(rng: random.Random, count: int) -> list[str]:
    """Return numbers of tables: 12,345 / 0.12 / -3.4 / △98.7 / 1234."""
    drawn = []
    for kind, size in zip(
        rng.choices(range(10), (18, 22, 10, 14, 6, 4, 4, 2, 12, 8), k=count), _sizes(rng, count), strict=True
    ):
        value = rng.randrange(size)
        if kind == 0:
            drawn.append(str(value))
        elif kind == 1:
            drawn.append(f"{value:,}")
        elif kind == 2:
            drawn.append(f"{value * 1000:,}")
        elif kind == 3:
            drawn.append(f"{value % 1000 / 10:.1f}")
        elif kind == 4:
            drawn.append(f"{value % 100000 / 100:,.2f}")
        elif kind == 5:
            drawn.append(f"△{value:,}")
        elif kind == 6:
            drawn.append(f"{'-+'[value % 2]}{value % 1000 / 10:.1f}")
        elif kind == 7:
            drawn.append(f"({value:,})")
        elif kind == 8:
            drawn.append(f"{value % 100:02}")
        else:
            drawn.append(f"{value % 1000 / 10:.1f}%")
    return drawn


def _sizes(rng: random.Random, count: int) -> list[int]:
    return rng.choices(
        (10, 100, 1000, 10_000, 100_000, 10_000_000, 1_000_000_000), (14, 20, 22, 16, 12, 10, 6), k=count
    )


def quantities(rng: random.Random, count: int) -> list[str]:
    """Return numbers with a unit: 54,500원, 12명, 330㎡, △12.3%, 1,234백만원."""
    return list(map("".join, zip(numbers(rng, count), rng.choices(words("units"), k=count), strict=True)))


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
    departments = rng.choices(words("departments"), k=count)
    return [
        shape.format(a=i, b=j, c=k, p=department)
        for shape, i, j, k, department in zip(shapes, a, b, c, departments, strict=True)
    ]


def contacts(rng: random.Random, count: int) -> list[str]:
    """Return telephone and fax numbers, mail and web addresses, post codes; all of them invented."""
    areas, accounts, domains = (
        rng.choices(each, k=count) for each in (words("area_codes"), words("accounts"), words("domains"))
    )
    exchange, number = (rng.choices(range(size), k=count) for size in (1000, 10_000))
    shapes = rng.choices(words("contact_shapes"), k=count)
    return [
        shape.format(t=area, e=f"0{three:03}"[: 3 + three % 2], n=four, u=account, d=domain)
        for shape, area, three, four, account, domain in zip(
            shapes, areas, exchange, number, accounts, domains, strict=True
        )
    ]


def serials(rng: random.Random, count: int) -> list[str]:
    """Return random codes of digits and Latin letters: A-1203-B, K07, qLx, VRM8812."""
    shapes = rng.choices(words("serial_shapes"), k=count)
    needed = sum(map(len, shapes))
    digits, small = iter(rng.choices(string.digits, k=needed)), iter(rng.choices(string.ascii_lowercase, k=needed))
    capital = iter(rng.choices(string.ascii_uppercase, k=needed))
    source = {"0": digits, "a": small, "A": capital}
    return ["".join(next(source[letter]) if letter in source else letter for letter in shape) for shape in shapes]


def latin_words(rng: random.Random, count: int) -> list[str]:
    """Return Latin abbreviations and words, and words that mix them with Hangul."""
    half = count // 2
    drawn = rng.choices(words("latin"), k=half) + rng.choices(words("K_words"), k=count - half)
    rng.shuffle(drawn)
    return drawn
