"""The texts of the generated words and lines: drawn like the words of real public documents.

Word lengths follow 7,829 words of 27 real documents. One in six words has one character. One in seven is made of random
syllables; these also bring every character of the charset to its minimum. One in seven exercises look-alikes. The same
count and seed give the same texts everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from train_easyocr.printing.generated.words import drill, figures, hanja, identifiers, lines, marking, names, prose
from train_easyocr.printing.generated.words.vocabulary import holds_held_out_stem, words
from train_easyocr.texts.charset import KOREAN_PUBLIC
from train_easyocr.texts.hangul import is_syllable

# Measured share of words by number of characters; the last two are 6 to 11, and 12 and more.
LENGTH_SHARES = {1: 0.17, 2: 0.24, 3: 0.22, 4: 0.15, 5: 0.10, 6: 0.11, 12: 0.01}
TIMES_A_MILLION = 300  # how often every character occurs at least
_SENSELESS = 0.14  # 1,870 rare syllables do not reach their minimum in real words and need this share
_LOOK_ALIKES = 0.15  # half of these have a character exchanged
_SENSELESS_LENGTHS = (2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6)
_LONGEST = 45
_LONG_LINES = 0.35
_LONGEST_LINE = 62  # as `batch_max_length` asks of the lines of step 2

Source = Callable[[random.Random, int], list[str]]
Sources = tuple[tuple[float, Source], ...]  # shares, and what makes the words
_PROSE: Sources = (
    (0.15, prose.nouns),
    (0.18, prose.nouns_with_particles),
    (0.13, prose.actions_with_endings),
    (0.06, prose.verbs),
    (0.06, prose.function_words),
    (0.03, prose.adverbs),
    (0.10, lines.running_words),
    (0.10, prose.compounds),
    (0.03, prose.long_compounds),
    (0.03, prose.joined_by_dots),
    (0.03, marking.quoted_with_particles),
    (0.03, marking.with_brackets_inside),
    (0.04, names.people),
    (0.04, names.places),
    (0.05, names.offices),
    (0.02, names.laws),
)
_OTHERS: Sources = (
    (0.22, figures.numbers),
    (0.15, figures.quantities),
    (0.08, figures.measures),
    (0.17, figures.dates),
    (0.10, figures.articles),
    (0.05, figures.contacts),
    (0.05, figures.serials),
    (0.07, figures.latin_words),
    (0.06, marking.list_marks),
    (0.02, marking.leaders),
    (0.06, marking.spaced_headings),
    (0.03, marking.check_boxes),
    (0.02, marking.masked),
    (0.01, figures.amounts_in_words),
)
_PROSE_SHARE = 0.76


def training_texts(count: int, seed: int) -> list[str]:
    """Return `count` words; none holds a held-out stem (see `vocabulary.holds_held_out_stem`)."""
    rng = random.Random(f"words {seed}")
    senseless = int(count * _SENSELESS)
    rest = _of_real_lengths(rng, count, count - senseless)
    missing = drill.missing_characters(rest, count * TIMES_A_MILLION / 1_000_000 * 1.02, rng)
    extra = drill.symbols_in_use(rng, missing, rest)[:senseless]
    extra += drill.strings_of(rng, missing, senseless - len(extra), _SENSELESS_LENGTHS)
    # A random string that happens to hold a held-out stem is replaced by its first syllable.
    texts = rest + [text if not holds_held_out_stem(text) else text[:1] for text in extra]
    rng.shuffle(texts)
    return texts


def _of_real_lengths(rng: random.Random, count: int, wanted: int) -> list[str]:
    """Return `wanted` words; with the random ones, all `count` words have the length distribution of real words."""
    senseless = count - wanted
    needs = {}
    for length, share in LENGTH_SHARES.items():
        theirs = sum(_length_class(each) == length for each in _SENSELESS_LENGTHS) / len(_SENSELESS_LENGTHS)
        needs[length] = max(0, round(share * count - theirs * senseless))
    taken = _single_characters(rng, min(wanted, needs.pop(1)))
    taken += _drawn(needs, lambda size: _candidates(rng, size))
    while len(taken) < wanted:  # rounding may leave some out
        taken += _candidates(rng, 2 * (wanted - len(taken)) + 100)
    return taken[:wanted]


def _drawn(needs: dict[int, int], candidates: Callable[[int], list[str]]) -> list[str]:
    """Return as many candidates of each length as are needed, or fewer if 40 rounds of candidates hold too few."""
    needs, taken = dict(needs), []
    for _ in range(40):
        if not any(needs.values()):
            break
        for text in candidates(max(2000, int(1.3 * sum(needs.values())))):
            length = _length_class(len(text))
            if needs.get(length):
                needs[length] -= 1
                taken.append(text)
    return taken


def _length_class(length: int) -> int:
    return length if length < 6 else 6 if length < 12 else 12


def _candidates(rng: random.Random, count: int) -> list[str]:
    """Return about `count` words of all kinds, in no order, none of them with a held-out stem."""
    prose_count = int(count * _PROSE_SHARE)
    texts = marking.decorated(rng, _mixed(rng, _PROSE, prose_count))
    rng.shuffle(texts)
    drilled = int(count * _LOOK_ALIKES)
    alike = drill.look_alike_pattern()
    texts.sort(key=lambda text: alike.search(text) is None)
    texts[:drilled] = drill.with_look_alikes(rng, texts[:drilled])
    texts += _mixed(rng, _OTHERS, count - prose_count)
    rng.shuffle(texts)
    return [text for text in texts if 0 < len(text) <= _LONGEST and not holds_held_out_stem(text)]


def _mixed(rng: random.Random, sources: Sources, count: int) -> list[str]:
    whole = sum(share for share, _ in sources)
    return [text for share, source in sources for text in source(rng, round(share / whole * count))]


def _single_characters(rng: random.Random, count: int) -> list[str]:
    """Return words of one character: a third symbols, half syllables, the rest digits and letters.

    A tenth are syllables of the whole charset, so that rare ones are known without neighbours too.
    """
    alone = words("alone")
    small_words = [word for word in words("function_words") if len(word) == 1]
    symbols = rng.choices(alone, [1 / (rank + 2) for rank in range(len(alone))], k=int(count * 0.32))
    common = [*small_words * 8, *words("tails") * 3, *"계년월일원명건개회인남여가나다라마바사아자차카타파하김이박최정"]
    syllables = rng.choices(common, k=int(count * 0.38))
    syllables += rng.choices([c for c in KOREAN_PUBLIC if is_syllable(c)], k=int(count * 0.1))
    rest = rng.choices("0123456789" * 6 + "-" * 12 + "ABCDEabcdemgkNoXxVY", k=count - len(symbols) - len(syllables))
    return symbols + syllables + rest


def training_lines(count: int, seed: int) -> list[str]:
    """Return `count` lines of two words and more with single spaces, up to 62 characters; three quarters up to 34.

    These are the lengths of the lines that a Reader makes of pages (docs/decisions/019).

    No line holds a held-out stem.
    """
    rng = random.Random(f"lines {seed}")
    texts: list[str] = []
    while len(texts) < count:
        drawn = lines.lines(rng, int(1.2 * (count - len(texts))) + 100)
        cut = [_cut(rng, line, following) for line, following in pairwise(drawn)]
        texts += [text for text in cut if " " in text and len(text) <= _LONGEST_LINE and not holds_held_out_stem(text)]
    return texts[:count]


def _cut(rng: random.Random, line: list[str], following: list[str]) -> str:
    """Return 2 to 6 neighbouring words of a line, or a long run that continues in the next line; as many as fit."""
    if rng.random() < _LONG_LINES:
        row, limit = line + following, rng.randint(30, _LONGEST_LINE)
    else:
        start = rng.randrange(max(1, len(line) - 1)) if rng.random() < 0.6 else 0
        row, limit = line[start : start + rng.randint(2, 6)], 34
    text = row[0]
    for place, word in enumerate(row[1:]):
        if len(text) + 1 + len(word) > limit and place:
            break
        text = f"{text} {word}"
    return text


def training_identifiers(count: int, seed: int) -> list[str]:
    """Return `count` words that must be read sign by sign: a third each of addresses, codes and amounts."""
    rng = random.Random(f"identifiers {seed}")
    third = count // 3
    texts = [
        *identifiers.addresses(rng, third),
        *identifiers.codes(rng, third),
        *identifiers.amounts(rng, count - 2 * third),
    ]
    texts = [text for text in texts if len(text) <= _LONGEST_LINE]
    rng.shuffle(texts)
    return texts


def training_hanja(count: int, seed: int) -> list[str]:
    """Return `count` words with hanja."""
    return hanja.hanja_words(random.Random(f"hanja {seed}"), count)


def held_out_texts(count: int, seed: int) -> list[str]:
    """Return `count` words of the held-out vocabulary, with particles, endings, marks: none of them is trained on.

    Their lengths are those of real words of two or more characters: a single character is not vocabulary.
    """
    rng = random.Random(f"held out {seed}")
    longer = {length: share for length, share in LENGTH_SHARES.items() if length > 1}
    needs = {length: round(share / sum(longer.values()) * count) + 1 for length, share in longer.items()}
    texts = _drawn(needs, lambda size: _held_out_candidates(rng, size))
    rng.shuffle(texts)
    return texts[:count]


def _held_out_candidates(rng: random.Random, count: int) -> list[str]:
    sources = (
        (0.22, prose.nouns),
        (0.27, prose.nouns_with_particles),
        (0.20, prose.actions_with_endings),
        (0.12, prose.compounds),
        (0.03, prose.long_compounds),
        (0.02, prose.joined_by_dots),
        (0.03, marking.quoted_with_particles),
        (0.03, marking.with_brackets_inside),
        (0.04, names.places),
        (0.05, names.offices),
        (0.02, names.laws),
        (0.03, marking.spaced_headings),
    )
    texts = [text for share, source in sources for text in source(rng, round(share * count), held_out=True)]
    texts = [text for text in marking.decorated(rng, texts) if len(text) <= _LONGEST and holds_held_out_stem(text)]
    rng.shuffle(texts)
    return texts


def charset_texts(seed: int) -> list[str]:
    """Return short texts in which every character occurs at least three times: once alone, twice among others.

    Hanja have a test of their own; look-alikes occur in their written form.
    """
    rng = random.Random(f"charset {seed}")
    characters = [character for character in drill.TRAINED_ALONE if character != " "]
    texts = list(characters)
    for _ in range(2):
        rng.shuffle(characters)
        start = 0
        while start < len(characters):
            size = min(rng.randint(2, 4), len(characters) - start)
            texts.append("".join(characters[start : start + size]))
            start += size
    return texts
