"""Intervals: how far figures would vary with other documents, by Student's t with the jackknife's standard error.

Words of one page resemble each other, and so do pages of one document. So documents are the units; a page without a
known document is its own unit. The error of a figure follows from its values with each unit left out (Tukey 1958). Of
the methods that decision 016 compares only this one reports a gain for about 5% of true zeros both at 6 and
at 50 units; percentiles of bootstrap draws do so for 15% at 6 units. The difference of two networks is paired: both
lose the same unit, so a page that is hard for both does not widen the interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

CONFIDENCE = 0.95
FEWEST_PAGES = 6
"""With fewer than six units a network may be better on every one by chance: 2 x 0.5**5 > 5% (sign test)."""

Figure = Callable[[np.ndarray], np.ndarray]
"""Turns added-up counts, [..., K], into one figure each, [...]."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over all pages, and the 95% interval that follows from how far the units differ.

    `value` is None if there is nothing to divide by; `low` and `high` also if fewer than two units have something to
    count. `units` is the number of documents of the pages, or of the pages themselves.
    """

    value: float | None
    low: float | None
    high: float | None
    pages: int
    units: int


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The figure of the second network minus that of the first, with its 95% interval, on the same pages."""

    first: float | None
    second: float | None
    difference: Interval

    @property
    def larger_than_chance(self) -> bool:
        """True if the interval lies on one side of 0 and there are enough pages to trust it."""
        low, high = self.difference.low, self.difference.high
        if self.difference.units < FEWEST_PAGES or low is None or high is None:
            return False
        return low > 0 or high < 0

    @property
    def verdict(self) -> str:
        """The result in words, for a table or a headline."""
        for counted in ("pages", "units"):
            number, name = getattr(self.difference, counted), counted.replace("units", "documents")
            if number < FEWEST_PAGES:
                return f"too few {name} to tell chance from gain ({number}, at least {FEWEST_PAGES})"
        if not self.larger_than_chance:
            return "not larger than chance"
        return "higher, by more than chance" if (self.difference.low or 0) > 0 else "lower, by more than chance"


def ratio(totals: np.ndarray) -> np.ndarray:
    """Divide the first count by the second, [..., 2] to [...]: most figures are ratios of sums. NaN for 0 / 0.

    A mean over pages is such a ratio too: the sum of the pages' values over a sum of ones.
    """
    parts, wholes = totals[..., 0], totals[..., 1]
    return np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0)


def interval(
    counts: np.ndarray,
    figure: Figure = ratio,
    units: Sequence[Hashable] | None = None,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Return a figure with its 95% interval.

    >>> interval(np.array([[3, 4], [1, 4]])).value
    0.5

    Args:
        counts: the counts of each page, [P, K].
        figure: computes the figure from added-up counts.
        units: the unit of each page, such as its document; by default every page is a unit.
        within: the least and the largest possible value of the figure; an interval ends there.
    """
    return _interval(lambda parts: figure(parts[0]), [add_up(counts, units)], len(counts), within)


def share_intervals(counts: np.ndarray, documents: Sequence[str]) -> list[Interval]:
    """Return each of the first K - 1 counts, [P, K], as a share of the last, over the pages where the last is not 0."""
    rows = np.flatnonzero(counts[:, -1])
    units = [documents[row] for row in rows.tolist()]
    return [interval(counts[rows][:, [part, -1]], units=units, within=(0, 1)) for part in range(counts.shape[1] - 1)]


def paired_difference(
    first: np.ndarray, second: np.ndarray, figure: Figure = ratio, units: Sequence[Hashable] | None = None
) -> PairedDifference:
    """Compare two networks on the same pages; `first` and `second` are like `counts` of `interval`, in the same order.

    Raises:
        ValueError: they do not have the same number of pages.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} pages of one network and {len(second)} of the other; a pair needs the same")
    before, after = float(figure(first.sum(axis=0))), float(figure(second.sum(axis=0)))
    parts = [add_up(first, units), add_up(second, units)]
    moved = _interval(lambda parts: figure(parts[1]) - figure(parts[0]), parts, len(first))
    return PairedDifference(_finite_or_none(before), _finite_or_none(after), moved)


def add_up(counts: np.ndarray, units: Sequence[Hashable] | None) -> np.ndarray:
    """Add up the counts of the pages of each unit, [P, K] to [U, K], units in the order of their first pages."""
    if units is None:
        return counts
    numbers: dict[Hashable, int] = {}
    rows = [numbers.setdefault(unit, len(numbers)) for unit in units]
    if len(rows) != len(counts):
        raise ValueError(f"{len(rows)} units for {len(counts)} pages; each page needs one")
    totals = np.zeros((len(numbers), counts.shape[1]))
    np.add.at(totals, rows, counts)
    return totals


def _interval(
    figure: Callable[[Sequence[np.ndarray]], np.ndarray],
    by_unit: Sequence[np.ndarray],
    pages: int,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Return the figure of the counts of one network, or of two, [U, K] each, with its interval.

    If a single unit holds the whole denominator, the figure without it is NaN, and so are the limits.
    """
    units = len(by_unit[0])
    value = float(figure([counts.sum(axis=0) for counts in by_unit]))
    if units < 2:
        return Interval(_finite_or_none(value), None, None, pages, units)
    left_out = figure([counts.sum(axis=0) - counts for counts in by_unit])
    error = math.sqrt((units - 1) / units * ((left_out - left_out.mean()) ** 2).sum())
    reach = float(student.ppf((1 + CONFIDENCE) / 2, units - 1)) * error
    low, high = (_finite_or_none(float(np.clip(limit, *within))) for limit in (value - reach, value + reach))
    return Interval(_finite_or_none(value), low, high, pages, units)


def _finite_or_none(value: float) -> float | None:
    """Return None for what is no number: JSON has no NaN."""
    return value if math.isfinite(value) else None
