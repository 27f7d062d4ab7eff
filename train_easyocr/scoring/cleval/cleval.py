"""CLEval: detection and end-to-end scores that count characters, so that a split or merged word is not simply wrong.

Baek et al., "CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks", arXiv 2006.06244, with the
defaults and the numbers of the authors' package `cleval` 0.1.1. Each piece of a word beyond the first, and each word in
a reading beyond the first, costs one character. Words take characters from a shared reading in the order in which they
are given. `assignment` says which readings belong to which words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import LCSseq

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.cleval import quadrilaterals
from train_easyocr.scoring.cleval.assignment import MOST_ESTIMATED_CHARACTERS, Assignment, assign
from train_easyocr.scoring.matching import box_array
from train_easyocr.scoring.scored_page import CharacterCounts, CLEvalCounts


def count_page(words: Sequence[Word], readings: Sequence[Reading], assignment: Assignment) -> CLEvalCounts:
    """Count one page; `assignment` is its `assign_page`.

    >>> from train_easyocr.scoring.cleval.assignment import assign_page
    >>> words = [Word("김해", (0, 0, 20, 10)), Word("시장", (30, 0, 50, 10))]
    >>> readings = [Reading((0, 0, 50, 10), "김해시장", 0.9)]
    >>> counts = count_page(words, readings, assign_page(words, readings))
    >>> counts.merged_readings, counts.end_to_end.recall, counts.end_to_end.precision
    (1, 1.0, 0.75)
    """
    predictions = quadrilaterals.from_boxes(box_array(readings))
    texts = ([word.text for word in words], [reading.text for reading in readings])
    return _count_characters(*texts, predictions, assignment)


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
    return _count_characters(
        truth_texts, prediction_texts, predictions, assign(truths, truth_texts, predictions, dont_care)
    )


def _count_characters(
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
    """Estimate the characters in readings that belong to no word: height / width + 0.5 each, as in the package."""
    stray = assignment.scored_readings & (assignment.words_held == 0)
    ratios = quadrilaterals.aspect_ratios(np.asarray(predictions, np.float64).reshape(-1, 4, 2)[stray])
    return int(np.minimum(np.rint(0.5 + 1 / (1e-5 + ratios)), MOST_ESTIMATED_CHARACTERS).sum())


def _characters_read(truth_texts: Sequence[str], prediction_texts: Sequence[str], assignment: Assignment) -> int:
    """Count the characters that were read in the right order; each character of a reading counts for one word only.

    For each word, the longest common subsequence with the joined texts of its readings counts and is then removed from
    these texts.
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
        # Another word may use the characters that this word leaves.
        common = common_subsequence(truth_texts[word], joined)
        correct += len(common)
        for character in common:
            source = next(reading for reading in readings if character in left[reading])
            left[source] = left[source].replace(character, "", 1)
    return correct


def _in_reading_order(readings: list[int], inside: np.ndarray) -> list[int]:
    """Sort the pieces of a word by the first character that each one adds; inside: bool [pieces, characters].

    Each character places one piece at most, and the remaining pieces count as one: if three pieces hold the same single
    character, the third is not read, as in the package.
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
    """Return the longest common subsequence of two texts; among equally long ones, the one that the package returns.

    The search walks back from both ends. It takes equal characters; else it shortens the text that loses less, `second`
    in a tie. Which characters are taken decides what remains for the next word.

    >>> common_subsequence("제1항의", "제항1의")
    '제항의'
    """
    lengths = [[0] * (len(second) + 1)]
    for a in first:
        above, row = lengths[-1], [0]
        for column, b in enumerate(second):
            row.append(above[column] + 1 if a == b else max(above[column + 1], row[column]))
        lengths.append(row)
    taken, upper, lower = [], len(first), len(second)
    while upper and lower:
        if first[upper - 1] == second[lower - 1]:
            upper, lower = upper - 1, lower - 1
            taken.append(first[upper])
        elif lengths[upper - 1][lower] > lengths[upper][lower - 1]:
            upper -= 1
        else:
            lower -= 1
    return "".join(reversed(taken))
