"""Pages that were read, scored, for the tests of scores, tables and drawings."""

from train_easyocr.pages.records import Page, Reading, Word
from train_easyocr.scoring.page_scoring import score_page


def scored(words, readings, ignored=(), name="p", category="인.허가", year="2001"):
    """A page with these words, on which these readings were made."""
    page = Page(name, category, year, 1000, 1000, tuple(words), "annotations", tuple(ignored))
    return score_page(page, f"{name}.jpg", tuple(readings))


def side_by_side(*texts, height=50, **about):
    """A page of words in a row; `texts` are (what stands there, what was read in its very box, or None)."""
    boxes = [(100 * index, 0, 100 * index + 90, height) for index in range(len(texts))]
    words = [Word(truth, box) for (truth, _), box in zip(texts, boxes, strict=True)]
    readings = [Reading(box, read, 0.9) for (_, read), box in zip(texts, boxes, strict=True) if read is not None]
    return scored(words, readings, **about)


def boxes_read(truths, predictions, ignored=()):
    """A page of boxes; `predictions` are boxes, or boxes with their confidences."""
    with_confidence = [item if isinstance(item[0], tuple) else (item, 1.0) for item in predictions]
    readings = [Reading(box, "가", confidence) for box, confidence in with_confidence]
    return scored([Word("가", box) for box in truths], readings, [Word("가", box) for box in ignored])
