"""Average precision against its definition, figures of pycocotools, and pages worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_pages import boxes_read

from train_easyocr.scoring.average_precision import average_precisions
from train_easyocr.scoring.detection_scores import THRESHOLDS, score_detection

coordinates = st.integers(0, 40)
boxes = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), coordinates, coordinates, *[st.integers(5, 30)] * 2)
scored_boxes = st.tuples(boxes, st.integers(0, 4).map(lambda tenths: tenths / 10))
some_pages = st.lists(st.tuples(st.lists(boxes, max_size=5), st.lists(scored_boxes, max_size=7)), max_size=4)


def iou(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, width) * max(0, height)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def plain_average_precision(pages, threshold):
    """COCO's definition, one reading after the other and one level of recall after the other."""
    ranked = sorted(
        ((confidence, number, box) for number, (_, found) in enumerate(pages) for box, confidence in found),
        key=lambda item: -item[0],
    )
    free = {number: list(truths) for number, (truths, _) in enumerate(pages)}
    total, hits, points = sum(len(truths) for truths, _ in pages), 0, []
    for seen, (_, number, box) in enumerate(ranked, start=1):
        best = max(free[number], key=lambda truth: iou(box, truth), default=None)
        if best is not None and iou(box, best) >= threshold:
            free[number].remove(best)
            hits += 1
        points.append((hits, hits / seen))
    if not total:
        return float(not ranked)
    levels = [max((precision for hits, precision in points if hits / total >= n / 100), default=0) for n in range(101)]
    return sum(levels) / 101


@given(some_pages)
def test_it_is_what_the_definition_says_one_reading_after_the_other(pages):
    expected = [plain_average_precision(pages, threshold) for threshold in THRESHOLDS]
    assert average_precisions([boxes_read(*page) for page in pages], THRESHOLDS) == pytest.approx(expected)


def test_two_pages_worked_out_by_hand():
    # By confidence: found (0.9), wrong (0.8), found (0.7), a found word once more (0.6); one of three words is missed.
    # Precision is 1 up to a recall of 1/3 (34 of the 101 levels), 2/3 up to 2/3 (33 levels), 0 beyond.
    word, other, far = (0, 0, 10, 10), (20, 0, 30, 10), (80, 80, 90, 90)
    first = boxes_read([word, far], [(word, 0.7), (word, 0.6), (other, 0.8)])
    second = boxes_read([word], [(word, 0.9)])
    assert average_precisions([first, second], [0.5]) == [pytest.approx((34 + 33 * 2 / 3) / 101)]


def test_the_surest_reading_takes_the_word_and_not_the_best_fitting_one():
    # The loose box (IoU 0.6) is surer than the exact one: both are ranked, and the exact one comes too late.
    word = (0, 0, 10, 10)
    page = boxes_read([word], [(word, 0.5), ((0, 0, 6, 10), 0.9)])
    assert average_precisions([page], [0.5, 0.75]) == [1.0, 0.5]


def test_figures_of_pycocotools():
    # COCOeval of pycocotools 2.0.11 on the same boxes (maxDets 1000): AP at 0.5, 0.75 and 0.5:0.95.
    found = average_precisions([boxes_read(*page) for page in made_up_boxes()], THRESHOLDS)
    figures = found[0], found[5], sum(found) / 10
    assert figures == pytest.approx((0.5740216983213491, 0.1361814943400393, 0.2130376074053226), abs=1e-12)


def made_up_boxes():
    """40 pages of 30 words on a grid, read with boxes some pixels off, some missed, some in the wrong place."""
    pages = []
    for page in range(40):
        truths, found = [], []
        for word in range(30):
            x, y, n = 100 * (word % 6), 50 * (word // 6), page * 30 + word
            truths.append((x, y, x + 60, y + 30))
            off = n * 7 % 23
            if n % 11:
                found.append(((x + off, y + off // 3, x + 60 + off // 2, y + 30), (n * 7919 % 1009) / 1009))
            if n % 6 == 0:
                found.append(((x + 40, y + 20, x + 95, y + 45), (n * 6007 % 1013) / 1013 * 0.8))
        pages.append((truths, found))
    return pages


@pytest.mark.parametrize(
    ("truths", "predictions", "expected"),
    [([], [], 1.0), ([(0, 0, 9, 9)], [], 0.0), ([], [((0, 0, 9, 9), 0.9)], 0.0)],
)
def test_pages_without_words_or_readings_are_defined(truths, predictions, expected):
    assert average_precisions([boxes_read(truths, predictions)], THRESHOLDS) == [expected] * 10


def test_readings_on_ignored_labels_are_not_ranked():
    word, placeholder = (0, 0, 10, 10), (50, 50, 60, 60)
    readings = [(word, 0.5), (placeholder, 0.9), ((52, 50, 62, 60), 0.8)]
    assert average_precisions([boxes_read([word], readings)], [0.5]) == [pytest.approx(1 / 3)]
    assert average_precisions([boxes_read([word], readings, [placeholder])], [0.5]) == [1.0]


def test_both_figures_are_those_of_the_detection_scores():
    found = score_detection([boxes_read([(0, 0, 10, 10)], [((0, 0, 10, 8), 0.9)])])
    # An IoU of 0.8 reaches the thresholds from 0.5 to 0.8, seven of ten.
    assert (found.ap50, found.ap50_95) == (1.0, pytest.approx(0.7))


def test_a_reading_that_finds_a_word_is_ranked_though_a_placeholder_lies_there_too():
    word = (0, 0, 10, 10)
    assert average_precisions([boxes_read([word], [(word, 0.5)], [word])], [0.5]) == [1.0]
