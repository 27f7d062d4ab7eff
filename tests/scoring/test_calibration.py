"""Confidence against what is right, worked out by hand."""

import pytest
from scored_pages import scored

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.calibration import calibrate


def page(*readings):
    """A page of words 가, read as these (text, confidence)."""
    boxes = [(100 * column, 0, 100 * column + 90, 40) for column in range(len(readings))]
    words = [Word("가", box) for box in boxes]
    return scored(words, [Reading(box, *read) for box, read in zip(boxes, readings, strict=True)])


def test_readings_fall_into_ten_bins_and_the_gaps_weigh_by_their_number():
    found = calibrate([page(("가", 0.95), ("나", 0.91)), page(("가", 0.25), ("가", 1.0))])
    filled = {part.low: (part.readings, part.exact) for part in found.bins if part.readings}
    assert filled == {0.2: (1, 1), 0.9: (3, 2)}
    assert found.bins[9].confidence == pytest.approx((0.95 + 0.91 + 1.0) / 3)
    assert found.bins[0].confidence is None
    # 1 of 4: |1 - 0.25|; 3 of 4: |2/3 - 2.86/3|.
    assert found.expected_error == pytest.approx(0.25 * 0.75 + 0.75 * abs(2 / 3 - 2.86 / 3))


def test_readings_without_a_word_are_no_evidence():
    found = calibrate([scored([], [Reading((0, 0, 9, 9), "가", 0.9)])])
    assert found.expected_error is None and not any(part.readings for part in found.bins)
    assert calibrate([]).expected_error is None
