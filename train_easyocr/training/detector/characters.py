"""Cuts a labelled word into its characters: AI-Hub's labels have a box for each word, and CRAFT learns characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from train_easyocr.pages.records import Word

WIDE, NARROW, PUNCTUATION, SPACE = 1.0, 0.55, 0.35, 0.33
"""Advance widths in em: Hangul and full width; digits and Latin letters; other narrow signs; a space."""

SEARCHED = 0.2
"""How far a cut moves to a column with less ink: a share of the narrower of the two characters beside it."""


def advance_width(character: str) -> float:
    """Return the approximate advance width of a character in a printed line, in em.

    >>> [advance_width(character) for character in "가A7.※"]
    [1.0, 0.55, 0.55, 0.35, 1.0]
    """
    if character.isspace():
        return SPACE
    # Ambiguous: a letter or sign that a Korean typeface draws in full width, such as ※ ○ ①.
    if unicodedata.east_asian_width(character) in "WFA" and not _is_small_sign(character):
        return WIDE
    return NARROW if character.isalnum() else PUNCTUATION


def _is_small_sign(character: str) -> bool:
    """Return whether a sign of ambiguous width is printed as narrow as a full stop: quotation marks, middle dots."""
    return unicodedata.category(character) in ("Pi", "Pf", "Po") and character not in "※"


def character_boxes(word: Word, ink: np.ndarray | None = None) -> np.ndarray:
    """Cut the box of a word into one box for each character except spaces, along the direction of its text.

    The cuts divide the box in proportion to the advance widths, downwards in a vertical word. Where the ink is known,
    each cut moves to the place of least ink near it.

    Args:
        word: text and box in pixels of the page.
        ink: how dark the pixels of the word's box are, [height, width], 0 for paper; None to cut by widths alone.

    Returns:
        float64 [N, 4], xmin ymin xmax ymax in pixels of the page.
    """
    xmin, ymin, xmax, ymax = word.box
    # A vertical word is a stack of upright characters, each as tall as wide.
    advances = [1.0 if word.is_vertical and not sign.isspace() else advance_width(sign) for sign in word.text]
    length = ymax - ymin if word.is_vertical else xmax - xmin
    cuts = np.concatenate([[0.0], np.cumsum(advances)]) * length / sum(advances)
    if ink is not None and ink.size:
        cuts = _moved_to_gaps(cuts, ink.sum(axis=1 if word.is_vertical else 0, dtype=np.float64))
    spans = [(cuts[i], cuts[i + 1]) for i, sign in enumerate(word.text) if not sign.isspace()]
    if word.is_vertical:
        boxes = [(xmin, ymin + first, xmax, ymin + last) for first, last in spans]
    else:
        boxes = [(xmin + first, ymin, xmin + last, ymax) for first, last in spans]
    return np.array(boxes, np.float64).reshape(-1, 4)


def _moved_to_gaps(cuts: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Move each inner cut to the column of least ink near it; among equal columns the nearest wins."""
    moved = cuts.copy()
    for place in range(1, len(cuts) - 1):
        reach = SEARCHED * min(cuts[place] - cuts[place - 1], cuts[place + 1] - cuts[place])
        first, last = int(np.ceil(cuts[place] - reach)), int(np.floor(cuts[place] + reach))
        # A cut at x lies between the columns x - 1 and x: the ink on both sides counts.
        columns = range(max(1, first), min(len(profile) - 1, last) + 1)
        if columns:
            moved[place] = min(columns, key=lambda x: (profile[x - 1] + profile[x], abs(x - cuts[place])))
    return moved


def drawable(words: Sequence[Word]) -> list[Word]:
    """Return the words that have something to draw: a text with a character, and a box with an area."""
    return [word for word in words if word.text.strip() and word.width > 0 and word.height > 0]
