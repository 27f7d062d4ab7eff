"""Forms of Korean verbs and adjectives, made of their stems; inflected.yaml lists the irregular ones."""

from __future__ import annotations

from functools import cache

from train_easyocr.dataset.generated.words.vocabulary import words

_VOWELS = 21
_FINALS = 28
_A, _AE, _EO, _E, _YEO, _O, _WA, _OE, _U, _WO, _EU, _I = 0, 1, 4, 5, 6, 8, 9, 11, 13, 14, 18, 20
_WAE = 10
_N, _L, _M, _B, _SS = 4, 8, 16, 17, 20


@cache
def conjugated(stem: str) -> tuple[str, ...]:
    """Return about 120 forms of a verb.

    >>> [form for form in conjugated("알리") if form in ("알리고", "알린", "알려", "알렸습니다.", "알림")]
    ['알리고', '알린', '알림', '알려', '알렸습니다.']
    """
    a_form, eu_form = _a_form(stem), _eu_form(stem)
    past = _with_final(a_form, _SS)
    if _final(eu_form) == _L:  # 만들: 만든, 만드시기, 만듭니다
        bare = _with_final(eu_form, 0)
        after_stem = [(bare if ending[0] in "는네" else stem) + ending for ending in words("after_stem")]
        after_eu = [(bare if ending[0] in "나니시신십오" else stem) + ending for ending in words("after_eu")]
        past_participle, future, polite = _with_final(bare, _N), eu_form, _with_final(bare, _B) + "니다."
        present = past_participle + "다"
        nouns = []  # 만듦 is outside the charset
    else:
        after_stem = [stem + ending for ending in words("after_stem")]
        after_eu = [eu_form + ending for ending in words("after_eu")]
        past_participle, future = _with_final(eu_form, _N), _with_final(eu_form, _L)
        nouns = [_with_final(eu_form, _M)]
        polite = stem + "습니다." if _final(stem) else _with_final(stem, _B) + "니다."
        present = stem + "는다" if _final(stem) else _with_final(stem, _N) + "다"
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


def _parts(syllable: str) -> tuple[int, int, int]:
    initial, rest = divmod(ord(syllable) - ord("가"), _VOWELS * _FINALS)
    return initial, *divmod(rest, _FINALS)


def _final(word: str) -> int:
    return (ord(word[-1]) - ord("가")) % _FINALS


def _with_final(word: str, final: int) -> str:
    return word[:-1] + chr(ord(word[-1]) - _final(word) + final)


def _with_vowel(word: str, vowel: int) -> str:
    initial, _, final = _parts(word[-1])
    return word[:-1] + chr(ord("가") + (initial * _VOWELS + vowel) * _FINALS + final)


@cache
def _irregular() -> dict[str, tuple[str, str]]:
    """Return the form with 아 or 어 and the form before 으 endings, where rules do not give them."""
    return {stem: (a_form, eu_form) for stem, a_form, eu_form in (e.split("/") for e in words("irregular_verbs"))}


def _eu_form(stem: str) -> str:
    if stem in _irregular():
        return _irregular()[stem][1]
    return stem + "으" if _final(stem) not in (0, _L) else stem


def _a_form(stem: str) -> str:
    if stem in _irregular():
        return _irregular()[stem][0]
    if stem.endswith("하"):
        return stem[:-1] + "하여"
    _, vowel, final = _parts(stem[-1])
    if final:
        return stem + ("아" if vowel in (_A, _O, 2) else "어")
    if stem[-1] == "르":  # 다르: 달라
        before = _with_final(stem[:-1], _L)
        return before + ("라" if _parts(stem[-2])[1] in (_A, _O) else "러")
    if vowel == _EU:
        previous = _parts(stem[-2])[1] if len(stem) > 1 else _EO
        return _with_vowel(stem, _A if previous in (_A, _O) else _EO)
    contracted = {_I: _YEO, _U: _WO, _O: _WA, _OE: _WAE}.get(vowel)
    if contracted is not None:
        return _with_vowel(stem, contracted)
    return stem if vowel in (_A, _AE, _EO, _E, _YEO) else stem + "어"
