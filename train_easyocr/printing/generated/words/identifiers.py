"""Words without vocabulary that must be read sign by sign: mail and web addresses, codes, amounts, masked numbers.

Nothing of them is anybody's: accounts and domains are drawn letter by letter, numbers digit by digit.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable

_SOUNDS = ("bcdfghjklmnprstvwyz", "aeiou")
_ENDINGS = ("go.kr", "or.kr", "co.kr", "ac.kr", "re.kr", "kr", "com", "net", "org", "gov", "io", "info")
_ENDING_SHARES = (30, 12, 14, 8, 6, 4, 16, 5, 3, 1, 1, 1)
_PATH_ENDINGS = (
    "",
    "",
    "",
    "/",
    ".do",
    ".html",
    ".jsp",
    ".pdf",
    "?id={n}",
    "?seq={n}&page={d}",
    "#{d}",
    "/{n}",
    "_{d}",
)
_CODES = (  # A, a and 0 stand for a capital, a small letter and a digit; the rest for themselves
    *("AA-0000-00000", "AAA-00", "AAA-000", "A0000", "AA000000", "A-00", "A0-A0", "AAAA-0000", "AA/AAA-00", "AAA_0000"),
    *("0000-000000", "000-00-00000", "000-000-000000", "0000-0000-0000", "0000.00.00-0", "00-0000000", "A000-00-0000"),
    *(
        "AA_AA_00",
        "AAA-AA-0000-A",
        "AAAA_00.aaa",
        "aaaa_0000.aaa",
        "aa_aaaa",
        "Aaaaa_00",
        "Aaaa-Aaaa",
        "a0a0a0",
        "A0A0A0A0",
    ),
    *(
        "AAA(A-00)",
        "(AA-000)",
        "[AAA-00]",
        "AA00-000A",
        "A.A.A.",
        "AAAA/AAA",
        "AaAaA",
        "Aa-000",
        "v0.0.0",
        "V0.0",
        "No.000",
    ),
    *(
        "AAA:00",
        "00AA0000",
        "0A00",
        "AAAAAA",
        "aaaaaaa",
        "Aaaaaaaa",
        "A&A",
        "AAA+",
        "AA00~AA00",
        "0000AA00",
        "AAA-0000호",
    ),
)
_MASKS = (
    "00****-*******",
    "A***",
    "***",
    "****",
    "*****",
    "**0",
    "000-****-0000",
    "aa****",
    "000000-0******",
    "○○○",
    "____",
    "__",
)


def addresses(rng: random.Random, count: int) -> list[str]:
    """Return mail and web addresses, each one word: hana.doro_2@sudam.go.kr, https://www.bokji.or.kr/board/list.do."""
    return [_mail(rng) if rng.random() < 0.5 else _web(rng) for _ in range(count)]


def codes(rng: random.Random, count: int) -> list[str]:
    """Return codes of letters, digits and marks, and numbers in part masked: SER-06, AB_12.pdf, 000-****-1234."""
    shapes = rng.choices(_CODES, k=count - count // 10) + rng.choices(_MASKS, k=count // 10)
    return [_spelled(rng, shape) for shape in shapes]


def amounts(rng: random.Random, count: int) -> list[str]:
    """Return amounts of money and measured numbers: ₩1,234,000, △3,400원, (12,345), 1,204.8㎡, 3.2㎥."""
    values = [int(10 ** rng.uniform(1, 10)) for _ in range(count)]
    shapes = rng.choices(_AMOUNTS, k=count)
    return [shape(value) for shape, value in zip(shapes, values, strict=True)]


_AMOUNTS: tuple[Callable[[int], str], ...] = (
    *(lambda v: f"₩{v:,}", lambda v: f"₩{v:,}", lambda v: f"￦{v:,}", lambda v: f"₩{v:,}-", lambda v: f"(₩{v:,})"),
    *(lambda v: f"{v:,}", lambda v: f"{v:,}", lambda v: f"{v:,}원", lambda v: f"{v:,}원,", lambda v: f"금{v:,}원"),
    *(lambda v: f"△{v:,}", lambda v: f"▲{v:,}", lambda v: f"({v:,})", lambda v: f"-{v:,}", lambda v: f"${v:,}"),
    *(lambda v: f"{v / 10:,.1f}㎡", lambda v: f"{v / 10:,.1f}㎥", lambda v: f"{v:,}㎡", lambda v: f"{v:,}㎥"),
    *(lambda v: f"{v % 1000 / 10}%", lambda v: f"{v % 100000 / 100:.2f}%", lambda v: f"{v % 10000 / 1000:.3f}"),
    *(
        lambda v: f"{v:,}천원",
        lambda v: f"{v % 10000:,}백만원",
        lambda v: f"{v:,}.",
        lambda v: f"{v:,},",
        lambda v: f"{v}",
    ),
)


def _mail(rng: random.Random) -> str:
    account = _name(rng)
    if rng.random() < 0.4:
        account += rng.choice("._-") + (_name(rng) if rng.random() < 0.6 else str(rng.randrange(100)))
    if rng.random() < 0.45:
        account += str(rng.randrange(10 ** rng.randint(1, 4)))
    text = f"{account}@{_domain(rng)}"
    return f"({text})" if rng.random() < 0.1 else text.upper() if rng.random() < 0.03 else text


def _web(rng: random.Random) -> str:
    start = rng.choice(("www.", "www.", "http://", "https://", "http://www.", "https://www.", ""))
    path = "".join(f"/{_name(rng)}" for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3)))) if start else ""
    if path:
        path += rng.choice(_PATH_ENDINGS).format(n=rng.randrange(10**5), d=rng.randrange(30))
    text = f"{start}{_domain(rng)}{path}"
    return f"({text})" if rng.random() < 0.15 else text


def _domain(rng: random.Random) -> str:
    name = _name(rng)
    if rng.random() < 0.2:
        name += rng.choice(("-", ".", "")) + _name(rng)
    return f"{name}.{rng.choices(_ENDINGS, _ENDING_SHARES)[0]}"


def _name(rng: random.Random) -> str:
    """Return 2 to 9 small letters, most of them as they sound in a word, one name in six an abbreviation."""
    if rng.random() < 0.17:
        return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 5)))
    letters = []
    for _ in range(rng.randint(1, 3)):
        letters += [rng.choice(_SOUNDS[0]), rng.choice(_SOUNDS[1])]
        letters += rng.choices(("", "n", "ng", "l", "m", "k", "e", "o"), (5, 2, 1, 1, 1, 1, 1, 1))
    return "".join(letters)


def _spelled(rng: random.Random, shape: str) -> str:
    kinds = {"0": string.digits, "a": string.ascii_lowercase, "A": string.ascii_uppercase}
    return "".join(rng.choice(kinds[letter]) if letter in kinds else letter for letter in shape)
