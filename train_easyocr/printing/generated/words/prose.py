"""Words of running text: nouns with their particles, verbs, compounds, and function words.

Every public function returns `count` words, drawn with `rng`; with `held_out`, words that are held out from training.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

from train_easyocr.printing.generated.words.conjugation import conjugated
from train_easyocr.printing.generated.words.vocabulary import concatenated, stems, words
from train_easyocr.printing.particles import with_particle


def ranked(rng: random.Random, kind: str, flatness: float, count: int) -> list[str]:
    """Return `count` words of a list, the first entries most often: the weight of rank r is 1 / (r + flatness)."""
    return rng.choices(words(kind), cum_weights=_weights(len(words(kind)), flatness), k=count)


@cache
def _weights(count: int, flatness: float) -> list[float]:
    return list(accumulate(1 / (rank + flatness) for rank in range(count)))


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(form for stem in words("verb_stems") for form in conjugated(stem))


def nouns(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return nouns of every subject; three in ten are nouns of actions, one in ten is an everyday noun."""
    actions, everyday = count * 3 // 10, 0 if held_out else count // 10
    drawn = rng.choices(stems("actions", held_out), k=actions) + rng.choices(words("everyday"), k=everyday)
    drawn += rng.choices(stems("nouns", held_out), k=count - len(drawn))
    rng.shuffle(drawn)
    return drawn


def nouns_with_particles(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return nouns with a particle in the form that fits: 계획을, 도로의, 시설로."""
    return attach(rng, nouns(rng, count, held_out))


def attach(rng: random.Random, nouns_: list[str]) -> list[str]:
    """Return each word with a particle."""
    return list(map(with_particle, nouns_, ranked(rng, "particles", 4, len(nouns_))))


def actions_with_endings(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return verbs made of nouns: 점검하여, 승인된, 교육받은."""
    quarter = count // 4
    endings = (
        ranked(rng, "do_endings", 6, count - 2 * quarter)
        + ranked(rng, "become_endings", 6, quarter)
        + ranked(rng, "other_endings", 10, quarter)
    )
    rng.shuffle(endings)
    return concatenated(rng.choices(stems("actions", held_out), k=count), endings)


def verbs(rng: random.Random, count: int) -> list[str]:
    """Return forms of verbs and adjectives: 받아야, 늘렸으며, 밝은."""
    return rng.choices(_verbs(), k=count)


def function_words(rng: random.Random, count: int) -> list[str]:
    """Return words that occur in every document: 및, 따라, 바랍니다."""
    return ranked(rng, "function_words", 12, count)


def adverbs(rng: random.Random, count: int) -> list[str]:
    """Return adverbs and dependent nouns: 꾸준히, 점차, 것으로."""
    return rng.choices(words("adverbs"), k=count)


def compounds(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return compounds: 점검결과, 시설관리, 예산집행계획, 신청자."""
    quarter = count // 4
    actions = rng.choices(stems("actions", held_out), k=count)
    drawn = concatenated(actions[:quarter], rng.choices(stems("matters", False), k=quarter))
    drawn += concatenated(actions[quarter : 2 * quarter], rng.choices(words("tails"), k=quarter))
    rest = count - 2 * quarter
    before = rng.choices(stems("nouns", held_out), k=rest)
    behind = rng.choices(stems("actions", False), k=rest // 2)
    behind += rng.choices(stems("matters", False), k=rest - rest // 2)
    drawn += concatenated(before, behind)
    rng.shuffle(drawn)
    return drawn


def long_compounds(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return compounds of three nouns, with a particle half the time: 공공시설관리계획에."""
    drawn = concatenated(
        rng.choices(stems("nouns", held_out), k=count),
        rng.choices(stems("actions", False), k=count),
        rng.choices(stems("matters", False), k=count),
    )
    half = count // 2
    return attach(rng, drawn[:half]) + drawn[half:]


def joined_by_dots(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return nouns joined without spaces: 계획·수립, 소음ㆍ진동, 시·군·구, 제정/개정."""
    known = 0 if held_out else count // 4
    middles = rng.choices(words("middles"), k=count - known)
    first, second = rng.choices(stems("actions", held_out), k=count - known), nouns(rng, count - known)
    return rng.choices(words("joined_lists"), k=known) + concatenated(first, middles, second)
