"""Accuracy of the texts in the matched boxes: exact match, CER and normalized edit distance, with and without spaces.

The words of AI-Hub rarely hold a space, readings of a merged box often do. The difference of the two shows how much of
the error is spacing.
"""

from __future__ import annotations

from collections.abc import Sequence

from train_easyocr.scoring.scored_page import MatchCounts, ScoredPage
from train_easyocr.texts.text_scores import TextPair, compare_texts


def text_accuracy(pages: Sequence[ScoredPage]) -> dict[str, MatchCounts]:
    """Count the matched pairs of all pages as they are, and again without the spaces of both texts."""
    texts = [pair.texts for scored in pages for pair in scored.pairs]
    return {
        "with_spaces": MatchCounts.of_texts(texts),
        "without_spaces": MatchCounts.of_texts([without_spaces(pair) for pair in texts]),
    }


def without_spaces(pair: TextPair) -> TextPair:
    """Return the pair without white space in both texts; if there is none, the same pair.

    >>> without_spaces(compare_texts("경남 김해시", "경남김해시"))
    TextPair(truth='경남김해시', read='경남김해시', edits=0)
    """
    truth, read = ("".join(text.split()) for text in (pair.truth, pair.read))
    return pair if (truth, read) == (pair.truth, pair.read) else compare_texts(truth, read)
