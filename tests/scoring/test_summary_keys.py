"""`summary.json` is a contract with whoever reads it: its tree of keys, in order. Keys are added, never renamed."""

import json
from pathlib import Path

import pytest

from train_easyocr.pages.records import Page, PageFile, Reading, Word
from train_easyocr.scoring.figures import summary_figures
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.summary import summarize

ANY = "<any>"
"""Stands for the names of networks, groupings and groups."""


def each(keys, tree):
    """The same tree below each of `keys`."""
    return dict.fromkeys(keys.split(), tree)


SCORES = (
    "end_to_end_f1 end_to_end_f1_pooled end_to_end_precision_pooled end_to_end_recall_pooled detection_f1 "
    "detection_f1_pooled cer exact_match exact_match_folded ground_truths predictions pairs"
)
INTERVAL = "value low high pages units"
INTERVALS = (
    "end_to_end_f1 end_to_end_f1_pooled detection_f1 cer exact_match exact_match_folded "
    "cleval_detection_f1 cleval_end_to_end_f1"
)
CHARACTERS = "ground_truth prediction correct split_penalty merge_penalty false_positive recall precision f1"
THRESHOLD = "threshold pairs predictions ground_truths average_precision precision recall f1"
SUMS = "pairs iou_sum giou_sum mean_iou mean_giou mean_precision mean_recall mean_f1 ap50 ap50_95"
TEXTS = (
    "pairs exact exact_folded edits characters similarity "
    "exact_match exact_match_folded character_error_rate normalized_edit_distance"
)
CASE = {
    "page": "",
    "words": ["text box width height is_vertical"],
    "readings": ["box text confidence"],
    **each("characters paired", ""),
}
PAGE_COUNTS = (
    "ground_truths predictions pairs score edits characters exact exact_folded precision recall f1 "
    "detection_precision detection_recall detection_f1 character_error_rate exact_match exact_match_folded"
)
PAGE_GROUPS = {ANY: {"pages": "", "mean_f1": "", "counts": PAGE_COUNTS, "interval": INTERVAL}}
WORD_GROUPS = {
    ANY: {
        **each("words found exact exact_folded score edits characters", ""),
        **each("detection_recall recall exact_recall exact_recall_folded character_error_rate", ""),
        **each("interval found_interval folded_interval", INTERVAL),
    }
}
ANALYSIS = {
    "intervals": each(INTERVALS, INTERVAL),
    "cleval": {
        **each("detection end_to_end", CHARACTERS),
        **each("split_words merged_readings overlapping_characters", ""),
    },
    "detection": {"thresholds": [THRESHOLD], **each(SUMS, "")},
    "text": each("with_spaces without_spaces", TEXTS),
    "iou_cases": each(
        "split merged missing_characters overlapping_characters",
        {**each("cases characters with_a_pair", ""), "examples": [CASE]},
    ),
    "breakdown": {
        **each("category year", PAGE_GROUPS),
        **each("text_length box_height direction fields", WORD_GROUPS),
        "character_kind": {
            ANY: {
                **each("characters found right detection_recall recall", ""),
                **each("interval found_interval", INTERVAL),
            }
        },
    },
    "confusions": each("characters initials vowels finals", ["truth read count occurrences rate"]),
    "calibration": {"bins": ["low high readings exact confidence"], "expected_error": ""},
}
DIFFERENCE = {**each("first second", ""), "difference": INTERVAL, **each("larger_than_chance verdict", "")}
TREE = {
    "scores": {ANY: {ANY: SCORES}},
    "gain": "as_shipped as_installed whole grouping mask recognition detection installed_grouping",
    "comparison": {ANY: each(INTERVALS, DIFFERENCE)},
    "analysis": {ANY: {ANY: ANALYSIS}},
    "pages": "",
    "covered_pages": {ANY: ""},
    "failed_pages": ["image reason"],
    **each("left_out pages_to_look_at", {ANY: {"count": "", "examples": [""]}}),
    "settings": {ANY: ""},
    "versions": {ANY: ""},
}


def differences(found, tree, place=""):
    """Say where `found` has other keys than `tree`, or in another order."""
    if isinstance(tree, str) and " " in tree:
        tree = each(tree, "")
    if tree == "":
        return [] if not isinstance(found, dict | list) or place.endswith("box") else [f"{place} is {found}"]
    if isinstance(tree, list):
        assert isinstance(found, list), place
        return [line for item in found for line in differences(item, tree[0], f"{place}[]")]
    assert isinstance(found, dict), place
    if list(tree) == [ANY]:
        return [line for key, item in found.items() for line in differences(item, tree[ANY], f"{place}.{key}")]
    if list(found) != list(tree):
        return [f"{place} has the keys {list(found)}, expected {list(tree)}"]
    return [line for key, item in found.items() for line in differences(item, tree[key], f"{place}.{key}")]


@pytest.fixture
def summary():
    """The summary of a page that was read in every way that a table of it counts."""
    words = (
        Word("김해시장", (0, 0, 40, 10)),
        Word("귀하", (44, 0, 64, 10)),
        Word("서류를", (0, 20, 60, 40)),
        Word("곳", (0, 60, 90, 90)),
        Word("첨부서", (0, 95, 90, 99)),
    )
    page = Page("인.허가/1/2001/a", "인.허가", "2001", 100, 100, words, "annotations")
    readings = (
        Reading((0, 0, 64, 10), "검해시장", 0.9),
        Reading((0, 20, 40, 40), "설", 0.8),
        Reading((25, 20, 60, 40), "류룰", 0.7),
        Reading((0, 60, 90, 90), "산", 0.6),
        Reading((0, 95, 60, 99), "첨부", 0.5),
    )
    networks = ("baseline_as_shipped", "baseline", "finetuned", "finetuned_as_installed")
    groupings = ("default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes")
    read = {network: dict.fromkeys(groupings, (readings,)) for network in networks}
    scored = score_all([PageFile(page, Path("a.jpg"), "a.jpg")], {**read, "engine": {"own_boxes": (readings,)}})
    doubts = {"no words": {"count": 1, "examples": ["인.허가/1/2001/b"]}}
    found = summarize(
        scored,
        1,
        {"device": "cpu"},
        {"a.jpg": "not an image"},
        {"engine": 1},
        left_out={"box without area": {"count": 2, "examples": ["a word 1", "a word 2"]}},
        pages_to_look_at=doubts,
    )
    return json.loads(json.dumps(summary_figures(found)))


def test_the_tree_of_keys_is_that_of_the_contract(summary):
    assert differences(summary, TREE) == []


def test_every_list_of_the_tree_was_looked_into(summary):
    found = summary["analysis"]["engine"]["own_boxes"]
    for kind, cases in found["iou_cases"].items():
        assert cases["examples"], kind
    for kind, confusions in found["confusions"].items():
        assert confusions, kind


def test_a_key_that_is_missing_or_new_or_elsewhere_is_seen(summary):
    found = summary["analysis"]["engine"]["own_boxes"]["cleval"]["detection"]
    for changed in (
        {**found, "hmean": 0.5},
        {key: found[key] for key in list(found)[:-1]},
        dict(reversed(found.items())),
    ):
        summary["analysis"]["engine"]["own_boxes"]["cleval"]["detection"] = changed
        [line] = differences(summary, TREE)
        assert line.startswith(".analysis.engine.own_boxes.cleval.detection has the keys")
