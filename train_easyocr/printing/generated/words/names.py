"""Proper names. People, villages, roads and companies are invented; offices, laws and districts are real."""

from __future__ import annotations

import random

from train_easyocr.printing.generated.words.prose import attach, ranked
from train_easyocr.printing.generated.words.vocabulary import concatenated, stems, words


def people(rng: random.Random, count: int) -> list[str]:
    """Return invented people, a third of them with a title: 김도윤, 박서진과장, 이○○."""
    surnames = ranked(rng, "surnames", 3, count)
    first, second = (rng.choices(words("given_syllables"), k=count) for _ in range(2))
    plain = concatenated(surnames, first, second)
    third = count // 3
    titled = concatenated(plain[:third], rng.choices(stems("titles", False), k=third))
    anonymous = count // 25
    plain[third : third + anonymous] = [name[0] + "○○" for name in plain[third : third + anonymous]]
    return titled + plain[third:]


def places(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return districts and invented villages and roads: 김해시, 서문동, 한내로, 대곡3길, 경남."""
    half = count // 2
    drawn = rng.choices((*stems("cities", held_out), *(() if held_out else words("provinces"))), k=half)
    drawn[: half // 3] = attach(rng, drawn[: half // 3])
    rest = count - half
    first, second = (rng.choices(words("place_syllables"), k=rest) for _ in range(2))
    ends = rng.choices(words("place_ends"), k=rest)
    drawn += concatenated(first, second, ends) if not held_out else drawn[:rest]
    return drawn


def offices(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return ministries, agencies, departments, titles, and invented companies, some with a particle."""
    kinds = ("ministries", "departments", "departments", "titles")
    each = count // 5
    drawn = [word for kind in kinds for word in rng.choices(stems(kind, held_out), k=each)]
    rest = count - len(drawn)
    if held_out:
        drawn += rng.choices(stems("ministries", True), k=rest)
    else:
        drawn += companies(rng, rest)
    rng.shuffle(drawn)
    third = count // 3
    return attach(rng, drawn[:third]) + drawn[third:]


def companies(rng: random.Random, count: int) -> list[str]:
    """Return invented companies: (주)한빛건설, ㈜푸른환경, 모아상사."""
    before = rng.choices(("", "", "(주)", "㈜", "주식회사 ", "(유)", "(사)", "(재)"), k=count)
    name, kind = rng.choices(words("company_names"), k=count), rng.choices(words("companies"), k=count)
    return concatenated(before, name, kind)


def laws(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return laws: 「건축법」, 도로법시행령, 하수도법에, ｢농지법｣ 시행규칙."""
    drawn = rng.choices(stems("laws", held_out), k=count)
    quotes = rng.choices(("", "", "「」", "「」", "『』", "()", "“”", "｢｣", "''"), k=count)
    behind = rng.choices(("", "", "", "시행령", "시행규칙", " 시행령", "에", "에서", "의", "을"), k=count)
    return [pair[:1] + law + pair[1:] + end for law, pair, end in zip(drawn, quotes, behind, strict=True)]
