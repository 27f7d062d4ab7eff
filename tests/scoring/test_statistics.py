"""Intervals and paired differences against the t-tests of scipy and against simulations."""

import numpy as np
import pytest
from scipy.stats import bootstrap, ttest_1samp, ttest_rel

from train_easyocr.scoring.statistics import (
    FEWEST_PAGES,
    Interval,
    PairedDifference,
    interval,
    paired_difference,
    ratio,
)


def over_ones(values):
    """A figure that every page has, as counts whose ratio is its mean."""
    return np.stack([values, np.ones_like(values)], axis=1)


def mean_interval(values):
    return interval(over_ones(values))


def mean_difference(first, second):
    return paired_difference(over_ones(first), over_ones(second))


SCORES = np.random.default_rng(0).beta(8, 2, 60)


def test_the_mean_of_pages_has_the_interval_of_the_t_test():
    expected = ttest_1samp(SCORES, 0).confidence_interval(0.95)
    found = mean_interval(SCORES)
    assert found.value == pytest.approx(SCORES.mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("pages", [2, 6, 12, 60])
def test_a_difference_of_means_has_the_interval_of_the_paired_t_test(pages):
    first, second = np.random.default_rng(pages).beta(8, 2, (2, pages))
    expected = ttest_rel(second, first).confidence_interval(0.95)
    found = mean_difference(first, second).difference
    assert found.value == pytest.approx((second - first).mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_pooled_figures_have_an_interval_like_that_of_many_draws():
    # F1 of pooled counts over 200 pages of 10 to 200 words: with so many pages, scipy's bootstrap finds the same.
    words = np.random.default_rng(6).integers(10, 200, 200)
    counts = np.stack([np.random.default_rng(7).binomial(words, 0.8), words], axis=1)
    drawn = bootstrap(tuple(counts.T), lambda part, whole, axis: part.sum(axis) / whole.sum(axis), paired=True, rng=1)
    found, expected = interval(counts), drawn.confidence_interval
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.05 * width)
    assert found.high == pytest.approx(expected.high, abs=0.05 * width)


def test_any_figure_of_added_up_counts_has_an_interval():
    # F1 of pooled counts: 2 x pairs / (readings + words), columns pairs, readings, words.
    counts = np.array([[1, 2, 2], [3, 3, 5]])
    found = interval(counts, lambda totals: 2 * totals[..., 0] / (totals[..., 1] + totals[..., 2]), within=(0, 1))
    assert found.value == pytest.approx(8 / 12)
    # Without either page 6/8 and 2/4: an error of 1/8, twelvefold on both sides, cut off where an F1 ends.
    assert (found.low, found.high) == (0, 1)
    unbounded = interval(counts, lambda totals: 2 * totals[..., 0] / (totals[..., 1] + totals[..., 2]))
    assert (unbounded.low, unbounded.high) == pytest.approx((2 / 3 - 12.7062 / 8, 2 / 3 + 12.7062 / 8))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (np.zeros((0, 2)), Interval(None, None, None, 0, 0)),  # no page at all
        (np.array([[1, 2]]), Interval(0.5, None, None, 1, 1)),  # one page tells nothing of others
        (np.array([[1, 2], [1, 2]]), Interval(0.5, 0.5, 0.5, 2, 2)),  # equal pages: no spread
        (np.array([[1, 2], [0, 0]]), Interval(0.5, None, None, 2, 2)),  # only one page has anything to divide by
        (np.zeros((9, 2)), Interval(None, None, None, 9, 9)),  # none of many has
    ],
)
def test_small_sets_are_defined(counts, expected):
    assert interval(counts) == expected


@pytest.mark.parametrize("documents", [8, 60])
def test_pages_of_a_document_count_as_one_unit(documents):
    # Four equal pages a document tell no more than one: the interval is that of the documents, not half as wide.
    first, second = np.random.default_rng(4).beta(8, 2, (2, documents))
    ones = np.ones(documents)
    whole = paired_difference(np.stack([first, ones], axis=1), np.stack([second, ones], axis=1)).difference
    pages = [np.repeat(np.stack([scores, ones], axis=1), 4, axis=0) for scores in (first, second)]
    found = paired_difference(*pages, units=np.repeat(np.arange(documents), 4).tolist()).difference
    assert (found.pages, found.units) == (4 * documents, documents)
    assert (found.low, found.high) == pytest.approx((whole.low, whole.high))


def test_documents_of_many_pages_weigh_more():
    # 3 pages of one document score 0.9, one page of another 0.5: the mean of pages is 0.8.
    found = interval(np.array([[0.9, 1], [0.9, 1], [0.5, 1], [0.9, 1]]), units=["a", "a", "b", "a"])
    assert (found.value, found.pages, found.units) == (pytest.approx(0.8), 4, 2)


def test_every_page_needs_a_unit():
    with pytest.raises(ValueError, match="1 units for 2 pages"):
        interval(np.ones((2, 2)), units=["a"])


