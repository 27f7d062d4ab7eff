"""Decodes CTC's class probabilities to text and confidence as EasyOCR's Reader does: greedily, or by beam search."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from train_easyocr.texts.charset import Charset

BEAM_WIDTH = 5  # the Reader's default
BLANK = 0

_Scores = defaultdict[tuple[int, ...], float]


class CropText(NamedTuple):
    """What a network read in one crop: its text, and EasyOCR's confidence from 0 to 1."""

    text: str
    confidence: float


def read_greedily(best: np.ndarray, probability: np.ndarray, charset: Charset) -> CropText:
    """Read one image from the best class of each time step, int [T], and its probability, float [T]."""
    return CropText(charset.decode_greedy(best.tolist()), mean_confidence(probability[best != BLANK]))


def read_by_beam(probabilities: np.ndarray, charset: Charset) -> CropText:
    """Read one image from its class probabilities, float [T, K]; the confidence is that of the greedy reading."""
    greedy = read_greedily(probabilities.argmax(axis=1), probabilities.max(axis=1), charset)
    return CropText(beam_text(probabilities, charset), greedy.confidence)


def mean_confidence(probabilities: np.ndarray) -> float:
    """Return EasyOCR's confidence from the probabilities of the steps that print, float [n]: product ** (2 / sqrt(n)).

    It is 0 if no step prints (`custom_mean` in `easyocr.recognition`).
    """
    if len(probabilities) == 0:
        return 0.0
    return float(probabilities.prod() ** (2.0 / np.sqrt(len(probabilities))))


def beam_text(probabilities: np.ndarray, charset: Charset) -> str:
    """Search the likeliest text over the `BEAM_WIDTH` best prefixes of each step, in the Reader's variant.

    A prefix is (text, whether a blank follows), unlike in the textbook (Graves and Jaitly 2014), where both cases are
    one entry with two probabilities. Characters below half the uniform probability are not tried.
    """
    # A prefix is a tuple of classes with a blank between equal characters and perhaps at the end.
    total: dict[tuple[int, ...], float] = {(): 1.0}
    after_blank: dict[tuple[int, ...], float] = {(): 1.0}
    after_character: dict[tuple[int, ...], float] = {(): 0.0}
    for step in probabilities:
        likely = np.flatnonzero(step >= 0.5 / len(step)).tolist()
        kept = sorted(total, key=total.__getitem__, reverse=True)[:BEAM_WIDTH]
        new_total, new_after_blank, new_after_character = _Scores(float), _Scores(float), _Scores(float)
        for prefix in kept:
            repeated = after_character[prefix] * step[prefix[-1]] if prefix else 0
            blank = total[prefix] * step[BLANK]
            new_after_character[prefix] += repeated
            new_after_blank[prefix] += blank
            new_total[prefix] += blank + repeated
            for index in likely:
                longer = extended(prefix, index)
                before = after_blank[prefix] if prefix and prefix[-1] == index else total[prefix]
                new_after_character[longer] += step[index] * before
                new_total[longer] += step[index] * before
        total, after_blank, after_character = new_total, new_after_blank, new_after_character
    likeliest = max(total, key=total.__getitem__)
    return charset.decode_greedy(likeliest)


def extended(prefix: tuple[int, ...], index: int) -> tuple[int, ...]:
    """Append `index` to `prefix`: blanks collapse, and only one between equal characters stays.

    >>> extended((3, 0), 4), extended((3, 0), 3), extended((3, 0), 0), extended((), 0)
    ((3, 4), (3, 0, 3), (3, 0), ())
    """
    ends_with_blank = bool(prefix) and prefix[-1] == BLANK
    if index == BLANK:
        return prefix if ends_with_blank or not prefix else (*prefix, BLANK)
    if ends_with_blank and prefix[-2] != index:
        return (*prefix[:-1], index)
    return (*prefix, index)
