"""Which character of a reading stands for which of the truth: the alignment of two texts with the fewest edits."""

from __future__ import annotations

from functools import lru_cache
from operator import eq

from train_easyocr.hangul import decompose

EDIT_COST = 1 << 20
"""More than all bonuses for likeness in half a million characters, so that the number of edits always comes first."""


@lru_cache(maxsize=1 << 16)
def align(truth: str, read: str) -> tuple[tuple[str, str], ...]:
    """Return the characters of two texts side by side: (true, read), with "" for what was left out or invented.

    As many pairs differ as the edit distance says. Where several alignments are equally short, the one is taken whose
    substitutions look most alike, so that a stray full stop is not blamed on the syllable before it.

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
    """Return the pairs of an alignment that differ: what was taken for what.

    >>> substitutions("결재", "결제.")
    [('재', '제'), ('', '.')]
    """
    return [pair for pair in align(truth, read) if pair[0] != pair[1]]


def _alignment_costs(ground_truth: str, prediction: str) -> list[list[int]]:
    """Cost of aligning each beginning of one text with each beginning of the other (Wagner and Fischer 1974)."""
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
    """0 for equal characters; else an edit, a little cheaper for syllables with jamo in common, or of one kind."""
    if truth == read:
        return 0
    parts, read_parts = decompose(truth), decompose(read)
    if parts and read_parts:
        return EDIT_COST - sum(map(eq, parts, read_parts))
    return EDIT_COST - (truth.isalnum() == read.isalnum())
