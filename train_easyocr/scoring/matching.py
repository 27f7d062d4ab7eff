"""Which reading belongs to which labelled word, and what a page scores by it: counts first, figures as views.

Pairs are made one to one by falling IoU, a pair counting from an IoU of 0.5. Everything here works
on boxes and texts; it sees no image and no network.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from train_easyocr.records import Box, Page, Reading, Word
from train_easyocr.text_scores import edit_distance, word_score

IOU_THRESHOLD = 0.5
IGNORED_OVERLAP = 0.3
"""A reading lies on an ignored label from this share of the smaller box on, as in CLEval; neighbours overlap less."""


@dataclass(frozen=True, slots=True)
class Match:
    """A labelled word and a reading of the same page that overlap enough: their positions, and their IoU."""

    ground_truth: int
    prediction: int
    iou: float


ReadPage = tuple[Page, Sequence[Reading], Sequence[Match]]
"""A page, what a network read on it, and the pairs that `match` made of the two: what every other score is made of."""


def box_array(items: Sequence[Word] | Sequence[Reading]) -> np.ndarray:
    """Give the boxes of words or readings as float64 [N, 4]: xmin, ymin, xmax, ymax in pixels."""
    return np.array([item.box for item in items], np.float64).reshape(-1, 4)


def intersection_matrix(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Area that each box of `boxes_a` [N, 4] shares with each of `boxes_b` [M, 4], square pixels, float64 [N, M]."""
    # One axis after the other: reducing over an axis of length 2 is what numpy does slowest.
    left, top, right, bottom = np.asarray(boxes_a, np.float64).reshape(-1, 4).T[..., None]
    other_left, other_top, other_right, other_bottom = np.asarray(boxes_b, np.float64).reshape(-1, 4).T
    widths = np.minimum(right, other_right) - np.maximum(left, other_left)
    heights = np.minimum(bottom, other_bottom) - np.maximum(top, other_top)
    return np.maximum(widths, 0) * np.maximum(heights, 0)


