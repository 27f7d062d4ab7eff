"""The figures of `summary.json` stand under their names: a page worked out by hand."""

import pytest
from scored_pages import scored, side_by_side

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.analysis import analyse, compare_networks
from train_easyocr.scoring.figures import analysis_figures, difference_figures

# Three words, two of them found: a space is lost, a digit is wrong. 11 characters, 9 in what was found.
PAGE = side_by_side(("결 재", "결재"), ("54,500", "54,300"), ("끝.", None), category="회계.예산", year="1999")


@pytest.fixture(scope="module")
def figures():
    return analysis_figures(analyse([PAGE]))


def test_figures_of_a_network(figures):
    detected, read = figures["cleval"]["detection"], figures["cleval"]["end_to_end"]
    assert (detected["ground_truth"], detected["correct"], read["correct"]) == (11, 9, 7)
    assert figures["intervals"]["detection_f1"]["value"] == pytest.approx(0.8)
    first = figures["detection"]["thresholds"][0]
    assert first == {
        **{"threshold": 0.5, "pairs": 2, "predictions": 2, "ground_truths": 3},
        **{"average_precision": pytest.approx(67 / 101), "precision": 1, "recall": 2 / 3, "f1": pytest.approx(0.8)},
    }
    with_spaces, without = figures["text"]["with_spaces"], figures["text"]["without_spaces"]
    assert (with_spaces["exact"], with_spaces["edits"], with_spaces["characters"]) == (0, 2, 9)
    assert (without["exact"], without["edits"], without["characters"]) == (1, 1, 8)
    assert figures["confusions"]["characters"][1] == {
        **{"truth": "5", "read": "3", "count": 1, "occurrences": 2, "rate": 0.5},
    }


def test_figures_of_groups(figures):
    groups = figures["breakdown"]
    for page_group in (groups["category"]["회계.예산"], groups["year"]["1999"]):
        assert (page_group["pages"], page_group["counts"]["edits"]) == (1, 2)
        assert page_group["mean_f1"] == pytest.approx(2 * (5 / 6 + 2 / 3) / (3 + 2))
    for kind, name in (("text_length", "6"), ("fields", "amounts")):
        amount = groups[kind][name]
        assert (amount["words"], amount["found"], amount["exact"], amount["score"]) == (1, 1, 0, pytest.approx(5 / 6))
        assert (amount["interval"]["value"], amount["found_interval"]["value"]) == (0, 1)
    for kind, name in (("box_height", "50 to 59"), ("direction", "horizontal")):
        assert (groups[kind][name]["words"], groups[kind][name]["found"]) == (3, 2)
    digits = groups["character_kind"]["digits"]
    assert (digits["characters"], digits["found"], digits["right"], digits["recall"]) == (5, 5, 4, 0.8)


def test_a_case_is_told_with_the_name_of_its_page():
    words = [Word("김해시장", (0, 0, 40, 10)), Word("귀하", (44, 0, 64, 10))]
    page = scored(words, [Reading((0, 0, 64, 10), "검해시 장", 0.9)], name="인.허가/1/2003/merged")
    [merged] = analysis_figures(analyse([page]))["iou_cases"]["merged"]["examples"]
    assert merged["page"] == "인.허가/1/2003/merged"
    assert [word["text"] for word in merged["words"]] == ["김해시장", "귀하"]
    assert merged["readings"] == [{"box": (0, 0, 64, 10), "text": "검해시 장", "confidence": 0.9}]


def test_figures_of_a_difference():
    worse, better = [side_by_side(("결재", "결제"))], [side_by_side(("결재", "결재"))]
    figures = difference_figures(compare_networks(worse, better)["end_to_end_f1"])
    assert (figures["first"], figures["second"], figures["difference"]["value"]) == (0.5, 1.0, 0.5)
