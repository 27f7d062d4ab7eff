"""CLEval against the package `cleval` on random pages, and on cases worked out by hand."""

from itertools import pairwise

import numpy as np
import pytest
from cleval import CLEvalMetric
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.cleval.assignment import assign_page
from train_easyocr.scoring.cleval.cleval import (
    cleval,
    common_subsequence,
    count_page,
)
from train_easyocr.scoring.scored_page import CharacterCounts, CLEvalCounts

ALPHABET = "가나다라마바사12"


def package(pages):
    """The `cleval` package's own figures for pages of (truths, texts, predictions, texts, don't-care)."""
    metric = CLEvalMetric()
    for truths, truth_texts, predictions, prediction_texts, dont_care in pages:
        metric.update(
            predictions.reshape(-1, 8), truths.reshape(-1, 8), list(prediction_texts), list(truth_texts), dont_care
        )
    figures = {name: float(value) for name, value in metric.compute().items() if name != "scale_wise"}
    states = ("num_char_gt", "num_char_det", "num_char_tp_recall", "gran_score_recall", "gran_score_precision")
    for part in ("det", "e2e"):
        for state in (*states, "num_char_fp"):
            figures[f"{part}_{state}"] = float(getattr(metric, f"{part}_{state}"))
    return figures


def ours(counts):
    """The same figures under the same names, from our counts."""
    figures = {
        "num_splitted": counts.split_words,
        "num_merged": counts.merged_readings,
        "num_char_overlapped": counts.overlapping_characters,
    }
    for part, characters in (("det", counts.detection), ("e2e", counts.end_to_end)):
        figures |= {f"{part}_r": characters.recall, f"{part}_p": characters.precision, f"{part}_h": characters.f1}
        figures |= {
            f"{part}_num_char_gt": characters.ground_truth,
            f"{part}_num_char_det": characters.prediction,
            f"{part}_num_char_tp_recall": characters.correct,
            f"{part}_gran_score_recall": characters.split_penalty,
            f"{part}_gran_score_precision": characters.merge_penalty,
            f"{part}_num_char_fp": characters.false_positive,
        }
    return figures


def quad(left, top, width, height, angle=0.0, jitter=None):
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return corners @ turn + [left, top] + (0 if jitter is None else jitter)


def random_text(generator, least, most):
    return "".join(generator.choice(list(ALPHABET), generator.integers(least, most + 1)))


def misread(generator, text):
    kind = generator.integers(4)
    if kind == 0 or not text:
        return text
    at = generator.integers(len(text))
    return text[:at] + ("" if kind == 1 else random_text(generator, 1, 2)) + text[at + (kind == 3) :]


def word_row(generator, top):
    """A line of words: each is (left, top, width, height, text), some of them upright columns."""
    left, row = generator.uniform(0, 30), []
    while left < 700:
        text = random_text(generator, 1, 8)
        width, height = len(text) * generator.uniform(10, 18), generator.uniform(12, 20)
        if generator.random() < 0.1:
            width, height = 14, 14 * len(text)
        row.append((left, top, width, height, text))
        left += width + generator.uniform(-3, 25)
    return row


def read_row(generator, row, angle):
    """Readings of a line: some words split, some merged with the next, some doubled, moved, missed or invented."""
    boxes, texts, position = [], [], 0
    while position < len(row):
        left, top, width, height, _ = row[position]
        kind = generator.choice(
            ["same", "split", "merge", "double", "miss", "invent"], p=[0.4, 0.2, 0.2, 0.1, 0.05, 0.05]
        )
        span = int(generator.integers(2, 5)) if kind == "merge" else 1
        last = row[min(position + span, len(row)) - 1]
        if kind == "split":
            cuts = np.sort(generator.uniform(0, width, int(generator.integers(1, 4))))
            overlap = generator.choice([0, 0, 6])
            edges = [0, *cuts, width]
            for start, end in pairwise(edges):
                boxes.append((left + start, top, end - start + overlap, height))
                texts.append(random_text(generator, 0, 4))
        elif kind != "miss":
            box = (left, top, last[0] + last[2] - left, max(height, last[3]))
            joined = "".join(word[4] for word in row[position : position + span])
            for _ in range(2 if kind == "double" else 1):
                boxes.append(tuple(np.array(box) + generator.uniform(-5, 5, 4) + (400 if kind == "invent" else 0)))
                texts.append(misread(generator, joined))
        position += span
    quads = [quad(x, y, max(w, 0), max(h, 0), angle, generator.uniform(-2, 2, (4, 2))) for x, y, w, h in boxes]
    return quads, texts


