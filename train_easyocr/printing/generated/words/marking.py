"""Words with marks around them, such as brackets, quotes and bullets; also list marks, leaders and check boxes."""

from __future__ import annotations

import random

from train_easyocr.printing.generated.words.figures import quantities
from train_easyocr.printing.generated.words.prose import attach, nouns, ranked
from train_easyocr.printing.generated.words.vocabulary import concatenated, filled, stems, words

# Weights of the ways to decorate a word, as frequent as in real documents: nothing, a stop, a pair of brackets or one
# of them, a mark before, a footnote mark after, the end of a quote.
_DECORATIONS = {
    "{text}": 66,
    "{text}{stop}": 14,
    "{pair[0]}{text}{pair[1]}": 7,
    "{pair[0]}{text}": 4,
    "{text}{pair[1]}": 4,
    "{mark}{text}": 3,
    "{text}{note}": 1,
    "{text}{tail}": 1,
}
_LONGEST_HEADING = 5  # syllables of a noun set with spaces


def decorated(rng: random.Random, texts: list[str]) -> list[str]:
    """Return the texts, a third of them with something attached: 계획, (변경) “안전 ○추진 지원1)."""
    count = len(texts)
    shapes = rng.choices(list(_DECORATIONS), list(_DECORATIONS.values()), k=count)
    stops, pairs = rng.choices(words("stops"), k=count), rng.choices(words("pairs"), k=count)
    stops = ["" if text.endswith((".", ",")) else stop for text, stop in zip(texts, stops, strict=True)]
    marks, notes = ranked(rng, "before", 5, count), rng.choices(words("notes"), k=count)
    tails = rng.choices(words("ends_of_quotes"), k=count)
    return filled(shapes, text=texts, stop=stops, pair=pairs, mark=marks, note=notes, tail=tails)


def quoted_with_particles(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return nouns in quotes or brackets with a particle after them: “안전”을, 「계획」에, (변경)으로."""
    pairs = rng.choices(words("pairs"), k=count)
    quoted = [pair[0] + noun + pair[1] for pair, noun in zip(pairs, nouns(rng, count, held_out), strict=True)]
    return attach(rng, quoted)


def with_brackets_inside(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return words with a bracket inside or left open: 위원회(위원장, 보고(안), 예산(12억원), (재)한국."""
    first, second = nouns(rng, count, held_out), nouns(rng, count)
    figures = quantities(rng, count)
    return filled(rng.choices(words("bracket_shapes"), k=count), n=first, m=second, q=figures)


def masked(rng: random.Random, count: int) -> list[str]:
    """Return names made unreadable on purpose: ○○시, 김○○, ***, △△군, ××."""
    marks, lengths = rng.choices("○○○○◇△×*□◎", k=count), rng.choices((1, 2, 2, 2, 3, 3, 4, 5), k=count)
    before, behind = rng.choices(words("before_masks"), k=count), rng.choices(words("behind_masks"), k=count)
    hidden = [mark * length for mark, length in zip(marks, lengths, strict=True)]
    return [word.replace("|", "") for word in concatenated(before, hidden, behind)]


def list_marks(rng: random.Random, count: int) -> list[str]:
    """Return marks of lists: 가. 1) ① Ⅰ. (1)."""
    return rng.choices(words("list_marks"), k=count)


def leaders(rng: random.Random, count: int) -> list[str]:
    """Return runs of dots and lines, alone or with a page number: ····· 3, ........, …… 12, -----."""
    dots = rng.choices("······....……---_*=~․‧ㆍ", k=count)
    lengths, pages = rng.choices(range(2, 16), k=count), rng.choices(range(1, 300), k=count)
    shapes = rng.choices(("{}", "{}", "{} {}", "{}{}"), k=count)
    return [
        shape.format(dot * length, page) for shape, dot, length, page in zip(shapes, dots, lengths, pages, strict=True)
    ]


def spaced_headings(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return headings with a space between their syllables, which annotators label as one word: 공 고, 여 권 발 급.

    Half are nouns of all subjects. With the list of headings alone, a network learns these by heart and reads every
    other heading without its spaces, at high confidence.
    """
    listed = rng.choices(stems("spaced_headings", held_out), k=count - count // 2)
    short = [noun for noun in stems("nouns", held_out) if len(noun) <= _LONGEST_HEADING and " " not in noun]
    headings = listed + rng.choices(short, k=count // 2)
    behind = rng.choices(("", "", "", "", " :", ":", "."), k=count)
    return [" ".join(heading) + end for heading, end in zip(headings, behind, strict=True)]


def check_boxes(rng: random.Random, count: int, held_out: bool = False) -> list[str]:
    """Return choices of forms: □동의, ☑예, [ ]해당없음, ( )남."""
    boxes = rng.choices(("□", "□", "☑", "■", "[ ]", "( )", "○", "[√]", "(√)", "[ ]"), k=count)
    choices = rng.choices((*stems("general", held_out), *stems("actions", held_out)), k=count)
    return concatenated(boxes, choices)
