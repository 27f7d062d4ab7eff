"""What was read in the matched boxes: exact match, CER and normalized edit distance, with spaces and without.

The words of AI-Hub rarely hold a space, readings of a merged box often do: the difference of the two says how much of
the error is spacing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from train_easyocr.scoring.matching import ReadPage
from train_easyocr.text_scores import edit_distance, normalized_edit_distance


@dataclass(frozen=True, slots=True)
class TextCounts:
    """Pairs of texts, added up: `edits` and `characters` of the ground truth, `similarity` the sum of 1 - N.E.D."""

    pairs: int = 0
    exact: int = 0
    edits: int = 0
    characters: int = 0
    similarity: float = 0.0

    def __add__(self, other: TextCounts) -> TextCounts:
        return TextCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def exact_match(self) -> float | None:
        """Share of the pairs that are equal; None without pairs."""
        return self.exact / self.pairs if self.pairs else None

    @property
    def character_error_rate(self) -> float | None:
        """Edits per character of the ground truth, over all pairs together; None without characters."""
        return self.edits / self.characters if self.characters else None

    @property
    def normalized_edit_distance(self) -> float | None:
        """Mean over the pairs of 1 - edit distance / length of the longer text (ICDAR 2019 ReCTS); None without."""
        return self.similarity / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class TextAccuracy:
    """The same pairs counted as they are, and once more with all spaces taken out of both texts."""

    with_spaces: TextCounts
    without_spaces: TextCounts


def count_texts(texts: Sequence[tuple[str, str]]) -> TextCounts:
    """Count pairs of ground truth and prediction.

    >>> count_texts([("제1항의", "제 1항")])
    TextCounts(pairs=1, exact=0, edits=2, characters=4, similarity=0.5)
    """
    return TextCounts(
        pairs=len(texts),
        exact=sum(truth == read for truth, read in texts),
        edits=sum(edit_distance(truth, read) for truth, read in texts),
        characters=sum(len(truth) for truth, _ in texts),
        similarity=sum(normalized_edit_distance(truth, read) for truth, read in texts),
    )


def text_accuracy(pages: Iterable[ReadPage]) -> TextAccuracy:
    """Count the matched pairs of all pages."""
    texts = list(matched_texts(pages))
    return TextAccuracy(
        count_texts(texts), count_texts([(without_spaces(truth), without_spaces(read)) for truth, read in texts])
    )


def matched_texts(pages: Iterable[ReadPage]) -> Iterator[tuple[str, str]]:
    """Give the texts of every matched pair: what stands there, and what was read."""
    for page, readings, pairs in pages:
        for pair in pairs:
            yield page.words[pair.ground_truth].text, readings[pair.prediction].text


def without_spaces(text: str) -> str:
    """Take out all white space.

    >>> without_spaces("경남 김해시")
    '경남김해시'
    """
    return "".join(text.split())
