"""Boxes that overlap by half: the sparse count equals a comparison of all pairs, and the rule written out."""

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.dataset.half_overlaps import half_overlaps, half_overlaps_of_pairs


def boxes(least):
    """Lists of boxes in a small place, so that many touch, lie on each other, or are equal."""
    side = st.tuples(st.integers(-5, 30), st.integers(0, 20))
    box = st.tuples(side, side).map(lambda sides: (sides[0][0], sides[1][0], sum(sides[0]), sum(sides[1])))
    return st.lists(box, min_size=least, max_size=30).map(lambda found: np.array(found, np.int64).reshape(-1, 4))


@given(boxes(0), boxes(1))
def test_the_counts_are_the_sums_over_all_pairs_and_the_rule_as_it_is_written(first, second):
    pairs = half_overlaps_of_pairs(first[:, None], second[None])
    shared = np.minimum(first[:, None, 2:], second[None, :, 2:]) - np.maximum(first[:, None, :2], second[None, :, :2])
    smaller = np.minimum((first[:, 2:] - first[:, :2])[:, None], (second[:, 2:] - second[:, :2])[None])
    assert np.array_equal(pairs > 0, (2 * shared >= smaller).all(axis=2))
    assert np.array_equal(half_overlaps(first, second), pairs.sum(axis=1))


def test_a_hundred_thousand_boxes_take_no_more_than_seconds():
    corners = np.random.default_rng(0).integers(0, 100_000, (100_000, 2))
    many = np.hstack([corners, corners + np.array([60, 20])])
    start = time.process_time()
    counts = half_overlaps(many, many)
    assert time.process_time() - start < 20
    assert np.array_equal(counts[:50], half_overlaps_of_pairs(many[:50, None], many[None]).sum(axis=1))
