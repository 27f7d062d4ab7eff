"""Boxes against labels, counted by hand, and the sums of pages."""

import numpy as np
import pytest

from train_easyocr.pages.records import Page, Word
from train_easyocr.scoring.box_counts import BoxCounts, count_boxes

WORDS = (Word("가", (0, 0, 10, 10)), Word("나다", (20, 0, 40, 10)), Word("□", (60, 0, 70, 10)))
PAGE = Page("p", "", "", 100, 20, WORDS, "", (Word("xxx", (80, 0, 100, 10)),))
BOXES = [(0, 0, 10, 10), (20, 0, 40, 14), (80, 0, 100, 10), (0, 15, 9, 20)]  # exact, IoU 0.714, on ignored, nothing


def test_pairs_and_boxes_at_each_threshold():
    counts = count_boxes(PAGE, BOXES)
    assert counts.pairs == (2, 2, 2, 2, 2, 1, 1, 1, 1, 1)  # 0.714 counts up to 0.7
    assert counts.boxes == (3,) * 10 and counts.words == 3
    assert (counts.short_words, counts.short_found) == (2, 1) and counts.short_recall == 0.5
    assert counts.f1 == 2 * 2 / (3 + 3)
    assert counts.mean_f1 == pytest.approx((5 * 4 / 6 + 5 * 2 / 6) / 10)


def test_numbers_add_up_over_pages():
    counts = count_boxes(PAGE, BOXES)
    added = BoxCounts.from_numbers(np.sum([counts.numbers()] * 2, axis=0))
    assert added.pairs[0] == 4 and added.words == 6 and added.short_found == 2
    assert added.f1 == counts.f1
    assert BoxCounts.from_numbers(counts.numbers()) == counts


def test_nothing_to_find_and_nothing_found_is_perfect():
    empty = count_boxes(Page("p", "", "", 9, 9, (), ""), [])
    assert empty.f1 == empty.mean_f1 == empty.short_recall == 1
