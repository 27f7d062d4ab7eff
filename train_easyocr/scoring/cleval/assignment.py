"""Which readings found which characters of a page: the matching behind `cleval` and `iou_cases`.

Baek et al., "CLEval: Character-Level Evaluation for Text Detection and Recognition Tasks", arXiv 2006.06244, section 3,
with the defaults of the authors' package `cleval` 0.1.1: every character of a word has one pseudo-centre, and a reading
belongs to a word from an area precision of 0.3. Area precisions are 32-bit floats as in the package, so that borderline
boxes are decided alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from train_easyocr.pages.overlap import touching_pairs
from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.cleval import quadrilaterals
from train_easyocr.scoring.matching import box_array

AREA_PRECISION = 0.3
"""Share of a reading's area that must lie in a word for the two to belong together."""
VERTICAL_BELOW = 0.5
"""Words whose width divided by their height is less have their characters one above the other."""
MOST_ESTIMATED_CHARACTERS = 10
"""Largest number of characters that is guessed from the shape of a box."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which readings found which characters: K pairs of a word and a reading that belong together, by rising word.

    `words` and `readings` are positions, int [K]. `inside`, bool [K, C], is True for the characters of the word whose
    centre lies in the reading. `scored_words` [N] and `scored_readings` [M] are False for those that do not count.
    """

    words: np.ndarray
    readings: np.ndarray
    inside: np.ndarray
    scored_words: np.ndarray
    scored_readings: np.ndarray

    @property
    def times_found(self) -> np.ndarray:
        """How many readings found each character, int [N, C]."""
        times = np.zeros((len(self.scored_words), self.inside.shape[1]), int)
        np.add.at(times, self.words, self.inside)
        return times

    @property
    def pieces(self) -> np.ndarray:
        """Number of readings that belong to each word, int [N]."""
        return np.bincount(self.words, minlength=len(self.scored_words))

    @property
    def words_held(self) -> np.ndarray:
        """Number of words that belong to each reading, int [M]."""
        return np.bincount(self.readings, minlength=len(self.scored_readings))


def assign_page(words: Sequence[Word], readings: Sequence[Reading], ignored: Sequence[Word] = ()) -> Assignment:
    """Return which readings of a page belong to which of its words; readings on `ignored` labels are not scored."""
    labels = [*words, *ignored]
    truths, predictions = (quadrilaterals.from_boxes(box_array(items)) for items in (labels, readings))
    dont_care = [False] * len(words) + [True] * len(ignored)
    found = assign(truths, [word.text for word in labels], predictions, dont_care)
    return replace(found, scored_words=found.scored_words[: len(words)])  # nothing belongs to an ignored label


def assign(
    truths: np.ndarray, truth_texts: Sequence[str], predictions: np.ndarray, dont_care: Sequence[bool] = ()
) -> Assignment:
    """Return which readings belong to which words; the arguments are those of `cleval.cleval`."""
    truths, predictions = (np.asarray(quads, np.float64).reshape(-1, 4, 2) for quads in (truths, predictions))
    ignored = np.asarray(dont_care if len(dont_care) else [False] * len(truths), bool)
    ratios = quadrilaterals.aspect_ratios(truths)
    estimated = np.minimum(np.rint(0.5 + np.maximum(ratios, 1 / ratios)), MOST_ESTIMATED_CHARACTERS).astype(int)
    lengths = np.where(ignored, estimated, [len(text) for text in truth_texts]).astype(int)
    centres = quadrilaterals.character_centres(truths, lengths, VERTICAL_BELOW)

    # The package truncates corners to whole pixels for areas and inclusion, but not for the centres.
    whole_truths, whole_predictions = np.trunc(truths), np.trunc(predictions)
    reach = quadrilaterals.bounds(np.concatenate([truths, whole_truths], axis=1))
    words, readings = touching_pairs(reach, quadrilaterals.bounds(whole_predictions))  # only these can belong together
    inside = quadrilaterals.contains(whole_predictions[readings], centres[words])
    inside &= np.arange(centres.shape[1]) < lengths[words, None]
    precision = _area_precision(whole_truths, whole_predictions, words, readings, ignored)

    centres_inside = inside.sum(axis=1)
    excused = _excused_readings(words, readings, precision, centres_inside > 0, ignored, len(predictions))
    belongs = _belonging(words, readings, precision, centres_inside, ~ignored, ~excused)
    return Assignment(words[belongs], readings[belongs], inside[belongs], ~ignored, ~excused)


