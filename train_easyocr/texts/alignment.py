"""Aligns the characters of a reading with those of the ground truth, with the fewest edits."""

from __future__ import annotations

from functools import lru_cache
from operator import eq

from train_easyocr.texts.hangul import decompose

EDIT_COST = 1 << 20
"""More than all bonuses for similarity in half a million characters, so that the number of edits always decides."""


@lru_cache(maxsize=1 << 16)
def align(truth: str, read: str) -> tuple[tuple[str, str], ...]:
    """Return the shortest alignment as (truth, read) pairs of characters, with "" for one left out or invented.

    The number of pairs that differ is the edit distance. Among equally short alignments the one with the most similar
    substitutions is chosen, so that a stray full stop is not counted as an error of the syllable before it.

    >>> align("결재", "결제.")
    (('결', '결'), ('재', '제'), ('', '.'))
    """
    costs = _alignment_costs(truth, read)
    pairs, row, column = [], len(truth), len(read)
    while row or column:
        one, other = truth[row - 1 : row], read[column - 1 : column]
        if row and column and costs[row][column] == costs[row - 1][column - 1] + _substitution_cost(one, other):
            pairs.append((one, other))
            row, column = row - 1, column - 1
        elif row and costs[row][column] == costs[row - 1][column] + EDIT_COST:
            pairs.append((one, ""))
            row -= 1
        else:
            pairs.append(("", other))
            column -= 1
    return tuple(pairs[::-1])


def substitutions(truth: str, read: str) -> list[tuple[str, str]]:
    """Return the edits of the shortest alignment as (truth, read) pairs.

    >>> substitutions("결재", "결제.")
    [('재', '제'), ('', '.')]
    """
    return [pair for pair in align(truth, read) if pair[0] != pair[1]]


def _alignment_costs(ground_truth: str, prediction: str) -> list[list[int]]:
    """Return the cost of aligning each prefix of one text with each prefix of the other (Wagner and Fischer 1974)."""
    costs = [[EDIT_COST * column for column in range(len(prediction) + 1)]]
    for truth in ground_truth:
        above, row = costs[-1], [costs[-1][0] + EDIT_COST]
        for column, read in enumerate(prediction):
            row.append(
                min(
                    above[column] + _substitution_cost(truth, read),
                    above[column + 1] + EDIT_COST,
                    row[column] + EDIT_COST,
                )
            )
        costs.append(row)
    return costs


@lru_cache(maxsize=1 << 16)
def _substitution_cost(truth: str, read: str) -> int:
    """Return 0 for equal characters; else the cost of an edit, slightly less for common jamo or the same kind."""
    if truth == read:
        return 0
    parts, read_parts = decompose(truth), decompose(read)
    if parts and read_parts:
        common: int = sum(map(eq, parts, read_parts))
        return EDIT_COST - common
    return EDIT_COST - (truth.isalnum() == read.isalnum())