def iou_matrix(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of axis-aligned boxes; a pair without area has 0, not NaN.

    Args:
        boxes_a: [N, 4], xmin ymin xmax ymax in pixels, maxima exclusive.
        boxes_b: [M, 4], the same.

    Returns:
        float64 [N, M], from 0 to 1.
    """
    intersections = intersection_matrix(boxes_a, boxes_b)
    unions = _areas(boxes_a)[:, None] + _areas(boxes_b)[None, :] - intersections
    return np.divide(intersections, unions, out=np.zeros_like(intersections), where=unions > 0)


def match(ground_truths: np.ndarray, predictions: np.ndarray, threshold: float = IOU_THRESHOLD) -> list[Match]:
    """Pair boxes one to one: the pair of the highest IoU first, then the highest among the boxes that are left.

    Pairs below `threshold` are never made. Among equal IoUs the lower ground truth goes first, then the lower
    prediction, so the result depends on nothing but the boxes and their order.

    Args:
        ground_truths: boxes [N, 4], xmin ymin xmax ymax in pixels.
        predictions: boxes [M, 4], the same.
        threshold: least IoU of a pair, above 0.

    Returns:
        The pairs, by falling IoU.
    """
    ious = iou_matrix(ground_truths, predictions)
    rows, columns = np.nonzero(ious >= threshold)
    values = ious[rows, columns]
    order = np.lexsort((columns, rows, -values))
    made = order[take_free_boxes(rows[order], columns[order])]
    return [
        Match(*pair) for pair in zip(rows[made].tolist(), columns[made].tolist(), values[made].tolist(), strict=True)
    ]


def take_free_boxes(rows: np.ndarray, columns: np.ndarray) -> list[int]:
    """Return which of the pairs (rows[i], columns[i]) are made, if one after the other is unless a box is taken."""
    made, taken_rows, taken_columns = [], set(), set()
    for position, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        if row not in taken_rows and column not in taken_columns:
            made.append(position)
            taken_rows.add(row)
            taken_columns.add(column)
    return made


def set_aside(page: Page, placeholder_texts: Collection[str]) -> Page:
    """Return the page with the words that are placeholders for unreadable print, such as `xxx`, among its `ignored`."""
    words = tuple(word for word in page.words if word.text not in placeholder_texts)
    placeholders = tuple(word for word in page.words if word.text in placeholder_texts)
    return replace(page, words=words, ignored=(*page.ignored, *placeholders))


def excused_readings(predictions: np.ndarray, paired: Collection[int], ignored: Sequence[Word]) -> set[int]:
    """Return the positions of the readings that are in no pair and lie on an ignored label: no false positives.

    Args:
        predictions: boxes of the readings, [M, 4], xmin ymin xmax ymax in pixels.
        paired: the positions of those that belong to a word.
        ignored: the ignored labels of the page.
    """
    if not ignored:
        return set()
    labels = box_array(ignored)
    smaller = np.minimum(_areas(predictions)[:, None], _areas(labels)[None, :])
    shared = intersection_matrix(predictions, labels)
    on_label = ((shared > 0) & (shared >= IGNORED_OVERLAP * smaller)).any(axis=1)
    return set(np.flatnonzero(on_label).tolist()).difference(paired)


@dataclass(frozen=True, slots=True)
class PageScore:
    """What was counted on one page, or on several added up; the figures are views of it.

    `score` is the sum over the pairs of max(0, 1 - CER). A page with nothing to read on which nothing was read is
    perfect: precision, recall and F1 are 1. Readings where there is no word, or no reading where there are words,
    score 0.
    """

    ground_truths: int = 0
    predictions: int = 0
    pairs: int = 0
    score: float = 0.0
    edits: int = 0
    characters: int = 0
    exact: int = 0

    def __add__(self, other: PageScore) -> PageScore:
        return PageScore(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))

    @property
    def precision(self) -> float:
        """End-to-end precision: the score per reading."""
        return _share(self.score, self.predictions, self.ground_truths)

    @property
    def recall(self) -> float:
        """End-to-end recall: the score per labelled word."""
        return _share(self.score, self.ground_truths, self.predictions)

    @property
    def f1(self) -> float:
        """End-to-end F1: the harmonic mean of precision and recall, 2 x score / (readings + words)."""
        return _f1(self.score, self.predictions, self.ground_truths)

    @property
    def detection_precision(self) -> float:
        """Pairs per reading."""
        return _share(self.pairs, self.predictions, self.ground_truths)

    @property
    def detection_recall(self) -> float:
        """Pairs per labelled word."""
        return _share(self.pairs, self.ground_truths, self.predictions)

    @property
    def detection_f1(self) -> float:
        """Harmonic mean of detection precision and recall: boxes alone, whatever was read in them."""
        return _f1(self.pairs, self.predictions, self.ground_truths)

    @property
    def character_error_rate(self) -> float | None:
        """Edits per character of the matched words; None where nothing was matched."""
        return self.edits / self.characters if self.characters else None

    @property
    def exact_match(self) -> float | None:
        """Share of the pairs that were read without a mistake; None where nothing was matched."""
        return self.exact / self.pairs if self.pairs else None


def score_pairs(
    words: Sequence[Word], readings: Sequence[Reading], pairs: Sequence[Match], ignored: Sequence[Word] = ()
) -> PageScore:
    """Count what one page scores, given the pairs that `match` made of its words and readings."""
    excused = excused_readings(box_array(readings), [pair.prediction for pair in pairs], ignored)
    texts = [(words[pair.ground_truth].text, readings[pair.prediction].text) for pair in pairs]
    return PageScore(
        ground_truths=len(words),
        predictions=len(readings) - len(excused),
        pairs=len(pairs),
        score=sum(word_score(truth, read) for truth, read in texts),
        edits=sum(edit_distance(truth, read) for truth, read in texts),
        characters=sum(len(truth) for truth, _ in texts),
        exact=sum(truth == read for truth, read in texts),
    )


def score_page(words: Sequence[Word], readings: Sequence[Reading], ignored: Sequence[Word] = ()) -> PageScore:
    """Match the readings of one page with its words and count: `match`, then `score_pairs`."""
    return score_pairs(words, readings, match(box_array(words), box_array(readings)), ignored)


def pooled(scores: Sequence[PageScore]) -> PageScore:
    """Add the counts of all pages, so that a page weighs by its number of words."""
    return sum(scores, PageScore())


def mean_f1(scores: Sequence[PageScore]) -> float:
    """Mean of the pages' end-to-end F1, so that every page weighs the same: the headline. No pages give 0."""
    return sum(score.f1 for score in scores) / len(scores) if scores else 0.0


def _areas(boxes: np.ndarray) -> np.ndarray:
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    return np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)


def _share(part: float, whole: int, other_side: int) -> float:
    """`part / whole`; with nothing on this side 1 if the other side is empty as well, else 0."""
    return part / whole if whole else float(other_side == 0)


def _f1(part: float, predictions: int, ground_truths: int) -> float:
    total = predictions + ground_truths
    return 2 * part / total if total else 1.0


def detection_f1(page: Page, boxes: Sequence[Box]) -> float:
    """Return the F1 of boxes (xmin, ymin, xmax, ymax in pixels) against the labelled ones of `page`, 0 to 1."""
    bounds = np.array(boxes).reshape(-1, 4)
    pairs = match(box_array(page.words), bounds)
    excused = excused_readings(bounds, [pair.prediction for pair in pairs], page.ignored)
    total = len(page.words) + len(boxes) - len(excused)
    return 2 * len(pairs) / total if total else 1.0


def end_to_end_f1(page: Page, readings: Sequence[Reading]) -> float:
    """Return the end-to-end F1 of readings against the labels of `page`, 0 to 1."""
    return score_page(page.words, readings, page.ignored).f1
