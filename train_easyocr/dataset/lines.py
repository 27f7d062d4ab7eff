"""The lines of a page: labelled words that a plain `readtext` joins and reads as one crop, and the crop that it reads.

The Reader joins the boxes of its detector, this module joins labelled ones, by the same rule with the default options.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.dataset.drops import LeftOut
from train_easyocr.easyocr_port.box_grouping import JoinedBox, is_read, join_boxes
from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT, reader_width
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING
from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.overlap import half_overlapping_pairs
from train_easyocr.pages.records import Page, Word

LINES_FOLDER = "lines"

_LARGEST_DRAW = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class LineRules:
    """The rules by which lines become patches.

    `widest`: pixels of the widest bucket, for crops of `image_height`. `longest`: characters of a label. If there are
    more lines than wanted, `seed` decides which are kept: those whose draw is at most `highest_draw`.
    """

    widest: int
    longest: int
    seed: int = 0
    image_height: int = IMAGE_HEIGHT
    highest_draw: int = _LARGEST_DRAW


def find_lines(
    page: Page, placeholders: frozenset[str], rules: LineRules, width: int, height: int
) -> tuple[list[Word], list[LeftOut]]:
    """Join the words of a page of `width` x `height` pixels to lines; also return unusable lines and the reasons.

    A line is returned as a word: its texts joined by single spaces, and the box that the Reader cuts, with its margin,
    which may extend beyond the page. As in the Reader, all print takes part, also vertical words, `placeholders` and
    the page's `ignored`; these make their line unusable.
    """
    words = (*page.words, *page.ignored)
    unreadable = {place for place, word in enumerate(words) if word.text in placeholders or place >= len(page.words)}
    boxes = np.array([word.box for word in words], np.int64).reshape(-1, 4)
    joined = [box for box in join_boxes([word.box for word in words], DEFAULT_GROUPING) if len(box.members) > 1]
    objections = _objections_to_crops(joined, boxes, width, height, rules)
    lines, dropped = [], []
    for box, objection in zip(joined, objections, strict=True):
        members = [words[place] for place in box.members]
        text = " ".join(word.text for word in members)
        reason = (
            "line with unreadable print"
            if unreadable.intersection(box.members)
            else "line with vertical text"
            if any(word.is_vertical for word in members)
            else objection or ("line longer than batch_max_length" if len(text) > rules.longest else "")
        )
        if reason:
            dropped.append(LeftOut(reason, page.name, text))
        else:
            lines.append(Word(text, box.bounds))
    return lines, dropped


def keep_drawn(lines: Iterable[Word], rules: LineRules, page_name: str) -> tuple[list[Word], list[LeftOut]]:
    """Return the drawn lines of a page (see `LineRules`), and the others as left out."""
    kept, dropped = [], []
    for line in lines:
        if line_draw(line, rules.seed, page_name) <= rules.highest_draw:
            kept.append(line)
        else:
            dropped.append(LeftOut("more lines than line_patches asks for", page_name, line.text))
    return kept, dropped


def line_draw(line: Word, seed: int, page_name: str) -> int:
    """Return a random number from 0 to 2^64 - 1 that depends on the seed, the page and the line's box alone."""
    data = "\0".join([str(seed), page_name, *map(str, line.box)]).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def highest_draw(draws: np.ndarray, wanted: int) -> int:
    """Return the largest of the `wanted` smallest draws, uint64 [N]; a value that keeps all if there are no more.

    >>> highest_draw(np.array([50, 10, 40], np.uint64), 2)
    40
    """
    if len(draws) <= wanted:
        return _LARGEST_DRAW
    return int(np.partition(draws, wanted - 1)[wanted - 1]) if wanted else -1


def _objections_to_crops(
    lines: Sequence[JoinedBox], boxes: np.ndarray, width: int, height: int, rules: LineRules
) -> list[str]:
    """Return why the crop of each line does not fit its label, or ""; `boxes` are those of all words, int64 [N, 4]."""
    crops = np.array([clip_box(line.bounds, width, height) for line in lines], np.int64).reshape(-1, 4)
    try:
        with_others, on_each_other = _lines_with_overlaps(lines, crops, boxes)
    except MemoryError:  # so many words lie on each other that no line of this page can be told apart
        with_others, on_each_other = np.ones((2, len(lines)), bool)
    objections = []
    for number, (xmin, ymin, xmax, ymax) in enumerate(crops.tolist()):
        if is_empty((xmin, ymin, xmax, ymax)) or not is_read(xmax - xmin, ymax - ymin, DEFAULT_GROUPING):
            objections.append("line too small for the Reader, or outside the image")
        elif reader_width(xmax - xmin, ymax - ymin, rules.image_height) > rules.widest:
            objections.append("line wider than img_width")
        elif with_others[number]:
            objections.append("line with other words in its crop")
        else:
            objections.append("line of words that lie on each other" if on_each_other[number] else "")
    return objections


def _lines_with_overlaps(
    lines: Sequence[JoinedBox], crops: np.ndarray, boxes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each line whether its crop shares half of a word that is no member, and whether two members do.

    Both are bool [N]. `crops` are those of the lines, int64 [N, 4], `boxes` those of all words, int64 [M, 4].
    """
    line_of = np.full(len(boxes), -1)
    for number, line in enumerate(lines):
        line_of[list(line.members)] = number
    with_others, on_each_other = np.zeros((2, len(lines)), bool)
    owners, words = half_overlapping_pairs(crops, boxes)
    with_others[owners[line_of[words] != owners]] = True
    first, second = half_overlapping_pairs(boxes, boxes)
    same = (first != second) & (line_of[first] == line_of[second]) & (line_of[first] >= 0)
    on_each_other[line_of[first[same]]] = True
    return with_others, on_each_other
