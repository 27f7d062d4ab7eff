"""The lines of a page: labelled words that a plain `readtext` joins and reads as one crop, and the crop that it reads.

The Reader joins the boxes of its detector, this module joins labelled ones, by the same rule with the default options.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from train_easyocr.box_grouping import JoinedBox, is_read, join_boxes
from train_easyocr.boxes import clip_box, is_empty
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.reader_tensor import IMAGE_HEIGHT, reader_width
from train_easyocr.reading_options import DEFAULT_GROUPING
from train_easyocr.records import Page, Word

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
    lines, dropped = [], []
    for joined in join_boxes([word.box for word in words], DEFAULT_GROUPING):
        if len(joined.members) < 2:
            continue
        members = [words[place] for place in joined.members]
        text = " ".join(word.text for word in members)
        reason = (
            "line with unreadable print"
            if unreadable.intersection(joined.members)
            else "line with vertical text"
            if any(word.is_vertical for word in members)
            else _objection_to_crop(joined, boxes, width, height, rules)
            or ("line longer than batch_max_length" if len(text) > rules.longest else "")
        )
        if reason:
            dropped.append(LeftOut(reason, page.name, text))
        else:
            lines.append(Word(text, joined.bounds))
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


def _objection_to_crop(joined: JoinedBox, boxes: np.ndarray, width: int, height: int, rules: LineRules) -> str:
    """Return why the crop does not fit its label, or ""; `boxes` are those of all words, int64 [N, 4]."""
    crop = xmin, ymin, xmax, ymax = clip_box(joined.bounds, width, height)
    if is_empty(crop) or not is_read(xmax - xmin, ymax - ymin, DEFAULT_GROUPING):
        return "line too small for the Reader, or outside the image"
    if reader_width(xmax - xmin, ymax - ymin, rules.image_height) > rules.widest:
        return "line wider than img_width"
    members = np.array(joined.members)
    others = np.delete(boxes, members, axis=0)
    if _overlap(np.array([crop]), others).any():
        return "line with other words in its crop"
    if np.triu(_overlap(boxes[members], boxes[members]), 1).any():
        return "line of words that lie on each other"
    return ""


def _overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return which boxes share at least half of the smaller one's width and of its height, bool [N, M]."""
    shared = np.minimum(first[:, None, 2:], second[None, :, 2:]) - np.maximum(first[:, None, :2], second[None, :, :2])
    smaller = np.minimum((first[:, 2:] - first[:, :2])[:, None], (second[:, 2:] - second[:, :2])[None])
    return (2 * shared >= smaller).all(axis=2)
