"""Words without vocabulary that must be read sign by sign: mail and web addresses, codes, amounts, masked numbers.

Nothing of them is anybody's: accounts and domains are drawn letter by letter, numbers digit by digit.
"""

from __future__ import annotations

import random
import string

from train_easyocr.printing.generated.words.vocabulary import filled, words

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwyz", "aeiou"
_ENDING_SHARES = (30, 12, 14, 8, 6, 4, 16, 5, 3, 1, 1, 1)  # of `domain_endings`
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


def addresses(rng: random.Random, count: int) -> list[str]:
    """Return mail and web addresses, each one word: hana.doro_2@example.kr, https://www.example.kr/board/list.do."""
    return [_mail(rng) if rng.random() < 0.5 else _web(rng) for _ in range(count)]


def codes(rng: random.Random, count: int) -> list[str]:
    """Return codes of letters, digits and marks, and numbers in part masked: SER-06, AB_12.pdf, 000-****-1234."""
    masked = count // 10
    shapes = rng.choices(words("code_shapes"), k=count - masked) + rng.choices(words("masked_code_shapes"), k=masked)
    return [_spelled(rng, shape) for shape in shapes]


def amounts(rng: random.Random, count: int) -> list[str]:
    """Return amounts of money and measured numbers: ₩1,234,000, △3,400원, (12,345), 1,204.8㎡, 3.2㎥."""
    values = [int(10 ** rng.uniform(1, 10)) for _ in range(count)]
    return filled(
        rng.choices(words("amount_shapes"), k=count),
        v=values,
        x=[value / 10 for value in values],
        p=[value % 1000 / 10 for value in values],
        q=[value % 100_000 / 100 for value in values],
        r=[value % 10_000 / 1000 for value in values],
        w=[value % 10_000 for value in values],
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
    return f"{name}.{rng.choices(words('domain_endings'), _ENDING_SHARES)[0]}"


def _name(rng: random.Random) -> str:
    """Return 2 to 9 small letters: most names sound like words, one in six is an abbreviation."""
    if rng.random() < 0.17:
        return "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 5)))
    letters = []
    for _ in range(rng.randint(1, 3)):
        letters += [rng.choice(_CONSONANTS), rng.choice(_VOWELS)]
        letters += rng.choices(("", "n", "ng", "l", "m", "k", "e", "o"), (5, 2, 1, 1, 1, 1, 1, 1))
    return "".join(letters)


def _spelled(rng: random.Random, shape: str) -> str:
    """Return the shape with a random digit for each 0, a capital for each A, a small letter for each a, and _ for ^."""
    kinds = {"0": string.digits, "a": string.ascii_lowercase, "A": string.ascii_uppercase}
    return "".join(rng.choice(kinds[letter]) if letter in kinds else letter for letter in shape.replace("^", "_"))
