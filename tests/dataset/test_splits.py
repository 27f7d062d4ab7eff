"""The draw of the four sets, and the pages that repeat each other."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.sets.near_duplicates import find_near_duplicates, text_fingerprint
from train_easyocr.dataset.sets.splits import SET_NAMES, PageCounts, draw_sets, share_pages
from train_easyocr.pages.records import Page, Word


@dataclass(frozen=True)
class NoFile:
    """A page's file is never opened by a draw."""

    key: str = ""
    ending: str = ""
    size: int = 0
    crc: int = 0

    def read(self) -> bytes:
        raise AssertionError


def pages(count, agency="1", first=0):
    return [PageSource(f"인.허가/{agency}/2001/{first + number:04}", NoFile(), NoFile()) for number in range(count)]


def names(drawn):
    return {name: {page.name for page in drawn.pages_of(name)} for name in SET_NAMES}


def test_the_sets_have_the_sizes_asked_for_and_share_no_page():
    drawn = names(draw_sets(pages(50), pages(50, first=100), PageCounts(20, 10, 5, 3), seed=1))
    assert [len(drawn[name]) for name in SET_NAMES] == [20, 10, 5, 3, 0, 0]
    assert len(set.union(*drawn.values())) == 38


def test_the_seed_alone_decides():
    counts = PageCounts(20, 10, 5, 3)
    training, validation = pages(50), pages(50, first=100)
    first = draw_sets(training, validation, counts, seed=1)
    random.Random(0).shuffle(training)
    random.Random(1).shuffle(validation)
    assert draw_sets(training, validation, counts, seed=1) == first
    assert draw_sets(training, validation, counts, seed=2) != first


def test_the_evaluation_set_stays_when_the_other_sets_grow():
    small = draw_sets([], pages(90), PageCounts(0, 3, 5, 3), seed=1)
    large = draw_sets([], pages(90), PageCounts(0, 30, 5, 3), seed=1)
    assert small.evaluation == large.evaluation and small.tuning == large.tuning
    assert set(small.validation) < set(large.validation)


def test_fewer_pages_than_asked_for_are_shared_out_and_said():
    drawn = draw_sets(pages(5), pages(10, first=100), PageCounts(100, 500, 500, 20), seed=1)
    assert [len(drawn.pages_of(name)) for name in SET_NAMES] == [5, 4, 5, 1, 0, 0]
    assert len(drawn.notes) == 4
    assert drawn.notes[0].startswith("training: 5 of 100 pages asked for")


def test_no_page_of_another_set_is_trained_on_even_if_the_training_archives_hold_it():
    drawn = names(draw_sets(pages(30), pages(30), PageCounts(30, 5, 5, 5), seed=1))
    assert len(drawn["training"]) == 15
    assert not drawn["training"] & (drawn["validation"] | drawn["evaluation"] | drawn["tuning"])


def test_by_document_keeps_an_agency_and_year_together():
    validation = [page for agency in "123456789" for page in pages(4, agency)]
    training = [page for agency in "123456789" for page in pages(4, agency, first=100)]
    drawn = draw_sets(training, validation, PageCounts(99, 6, 6, 3), seed=1, by_document=True)
    documents = [{page.document for page in drawn.pages_of(name)} for name in SET_NAMES]
    assert sum(map(len, documents)) == len(set.union(*documents))
    # Six pages need two documents of four, three need one: four documents are left for training.
    assert [len(drawn.pages_of(name)) for name in SET_NAMES] == [16, 6, 6, 3, 0, 0]


def flat_pages(*stems):
    return [PageSource(stem, NoFile(), NoFile()) for stem in stems]


def test_flat_names_tell_the_document_by_their_stem():
    validation = flat_pages(*(f"{agency}-2001-0001-{n:04}" for agency in (5350001, 5350002, 5350003) for n in range(4)))
    drawn = draw_sets([], validation, PageCounts(0, 4, 4, 4), seed=1, by_document=True)
    documents = [{page.document for page in drawn.pages_of(name)} for name in SET_NAMES[1:4]]
    assert sorted(map(len, documents)) == [1, 1, 1] and len(set.union(*documents)) == 3
    assert not drawn.notes


def test_names_that_tell_no_document_are_documents_of_their_own_and_that_is_said():
    validation = flat_pages(*(f"scan {number:02}" for number in range(9)), "5350001-2001-0001-0001")
    drawn = draw_sets(flat_pages("letter"), validation, PageCounts(1, 4, 4, 2), seed=1, by_document=True)
    assert [len(drawn.pages_of(name)) for name in SET_NAMES] == [1, 4, 4, 2, 0, 0]
    assert drawn.notes == (
        "split_by: document: the names of 10 of 11 pages tell no agency and year (letter); such a page "
        "counts as a document of its own",
    )
    assert not draw_sets(flat_pages("letter"), validation, PageCounts(1, 4, 4, 2), seed=1).notes


