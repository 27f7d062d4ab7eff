"""What became of every word and every reading of a page: right, wrong, missed or extra."""

from __future__ import annotations

from train_easyocr.columns import VARIANTS
from train_easyocr.records import Outcome
from train_easyocr.scoring.matching import ReadPage, box_array, excused_readings
from train_easyocr.scoring.summary import Results, headline_grouping


def page_outcomes(read_page: ReadPage) -> tuple[Outcome, ...]:
    """List the pairs by falling IoU, then the missed words, then the readings that match no word.

    Readings on ignored labels are left out.
    """
    page, readings, pairs = read_page
    matched = []
    for pair in pairs:
        word, reading = page.words[pair.ground_truth], readings[pair.prediction]
        verdict = "right" if word.text == reading.text else "wrong"
        matched.append(Outcome(verdict, reading.box, reading.text, word.text))
    found = {pair.ground_truth for pair in pairs}
    used = {pair.prediction for pair in pairs}
    used |= excused_readings(box_array(readings), used, page.ignored)
    missed = (Outcome("missed", word.box, "", word.text) for row, word in enumerate(page.words) if row not in found)
    extra = (Outcome("extra", read.box, read.text, "") for row, read in enumerate(readings) if row not in used)
    return (*matched, *missed, *extra)


def page_panels(results: Results, row: int) -> list[tuple[str, tuple[Outcome, ...]]]:
    """Give the panels of one page: each network with its F1 there, in word grouping or in the engine's own boxes."""
    panels = []
    for network, groupings in results.items():
        if network in VARIANTS:
            continue
        grouping = headline_grouping(groupings)
        scored = groupings[grouping]
        title = f"{network} · {grouping.replace('_', ' ')} · F1 {scored.scores[row].f1:.3f}"
        panels.append((title, page_outcomes(scored.pages[row])))
    return panels