def test_many_pages_of_few_documents_say_nothing():
    changes = np.stack([np.full(40, 0.5), np.ones(40)], axis=1), np.stack([np.full(40, 0.9), np.ones(40)], axis=1)
    few = paired_difference(*changes, units=["a", "b", "c", "d", "e"] * 8)
    assert not few.larger_than_chance
    assert few.verdict == "too few documents to tell chance from gain (5, at least 6)"
    assert paired_difference(*changes, units=list("abcdefgh") * 5).verdict == "higher, by more than chance"


def test_a_paired_difference_sees_a_small_gain_that_every_page_shares():
    # Pages differ by far more than the two networks do; the networks differ by 0.01 to 0.03 on every page.
    better = SCORES + np.random.default_rng(1).uniform(0.01, 0.03, len(SCORES))
    found = mean_difference(SCORES, better)
    assert mean_interval(SCORES).high > mean_interval(better).low  # unpaired, the intervals overlap
    assert found.difference.value == pytest.approx((better - SCORES).mean())
    assert 0.01 < found.difference.low < found.difference.value < found.difference.high < 0.03
    assert found.larger_than_chance
    assert found.verdict == "higher, by more than chance"
    assert mean_difference(better, SCORES).verdict == "lower, by more than chance"


def test_the_paired_interval_of_means_is_the_interval_of_the_differences():
    other = np.random.default_rng(2).permutation(SCORES)
    found, expected = mean_difference(SCORES, other).difference, mean_interval(other - SCORES)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_a_gain_on_half_of_the_pages_is_not_larger_than_chance():
    changes = np.tile([0.05, -0.045], 10)
    found = mean_difference(np.full(20, 0.5), 0.5 + changes)
    assert found.difference.value > 0
    assert not found.larger_than_chance
    assert found.verdict == "not larger than chance"


def test_equal_networks_do_not_differ():
    found = mean_difference(SCORES, SCORES)
    assert found.difference == Interval(0.0, 0.0, 0.0, len(SCORES), len(SCORES))
    assert not found.larger_than_chance


@pytest.mark.parametrize(("pages", "enough"), [(1, False), (FEWEST_PAGES - 1, False), (FEWEST_PAGES, True)])
def test_few_pages_say_nothing_even_where_all_agree(pages, enough):
    found = mean_difference(np.full(pages, 0.5), np.full(pages, 0.9))
    assert found.larger_than_chance == enough
    assert found.verdict.startswith("higher" if enough else "too few pages")


def test_a_figure_that_one_network_lacks_cannot_be_compared():
    # CER of a network that found no word at all: no edits over no characters, on every page.
    found = paired_difference(np.ones((9, 2)), np.zeros((9, 2)))
    assert found == PairedDifference(1.0, None, Interval(None, None, None, 9, 9))
    assert found.verdict == "not larger than chance"


def test_networks_with_different_numbers_of_pages_cannot_be_paired():
    with pytest.raises(ValueError, match=r"3 pages of one network and 2 of the other"):
        paired_difference(np.ones((3, 2)), np.ones((2, 2)))


@pytest.mark.parametrize("documents", [6, 12, 20, 50])
@pytest.mark.parametrize("most_pages", [1, 10])
def test_4_to_7_percent_of_true_zeros_are_called_a_gain(documents, most_pages):
    # Two equally good networks; the scores are skewed as those of pages are, and what a network makes of a document it
    # makes of all its pages. Percentiles of draws call 15% a gain at 6 documents, pages as units 22% at any number:
    # decision 016. With one page in each of 6 documents it is 3.9% of 14,000: t is careful there.
    generator, alarms, trials = np.random.default_rng(documents), 0, 1000
    for _ in range(trials):
        pages = np.repeat(np.arange(documents), np.clip(generator.geometric(0.3, documents), 1, most_pages))
        level = generator.normal(1.6, 0.8, documents) + generator.normal(0, 0.3, (2, documents))
        scores = 1 / (1 + np.exp(-level[:, pages] - generator.normal(0, 0.2, (2, len(pages)))))
        alarms += paired_difference(*map(over_ones, scores), units=pages.tolist()).larger_than_chance
    two_standard_errors = 2 * (0.04 * 0.96 / trials) ** 0.5  # 1.2%: what the count of alarms owes to chance
    assert 0.04 - two_standard_errors <= alarms / trials <= 0.07


def test_ratio_of_nothing_by_nothing_is_no_number():
    assert np.isnan(ratio(np.array([0.0, 0.0])))
    assert ratio(np.array([[1.0, 4.0], [3.0, 4.0]])).tolist() == [0.25, 0.75]


def test_a_difference_is_told_by_both_figures():
    found = paired_difference(np.array([[1, 4], [1, 4]]), np.array([[3, 4], [3, 4]]))
    assert found == PairedDifference(0.25, 0.75, Interval(0.5, 0.5, 0.5, 2, 2))