def _area_precision(
    truths: np.ndarray, predictions: np.ndarray, words: np.ndarray, readings: np.ndarray, ignored: np.ndarray
) -> np.ndarray:
    """Share of the reading's area that lies in the word, for each pair, float32 [K]; 0 for a reading without area.

    The area that an ignored word shares with other words belongs to the others.
    """
    shared = quadrilaterals.intersection_areas(truths[words], predictions[readings])
    at_ignored = np.flatnonzero(ignored[words])
    unread = np.unique(words[at_ignored])
    remaining = _without_others(truths[unread], truths[~ignored])[np.searchsorted(unread, words[at_ignored])]
    shared[at_ignored] = shapely.area(
        shapely.intersection(remaining, quadrilaterals.polygons(predictions[readings[at_ignored]]))
    )
    total = quadrilaterals.areas(predictions)[readings]
    return np.divide(shared, total, out=np.zeros_like(shared), where=total > 0).astype(np.float32)


def _without_others(quads: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return `quads` [K, 4, 2] without what `others` [M, 4, 2] cover, shapely polygons [K]."""
    remaining, cover = quadrilaterals.polygons(quads), quadrilaterals.polygons(others)
    rows, columns = touching_pairs(quadrilaterals.bounds(quads), quadrilaterals.bounds(others))
    for start, end in pairwise([*np.flatnonzero(np.diff(rows, prepend=-1)), len(rows)]):
        over = shapely.union_all(cover[columns[start:end]])
        remaining[rows[start]] = shapely.difference(remaining[rows[start]], over)
    return remaining


def _excused_readings(
    words: np.ndarray,
    readings: np.ndarray,
    precision: np.ndarray,
    holds_centre: np.ndarray,
    ignored: np.ndarray,
    count: int,
) -> np.ndarray:
    """Return which readings lie on ignored words, bool [count]: they count neither for nor against."""
    at_ignored = ignored[words]
    excused = np.zeros(count, bool)
    excused[readings[at_ignored & (precision >= AREA_PRECISION)]] = True
    several = at_ignored & holds_centre
    together = np.bincount(readings[several], precision[several], count).astype(np.float32)
    return excused | (together >= AREA_PRECISION)


def _belonging(
    words: np.ndarray,
    readings: np.ndarray,
    precision: np.ndarray,
    centres: np.ndarray,
    scored_words: np.ndarray,
    scored_readings: np.ndarray,
) -> np.ndarray:
    """Return which pairs belong together, bool [K]: one to one, a word in pieces, or a reading of several words."""
    scored = scored_words[words] & scored_readings[readings]
    strong = (centres > 0) & (precision >= AREA_PRECISION)
    alone = (np.bincount(words[strong])[words[strong]] == 1) & (np.bincount(readings[strong])[readings[strong]] == 1)
    one_to_one = np.zeros(len(words), bool)
    one_to_one[strong] = alone

    piece = strong & scored
    split = piece & (np.bincount(words[piece], minlength=len(scored_words)) > 1)[words]

    part = (centres > 0) & scored
    held = np.bincount(readings[part], minlength=len(scored_readings))
    together = np.bincount(readings[part], precision[part], len(scored_readings))
    merged = part & ((held > 1) & (together >= AREA_PRECISION))[readings]
    return (one_to_one & scored) | split | merged