def random_page(seed):
    """One page of leaning, jittered quadrilaterals; every other page has whole pixels, where edges coincide."""
    generator = np.random.default_rng(seed)
    angle = generator.choice([0, 0, generator.normal(0, 0.1)])
    truths, truth_texts, predictions, prediction_texts = [], [], [], []
    for line in range(int(generator.integers(0, 4))):
        row = word_row(generator, line * 22)
        truths += [quad(x, y, w, h, angle) for x, y, w, h, _ in row]
        truth_texts += [word[4] for word in row]
        quads, texts = read_row(generator, row, angle)
        predictions += quads
        prediction_texts += texts
    page = [np.array(quads, float).reshape(-1, 4, 2) for quads in (truths, predictions)]
    if seed % 2:
        page = [np.round(quads / 2) * 2 for quads in page]
    # The order in which the package walks words is ascending only while few of them are ignored (it walks a set).
    dont_care = (generator.random(len(truths)) < generator.choice([0, 0.15])).tolist()
    return page[0], truth_texts, page[1], prediction_texts, dont_care


def test_random_pages_have_the_figures_and_the_counts_of_the_package():
    for seed in range(30):
        page = random_page(seed)
        assert ours(cleval(*page)) == pytest.approx(package([page]), abs=1e-6), f"page {seed}"


@pytest.mark.slow
def test_500_random_pages_have_the_figures_and_the_counts_of_the_package():
    pages = [random_page(seed) for seed in range(500)]
    counts = [cleval(*page) for page in pages]
    for seed, (page, count) in enumerate(zip(pages, counts, strict=True)):
        assert ours(count) == pytest.approx(package([page]), abs=1e-6), f"page {seed}"
    total = sum(counts, CLEvalCounts())
    assert ours(total) == pytest.approx(package(pages), abs=1e-6)
    # The pages do hold what they are meant to hold.
    assert min(total.split_words, total.merged_readings, total.overlapping_characters) > 200
    assert min(total.detection.false_positive, sum(sum(page[4]) for page in pages)) > 200


def boxes(*items):
    return np.array([[(x, y), (x2, y), (x2, y2), (x, y2)] for x, y, x2, y2 in items], float).reshape(-1, 4, 2)


