"""The intervals of all measures of one network, and of the difference between two."""

import json

import numpy as np
import pytest
from scored_pages import scored

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.analysis import analyse, compare_networks
from train_easyocr.scoring.figures import analysis_figures, difference_figures
from train_easyocr.scoring.measures import MEASURES, cleval_f1, interval_counts
from train_easyocr.scoring.scored_page import CharacterCounts, mean_f1, pooled

LABELS = ["결재", "귀하께서", "2001.06.15", "(3,000원)", "제1항의"]


def read_pages(count, wrong_every, document=None):
    """Pages of five words; every so many-th word lacks its last character, and every tenth is not found."""
    pages, number = [], 0
    for index in range(count):
        boxes = [(100 * place, 0, 100 * place + 90, 50) for place in range(len(LABELS))]
        words = tuple(Word(text, box) for text, box in zip(LABELS, boxes, strict=True))
        readings = []
        for word in words:
            number += 1
            if number % 10:
                readings.append(Reading(word.box, word.text[:-1] if number % wrong_every == 0 else word.text, 0.9))
        name = f"회계.예산/{index if document is None else document}/2001/{index}"
        pages.append(scored(words, readings, name=name, category="회계.예산"))
    return pages


def test_intervals_hold_the_figures_of_the_counts():
    pages = read_pages(12, 3)
    found = analyse(pages)
    whole = pooled(pages)
    expected = {
        "end_to_end_f1": mean_f1(pages),
        "end_to_end_f1_pooled": whole.f1,
        "detection_f1": np.mean([page.counts.detection_f1 for page in pages]),
        "cer": whole.character_error_rate,
        "exact_match": whole.exact_match,
        "exact_match_folded": whole.exact_match_folded,
        "cleval_detection_f1": found.cleval.detection.f1,
        "cleval_end_to_end_f1": found.cleval.end_to_end.f1,
    }
    assert {name: figure.value for name, figure in found.intervals.items()} == pytest.approx(expected)
    assert all(figure.low < figure.value < figure.high for figure in found.intervals.values())


def test_a_better_network_is_seen_as_better():
    first, second = read_pages(12, 2), read_pages(12, 4)
    found = compare_networks(first, second)
    assert found["end_to_end_f1"].verdict == "higher, by more than chance"
    assert found["cer"].verdict == "lower, by more than chance"
    assert found["detection_f1"].verdict == "not larger than chance"
    assert compare_networks(first, first)["cleval_end_to_end_f1"].difference.value == 0
    # The same pages, all of one document: nothing is known of other documents.
    one_document = compare_networks(read_pages(12, 2, document=1), read_pages(12, 4, document=1))
    assert one_document["end_to_end_f1"].verdict.startswith("too few documents")


def test_intervals_end_where_a_figure_can_be_no_more():
    pages = read_pages(3, 7)
    intervals = analyse(pages).intervals
    assert intervals["detection_f1"].high == 1.0
    assert all(figure.low >= 0 for figure in intervals.values())


def test_an_error_rate_may_exceed_1_and_its_interval_too():
    words = [Word("가", (0, 0, 90, 50))]
    pages = [
        scored(words, [Reading((0, 0, 90, 50), "나" * length, 0.9)], name=f"인.허가/{length}/2001/p")
        for length in (1, 3, 5)
    ]
    cer = analyse(pages).intervals["cer"]
    assert (cer.value, cer.low) == (3.0, 0)
    assert cer.high > 3


def test_pages_of_one_document_are_one_unit_of_the_intervals():
    units = {name: figure.units for name, figure in analyse(read_pages(12, 3, document=1)).intervals.items()}
    assert set(units.values()) == {1}


@pytest.mark.parametrize(
    "counts",
    [
        CharacterCounts(),
        CharacterCounts(4, 3, 3, split_penalty=1),
        CharacterCounts(10, 12, 8, split_penalty=2, merge_penalty=3),
        CharacterCounts(10, 12, 1, split_penalty=2, merge_penalty=3),  # more penalty than characters: 0, not less
        CharacterCounts(10, 2, 1, split_penalty=2),
        CharacterCounts(2, 10, 1, merge_penalty=2),
        CharacterCounts(0, 3, 0),
    ],
)
@pytest.mark.filterwarnings("error")
def test_cleval_f1_of_sums_is_that_of_the_counts(counts):
    totals = [counts.ground_truth, counts.prediction, counts.correct, counts.split_penalty, counts.merge_penalty]
    assert cleval_f1(np.array([totals, totals], float)) == pytest.approx([counts.f1] * 2)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_number_of_pages_becomes_json(count):
    pages = read_pages(count, 3)
    differences = compare_networks(pages, pages)
    figures = {
        "network": analysis_figures(analyse(pages)),
        "difference": {name: difference_figures(found) for name, found in differences.items()},
    }
    text = json.dumps(figures, allow_nan=False, ensure_ascii=False)
    assert json.loads(text).keys() == figures.keys()
    network = figures["network"]
    assert set(network["cleval"]["end_to_end"]) >= {"correct", "recall", "precision", "f1"}
    assert network["breakdown"]["fields"]["amounts"]["words"] == count


def test_an_evaluation_without_pages_has_no_intervals():
    assert all(counts.shape[0] == 0 for counts, _ in interval_counts([], MEASURES).values())
    assert analyse([]).intervals["cer"].value is None
