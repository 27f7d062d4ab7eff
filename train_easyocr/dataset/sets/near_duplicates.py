"""Finds pages in different sets whose texts differ only in digits: a network could know them by heart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.patches import load_page
from train_easyocr.dataset.sets.splits import PageSets
from train_easyocr.pages.records import Page
from train_easyocr.program.page_processes import SMALL_TASKS, PageProcesses
from train_easyocr.program.progress import track

_DIGITS = re.compile(r"\d+")

# A text stays in the first of these sets that holds it: sets for measuring come before sets for learning.
_FIRST_COME = ("evaluation", "tuning", "validation", "detection_validation", "training", "detection_training")


@dataclass(frozen=True)
class NearDuplicates:
    """Pages whose text, apart from digits, is in two sets.

    Attributes:
        pairs: for two sets, how many pages of the first repeat one of the second.
        repeating: for each set with such pages, the names of those that repeat a page of an earlier set in
            `_FIRST_COME`.
    """

    pairs: dict[tuple[str, str], int]
    repeating: dict[str, frozenset[str]]


NO_NEAR_DUPLICATES = NearDuplicates({}, {})


def text_fingerprint(page: Page) -> bytes | None:
    """Return a digest of the words of a page without regard to order and digits; None for a page without words."""
    if not page.words:
        return None
    words = sorted(_DIGITS.sub("0", word.text) for word in page.words)
    return hashlib.blake2b("\n".join(words).encode(), digest_size=16).digest()


def fingerprint_pages(pages: Sequence[PageSource], title: str, processes: PageProcesses) -> dict[str, bytes]:
    """Read the labels of `pages` and fingerprint their texts, by page name; pages that cannot be read are left out."""
    with track(title, len(pages), "page", processes.map(_fingerprint, pages, SMALL_TASKS)) as fingerprints:
        found = zip((page.name for page in pages), fingerprints, strict=True)
        return {name: fingerprint for name, fingerprint in found if fingerprint}


def _fingerprint(source: PageSource) -> bytes | None:
    loaded = load_page(source)
    return None if isinstance(loaded, LeftOut) else text_fingerprint(loaded[0])


def find_near_duplicates(fingerprints: Mapping[str, Mapping[str, bytes]]) -> NearDuplicates:
    """Compare the sets of `fingerprints` (set name to page name to fingerprint) with each other."""
    pairs = {}
    for first, second in combinations(fingerprints, 2):
        others = set(fingerprints[second].values())
        count = sum(fingerprint in others for fingerprint in fingerprints[first].values())
        if count:
            pairs[first, second] = count
    repeating: dict[str, frozenset[str]] = {}
    seen: set[bytes] = set()
    for name in _FIRST_COME:
        pages = fingerprints.get(name, {})
        repeated = frozenset(page for page, fingerprint in pages.items() if fingerprint in seen)
        if repeated:
            repeating[name] = repeated
        seen.update(pages.values())
    return NearDuplicates(pairs, repeating)


def without_near_duplicates(drawn: PageSets, repeated: NearDuplicates) -> PageSets:
    """Return the sets without the pages that repeat an earlier set, so that each text stays in one set."""
    kept: dict[str, Any] = {
        name: tuple(page for page in drawn.pages_of(name) if page.name not in pages)
        for name, pages in repeated.repeating.items()
    }
    return replace(drawn, **kept)
