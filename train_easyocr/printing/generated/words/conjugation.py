"""Conjugates Korean verbs and adjectives: makes their forms from the stem. `inflected.yaml` lists irregular ones."""

from __future__ import annotations

from functools import cache

from train_easyocr.printing.generated.words.vocabulary import words
from train_easyocr.texts.hangul import Parts, compose, decompose


@cache
def conjugated(stem: str) -> tuple[str, ...]:
    """Return about 120 forms of a verb.

    >>> [form for form in conjugated("알리") if form in ("알리고", "알린", "알려", "알렸습니다.", "알림")]
    ['알리고', '알린', '알림', '알려', '알렸습니다.']
    """
    a_form, eu_form = _a_form(stem), _eu_form(stem)
    past = _with(a_form, final="ㅆ")
    if _final(eu_form) == "ㄹ":  # 만들: 만든, 만드시기, 만듭니다
        bare = _with(eu_form, final="")
        after_stem = [(bare if ending[0] in "는네" else stem) + ending for ending in words("after_stem")]
        after_eu = [(bare if ending[0] in "나니시신십오" else stem) + ending for ending in words("after_eu")]
        past_participle, future, polite = _with(bare, final="ㄴ"), eu_form, _with(bare, final="ㅂ") + "니다."
        present = past_participle + "다"
        nouns = []  # the charset lacks the last syllable of 만듦
    else:
        after_stem = [stem + ending for ending in words("after_stem")]
        after_eu = [eu_form + ending for ending in words("after_eu")]
        past_participle, future = _with(eu_form, final="ㄴ"), _with(eu_form, final="ㄹ")
        nouns = [_with(eu_form, final="ㅁ")]
        polite = stem + "습니다." if _final(stem) else _with(stem, final="ㅂ") + "니다."
        present = stem + "는다" if _final(stem) else _with(stem, final="ㄴ") + "다"
    endings = [past_participle, future, future + "지", future + "수록", *nouns, polite]
    endings += [present + ending for ending in ("", ".", "고", "며", "는", "면")]
    return (
        *after_stem,
        *endings,
        *after_eu,
        a_form,
        *(a_form + ending for ending in words("after_a")),
        *(past + ending for ending in words("after_past")),
    )


def _parts(syllable: str) -> Parts:
    parts = decompose(syllable)
    if parts is None:
        raise ValueError(f"{syllable!r} is no Hangul syllable, and stems end in one")
    return parts


def _final(word: str) -> str:
    return _parts(word[-1]).final


def _with(word: str, **parts: str) -> str:
    """Return `word` with other `parts` in its last syllable, such as its vowel or its final."""
    return word[:-1] + compose(_parts(word[-1])._replace(**parts))


@cache
def _irregular() -> dict[str, tuple[str, str]]:
    """Return the two forms of `_a_form` and `_eu_form` for each stem that breaks their rules."""
    return {stem: (a_form, eu_form) for stem, a_form, eu_form in (e.split("/") for e in words("irregular_verbs"))}


def _eu_form(stem: str) -> str:
    """Return the stem as it stands before endings with 으: 받으, 알리."""
    if stem in _irregular():
        return _irregular()[stem][1]
    return stem + "으" if _final(stem) not in ("", "ㄹ") else stem


def _a_form(stem: str) -> str:
    """Return the stem with 아 or 어, contracted if it ends in a vowel: 받아, 알려."""
    if stem in _irregular():
        return _irregular()[stem][0]
    if stem.endswith("하"):
        return stem[:-1] + "하여"
    _, vowel, final = _parts(stem[-1])
    if final:
        return stem + ("아" if vowel in ("ㅏ", "ㅗ", "ㅑ") else "어")
    if stem[-1] == "르":  # 다르: 달라
        before = _with(stem[:-1], final="ㄹ")
        return before + ("라" if _parts(stem[-2])[1] in ("ㅏ", "ㅗ") else "러")
    if vowel == "ㅡ":
        previous = _parts(stem[-2])[1] if len(stem) > 1 else "ㅓ"
        return _with(stem, vowel="ㅏ" if previous in ("ㅏ", "ㅗ") else "ㅓ")
    contracted = {"ㅣ": "ㅕ", "ㅜ": "ㅝ", "ㅗ": "ㅘ", "ㅚ": "ㅙ"}.get(vowel)
    if contracted is not None:
        return _with(stem, vowel=contracted)
    return stem if vowel in ("ㅏ", "ㅐ", "ㅓ", "ㅔ", "ㅕ") else stem + "어"
