import numpy as np
import pytest
from scipy.stats import bootstrap

from train_easyocr.evaluation.statistics import (
    FEWEST_PAGES,
    Difference,
    Interval,
    interval,
    mean_difference,
    mean_interval,
    page_weights,
    paired_difference,
    ratio,
)

SCORES = np.random.default_rng(0).beta(8, 2, 60)


def test_every_draw_has_as_many_pages_as_there_are():
    weights = page_weights(7, draws=300, seed=5)
    assert weights.shape == (300, 7)
    assert (weights.sum(axis=1) == 7).all()
    # A page stands in a draw once on average, and is missing from (1 - 1/7)^7 = 34% of them.
    assert weights.mean() == 1
    assert (weights == 0).mean() == pytest.approx((6 / 7) ** 7, abs=0.03)


def test_the_mean_of_pages_has_the_interval_that_scipy_gives():
    expected = bootstrap((SCORES,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    found = mean_interval(SCORES, draws=20_000)
    assert found.value == pytest.approx(SCORES.mean())
    # Both are random: they agree to a small part of the interval's own width.
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.03 * width)
    assert found.high == pytest.approx(expected.high, abs=0.03 * width)


def test_the_interval_is_that_of_pages_drawn_one_by_one():
    # The same draws said the slow way: repeat each page as often as it was drawn, add up, divide, sort.
    counts = np.array([[3, 4], [0, 2], [9, 9], [1, 8]])
    drawn = []
    for weights in page_weights(4, draws=400, seed=3).astype(int):
        pages = np.repeat(counts, weights, axis=0)
        drawn.append(pages[:, 0].sum() / pages[:, 1].sum())
    expected = np.quantile(drawn, (0.025, 0.975))
    found = interval(counts, draws=400, seed=3)
    assert (found.value, found.pages) == (13 / 23, 4)
    assert (found.low, found.high) == pytest.approx(tuple(expected))


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    assert mean_interval(SCORES, seed=1) == mean_interval(SCORES, seed=1)
    assert mean_interval(SCORES, seed=1) != mean_interval(SCORES, seed=2)


def test_any_figure_of_added_up_counts_can_be_drawn():
    # F1 of pooled counts: 2 x pairs / (readings + words), columns pairs, readings, words.
    counts = np.array([[1, 2, 2], [3, 3, 5]])
    found = interval(counts, lambda totals: 2 * totals[..., 0] / (totals[..., 1] + totals[..., 2]))
    assert found.value == pytest.approx(8 / 12)
    assert (found.low, found.high) == pytest.approx((0.5, 0.75))  # both pages the same one: 2/4 or 6/8


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (np.zeros((0, 2)), Interval(None, None, None, 0)),  # no page at all
        (np.array([[1, 2]]), Interval(0.5, None, None, 1)),  # one page tells nothing of others
        (np.array([[1, 2], [1, 2]]), Interval(0.5, 0.5, 0.5, 2)),  # equal pages: no spread
        (np.array([[1, 2], [0, 0]]), Interval(0.5, 0.5, 0.5, 2)),  # draws with nothing to divide by are left out
    ],
)
def test_small_sets_are_defined(counts, expected):
    assert interval(counts) == expected


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
    assert found.difference == Interval(0.0, 0.0, 0.0, len(SCORES))
    assert not found.larger_than_chance


@pytest.mark.parametrize(("pages", "enough"), [(1, False), (FEWEST_PAGES - 1, False), (FEWEST_PAGES, True)])
def test_few_pages_say_nothing_even_where_all_agree(pages, enough):
    found = mean_difference(np.full(pages, 0.5), np.full(pages, 0.9))
    assert found.larger_than_chance == enough
    assert found.verdict.startswith("higher" if enough else "too few pages")


def test_a_figure_that_one_network_lacks_cannot_be_compared():
    # CER of a network that found no word at all: no edits over no characters, on every page.
    found = paired_difference(np.ones((9, 2)), np.zeros((9, 2)))
    assert found == Difference(1.0, None, Interval(None, None, None, 9))
    assert found.verdict == "not larger than chance"


def test_counts_must_have_a_row_a_page():
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        interval(np.ones(3))


def test_networks_with_different_numbers_of_pages_cannot_be_paired():
    with pytest.raises(ValueError, match=r"3 pages of one network and 2 of the other"):
        paired_difference(np.ones((3, 2)), np.ones((2, 2)))


def test_no_false_alarms_beyond_the_5_percent_that_are_meant():
    # 300 comparisons of two equally good networks on 50 pages: 15 alarms expected, more than 30 would be a defect.
    generator = np.random.default_rng(3)
    alarms = sum(
        mean_difference(*generator.normal(0.7, 0.1, (2, 50)), draws=500).larger_than_chance for _ in range(300)
    )
    assert 3 <= alarms <= 30


def test_ratio_of_nothing_by_nothing_is_no_number():
    assert np.isnan(ratio(np.array([0.0, 0.0])))
    assert ratio(np.array([[1.0, 4.0], [3.0, 4.0]])).tolist() == [0.25, 0.75]


def test_a_difference_is_told_by_both_figures():
    found = paired_difference(np.array([[1, 4], [1, 4]]), np.array([[3, 4], [3, 4]]))
    assert found == Difference(0.25, 0.75, Interval(0.5, 0.5, 0.5, 2))
