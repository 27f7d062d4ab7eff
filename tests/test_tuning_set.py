import pytest

from train_easyocr.reading.reader import TextBox
from train_easyocr.records import Page, Reading, Word
from train_easyocr.scoring.matching import ignore_placeholders
from train_easyocr.scoring.page_scoring import detection_f1, end_to_end_f1

WORD, PLACEHOLDER = (0, 0, 100, 40), (200, 0, 300, 40)


@pytest.mark.parametrize(("placeholder_texts", "f1"), [((), 0.4), (("xxx",), 1.0)])
def test_placeholders_decide_no_reading_options(placeholder_texts, f1):
    # Two boxes in the place of the placeholder: without it one word, one box; with it two words, three boxes, one pair.
    page = Page("p", "", "", 400, 100, (Word("결재", WORD), Word("xxx", PLACEHOLDER)), "")
    boxes = [TextBox(WORD), TextBox((200, 0, 249, 40)), TextBox((251, 0, 300, 40))]
    readings = [Reading(box.bounds, text, 0.9) for box, text in zip(boxes, ["결재", "흐", "림"], strict=True)]
    page = ignore_placeholders(page, placeholder_texts)
    assert detection_f1(page, [box.bounds for box in boxes]) == pytest.approx(f1)
    assert end_to_end_f1(page, readings) == pytest.approx(f1)
