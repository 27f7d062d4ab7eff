"""The figures of summary.json and the lines under the table, on readings whose scores are worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from train_easyocr.dataset.excluded_labels import ignore_placeholders
from train_easyocr.pages.records import Page, PageFile, Reading, Word
from train_easyocr.report.console import exact_table, headlines, score_table
from train_easyocr.report.files import write_results
from train_easyocr.scoring.measures import MEASURES, measure_pages
from train_easyocr.scoring.page_scoring import score_all, score_readings
from train_easyocr.scoring.summary import Summary, split_gain, summarize

BOXES = [(0, 0, 100, 40), (120, 0, 220, 40), (0, 60, 100, 100)]
TEXTS = ["김해시장", "결재", "끝."]


def page(name, texts=TEXTS, agency=1):
    words = tuple(Word(text, box) for text, box in zip(texts, BOXES, strict=False))
    found = Page(f"인.허가/{agency}/2001/{name}", "인.허가", "2001", 300, 200, words, "public_documents")
    return PageFile(found, Path(f"{name}.jpg"), f"{name}.jpg")


def read(*texts):
    return tuple(Reading(box, text, 0.9) for text, box in zip(texts, BOXES, strict=False) if text is not None)


PAGES = [page("a"), page("b", ["서류를"])]
PERFECT = [read(*TEXTS), read("서류를")]
# Page a: 3/4 of 김해시장, 결재 right, 끝. not found: score 1.75 of 2 readings and 3 words, F1 3.5 / 5. Page b: nothing.
PARTLY = [read("김해시", "결재"), ()]
NOTHING = [(), ()]
EMPTY = Summary({}, None, {}, {}, 0)
LINES = [(Reading((0, 0, 220, 40), "김해시장 결재", 0.9),), read("서류를")]  # two words merged: IoU below 0.5


def results(baseline=PARTLY, finetuned=PERFECT, shipped=PARTLY, pages=PAGES):
    groupings = ("word_grouping", "tuned_grouping", "ground_truth_boxes")
    return score_all(
        pages,
        {
            "baseline_as_shipped": {"default_grouping": LINES, **dict.fromkeys(groupings, shipped)},
            "baseline": {"default_grouping": LINES, **dict.fromkeys(groupings, baseline)},
            "finetuned": {"default_grouping": LINES, **dict.fromkeys(groupings, finetuned)},
            "finetuned_as_installed": {
                **dict.fromkeys(("default_grouping", "word_grouping"), NOTHING),
                **dict.fromkeys(("tuned_grouping", "ground_truth_boxes"), finetuned),
            },
        },
    )


def test_figures_of_two_pages_by_hand():
    figures = measure_pages(score_readings(PAGES, PARTLY), MEASURES)
    assert figures["end_to_end_f1"] == pytest.approx((3.5 / 5 + 0) / 2)
    assert figures["end_to_end_f1_pooled"] == pytest.approx(2 * 1.75 / (2 + 4))
    assert figures["end_to_end_precision_pooled"] == pytest.approx(1.75 / 2)
    assert figures["end_to_end_recall_pooled"] == pytest.approx(1.75 / 4)
    assert figures["detection_f1"] == pytest.approx((4 / 5 + 0) / 2)
    assert figures["detection_f1_pooled"] == pytest.approx(2 * 2 / (2 + 4))
    assert figures["cer"] == pytest.approx(1 / 6)
    assert figures["exact_match"] == 0.5
    assert (figures["ground_truths"], figures["predictions"], figures["pairs"]) == (4, 2, 2)


def test_nothing_read_is_0_and_has_no_cer():
    figures = measure_pages(score_readings(PAGES, NOTHING), MEASURES)
    assert (figures["end_to_end_f1"], figures["detection_f1"], figures["cer"]) == (0.0, 0.0, None)


def test_the_gain_is_split_one_change_at_a_time():
    summary = summarize(results(shipped=NOTHING), 2, {}, {})
    gain = summary.gain
    # Default grouping merges the words of page a (F1 0) and reads page b (F1 1): 0.5. Tuned, behind the mask: 0.
    assert gain.as_shipped == 0.5 and gain.as_installed == 1.0
    assert gain.grouping == pytest.approx(-0.5)
    assert gain.mask == pytest.approx(0.35)
    assert gain.recognition == pytest.approx(0.65)
    assert gain.detection == 0
    assert gain.grouping + gain.mask + gain.recognition == pytest.approx(gain.whole)
    assert gain.installed_grouping == "tuned_grouping"


def test_without_the_baseline_there_is_no_split():
    scores = summarize(results(), 2, {}, {}).scores
    assert split_gain({key: scores[key] for key in ("finetuned", "finetuned_as_installed")}) is None


def test_a_baseline_that_easyocr_does_not_publish_has_no_mask():
    found = {key: groupings for key, groupings in results().items() if key != "baseline_as_shipped"}
    summary = summarize(found, 2, {}, {})
    gain, baseline = summary.gain, summary.scores["baseline"]
    assert gain.as_shipped == baseline["default_grouping"]["end_to_end_f1"]
    assert gain.mask == 0
    assert gain.grouping + gain.recognition == pytest.approx(gain.whole)
    assert headlines(summary)[1].startswith("Baseline with default grouping: ")


def test_what_a_user_gains_is_told_of_the_network_as_installed():
    scores = summarize(results(), 2, {}, {}).scores
    scores["finetuned_as_installed"]["tuned_grouping"]["end_to_end_f1"] = 0.75
    assert split_gain(scores).as_installed == 0.75


def test_what_a_trained_detector_gains_is_told_apart_from_recognition():
    summary = summarize(results(), 2, {}, {})
    assert "detection" not in headlines(summary)[-1]
    summary.scores["finetuned_as_installed"]["tuned_grouping"]["end_to_end_f1"] = 0.75
    gain = split_gain(summary.scores)
    summary = replace(summary, gain=gain)
    assert gain.recognition == pytest.approx(1 - 0.35)
    assert gain.detection == pytest.approx(0.75 - 1)
    parts = gain.grouping + gain.mask + gain.recognition + gain.detection
    assert parts == pytest.approx(gain.whole)
    assert headlines(summary)[-1].endswith("recognition +0.650 · detection -0.250")


def test_the_lines_under_the_table():
    lines = headlines(summarize(results(), 2, {}, {}))
    assert lines[0] == "Baseline: 0.350 · Fine-tuned: 1.000 · improved 185.7%"
    assert lines[1] == "As EasyOCR ships: 0.500 → as installed: 1.000"
    # Both pages are of one document, agency 1 in 2001, so there is no interval.
    assert lines[2] == "The gain of +0.650: too few pages to tell chance from gain (2, at least 6)"
    assert lines[3] == "For a user: 0.500 → 1.000, +0.500 = grouping -0.150 · mask +0.000 · recognition +0.650"


def test_the_gain_has_an_interval_over_documents():
    pages = [page("a", agency=agency) for agency in range(7)]
    readings = {"baseline": [PARTLY[0]] * 6 + [()], "finetuned": [PERFECT[0]] * 7}
    scored = {
        network: dict.fromkeys(("default_grouping", "word_grouping", "tuned_grouping"), found)
        for network, found in readings.items()
    }
    scored["finetuned_as_installed"] = scored["finetuned"]
    summary = summarize(score_all(pages, scored), 7, {}, {})
    difference = summary.comparison["word_grouping"]["end_to_end_f1"].difference
    assert (difference.pages, difference.units) == (7, 7)
    # Gains of 0.3 on six pages and of 1 on the seventh: mean 0.4, and by Student's t 0.4 ± 2.447 x 0.1.
    line = "The gain of +0.400 (95% interval +0.155 to +0.645): higher, by more than chance"
    assert headlines(summary)[2] == line


def test_a_page_that_failed_is_told_under_the_table_of_any_engine():
    scored = score_all(PAGES, {"클라우드": {"own_boxes": PARTLY}})
    line = "Could not be read, and counted as read with nothing: 1 of 2 pages"
    assert headlines(summarize(scored, 2, {}, {"b.jpg": "not an image"})) == [line]
    assert headlines(summarize(results(), 2, {}, {"b.jpg": "not an image"}))[-1] == line
    assert headlines(summarize(scored, 2, {}, {})) == []


def test_from_nothing_there_is_no_percentage():
    lines = headlines(summarize(results(baseline=NOTHING), 2, {}, {}))
    assert lines[0] == "Baseline: 0.000 · Fine-tuned: 1.000 · improved from nothing"


def test_the_columns_of_the_table_stand_under_each_other_with_a_korean_name():
    scored = score_all(PAGES, {"클라우드": {"own_boxes": PARTLY}})
    table = score_table(summarize({**results(), **scored}, 2, {}, {}))
    lines = table.splitlines()
    assert [line.split(" |")[0].strip() for line in lines[3:]] == [
        "baseline, as shipped",
        "baseline",
        "fine-tuned",
        "fine-tuned, as installed",
        "클라우드",
    ]
    assert lines[-1].endswith("|   0.400   0.167   0.350")
    # Each of the four syllables takes two columns.
    assert lines[-1].index("|") == lines[4].index("|") - 4


def test_cleval_stands_beside_the_f1_of_default_grouping_alone():
    scored = score_all(PAGES, {"baseline": {"default_grouping": LINES, "word_grouping": PERFECT}})
    _, header, _, row = score_table(summarize(scored, 2, {}, {})).splitlines()
    figures = ["det.", "F1", "CER", "e2e", "F1"]
    assert header.split() == ["network", "|", *figures, "CLEval", "|", *figures]
    # "김해시장 결재" is one reading of two words: IoU finds neither. CLEval finds 9 of the 11 characters of both pages,
    # all but 끝., in 10 that were read; one is taken off for the joined word, and the space is none: 8 of 10.
    cells = row.split()
    assert cells[cells.index("|") + 1 :][:3] == ["0.500", "0.000", "0.500"]
    recall, precision = 9 / 11, 8 / 10
    assert cells[cells.index("|") + 4] == f"{2 * recall * precision / (recall + precision):.3f}" == "0.809"


def test_exact_words_stand_beside_those_with_look_alikes_folded():
    pages = [page("a", ["김해시장", "관리ㆍ보호", "끝."])]
    groupings = {
        "word_grouping": [read("김해시", "관리·보호")],
        "ground_truth_boxes": [read("김해시", "관리·보호", "끝.")],
    }
    scored = score_all(pages, {"baseline": groupings, "클라우드": {"own_boxes": NOTHING[:1]}})
    lines = exact_table(summarize(scored, 1, {}, {})).splitlines()
    assert lines[1].split() == ["network", *["|", "exact", "folded"] * 3]
    assert lines[3].split() == ["baseline", "|", "0.000", "0.500", "|", "0.333", "0.667", "|", "–", "–"]
    assert lines[4].split() == ["클라우드", *["|", "–", "–"] * 3]
    assert "look_alikes.py" in lines[-1]


def test_the_table_says_how_many_pages_a_file_of_predictions_covers():
    scored = score_all(PAGES, {"클라우드": {"own_boxes": PARTLY}, "tesseract": {"own_boxes": PERFECT}})
    summary = summarize(scored, 2, {}, {}, {"클라우드": 1, "tesseract": 2})
    lines = score_table(summary).splitlines()
    assert [line.split(" |")[0].strip() for line in lines[3:]] == ["클라우드, 1 of 2 pages", "tesseract"]
    assert summary.covered_pages == {"클라우드": 1, "tesseract": 2}


def test_the_table_shows_escapes_in_the_name_of_an_engine_and_keeps_engines_that_then_look_alike():
    scored = score_all(PAGES, {"\x1b[31m": {"own_boxes": PARTLY}, r"\x1b[31m": {"own_boxes": PERFECT}})
    lines = score_table(summarize(scored, 2, {}, {})).splitlines()
    assert [line.split(" |")[0] for line in lines[3:]] == [r"\x1b[31m"] * 2
    assert [line.split()[-1] for line in lines[3:]] == ["0.350", "1.000"]


def test_an_error_rate_of_thousands_does_not_run_into_the_next_column():
    endless = [(Reading(BOXES[0], "가" * 1_000_000, 0.9),), ()]
    scored = score_all(PAGES, {"engine": {"own_boxes": endless}})
    assert score_table(summarize(scored, 2, {}, {})).splitlines()[-1].split() == [
        *("engine", "|", "0.250", "2.5e+05", "0.000"),
    ]


def test_pages_and_columns_of_the_csv(tmp_path):
    write_results(tmp_path, results(pages=[PAGES[0], PAGES[1]._replace(image='b,"1".jpg')]), EMPTY)
    assert (tmp_path / "evaluation_result.csv").read_text(encoding="utf-8") == (
        "file,baseline,finetuned,"
        "baseline_exact_match,baseline_exact_match_folded,finetuned_exact_match,finetuned_exact_match_folded\n"
        "a.jpg,0.7000,1.0000,0.5000,0.5000,1.0000,1.0000\n"
        '"b,""1"".jpg",0.0000,1.0000,,,1.0000,1.0000\n'
    )


def test_summary_is_json_without_nan_and_holds_the_contract(tmp_path):
    summary = summarize(results(baseline=NOTHING), 2, {"device": "cpu"}, {"b.jpg": "not an image"})
    write_results(tmp_path, results(baseline=NOTHING), summary)
    read_back = json.loads(
        (tmp_path / "summary.json").read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(name)
    )
    assert read_back["scores"]["baseline"]["word_grouping"]["cer"] is None
    assert read_back["failed_pages"] == [{"image": "b.jpg", "reason": "not an image"}]
    assert read_back.keys() >= {"scores", "pages", "settings", "versions", "gain", "comparison", "analysis"}
    assert not list(tmp_path.glob(".*"))


def test_results_of_networks_that_are_no_longer_read_go(tmp_path):
    write_results(tmp_path, results(), EMPTY)
    only = score_all(PAGES, {"baseline": {"word_grouping": PARTLY}})
    write_results(tmp_path, only, EMPTY)
    assert [path.name for path in tmp_path.glob("predictions_*")] == ["predictions_baseline_word_grouping.jsonl"]


def test_scoring_a_file_leaves_what_networks_have_read_or_were_reading(tmp_path):
    write_results(tmp_path, results(), EMPTY)
    (tmp_path / "unfinished.jsonl").write_text("{}\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.glob("*.jsonl"))
    write_results(tmp_path, score_all(PAGES, {"클라우드": {"own_boxes": PARTLY}}), EMPTY)
    assert sorted(path.name for path in tmp_path.glob("*.jsonl")) == before


def test_a_reading_on_a_placeholder_counts_in_no_score_and_stays_in_the_predictions(tmp_path):
    unreadable = page("c", ["김해시장", "xxx"])
    unreadable = unreadable._replace(page=ignore_placeholders(unreadable.page, ["xxx"])[0])
    scored = score_all([unreadable], {"baseline": {"word_grouping": [read("김해시장", "결재")]}})
    summary = summarize(scored, 1, {}, {})
    figures = summary.scores["baseline"]["word_grouping"]
    assert (figures["end_to_end_f1"], figures["ground_truths"]) == (1.0, 1)
    found = summary.analysis["baseline"]["word_grouping"]
    assert found.cleval.end_to_end.f1 == found.breakdown.category["인.허가"].mean_f1 == 1.0
    assert found.detection.ap50 == found.detection.average_precisions[0] == 1.0
    write_results(tmp_path, scored, summary)
    assert "결재" in (tmp_path / "predictions_baseline_word_grouping.jsonl").read_text(encoding="utf-8")
