"""What the pages say: sentences, headings, names, numbers; drawn from pools of the generated words and the author."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.printing.generated.words import figures, hanja, identifiers, lines, names, prose
from train_easyocr.printing.generated.words.vocabulary import words
from train_easyocr.printing.pages.words import vocabulary
from train_easyocr.printing.pages.words.author import Author

_POOL = 800  # texts of each kind that a process keeps
_SOURCES: dict[str, Callable[[random.Random, int], list[str]]] = {
    "noun": prose.nouns,
    "compound": prose.compounds,
    "number": figures.numbers,
    "quantity": figures.quantities,
    "date": figures.dates,
    "article": figures.articles,
    "contact": figures.contacts,
    "serial": figures.serials,
    "latin": figures.latin_words,
    "person": names.people,
    "office": names.offices,
    "company": names.companies,
    "law": names.laws,
    "address": identifiers.addresses,
    "code": identifiers.codes,
    "amount": identifiers.amounts,
    "hanja": hanja.hanja_words,
    "line": lambda rng, count: [" ".join(line) for line in lines.lines(rng, count)],
}
_UNDERSCORE, _BRACKET = "\ue000\ue001"  # stand for _ and [ while the author reads these otherwise
_SLOT = re.compile(r"\{([a-z]+)(?::([a-z_]+|[\d.-]+))?\}")


@cache
def _pool(kind: str) -> tuple[str, ...]:
    return tuple(text for text in _SOURCES[kind](random.Random(f"pages {kind}"), _POOL) if text.strip())


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """Return a list of phrases.yaml; lists of single words are split."""
    found = _file()[kind]
    return tuple(found.split() if isinstance(found, str) else found)


@cache
def _file() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("phrases.yaml").read_text(encoding="utf-8"))


class Wording:
    """Draws texts with the generator of a page; spaces in them separate words."""

    def __init__(self, rng: random.Random, author: Author | None = None) -> None:
        self.rng = rng
        self._author = author or _some_author(rng)
        self.year = self._author.year

    def one(self, kind: str) -> str:
        """Draw a text of a kind: noun, compound, number, date, person, law and so on."""
        return self.rng.choice(_pool(kind))

    def official(self, kind: str) -> str:
        """Write by a pattern of sentences.yaml: openings, bodies, notes, requests, attachments, titles, forms."""
        return self._author.write(kind).replace("_", " ")

    def fill(self, pattern: str) -> str:
        """Fill the slots of a pattern; phrases.yaml says which there are."""
        filled = self._author.fill(_SLOT.sub(self._slot, pattern).replace("[", _BRACKET))
        return filled.replace("_", " ").replace(_UNDERSCORE, "_").replace(_BRACKET, "[")

    def entry(self, kind: str) -> str:
        """Draw an entry of a list of phrases.yaml and fill its slots."""
        return self.fill(self.rng.choice(phrases(kind)))

    def _slot(self, match: re.Match[str]) -> str:
        return self._text(match[1], match[2] or "").replace("{", "(").replace("}", ")").replace("_", _UNDERSCORE)

    def _text(self, kind: str, detail: str) -> str:
        if kind == "words":
            return self.phrase(*map(int, detail.split("-")))
        if kind == "number":
            digits, _, decimals = detail.partition(".")
            return self.number(int(digits), int(decimals or 0))
        if kind in _LISTS:
            return _LISTS[kind](self, detail)
        return self.one(kind)

    def sentence(self) -> str:
        """Return a sentence: written for this project, of the author, or from a pattern of words; rarely with hanja."""
        kind = self.rng.random()
        if kind > 0.98:
            return f"{self.one('hanja')} {self.one('line')}"
        if kind < 0.4:
            return " ".join(self.rng.choice(lines.sentences()))
        return self.official("bodies") if kind < 0.7 else self.one("line")

    def prose(self, sentences: int) -> str:
        """Return so many sentences."""
        return " ".join(self.sentence() for _ in range(sentences))

    def phrase(self, fewest: int = 1, most: int = 4) -> str:
        """Return a few words without a verb, as in headings and cells."""
        parts = [
            self.one("compound" if self.rng.random() < 0.4 else "noun") for _ in range(self.rng.randint(fewest, most))
        ]
        if len(parts) > 2 and self.rng.random() < 0.4:
            parts.insert(-1, self.rng.choice(("및", "·", "등", "/", "-")))
        return " ".join(parts)

    def heading(self) -> str:
        """Return the heading of a section or document."""
        kind = self.rng.choice(("headings", "titles", "titles", "forms", "", ""))
        return self.official(kind) if kind else self.phrase(2, 5)

    def english(self, count: int) -> str:
        """Return `count` English words as one sentence."""
        drawn = [self.rng.choice(phrases("english")) for _ in range(count)]
        for place in range(3, count, 9):
            drawn[place] = self.rng.choice((f"{drawn[place]},", f"({drawn[place]})", str(self.rng.randint(1, 2030))))
        return " ".join(drawn).capitalize() + "."

    def number(self, digits: int, decimals: int = 0) -> str:
        """Return a number of up to `digits` digits, with separators of thousands."""
        value = self.rng.randint(0, 10 ** self.rng.randint(1, digits) - 1)
        return f"{value + (self.rng.random() if decimals else 0):,.{decimals}f}"


def _some_author(rng: random.Random) -> Author:
    year = rng.randint(1996, 2026)
    return Author(rng, rng.choice(list(vocabulary.subjects())), rng.choice(vocabulary.words("training_cities")), year)


_LISTS: dict[str, Callable[[Wording, str], str]] = {
    "list": lambda wording, kind: wording.rng.choice(phrases(kind)),
    "entry": Wording.entry,
    "listed": lambda wording, kind: wording.rng.choice(words(kind)),
    "official": Wording.official,
    "sentence": lambda wording, _: wording.sentence(),
    "title": lambda wording, _: wording.heading(),
    "form": lambda wording, _: wording.official("forms"),
    "request": lambda wording, _: wording.official("requests"),
}