def test_too_few_documents_are_said_to_be_why_a_set_stays_empty():
    drawn = draw_sets([], flat_pages(*(f"5350001-2001-0001-{n:04}" for n in range(9))), PageCounts(0, 3, 3, 3), 1, True)
    assert [len(drawn.pages_of(name)) for name in SET_NAMES] == [0, 0, 3, 0, 0, 0]
    assert drawn.notes[0].endswith("split_by: document gives a document to one set; 1 document in all")


@pytest.mark.parametrize(
    ("available", "asked", "shares"),
    [
        (100, [5, 3, 2], [5, 3, 2]),
        (10, [5, 3, 2], [5, 3, 2]),
        (5, [6, 3, 1], [3, 1, 1]),  # exact shares 3, 1.5, 0.5; each set that asks gets at least one
        (2, [500, 20, 500], [1, 1, 0]),
        (0, [5, 5, 5], [0, 0, 0]),
        (3, [0, 0, 9], [0, 0, 3]),
        (0, [0, 0, 0], [0, 0, 0]),
    ],
)
def test_shares_by_hand(available, asked, shares):
    assert share_pages(available, asked) == shares


@given(st.integers(0, 50), st.lists(st.integers(0, 60), min_size=3, max_size=3))
def test_shares_use_up_what_there_is_and_never_exceed_what_is_asked(available, asked):
    shares = share_pages(available, asked)
    assert sum(shares) == min(available, sum(asked))
    assert all(0 <= share <= count for share, count in zip(shares, asked, strict=True))


def page(*texts):
    return Page("a", "", "", 0, 0, tuple(Word(text, (0, 0, 1, 1)) for text in texts), "")


class TestNearDuplicates:
    def test_texts_that_differ_in_digits_and_order_only_are_the_same(self):
        assert text_fingerprint(page("제1항의", "2001.06.15")) == text_fingerprint(page("1999.12.1", "제20항의"))
        assert text_fingerprint(page("제1항의")) != text_fingerprint(page("제1호의"))
        assert text_fingerprint(page("가", "가")) != text_fingerprint(page("가"))

    def test_empty_pages_are_nobodys_duplicates(self):
        assert text_fingerprint(page()) is None

    def test_a_text_stays_in_the_first_of_evaluation_tuning_validation_training(self):
        found = find_near_duplicates(
            {
                "training": {"a": b"1", "b": b"2", "c": b"1", "d": b"3", "t": b"7"},
                "validation": {"e": b"1", "f": b"9", "i": b"8"},
                "evaluation": {"g": b"9", "h": b"3", "k": b"9"},
                "tuning": {"j": b"8", "l": b"9", "m": b"7"},
            }
        )
        assert found.pairs == {
            ("training", "validation"): 2,
            ("training", "evaluation"): 1,
            ("training", "tuning"): 1,
            ("validation", "evaluation"): 1,
            ("validation", "tuning"): 2,
            ("evaluation", "tuning"): 2,
        }
        assert found.repeating == {
            "tuning": {"l"},
            "validation": {"f", "i"},
            "training": {"a", "c", "d", "t"},
        }


def test_pages_of_the_detector_are_drawn_last_and_are_in_no_other_set():
    plain = draw_sets(pages(60), pages(60, first=100), PageCounts(20, 10, 5, 3), seed=1)
    wanted = PageCounts(20, 10, 5, 3, detection_training=15, detection_validation=4)
    drawn = draw_sets(pages(60), pages(60, first=100), wanted, seed=1)
    for name in ("training", "validation", "evaluation", "tuning"):
        assert drawn.pages_of(name) == plain.pages_of(name)
    assert [len(drawn.pages_of(name)) for name in SET_NAMES] == [20, 10, 5, 3, 15, 4]
    every = [page.name for name in SET_NAMES for page in drawn.pages_of(name)]
    assert len(every) == len(set(every))
    assert {page.name for page in drawn.detection_training} <= {page.name for page in pages(60)}


def test_by_document_the_detector_shares_no_document_with_any_set():
    training = [
        page for agency in range(12) for page in flat_pages(*(f"53500{agency:02}-2001-0001-{n:04}" for n in range(3)))
    ]
    wanted = PageCounts(12, 2, 2, 1, detection_training=9, detection_validation=2)
    validation = flat_pages(*(f"63500{n:02}-2001-0001-0001" for n in range(9)))
    drawn = draw_sets(training, validation, wanted, seed=1, by_document=True)
    documents = [{page.document for page in drawn.pages_of(name)} for name in SET_NAMES]
    assert sum(map(len, documents)) == len(set().union(*documents)) and len(drawn.detection_training) == 9
