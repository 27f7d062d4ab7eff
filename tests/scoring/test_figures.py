"""Each figure of `summary.json` is that of the record and the property whose name it bears."""

import pytest
from scored_pages import scored, side_by_side

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.analysis import analyse, compare_networks
from train_easyocr.scoring.figures import analysis_figures, difference_figures

MERGED = scored(
    [Word("김해시장", (0, 0, 40, 10)), Word("귀하", (44, 0, 64, 10)), Word("서류를", (0, 20, 60, 40))],
    [
        Reading((0, 0, 64, 10), "검해시 장", 0.9),
        Reading((0, 20, 20, 40), "서", 0.8),
        Reading((20, 20, 60, 40), "류", 0.7),
    ],
    name="인.허가/1/2003/merged",
)
PAGES = [
    MERGED,
    side_by_side(("결 재", "결재"), ("54,500", "54,300"), name="회계.예산/2/2001/a", category="회계.예산", year="2001"),
    side_by_side(("결재", "결제"), ("끝.", None), name="인.허가/3/2001/b", year="2001"),
]


@pytest.fixture(scope="module")
def analysis():
    return analyse(PAGES)


def mismatches(figures, record):
    """The figures whose value is not that of the record's attribute of the same name; nested ones are left out."""
    plain = {name: value for name, value in figures.items() if not isinstance(value, dict | list)}
    return {name: value for name, value in plain.items() if getattr(record, name) != value}


def test_figures_of_a_network(analysis):
    found = analysis_figures(analysis)
    pairs = [
        *((found["intervals"][name], interval) for name, interval in analysis.intervals.items()),
        (found["cleval"], analysis.cleval),
        (found["cleval"]["detection"], analysis.cleval.detection),
        (found["cleval"]["end_to_end"], analysis.cleval.end_to_end),
        (found["detection"], analysis.detection),
        (found["text"]["with_spaces"], analysis.text["with_spaces"]),
        (found["text"]["without_spaces"], analysis.text["without_spaces"]),
        *((found["iou_cases"][kind], cases) for kind, cases in analysis.iou_cases.items()),
        *zip(found["confusions"]["characters"], analysis.confusions["characters"], strict=True),
        *zip(found["confusions"]["finals"], analysis.confusions["finals"], strict=True),
    ]
    for figures, record in pairs:
        assert mismatches(figures, record) == {}
    first, counts = found["detection"]["thresholds"][0], analysis.detection.counts[0]
    assert (first["threshold"], first["pairs"], first["predictions"]) == (0.5, counts.pairs, counts.predictions)
    assert (first["precision"], first["recall"]) == (counts.detection_precision, counts.detection_recall)
    assert (first["f1"], first["average_precision"]) == (counts.detection_f1, analysis.detection.ap50)
    assert found["text"]["with_spaces"] != found["text"]["without_spaces"]
    assert found["cleval"]["detection"] != found["cleval"]["end_to_end"]


@pytest.mark.parametrize("kind", ["category", "year", "text_length", "box_height", "direction", "fields"])
def test_figures_of_groups(analysis, kind):
    found, groups = analysis_figures(analysis)["breakdown"][kind], getattr(analysis.breakdown, kind)
    assert list(found) == list(groups)
    for name, group in groups.items():
        assert mismatches(found[name], group) == {}
        if kind in ("category", "year"):
            assert mismatches(found[name]["counts"], group.counts) == {}


def test_a_case_is_told_with_the_name_of_its_page(analysis):
    [merged] = analysis_figures(analysis)["iou_cases"]["merged"]["examples"]
    assert merged["page"] == "인.허가/1/2003/merged"
    assert [word["text"] for word in merged["words"]] == ["김해시장", "귀하"]
    assert merged["readings"] == [{"box": (0, 0, 64, 10), "text": "검해시 장", "confidence": 0.9}]


def test_figures_of_a_difference():
    better = [side_by_side(("결재", "결재"), name="인.허가/3/2001/b")]
    [found] = [compare_networks([side_by_side(("결재", "결제"), name="인.허가/3/2001/b")], better)["end_to_end_f1"]]
    figures = difference_figures(found)
    assert mismatches(figures, found) == {}
    assert (figures["first"], figures["second"], figures["difference"]["value"]) == (0.5, 1.0, 0.5)
