"""The search for reading options climbs to the best of its candidates and reads no box twice."""

from collections import Counter
from dataclasses import replace

import pytest

from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.pages.records import Reading
from train_easyocr.reading.options_search import TuningPages, pages_to_read, remembering, search


def pages_that_like(wanted, reading_prefers=None):
    """Two pages whose `boxes` are the options themselves: their score falls with every option that is not wanted."""

    def score(options, target):
        return 1 - 0.1 * sum(getattr(options, name) != value for name, value in target.items())

    return TuningPages(
        count=2,
        to_read=range(2),
        find_boxes=lambda page, options: [options],
        detection_f1=lambda page, boxes: score(boxes[0], wanted),
        end_to_end_f1=lambda page, boxes: score(boxes[0], {**wanted, **(reading_prefers or {})}),
    )


def test_the_search_finds_the_best_of_independent_options():
    wanted = {"width_ths": 0.1, "link_threshold": 0.2, "low_text": 0.3, "min_size": 5, "slope_ths": 0.3}
    best = search(pages_that_like(wanted), most_trials=200)[0]
    assert best.end_to_end_f1 == pytest.approx(1.0)
    assert {name: getattr(best.options, name) for name in wanted} == wanted


def test_end_to_end_decides_over_detection():
    # Detection does not care about the margin; reading does.
    best = search(pages_that_like({"width_ths": 0.1}, {"add_margin": 0.15}))[0]
    assert (best.options.width_ths, best.options.add_margin) == (0.1, 0.15)


def test_both_plain_groupings_are_always_read():
    read = [trial.options for trial in search(pages_that_like({"width_ths": 0.3}), most_trials=1)]
    assert WORD_GROUPING in read and DEFAULT_GROUPING in read


def test_no_more_settings_are_tried_than_asked_for():
    tried = set()

    def find_boxes(page, options):
        tried.add(options)
        return [options]

    pages = replace(pages_that_like({"low_text": 0.5}), find_boxes=find_boxes)
    read = search(pages, most_trials=17)
    assert len(tried) <= 17 + len(read)


def test_no_option_is_tried_or_scored_twice_and_each_is_read_once():
    wanted = {"width_ths": 0.1, "link_threshold": 0.2}
    plain, calls = pages_that_like(wanted), Counter()

    def counting(name):
        def call(page, argument):
            calls[name, page, argument if name == "find_boxes" else argument[0]] += 1
            return getattr(plain, name)(page, argument)

        return call

    names = ("find_boxes", "detection_f1", "end_to_end_f1")
    trials = search(TuningPages(2, range(2), *map(counting, names)))
    assert {count for (name, *_), count in calls.items() if name != "find_boxes"} == {1}
    finalists = {trial.options for trial in trials}
    for (name, _, options), count in calls.items():
        if name == "find_boxes":
            assert count <= (2 if options in finalists else 1)
    assert sum(count for (name, *_), count in calls.items() if name == "end_to_end_f1") == 2 * len(trials)


def test_enlarging_the_page_is_tried_where_the_caller_allows_it():
    pages = pages_that_like({"mag_ratio": 1.5})
    assert search(pages)[0].options.mag_ratio == 1.0
    assert search(pages, mag_ratios=(1.0, 1.5))[0].options.mag_ratio == 1.5


def test_a_box_is_read_once_per_page_whatever_the_options():
    asked = []

    def read(page, boxes):
        asked.append((page, tuple(boxes)))
        return [Reading((0, 0, 1, 1), box, 1.0) for box in boxes]

    remembered = remembering(read)
    assert [reading.text for reading in remembered(0, ["a", "b", "a"])] == ["a", "b", "a"]
    remembered(0, ["b", "c"])
    remembered(1, ["b"])
    assert asked == [(0, ("a", "b")), (0, ("c",)), (1, ("b",))]


def test_only_as_many_pages_are_read_as_have_enough_words():
    words = [120] * 20
    read = pages_to_read(words)
    assert len(read) == 5 and read[0] == 0 and read[-1] == 19
    assert pages_to_read([10, 20]) == [0, 1] and pages_to_read([900]) == [0]
