"""Accuracy of the texts in the matched boxes: exact match, CER and normalized edit distance, with and without spaces.

The words of AI-Hub rarely hold a space, readings of a merged box often do. The difference of the two shows how much of
the error is spacing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from train_easyocr.scoring.scored_page import ScoredPage
from train_easyocr.texts.text_scores import TextPair, compare_texts


@dataclass(frozen=True, slots=True)
class TextCounts:
    """Pairs of texts, added up: `edits` and `characters` of the ground truth, `similarity` the sum of 1 - N.E.D.

    `exact_folded` counts the pairs that are equal with look-alikes folded (`look_alikes.fold`).
    """

    pairs: int = 0
    exact: int = 0
    edits: int = 0
    characters: int = 0
    similarity: float = 0.0
    exact_folded: int = 0

    @property
    def exact_match(self) -> float | None:
        """Share of the pairs that are equal; None without pairs."""
        return self.exact / self.pairs if self.pairs else None

    @property
    def exact_match_folded(self) -> float | None:
        """Share of the pairs that differ in look-alikes at most; None without pairs."""
        return self.exact_folded / self.pairs if self.pairs else None

    @property
    def character_error_rate(self) -> float | None:
        """Edits per character of the ground truth, over all pairs together; None without characters."""
        return self.edits / self.characters if self.characters else None

    @property
    def normalized_edit_distance(self) -> float | None:
        """Mean over the pairs of 1 - edit distance / length of the longer text (ICDAR 2019 ReCTS); None without."""
        return self.similarity / self.pairs if self.pairs else None


def text_accuracy(pages: Sequence[ScoredPage]) -> dict[str, TextCounts]:
    """Count the matched pairs of all pages as they are, and again without the spaces of both texts."""
    texts = [pair.texts for scored in pages for pair in scored.pairs]
    return {
        "with_spaces": count_texts(texts),
        "without_spaces": count_texts([without_spaces(pair) for pair in texts]),
    }


def count_texts(texts: Sequence[TextPair]) -> TextCounts:
    """Add up pairs of texts.

    >>> count_texts([compare_texts("제1항의", "제 1항")])
    TextCounts(pairs=1, exact=0, edits=2, characters=4, similarity=0.5, exact_folded=0)
    """
    return TextCounts(
        pairs=len(texts),
        exact=sum(pair.exact for pair in texts),
        edits=sum(pair.edits for pair in texts),
        characters=sum(len(pair.truth) for pair in texts),
        similarity=sum(pair.normalized_edit_distance for pair in texts),
        exact_folded=sum(pair.exact_folded for pair in texts),
    )


def without_spaces(pair: TextPair) -> TextPair:
    """Return the pair without white space in both texts; if there is none, the same pair.

    >>> without_spaces(compare_texts("경남 김해시", "경남김해시"))
    TextPair(truth='경남김해시', read='경남김해시', edits=0)
    """
    truth, read = ("".join(text.split()) for text in (pair.truth, pair.read))
    return pair if (truth, read) == (pair.truth, pair.read) else compare_texts(truth, read)
