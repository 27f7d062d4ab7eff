"""Lines: several words with spaces, which EasyOCR's default grouping reads as one crop. `lines.yaml` has patterns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import cache

from train_easyocr.printing.generated.words import figures, marking, names, prose
from train_easyocr.printing.generated.words.vocabulary import concatenated, load, words
from train_easyocr.printing.particles import with_particle

_Source = Callable[[random.Random, int], list[str]]


def _with(particle: str, source: _Source = prose.nouns) -> _Source:
    """Return a source of the words of `source` with a particle; `particle` lists its forms, as in 을/를/을."""
    return lambda rng, count: [with_particle(word, particle) for word in source(rng, count)]


def _one_of(kind: str) -> _Source:
    """Return a source that draws from the word list `kind`."""
    return lambda rng, count: rng.choices(words(kind), k=count)


_SLOTS: dict[str, _Source] = {
    "명사": prose.nouns,
    "명사을": _with("을/를/을"),
    "명사이": _with("이/가/이"),
    "명사은": _with("은/는/은"),
    "명사과": _with("과/와/과"),
    "명사으로": _with("으로/로/로"),
    "명사에": _with("에"),
    "명사의": _with("의"),
    "명사조": prose.nouns_with_particles,
    "복합": prose.compounds,
    "복합을": _with("을/를/을", prose.compounds),
    "복합에": _with("에", prose.compounds),
    "복합은": _with("은/는/은", prose.compounds),
    "행위": prose.actions_with_endings,
    "동사": prose.verbs,
    "말": prose.function_words,
    "이음": prose.joined_by_dots,
    "법": names.laws,
    "조항": figures.articles,
    "수": figures.numbers,
    "양": figures.quantities,
    "날짜": figures.dates,
    "연락처": figures.contacts,
    "곳": names.places,
    "기관": names.offices,
    "사람": names.people,
    "업체": names.companies,
    "라틴": figures.latin_words,
    "번호": marking.list_marks,
    "기호": _one_of("before"),
    "직위": _one_of("titles"),
    "단위": _one_of("units"),
    "빈칸제목": marking.spaced_headings,
    "선택": marking.check_boxes,
    "점선": marking.leaders,
}


def sentences() -> tuple[tuple[str, ...], ...]:
    """Return the sentences of sentences.yaml, each as its words."""
    return _split("sentences", "sentences")


@cache
def _split(name: str, kind: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(text.split()) for text in load(name)[kind])


def running_words(rng: random.Random, count: int) -> list[str]:
    """Return words of the sentences, as often as they stand there."""
    return rng.choices([word for sentence in sentences() for word in sentence], k=count)


def lines(rng: random.Random, count: int) -> list[list[str]]:
    """Return `count` lines as lists of words, a quarter of them unchanged sentences.

    Most are longer than a crop, so the caller cuts parts out of them.
    """
    drawn = [list(sentence) for sentence in rng.choices(sentences(), k=count // 4)]
    for pattern, repeats in Counter(rng.choices(_split("lines", "patterns"), k=count - len(drawn))).items():
        columns = [_column(rng, part, repeats) for part in pattern]
        drawn += [list(row) for row in zip(*columns, strict=True)]
    rng.shuffle(drawn)
    return drawn


def _column(rng: random.Random, part: str, count: int) -> list[str]:
    """Return `count` words for one part of a pattern; the text around the slot stays."""
    opening, slot, rest = part.partition("{")
    if not slot:
        return [part] * count
    name, _, behind = rest.partition("}")
    drawn = _SLOTS[name](rng, count)
    rng.shuffle(drawn)
    following = _column(rng, behind, count)  # {단위}, {단위}) and the like: one more slot may follow
    return concatenated([opening] * count, drawn, following)
