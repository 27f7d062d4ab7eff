from pathlib import Path

import pytest

from train_easyocr.evaluation.matching import set_aside
from train_easyocr.evaluation.reader import TextBox
from train_easyocr.evaluation.tuning import TuningSet
from train_easyocr.records import Page, Reading, Word

WORD, PLACEHOLDER = (0, 0, 100, 40), (200, 0, 300, 40)


@pytest.mark.parametrize(("placeholder_texts", "f1"), [((), 0.4), (("xxx",), 1.0)])
def test_placeholders_decide_no_reading_options(placeholder_texts, f1):
    # Two boxes in the place of the placeholder: without it one word, one box; with it two words, three boxes, one pair.
    page = Page("p", "", "", 400, 100, (Word("결재", WORD), Word("xxx", PLACEHOLDER)), "")
    boxes = [TextBox(WORD), TextBox((200, 0, 249, 40)), TextBox((251, 0, 300, 40))]
    readings = [Reading(box.bounds, text, 0.9) for box, text in zip(boxes, ["결재", "흐", "림"], strict=True)]
    # Neither detector nor network runs: the boxes and what was read in them are given.
    tuning_set = TuningSet([(set_aside(page, placeholder_texts), Path("p.jpg"))], None, None, None)
    assert tuning_set.detection_f1(0, boxes) == pytest.approx(f1)
    assert tuning_set.end_to_end_f1(0, readings) == pytest.approx(f1)
