"""The counts of one network's readings of a page in one grouping: scores, tables and drawings are views of this record.

The counts are plain numbers that add up over pages; the figures are properties of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from train_easyocr.pages.records import Page, Reading, Word
from train_easyocr.scoring.columns import VARIANTS, headline_grouping
from train_easyocr.texts.text_scores import TextPair


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled word and the reading that found it: their positions on the page, their IoU, and their texts."""

    ground_truth: int
    prediction: int
    iou: float
    texts: TextPair


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Words, readings and pairs of one page, or of several added up.

    `score` is the sum over the pairs of max(0, 1 - CER), `similarity` that of 1 - N.E.D., `edits` and `characters` are
    those of the ground truth, `exact_folded` counts the pairs that are equal with look-alikes folded
    (`look_alikes.fold`). A page without words and without readings is perfect: precision, recall and
    F1 are 1. Readings on a page without words, or words without any reading, score 0.
    """

    ground_truths: int = 0
    predictions: int = 0
    pairs: int = 0
    score: float = 0.0
    edits: int = 0
    characters: int = 0
    exact: int = 0
    exact_folded: int = 0
    similarity: float = 0.0

    @classmethod
    def of_texts(cls, texts: Sequence[TextPair], ground_truths: int = 0, predictions: int = 0) -> MatchCounts:
        """Add up pairs of texts.

        >>> found = MatchCounts.of_texts([TextPair("제1항의", "제 1항", edits=2)])
        >>> found.edits, found.characters, found.similarity
        (2, 4, 0.5)
        """
        return cls(
            ground_truths,
            predictions,
            pairs=len(texts),
            score=sum(text.word_score for text in texts),
            edits=sum(text.edits for text in texts),
            characters=sum(len(text.truth) for text in texts),
            exact=sum(text.exact for text in texts),
            exact_folded=sum(text.exact_folded for text in texts),
            similarity=sum(text.normalized_edit_distance for text in texts),
        )

    def __add__(self, other: MatchCounts) -> MatchCounts:
        return MatchCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def precision(self) -> float:
        """End-to-end precision: the score per reading."""
        return _per(self.score, self.predictions, self.ground_truths)

    @property
    def recall(self) -> float:
        """End-to-end recall: the score per labelled word."""
        return _per(self.score, self.ground_truths, self.predictions)

    @property
    def f1(self) -> float:
        """End-to-end F1: the harmonic mean of precision and recall, 2 x score / (readings + words)."""
        return _f1(self.score, self.predictions, self.ground_truths)

    @property
    def detection_precision(self) -> float:
        """Pairs per reading."""
        return _per(self.pairs, self.predictions, self.ground_truths)

    @property
    def detection_recall(self) -> float:
        """Pairs per labelled word."""
        return _per(self.pairs, self.ground_truths, self.predictions)

    @property
    def detection_f1(self) -> float:
        """Harmonic mean of detection precision and recall: boxes only, without their texts."""
        return _f1(self.pairs, self.predictions, self.ground_truths)

    @property
    def character_error_rate(self) -> float | None:
        """Edits per character of the matched words; None if nothing was matched."""
        return self.edits / self.characters if self.characters else None

    @property
    def exact_match(self) -> float | None:
        """Share of the pairs that were read without a mistake; None if nothing was matched."""
        return self.exact / self.pairs if self.pairs else None

    @property
    def exact_match_folded(self) -> float | None:
        """Share of the pairs whose texts differ in look-alikes at most; None if nothing was matched."""
        return self.exact_folded / self.pairs if self.pairs else None

    @property
    def normalized_edit_distance(self) -> float | None:
        """Mean over the pairs of 1 - edit distance / length of the longer text (ICDAR 2019 ReCTS); None without."""
        return self.similarity / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class CharacterCounts:
    """Characters of one page as CLEval counts them, or of several pages added up.

    `ground_truth` counts the characters to find, `prediction` those found or read, `correct` those that are both.
    `split_penalty` is the number of pieces of each word beyond the first, `merge_penalty` the number of words in each
    reading beyond the first. `false_positive` is the part of `prediction` that belongs to no word.
    """

    ground_truth: int = 0
    prediction: int = 0
    correct: int = 0
    split_penalty: int = 0
    merge_penalty: int = 0
    false_positive: int = 0

    def __add__(self, other: CharacterCounts) -> CharacterCounts:
        return CharacterCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def recall(self) -> float:
        """max(0, correct - split penalty) / characters of the ground truth; 0 where there are none."""
        return max(0, self.correct - self.split_penalty) / self.ground_truth if self.ground_truth else 0.0

    @property
    def precision(self) -> float:
        """max(0, correct - merge penalty) / characters of the prediction; 0 where there are none."""
        return max(0, self.correct - self.merge_penalty) / self.prediction if self.prediction else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision; 0 if both are 0."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@dataclass(frozen=True, slots=True)
class CLEvalCounts:
    """CLEval of one page, or of several added up.

    `split_words` were found in several pieces, `merged_readings` hold several words, `overlapping_characters` counts
    how often a character was found again by another reading.
    """

    detection: CharacterCounts = field(default_factory=CharacterCounts)
    end_to_end: CharacterCounts = field(default_factory=CharacterCounts)
    split_words: int = 0
    merged_readings: int = 0
    overlapping_characters: int = 0

    def __add__(self, other: CLEvalCounts) -> CLEvalCounts:
        return CLEvalCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


@dataclass(frozen=True, slots=True)
class IouCase:
    """A place of a page where IoU misleads: its words and readings, and the number of characters concerned.

    `kind`: `split` (a word in several readings), `merged` (a reading of several words), `missing_characters` (a word
    that was found, of which no reading holds some characters) or `overlapping_characters` (a word with characters that
    several readings hold). `paired` is the number of pairs that IoU made among these words and readings.
    """

    kind: str
    words: tuple[Word, ...]
    readings: tuple[Reading, ...]
    characters: int
    paired: int


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """A page, the name of its image, its readings, and all counts of them.

    `pairs` by falling IoU; `on_ignored` are the positions of the readings that lie on an ignored label.
    """

    page: Page
    image: str
    readings: tuple[Reading, ...]
    pairs: tuple[Pair, ...]
    on_ignored: frozenset[int]
    counts: MatchCounts
    cleval: CLEvalCounts
    iou_cases: tuple[IouCase, ...]

    def excused(self, least_iou: float = 0.0) -> frozenset[int]:
        """Return the positions of the readings that count neither for nor against the network.

        They lie on an ignored label and find no word with an IoU of at least `least_iou`.
        """
        return self.on_ignored.difference(pair.prediction for pair in self.pairs if pair.iou >= least_iou)


Results = Mapping[str, Mapping[str, Sequence[ScoredPage]]]
"""network → grouping → its pages, in the order of the evaluation set."""


def headline_pages(results: Results) -> dict[str, Sequence[ScoredPage]]:
    """Return the pages of each network except `VARIANTS`, in its main grouping."""
    return {
        network: groupings[headline_grouping(groupings)]
        for network, groupings in results.items()
        if network not in VARIANTS
    }


def pooled(pages: Sequence[ScoredPage]) -> MatchCounts:
    """Add the counts of all pages, so that a page weighs by its number of words."""
    return sum((page.counts for page in pages), MatchCounts())


def mean_f1(pages: Sequence[ScoredPage]) -> float:
    """Mean of the pages' end-to-end F1, so that every page weighs the same: the headline. No pages give 0."""
    return sum(page.counts.f1 for page in pages) / len(pages) if pages else 0.0


def _per(part: float, whole: int, other_side: int) -> float:
    """`part / whole`; with nothing on this side 1 if the other side is empty as well, else 0."""
    return part / whole if whole else float(other_side == 0)


def _f1(part: float, predictions: int, ground_truths: int) -> float:
    total = predictions + ground_truths
    return 2 * part / total if total else 1.0
