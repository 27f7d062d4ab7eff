"""What became of every word and every reading of a page, as it is drawn."""

from scored_pages import scored

from train_easyocr.records import Reading, Word
from train_easyocr.report.outcomes import Outcome, page_outcomes, page_panels

BOXES = [(0, 0, 100, 40), (120, 0, 220, 40), (0, 60, 100, 100)]
WORDS = [Word("김해시장", BOXES[0]), Word("결재", BOXES[1]), Word("끝.", BOXES[2])]
STAIN = (200, 150, 250, 180)
READINGS = [
    Reading(STAIN, "얼룩", 0.3),
    Reading(BOXES[0], "김해시", 0.9),
    Reading((121, 0, 220, 40), "결재", 0.9),
]


def test_every_word_and_every_reading_of_a_page_has_one_outcome():
    assert page_outcomes(scored(WORDS, READINGS)) == (
        Outcome("wrong", BOXES[0], "김해시", "김해시장"),
        Outcome("right", (121, 0, 220, 40), "결재", "결재"),
        Outcome("missed", BOXES[2], "", "끝."),
        Outcome("extra", STAIN, "얼룩", ""),
    )


def test_a_reading_on_a_placeholder_is_no_outcome():
    page = scored(WORDS[:2], READINGS, [Word("xxx", STAIN)])
    assert [outcome.verdict for outcome in page_outcomes(page)] == ["wrong", "right"]


def test_panels_leave_out_the_variants_and_show_one_grouping_a_network():
    page, nothing = scored(WORDS[:2], READINGS[1:]), scored(WORDS[:2], [])
    results = {
        "baseline_as_shipped": {"word_grouping": [page]},
        "baseline": {"default_grouping": [page], "word_grouping": [nothing]},
        "finetuned": {"word_grouping": [page], "tuned_grouping": [nothing]},
        "finetuned_as_installed": {"tuned_grouping": [page]},
        "클라우드": {"own_boxes": [page]},
    }
    panels = page_panels(results, 0)
    assert [title for title, _ in panels] == [
        "baseline · word grouping · F1 0.000",
        "finetuned · word grouping · F1 0.875",
        "클라우드 · own boxes · F1 0.875",
    ]
    assert [len(outcomes) for _, outcomes in panels] == [2, 2, 2]