# One word of four characters, 40 x 10 pixels, its centres at x = 5, 15, 25, 35; what was read; and what that counts:
# detection correct / found, end-to-end correct / read, split, merged, overlapping.
WORD = (boxes((0, 0, 40, 10)), ["김해시장"])
CASES = {
    "the very word": (WORD, boxes((0, 0, 40, 10)), ["김해시장"], (4, 4, 4, 4, 0, 0, 0)),
    "one character misread": (WORD, boxes((0, 0, 40, 10)), ["김해시정"], (4, 4, 3, 4, 0, 0, 0)),
    "the last character cut off": (WORD, boxes((0, 0, 30, 10)), ["김해시"], (3, 3, 3, 3, 0, 0, 0)),
    "two pieces": (WORD, boxes((0, 0, 20, 10), (20, 0, 40, 10)), ["김해", "시장"], (4, 4, 4, 4, 1, 0, 0)),
    "two pieces given right to left": (
        WORD,
        boxes((20, 0, 40, 10), (0, 0, 20, 10)),
        ["시장", "김해"],
        (4, 4, 4, 4, 1, 0, 0),
    ),
    "two pieces that share a character": (
        WORD,
        boxes((0, 0, 30, 10), (20, 0, 40, 10)),
        ["김해시", "시장"],
        (4, 5, 4, 5, 1, 0, 1),
    ),
    "three readings of one character": (
        (boxes((0, 0, 10, 10)), ["끝"]),
        boxes((0, 0, 10, 10), (0, 0, 10, 9), (0, 0, 9, 10)),
        ["가", "나", "끝"],  # the third is never read: the package places one piece for each character, and one more
        (1, 3, 0, 3, 1, 0, 2),
    ),
    "two words in one reading": (
        (boxes((0, 0, 20, 10), (30, 0, 50, 10)), ["김해", "시장"]),
        boxes((0, 0, 50, 10)),
        ["김해시장"],
        (4, 4, 4, 4, 0, 1, 0),
    ),
    "two words that want the same character of one reading": (
        (boxes((0, 0, 20, 10), (30, 0, 50, 10)), ["제1", "제2"]),
        boxes((0, 0, 50, 10)),
        ["제12"],
        (4, 4, 3, 3, 0, 1, 0),
    ),
    "a reading of nothing": (WORD, boxes((0, 0, 40, 10)), [""], (4, 4, 0, 0, 0, 0, 0)),
    "nothing read": (WORD, boxes(), [], (0, 0, 0, 0, 0, 0, 0)),
    # A stray wide box is guessed to hold one character, a stray tall one height / width + 0.5, and 10 at the most.
    "a reading elsewhere": (WORD, boxes((100, 0, 140, 10)), ["가나"], (0, 1, 0, 2, 0, 0, 0)),
    "a tall reading elsewhere": (WORD, boxes((100, 0, 110, 40)), ["가나"], (0, 4, 0, 2, 0, 0, 0)),
    "a very tall reading elsewhere": (WORD, boxes((100, 0, 110, 400)), ["가나"], (0, 10, 0, 2, 0, 0, 0)),
    "a reading without area": (WORD, boxes((5, 5, 5, 5)), ["김"], (0, 1, 0, 1, 0, 0, 0)),
    "a page without words": ((boxes(), []), boxes((0, 0, 10, 10)), ["가"], (0, 1, 0, 1, 0, 0, 0)),
    "an empty page": ((boxes(), []), boxes(), [], (0, 0, 0, 0, 0, 0, 0)),
    # 300 of 1,000 square pixels is exactly the least area precision, 300 of 1,050 is too little.
    "a reading that is just small enough": (
        (boxes((0, 0, 30, 10)), ["김해시"]),
        boxes((0, 0, 50, 20)),
        ["김해시"],
        (3, 3, 3, 3, 0, 0, 0),
    ),
    "a reading that is too large": (
        (boxes((0, 0, 30, 10)), ["김해시"]),
        boxes((0, 0, 50, 21)),
        ["김해시"],
        (0, 1, 0, 3, 0, 0, 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases_worked_out_by_hand(name):
    (truths, truth_texts), predictions, texts, expected = CASES[name]
    counts = cleval(truths, truth_texts, predictions, texts)
    detection, end_to_end = counts.detection, counts.end_to_end
    assert expected == (
        detection.correct,
        detection.prediction,
        end_to_end.correct,
        end_to_end.prediction,
        counts.split_words,
        counts.merged_readings,
        counts.overlapping_characters,
    )
    figures = package([(truths, truth_texts, predictions, texts, [False] * len(truths))])
    assert ours(counts) == pytest.approx(figures, abs=1e-6)


def test_figures_of_a_split_word():
    # Four characters found in two pieces, one of them missing: (3 - 1) / 4 recall, (3 - 0) / 3 precision.
    counts = cleval(*WORD, boxes((0, 0, 20, 10), (20, 0, 30, 10)), ["김해", "시"]).end_to_end
    assert counts == CharacterCounts(4, 3, 3, split_penalty=1)
    assert (counts.recall, counts.precision) == (0.5, 1.0)
    assert counts.f1 == pytest.approx(2 / 3)


def test_more_pieces_than_characters_cost_no_more_than_all():
    counts = CharacterCounts(10, 12, 1, split_penalty=2, merge_penalty=3)
    assert (counts.recall, counts.precision, counts.f1) == (0, 0, 0)


@pytest.mark.parametrize(
    ("ignored", "predictions", "read"),
    [
        (boxes((100, 0, 140, 10)), boxes((100, 0, 140, 10)), 0),  # a reading on an ignored word is excused
        (boxes((100, 0, 140, 10)), boxes((100, 0, 300, 10)), 2),  # one that only begins there is not
        (boxes((0, 0, 80, 10)), boxes((0, 0, 40, 10)), 2),  # the word takes its own area back from the ignored one
        (boxes((0, 0, 80, 10)), boxes((40, 0, 80, 10)), 0),
        (boxes((50, 0, 54, 10), (54, 0, 58, 10)), boxes((50, 0, 70, 10)), 0),  # two ignored words add up to 0.3
    ],
)
def test_ignored_words_excuse_readings(ignored, predictions, read):
    truths, texts = np.concatenate([WORD[0], ignored]), [*WORD[1], *["?"] * len(ignored)]
    dont_care = [False] + [True] * len(ignored)
    counts = cleval(truths, texts, predictions, ["가나"], dont_care)
    assert counts.end_to_end.prediction == read
    assert counts.end_to_end.ground_truth == 4
    assert ours(counts) == pytest.approx(package([(truths, texts, predictions, ["가나"], dont_care)]), abs=1e-6)


def test_a_page_of_records_counts_as_its_quadrilaterals():
    words = [Word("결재", (0, 0, 20, 10)), Word("끝.", (50, 0, 70, 10))]
    readings = [Reading((0, 0, 20, 10), "결제", 0.9)]
    expected = cleval(boxes((0, 0, 20, 10), (50, 0, 70, 10)), ["결재", "끝."], boxes((0, 0, 20, 10)), ["결제"])
    counts = count_page(words, readings, assign_page(words, readings))
    assert counts == expected
    assert counts.end_to_end == CharacterCounts(4, 2, 1, false_positive=1)
    assert count_page([], [], assign_page([], [])) == CLEvalCounts()


def test_a_page_with_ignored_labels_counts_as_in_the_package():
    generator = np.random.default_rng(5)
    for _ in range(20):
        rows = [word for line in range(3) for word in word_row(generator, line * 22)]
        corners = [(round(x), round(y), round(x + w), round(y + h)) for x, y, w, h, _ in rows]
        dont_care = [number % 7 == 3 for number in range(len(rows))]
        labels = [Word(row[4], box) for row, box in zip(rows, corners, strict=True)]
        words = [label for label, ignored in zip(labels, dont_care, strict=True) if not ignored]
        ignored = [label for label, is_ignored in zip(labels, dont_care, strict=True) if is_ignored]
        readings = [
            Reading((x + 3, y, right + int(generator.integers(-9, 40)), bottom), misread(generator, word.text), 0.9)
            for word, (x, y, right, bottom) in zip(labels, corners, strict=True)
        ]
        truths, predictions = (boxes(*(item.box for item in items)) for items in (labels, readings))
        texts = [[item.text for item in items] for items in (labels, readings)]
        counts = count_page(words, readings, assign_page(words, readings, ignored))
        expected = package([(truths, texts[0], predictions, texts[1], dont_care)])
        assert ours(counts) == pytest.approx(expected, abs=1e-6)


def test_the_order_of_readings_does_not_change_the_detection():
    page = random_page(4)
    order = np.random.default_rng(0).permutation(len(page[3]))
    shuffled = cleval(page[0], page[1], page[2][order], [page[3][index] for index in order], page[4])
    assert shuffled.detection == cleval(*page).detection


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_the_common_subsequence_is_one_and_is_longest(first, second):
    common = common_subsequence(first, second)
    assert len(common) == LCSseq.similarity(first, second)
    for text in (first, second):
        remaining = iter(text)
        assert all(character in remaining for character in common)
