"""Reads `metrics.csv`, the table of a training with a row for each validation."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

History = Sequence[Mapping[str, float]]
"""A row for each validation: column of `metrics.csv` → value, without cells that are empty."""

ITERATION = "iteration"


def read_history(path: Path) -> list[dict[str, float]]:
    """Read `metrics.csv` without cells that are empty or not a number; without such a file there is no history.

    An older version of this project wrote fewer columns, and a resumed run keeps the columns of its file: a value may
    be missing in every row. A row without an iteration, as in a truncated file, is left out.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = [
            {column: float(cell) for column, cell in row.items() if column and _is_number(cell)}
            for row in csv.DictReader(without_nul(file))
        ]
    return [row for row in rows if ITERATION in row]


def without_nul(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines without NUL, which a power failure leaves in a file, and which `csv` refuses on Python 3.10."""
    return (line.replace("\0", "") for line in lines)


def _is_number(cell: str | list[str] | None) -> bool:
    try:
        return isinstance(cell, str) and math.isfinite(float(cell))
    except ValueError:
        return False
