"""More words from a dictionary of hunspell, where one is named: Debian's package hunspell-ko ships `ko.dic`.

It knows some 33,000 nouns and thousands of verbs beside this project's own lists. Its data are not part of this
project (licences CC BY-SA 4.0, MPL 1.1, GPL and LGPL), so texts that use it are the same only where the same file is.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from train_easyocr.charset import KOREAN_PUBLIC
from train_easyocr.dataset.generated.words.conjugation import conjugated
from train_easyocr.dataset.generated.words.prose import attach
from train_easyocr.errors import UserError
from train_easyocr.hangul import is_syllable
from train_easyocr.text_scores import nfc

# What the flags behind a word of ko.dic mean: nouns that end in a consonant or a vowel; verbs and adjectives whose
# stems change by rule.
_NOUNS, _VERBS = ("10", "25"), ("44", "49")


def dictionary_words(rng: random.Random, count: int, path: Path) -> list[str]:
    """Return nouns of the dictionary, half of them with a particle, and one verb for five nouns."""
    nouns, verbs = _entries(path)
    drawn = rng.choices(nouns, k=count - count // 6)
    half = len(drawn) // 2
    inflected = [rng.choice(conjugated(stem)) for stem in rng.choices(verbs, k=count // 6)]
    return attach(rng, drawn[:half]) + drawn[half:] + inflected


@cache
def _entries(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the nouns, and the stems of the verbs.

    Raises:
        UserError: the file does not exist or holds no Korean nouns.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such dictionary; Debian's package hunspell-ko ships one, or leave it out")
    charset = set(KOREAN_PUBLIC)
    nouns, verbs = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, flags = nfc(line).partition("/")
        flag = flags.split("\t")[0]
        if len(word) < 2 or not set(word) <= charset:
            continue
        if flag in _NOUNS:
            nouns.append(word)
        elif flag in _VERBS and all(map(is_syllable, word)) and not word.endswith(("하다", "되다")):
            verbs.append(word.removesuffix("다"))
    verbs = [stem for stem in verbs if all(set(form) <= charset for form in conjugated(stem))]
    if not nouns or not verbs:
        raise UserError(f"{path}: holds no Korean words; expected the file ko.dic of hunspell-ko")
    return tuple(nouns), tuple(verbs)
