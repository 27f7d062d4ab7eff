"""Counts a page: the readings of one network in one grouping become a `ScoredPage`; all scores are views of it."""

from __future__ import annotations

from collections.abc import Sequence

from train_easyocr.pages.records import Page, PageFile, Reading
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted
from train_easyocr.scoring.cleval.assignment import assign_page
from train_easyocr.scoring.cleval.cleval import count_page
from train_easyocr.scoring.cleval.iou_cases import cases_of_page
from train_easyocr.scoring.columns import Readings
from train_easyocr.scoring.matching import box_array, match, readings_on_ignored
from train_easyocr.scoring.scored_page import MatchCounts, Pair, Results, ScoredPage
from train_easyocr.texts.text_scores import compare_texts


def score_all(pages: Sequence[PageFile], readings: Readings) -> Results:
    """Score every network in every grouping; rows that have the same readings share their scored pages."""
    done: dict[tuple[tuple[Reading, ...], ...], tuple[ScoredPage, ...]] = {}

    def scored(found: Sequence[Sequence[Reading]]) -> tuple[ScoredPage, ...]:
        same = tuple(map(tuple, found))
        if same not in done:
            done[same] = score_readings(pages, same)
        return done[same]

    return {
        network: {grouping: scored(found) for grouping, found in groupings.items()}
        for network, groupings in readings.items()
    }


def score_readings(pages: Sequence[PageFile], readings: Sequence[Sequence[Reading]]) -> tuple[ScoredPage, ...]:
    """Score the readings of one network in one grouping; `readings` in the order of `pages`."""
    return tuple(score_page(file.page, file.image, found) for file, found in zip(pages, readings, strict=True))


def score_page(page: Page, image: str, readings: Sequence[Reading]) -> ScoredPage:
    """Match the readings of a page with its words, and make all counts of the page; `image` is its name.

    Raises:
        UserError: memory does not suffice for the words and readings of this page.
    """
    try:
        pairs = pair_words(page, readings)
        on_ignored = readings_on_ignored(box_array(readings), page.ignored)
        assignment = assign_page(page.words, readings, page.ignored)
        return ScoredPage(
            page,
            image,
            tuple(readings),
            pairs,
            on_ignored,
            count_matches(page, len(readings), pairs, on_ignored),
            count_page(page.words, readings, assignment),
            tuple(cases_of_page(page, readings, pairs, assignment)),
        )
    except MemoryError as error:
        boxes = f"{counted(len(page.words) + len(page.ignored), 'label')} and {counted(len(readings), 'reading')}"
        raise UserError(
            f"{image}: out of memory, or boxes that all lie on each other, while {boxes} were compared; leave the page "
            "out of the evaluation set, or correct its labels"
        ) from error


def end_to_end_f1(page: Page, readings: Sequence[Reading]) -> float:
    """Return only the end-to-end F1 of `score_page`: of readings against the labels of `page`, 0 to 1."""
    on_ignored = readings_on_ignored(box_array(readings), page.ignored)
    return count_matches(page, len(readings), pair_words(page, readings), on_ignored).f1


def pair_words(page: Page, readings: Sequence[Reading]) -> tuple[Pair, ...]:
    """Match the readings of a page with its words and compare the texts of each pair; pairs by falling IoU."""
    return tuple(
        Pair(*found, compare_texts(page.words[found.ground_truth].text, readings[found.prediction].text))
        for found in match(box_array(page.words), box_array(readings))
    )


def count_matches(page: Page, readings: int, pairs: Sequence[Pair], on_ignored: frozenset[int]) -> MatchCounts:
    """Add up the pairs of a page with `readings` readings; one `on_ignored` labels counts only if it is paired."""
    predictions = readings - len(on_ignored.difference(pair.prediction for pair in pairs))
    return MatchCounts.of_texts([pair.texts for pair in pairs], len(page.words), predictions)
