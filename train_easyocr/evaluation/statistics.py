"""How far the figures could move if other pages had been drawn: bootstrap over pages (Efron 1979, percentile method).

Pages are what was drawn at random, and words of one page resemble each other, so whole pages are drawn again, with
replacement. For the difference of two networks both are scored on the same draw (paired): a hard page is hard for
both, and only what is left over counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

DRAWS = 2000
SEED = 1111
FEWEST_PAGES = 6
"""Under six pages even a network that is better on every page could be so by chance: 2 x 0.5**5 > 5% (sign test)."""

Figure = Callable[[np.ndarray], np.ndarray]
"""Turns the counts of pages added up, [..., K], into one figure each, [...]."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over all pages, and the range in which 95 of 100 draws of as many pages put it.

    `value` is None where there is nothing to divide by; `low` and `high` also where there are fewer than two pages.
    """

    value: float | None
    low: float | None
    high: float | None
    pages: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The figure of the second network minus that of the first, with its 95% interval, on the same pages."""

    first: float | None
    second: float | None
    difference: Interval

    @property
    def larger_than_chance(self) -> bool:
        """True where the interval lies on one side of 0 and there are enough pages to believe it."""
        low, high = self.difference.low, self.difference.high
        enough = self.difference.pages >= FEWEST_PAGES and low is not None and high is not None
        return bool(enough and (low > 0 or high < 0))

    @property
    def verdict(self) -> str:
        """Say it in words, for a table or a headline."""
        if self.difference.pages < FEWEST_PAGES:
            return f"too few pages to tell chance from gain ({self.difference.pages}, at least {FEWEST_PAGES})"
        if not self.larger_than_chance:
            return "not larger than chance"
        return "higher, by more than chance" if self.difference.low > 0 else "lower, by more than chance"


def ratio(totals: np.ndarray) -> np.ndarray:
    """Divide the first count by the second, [..., 2] to [...]: most figures are ratios of sums. NaN for 0 / 0.

    A mean over pages is one too: the pages' values over ones.
    """
    parts, wholes = totals[..., 0], totals[..., 1]
    return np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0)


def interval(counts: np.ndarray, figure: Figure = ratio, draws: int = DRAWS, seed: int = SEED) -> Interval:
    """Give a figure with its 95% interval.

    >>> interval(np.array([[3, 4], [1, 4]])).value
    0.5

    Args:
        counts: what was counted on each page, [P, K].
        figure: makes the figure of added-up counts.
        draws: number of draws of P pages out of P.
        seed: the same seed, draws and pages give the same interval.
    """
    counts = _page_counts(counts)
    return _interval(float(figure(counts.sum(axis=0))), figure(_drawn(counts, draws, seed)), len(counts))


def paired_difference(
    first: np.ndarray, second: np.ndarray, figure: Figure = ratio, draws: int = DRAWS, seed: int = SEED
) -> Difference:
    """Compare two networks on the same pages; `first` and `second` are as `counts` of `interval`, in the same order.

    Raises:
        ValueError: they do not have the same number of pages.
    """
    first, second = _page_counts(first), _page_counts(second)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} pages of one network and {len(second)} of the other; a pair needs the same")
    before, after = float(figure(first.sum(axis=0))), float(figure(second.sum(axis=0)))
    moved = figure(_drawn(second, draws, seed)) - figure(_drawn(first, draws, seed))
    return Difference(_number(before), _number(after), _interval(after - before, moved, len(first)))


def mean_interval(values: np.ndarray, draws: int = DRAWS, seed: int = SEED) -> Interval:
    """Give the mean of a figure that every page has, [P], with its 95% interval."""
    return interval(_over_ones(values), ratio, draws, seed)


def mean_difference(first: np.ndarray, second: np.ndarray, draws: int = DRAWS, seed: int = SEED) -> Difference:
    """Compare the means of a figure that every page has, [P] of both networks, pages in the same order."""
    return paired_difference(_over_ones(first), _over_ones(second), ratio, draws, seed)


def _over_ones(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, np.float64)
    return np.stack([values, np.ones_like(values)], axis=1)


def _page_counts(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts, np.float64)
    if counts.ndim != 2:
        raise ValueError(f"counts of shape {counts.shape}; expected one row a page, one column a count")
    return counts


def _drawn(counts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Add up the counts of each draw, [draws, K]."""
    return page_weights(len(counts), draws, seed) @ counts


@lru_cache(maxsize=2)
def page_weights(pages: int, draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """Tell how often each page stands in each draw, float64 [draws, pages]; every row adds up to `pages`.

    Drawing P of P pages with replacement is one multinomial draw. Figures of the same pages share the draws.
    """
    if not pages:
        return np.zeros((draws, 0))
    weights = np.random.default_rng(seed).multinomial(pages, np.full(pages, 1 / pages), draws).astype(np.float64)
    weights.flags.writeable = False
    return weights


def _interval(value: float, drawn: np.ndarray, pages: int) -> Interval:
    defined = drawn[np.isfinite(drawn)]
    if pages < 2 or not len(defined):
        return Interval(_number(value), None, None, pages)
    low, high = np.quantile(defined, (0.025, 0.975))
    return Interval(_number(value), float(low), float(high), pages)


def _number(value: float) -> float | None:
    """Give None for what is no number: JSON has no NaN."""
    return value if math.isfinite(value) else None
