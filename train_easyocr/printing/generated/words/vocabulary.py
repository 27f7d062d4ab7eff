"""Reads the word lists and shapes beside this file, and holds a tenth of the vocabulary out from training."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
_FILES = ("nouns", "places_and_people", "inflected", "marks", "shapes")
_NAME_KINDS = ("cities", "titles", "ministries", "departments", "laws")
_NOT_A_SUBJECT = ("actions", "matters", "tails", "everyday")
_HANGUL_RUN = re.compile("[가-힣]{2,}")
_SPACED_OUT = re.compile(r"\b[가-힣](?: [가-힣])+\b")


@cache
def words(kind: str) -> tuple[str, ...]:
    """Return a word list, for instance `actions`; `_` in the files is a space within one label."""
    return tuple(word.replace("_", " ") for word in _lists()[kind].split())


def filled(shapes: Sequence[str], **values: Sequence[object]) -> list[str]:
    """Return each shape with its own value of each name.

    >>> filled(["{n}%", "{n}{u}당"], n=[12, 3], u=["㎡", "㎏"])
    ['12%', '3㎏당']
    """
    rows = zip(*values.values(), strict=True)
    return [shape.format(**dict(zip(values, row, strict=True))) for shape, row in zip(shapes, rows, strict=True)]


def concatenated(*parts: Sequence[str]) -> list[str]:
    """Return words joined from their parts.

    >>> concatenated(["시설", "예산"], ["관리", "집행"], ["", "에"])
    ['시설관리', '예산집행에']
    """
    return list(map("".join, zip(*parts, strict=True)))


@cache
def noun_kinds() -> tuple[str, ...]:
    """Return the lists of nouns.yaml by subject: law, budget, welfare and so on."""
    return tuple(kind for kind in load("nouns") if kind not in _NOT_A_SUBJECT)


@cache
def stems(kind: str, held_out: bool) -> tuple[str, ...]:
    """Return the held-out part of a word list, or the part that is trained on."""
    kinds = noun_kinds() if kind == "nouns" else (kind,)
    held = held_out_stems()
    return tuple(word for each in kinds for word in words(each) if (_joined(word) in held) == held_out)


@cache
def held_out_stems() -> frozenset[str]:
    """Return the held-out stems, without spaces: a tenth of the vocabulary of two syllables and more, by its CRC-32.

    Function words, the everyday nouns, endings, verbs, numerals, single syllables and the syllables of invented names
    are never held out: they occur in every document, so training and test share them.
    """
    common = {*words("function_words"), *words("adverbs"), *words("everyday")}
    kinds = ("actions", "matters", *noun_kinds(), *_NAME_KINDS, "spaced_headings")
    joined = {_joined(word) for kind in kinds for word in words(kind)}
    return frozenset(
        stem for stem in joined if len(stem) > 1 and stem not in common and zlib.crc32(stem.encode()) % 10 == 9
    )


def holds_held_out_stem(text: str) -> bool:
    """Return whether a run of Hangul in `text` begins with a held-out stem, or holds one of three or more syllables.

    Shorter stems inside a run do not count: they occur by chance, as 도로 does in 제도로.
    """
    if " " in text:  # a spaced heading, 공 고, holds the stem 공고
        text = _SPACED_OUT.sub(lambda match: _joined(match[0]), text)
    return any(_run_holds_stem(run) for run in _HANGUL_RUN.findall(text))


@cache
def _first_syllables() -> tuple[frozenset[str], int]:
    """Return the first two syllables of the held-out stems, and the length of the longest stem."""
    held = held_out_stems()
    return frozenset(stem[:2] for stem in held), max(map(len, held))


def _run_holds_stem(run: str) -> bool:
    held = held_out_stems()
    starts, longest = _first_syllables()
    if run[:2] in held:
        return True
    for start in range(len(run) - 2):
        if run[start : start + 2] in starts:
            for end in range(start + 3, min(len(run), start + longest) + 1):
                if run[start:end] in held:
                    return True
    return False


def _joined(word: str) -> str:
    return word.replace(" ", "")


@cache
def _lists() -> dict[str, str]:
    return {kind: text for name in _FILES for kind, text in load(name).items()}


@cache
def load(name: str) -> dict[str, Any]:
    """Read a YAML file beside this one, for instance `nouns`."""
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
