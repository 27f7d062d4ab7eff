"""What became of every word and every reading of a page: right, wrong, missed or extra."""

from __future__ import annotations

from dataclasses import dataclass

from train_easyocr.columns import VARIANTS, headline_grouping
from train_easyocr.records import Box
from train_easyocr.scored_page import Results, ScoredPage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a labelled word or a reading, as a page is drawn.

    `verdict`: `right`, `wrong` (found, misread), `missed` (a word that no reading matches; `text` is empty) or
    `extra` (a reading that matches no word; `ground_truth` is empty). `box` is the reading's, for `missed` the word's.
    """

    verdict: str
    box: Box
    text: str
    ground_truth: str


Panel = tuple[str, tuple[Outcome, ...]]
"""The title of a drawing and what became of each word and reading of the page."""


def page_outcomes(scored: ScoredPage) -> tuple[Outcome, ...]:
    """List the pairs by falling IoU, then the missed words, then the readings that match no word.

    Readings on ignored labels are left out.
    """
    matched = (
        Outcome(
            "right" if pair.texts.exact else "wrong",
            scored.readings[pair.prediction].box,
            pair.texts.read,
            pair.texts.truth,
        )
        for pair in scored.pairs
    )
    found = {pair.ground_truth for pair in scored.pairs}
    used = {pair.prediction for pair in scored.pairs} | scored.on_ignored
    missed = (
        Outcome("missed", word.box, "", word.text) for row, word in enumerate(scored.page.words) if row not in found
    )
    extra = (Outcome("extra", read.box, read.text, "") for row, read in enumerate(scored.readings) if row not in used)
    return (*matched, *missed, *extra)


def page_panels(results: Results, row: int) -> list[Panel]:
    """Return the panels of one page: each network with its F1 there, in word grouping or in the engine's own boxes."""
    panels = []
    for network, groupings in results.items():
        if network not in VARIANTS:
            grouping = headline_grouping(groupings)
            scored = groupings[grouping][row]
            title = f"{network} · {grouping.replace('_', ' ')} · F1 {scored.counts.f1:.3f}"
            panels.append((title, page_outcomes(scored)))
    return panels
