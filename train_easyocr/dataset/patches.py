"""Cuts one page into patches: which words, where, and as which file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from train_easyocr.dataset.archives.members import DamagedMemberError
from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.excluded_labels import PLACEHOLDER, ignore_labels
from train_easyocr.dataset.label_coverage import doubts
from train_easyocr.dataset.labels import LabelError, parse_label
from train_easyocr.dataset.lines import LineRules, find_lines, keep_drawn
from train_easyocr.dataset.stores.png import encode_png
from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode_colour, decode_grey
from train_easyocr.pages.records import Page, Patch, Word

_LONGEST_FILE_NAME = 255


@dataclass(frozen=True, slots=True)
class PatchRules:
    """The rules by which words become patches, and the kind of patches; `lines`: the rules for lines, None for none."""

    rgb: bool = False
    keep_vertical: bool = False
    min_size: int = 0
    placeholder_texts: tuple[str, ...] = ()
    lines: LineRules | None = None


@dataclass(frozen=True, slots=True)
class PageResult:
    """The result of one page. `problem` is set if the whole page had to be left out.

    `doubts` are reasons to look at its labels.
    `lines` is the same result for the lines of its words, if they are wanted and the page could be read.
    """

    name: str
    category: str = ""
    patches: tuple[Patch, ...] = ()
    dropped_words: tuple[LeftOut, ...] = ()
    problem: LeftOut | None = None
    doubts: tuple[LeftOut, ...] = ()
    images: tuple[bytes, ...] = ()
    lines: PageResult | None = None


def load_page(source: PageSource) -> tuple[Page, list[LeftOut]] | LeftOut:
    """Read the label of one page; return the page and its unusable words, or why there is no page."""
    try:
        page, dropped = parse_label(source.label.read(), source.name)
    except LabelError as error:
        return LeftOut(f"label: {error.reason}", source.name, error.detail)
    except (DamagedMemberError, OSError) as error:
        return LeftOut("label: unreadable", source.name, str(error))
    page, excluded = ignore_labels(page, source.excluded)
    return page, [*dropped, *excluded]


def load_image(source: PageSource, page: Page, rgb: bool = False) -> tuple[np.ndarray, bytes] | LeftOut:
    """Read the image of one page; return its pixels, grey or BGR, and the bytes of its file, or why it is unusable.

    If a label was made for another size (before the page was turned or scaled), its boxes lie on other print.
    """
    try:
        data = source.image.read()
        image = decode_colour(data) if rgb else decode_grey(data)
    except (UnreadableImageError, DamagedMemberError, OSError) as error:
        return LeftOut("image: unreadable", source.name, str(error))
    height, width = image.shape[:2]
    if page.width not in (0, width) or page.height not in (0, height):
        sizes = f"{page.width}×{page.height} in the label, {width}×{height} in the image"
        return LeftOut("label: made for an image of another size", source.name, sizes)
    return image, data


def cut_page(source: PageSource, rules: PatchRules) -> PageResult:
    """Cut the words of one page; `images` of the result holds a PNG for each of its `patches`."""
    loaded = load_page(source)
    if isinstance(loaded, LeftOut):
        return PageResult(source.name, problem=loaded)
    page, dropped = loaded
    opened = load_image(source, page, rules.rgb)
    if isinstance(opened, LeftOut):
        return PageResult(source.name, page.category, problem=opened)
    image, _ = opened
    result = _place_page(page, dropped, rules, image.shape[1], image.shape[0])
    lines = result.lines and replace(result.lines, images=_cut(image, result.lines.patches))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if rules.rgb else image
    return replace(
        result, doubts=tuple(doubts(page, grey.shape[::-1], grey)), images=_cut(image, result.patches), lines=lines
    )


def _cut(image: np.ndarray, patches: Iterable[Patch]) -> tuple[bytes, ...]:
    boxes = (patch.box for patch in patches)
    return tuple(encode_png(image[ymin:ymax, xmin:xmax]) for xmin, ymin, xmax, ymax in boxes)


def survey_page(source: PageSource, rules: PatchRules | None) -> PageResult:
    """Return what `cut_page` would keep and drop, from the label alone; without `rules`, keep every word."""
    loaded = load_page(source)
    if isinstance(loaded, LeftOut):
        return PageResult(source.name, problem=loaded)
    page, dropped = loaded
    if rules is None:
        result = PageResult(source.name, page.category, whole_page(page), tuple(dropped))
    else:
        result = _place_page(page, dropped, rules, page.width, page.height)
    return replace(result, doubts=tuple(doubts(page, None, None)))


def _place_page(page: Page, dropped: Iterable[LeftOut], rules: PatchRules, width: int, height: int) -> PageResult:
    """Find the patches of words and lines of a page of `width` x `height` pixels, without cutting them."""
    words, left_out = select_words(page, rules)
    patches, without_place = place_patches(page, words, width, height)
    lines = _place_lines(page, rules, rules.lines, width, height) if rules.lines else None
    dropped_words = (*dropped, *left_out, *without_place)
    return PageResult(page.name, page.category, tuple(patches), dropped_words, lines=lines)


def _place_lines(page: Page, rules: PatchRules, line_rules: LineRules, width: int, height: int) -> PageResult:
    lines, useless = usable_lines(page, rules, line_rules, width, height)
    kept, left_out = keep_drawn(lines, line_rules, page.name)
    patches, without_place = place_patches(page, kept, width, height)
    return PageResult(page.name, page.category, tuple(patches), (*useless, *left_out, *without_place))


def usable_lines(
    page: Page, rules: PatchRules, line_rules: LineRules, width: int, height: int
) -> tuple[list[Word], list[LeftOut]]:
    """Find the lines of a page of `width` x `height` pixels that can become patches, drawn or not."""
    lines, useless = find_lines(page, frozenset(rules.placeholder_texts), line_rules, width, height)
    kept, left_out = select_words(replace(page, words=tuple(lines)), rules)
    return kept, [*useless, *left_out]


def whole_page(page: Page) -> tuple[Patch, ...]:
    """Return every word of a page that is kept whole; no patch is cut."""
    return tuple(Patch("", word.text, word.box) for word in page.words)


def select_words(page: Page, rules: PatchRules) -> tuple[list[Word], list[LeftOut]]:
    """Choose the words that become patches."""
    placeholders = set(rules.placeholder_texts)
    kept, dropped = [], []
    for word in page.words:
        reason = ""
        if word.text in placeholders:
            reason = PLACEHOLDER
        elif word.is_vertical and not rules.keep_vertical:
            reason = "vertical text"
        elif min(word.width, word.height) < rules.min_size:
            reason = "smaller than min_patch_size"
        if reason:
            dropped.append(LeftOut(reason, page.name, f"{word.text} {word.width}×{word.height}"))
        else:
            kept.append(word)
    return kept, dropped


def place_patches(page: Page, words: list[Word], width: int, height: int) -> tuple[list[Patch], list[LeftOut]]:
    """Name the patch of each word by its box on the real image of `width` x `height` pixels; names are unique."""
    patches: dict[str, Patch] = {}
    dropped = []
    for word in words:
        box = clip_box(word.box, width, height)
        filename = f"{page.stem}_{'-'.join(map(str, box))}.png"
        if is_empty(box):
            dropped.append(LeftOut("box outside the image", page.name, f"{word.text} {list(word.box)}"))
        elif len(filename.encode()) > _LONGEST_FILE_NAME:
            dropped.append(LeftOut("file name longer than 255 bytes", page.name, word.text))
        elif filename in patches:
            dropped.append(LeftOut("second label of the same box", page.name, f"{word.text} {list(box)}"))
        else:
            patches[filename] = Patch(filename, word.text, box)
    return list(patches.values()), dropped
