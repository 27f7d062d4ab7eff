"""CLEval: detection and end-to-end scores that count characters, so that a split or merged word is not simply wrong.

Baek et al., "CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks", arXiv 2006.06244, with the
defaults of the authors' package `cleval` 0.1.1, whose numbers these are: each piece of a word beyond the first, and
each word in a reading beyond the first, costs one character. Words compete for the characters of a reading in the order
in which they are given. `assignment` says which readings belong to which words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from rapidfuzz.distance import LCSseq

from train_easyocr.records import Reading, Word
from train_easyocr.scoring.cleval import quadrilaterals
from train_easyocr.scoring.cleval.assignment import MOST_ESTIMATED_CHARACTERS, Assignment, assign, assign_page
from train_easyocr.scoring.matching import box_array


@dataclass(frozen=True, slots=True)
class CharacterCounts:
    """Characters of one page, or of several added up; recall, precision and F1 are views of them.

    `ground_truth` and `prediction` are the characters to find and those found or read, `correct` those that are both;
    `split_penalty` is the number of pieces of each word beyond the first, `merge_penalty` the number of words in each
    reading beyond the first; `false_positive` is the part of `prediction` that belongs to no word.
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
        """Harmonic mean of recall and precision; 0 where both are."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@dataclass(frozen=True, slots=True)
class CLEvalCounts:
    """CLEval of one page, or of several added up.

    `split_words` were found in several pieces, `merged_readings` hold several words, `overlapping_characters` counts
    how often a character was found once more by another reading.
    """

    detection: CharacterCounts = field(default_factory=CharacterCounts)
    end_to_end: CharacterCounts = field(default_factory=CharacterCounts)
    split_words: int = 0
    merged_readings: int = 0
    overlapping_characters: int = 0

    def __add__(self, other: CLEvalCounts) -> CLEvalCounts:
        return CLEvalCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


def cleval_page(words: Sequence[Word], readings: Sequence[Reading]) -> CLEvalCounts:
    """Count one page.

    >>> words = [Word("김해", (0, 0, 20, 10)), Word("시장", (30, 0, 50, 10))]
    >>> counts = cleval_page(words, [Reading((0, 0, 50, 10), "김해시장", 0.9)])
    >>> counts.merged_readings, counts.end_to_end.recall, counts.end_to_end.precision
    (1, 1.0, 0.75)
    """
    return count_page(words, readings, assign_page(words, readings))


def count_page(words: Sequence[Word], readings: Sequence[Reading], assignment: Assignment) -> CLEvalCounts:
    """Count one page whose `assign_page` is already known."""
    predictions = quadrilaterals.from_boxes(box_array(readings))
    texts = ([word.text for word in words], [reading.text for reading in readings])
    return _count(*texts, predictions, assignment)


def cleval(
    truths: np.ndarray,
    truth_texts: Sequence[str],
    predictions: np.ndarray,
    prediction_texts: Sequence[str],
    dont_care: Sequence[bool] = (),
) -> CLEvalCounts:
    """Count the characters of one page of quadrilaterals.

    Args:
        truths: the words, [N, 4, 2] corners x, y in pixels, clockwise from the top left of the text.
        truth_texts: their texts, one character one centre.
        predictions: the readings, [M, 4, 2].
        prediction_texts: what was read in them.
        dont_care: for each word, whether readings there count neither for nor against; by default none.
    """
    return _count(truth_texts, prediction_texts, predictions, assign(truths, truth_texts, predictions, dont_care))


def _count(
    truth_texts: Sequence[str], prediction_texts: Sequence[str], predictions: np.ndarray, assignment: Assignment
) -> CLEvalCounts:
    characters = sum(len(text) for text, scored in zip(truth_texts, assignment.scored_words, strict=True) if scored)
    penalties = {
        "split_penalty": int(np.clip(assignment.pieces - 1, 0, None).sum()),
        "merge_penalty": int(np.clip(assignment.words_held - 1, 0, None).sum()),
    }
    times_found = assignment.times_found
    stray = _stray_characters(predictions, assignment)
    correct = _characters_read(truth_texts, prediction_texts, assignment)
    read = sum(len(text) for text, scored in zip(prediction_texts, assignment.scored_readings, strict=True) if scored)
    return CLEvalCounts(
        CharacterCounts(
            ground_truth=characters,
            prediction=int(times_found.sum()) + stray,
            correct=int((times_found > 0).sum()),
            false_positive=stray,
            **penalties,
        ),
        CharacterCounts(characters, read, correct, false_positive=read - correct, **penalties),
        split_words=int((assignment.pieces > 1).sum()),
        merged_readings=int((assignment.words_held > 1).sum()),
        overlapping_characters=int(np.clip(times_found - 1, 0, None).sum()),
    )


def _stray_characters(predictions: np.ndarray, assignment: Assignment) -> int:
    """Estimate the characters in readings that belong to no word: height / width + 0.5 each, as the package has it."""
    stray = assignment.scored_readings & (assignment.words_held == 0)
    ratios = quadrilaterals.aspect_ratios(np.asarray(predictions, np.float64).reshape(-1, 4, 2)[stray])
    return int(np.minimum(np.rint(0.5 + 1 / (1e-5 + ratios)), MOST_ESTIMATED_CHARACTERS).sum())


def _characters_read(truth_texts: Sequence[str], prediction_texts: Sequence[str], assignment: Assignment) -> int:
    """Count the characters that were read in the right order, each character of a reading serving one word only.

    Word by word, the longest common subsequence with the joined texts of its readings counts, and is then taken out
    of those texts.
    """
    left, correct = list(prediction_texts), 0
    held, reading_of = assignment.words_held.tolist(), assignment.readings.tolist()
    rows_of: dict[int, list[int]] = {}
    for row, word in enumerate(assignment.words.tolist()):
        rows_of.setdefault(word, []).append(row)
    for word, rows in rows_of.items():
        readings = [reading_of[row] for row in rows]
        if len(rows) > 1:
            readings = _in_reading_order(readings, assignment.inside[rows])
        joined = "".join(left[reading] for reading in readings)
        if all(held[reading] == 1 for reading in readings):
            correct += LCSseq.similarity(truth_texts[word], joined)
            continue
        # Another word may want what this one leaves over.
        common = common_subsequence(truth_texts[word], joined)
        correct += len(common)
        for character in common:
            source = next(reading for reading in readings if character in left[reading])
            left[source] = left[source].replace(character, "", 1)
    return correct


def _in_reading_order(readings: list[int], inside: np.ndarray) -> list[int]:
    """Sort the pieces of a word by the first character that each one adds; inside: bool [pieces, characters].

    Each character places one piece at most, and what then remains counts as one: of three pieces that hold the same
    single character the third is not read, as in the package.
    """
    waiting, ordered = list(range(len(readings))), []
    for character in range(inside.shape[1]):
        if len(waiting) == 1:
            break
        holder = next((piece for piece in waiting if inside[piece, character]), None)
        if holder is not None:
            ordered.append(holder)
            waiting.remove(holder)
    return [readings[piece] for piece in [*ordered, waiting[0]]]


def common_subsequence(first: str, second: str) -> str:
    """Give the longest common subsequence of two texts; among equally long ones that of the package.

    Walking back from both ends, equal characters are taken, and else the text with less to lose is shortened,
    `second` in a tie: which characters are taken decides what remains for the next word.

    >>> common_subsequence("제1항의", "제항1의")
    '제항의'
    """
    lengths = [[0] * (len(second) + 1)]
    for a in first:
        above, row = lengths[-1], [0]
        for column, b in enumerate(second):
            row.append(above[column] + 1 if a == b else max(above[column + 1], row[column]))
        lengths.append(row)
    taken, row, column = [], len(first), len(second)
    while row and column:
        if first[row - 1] == second[column - 1]:
            row, column = row - 1, column - 1
            taken.append(first[row])
        elif lengths[row - 1][column] > lengths[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return "".join(reversed(taken))
