"""The data of the pages for the report's script: for each page a row of the list, and a file beside the report.

A browser opens no JSON file from disk, so the file of a page is a script that passes its data to the report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from train_easyocr.pages.records import Box
from train_easyocr.report.html.pictures import Picture
from train_easyocr.report.outcomes import PageOutcome
from train_easyocr.report.printed_figures import thousandths
from train_easyocr.scoring.scored_page import Pair, ScoredPage
from train_easyocr.texts.alignment import align

MOST_BOXES = 3000
"""Pages with more words and readings than this are shown without boxes: nobody could read them."""
LONGEST_TEXT = 100
"""Longer texts are cut off."""

OnPage = Sequence[tuple[ScoredPage, PageOutcome]]
"""A page as each network of the report read it, and what became of its words."""


def list_row(number: int, outcomes: OnPage) -> dict[str, Any]:
    """Return the row of page `number` in the list of pages; `outcomes` has one entry for each network."""
    page = outcomes[0][0].page
    return {
        "number": number,
        "name": page.name,
        "category": page.category,
        "words": len(page.words),
        # As they are printed, so that the list's changes, order and filters agree with what it shows.
        "f1": [thousandths(scored.counts.f1) / 1000 for scored, _ in outcomes],
        "errors": [outcome.errors for _, outcome in outcomes],
    }


def page_script(number: int, picture: Picture, outcomes: OnPage, *, hide_texts: bool) -> str:
    """Return the script that passes the words and readings of a page to the report; without texts if `hide_texts`."""
    page = outcomes[0][0].page
    crowded = too_many_boxes(outcomes)
    content = {
        "width": picture.width or page.width or max((word.box[2] for word in page.words), default=1),
        "height": picture.height or page.height or max((word.box[3] for word in page.words), default=1),
        "words": []
        if crowded
        else [{"text": shown(word.text, hide_texts=hide_texts), "box": word.box} for word in page.words],
        "ignored": [] if crowded else [word.box for word in page.ignored],
        "networks": [
            {"words": [], "readings": []} if crowded else _network(scored, outcome, hide_texts=hide_texts)
            for scored, outcome in outcomes
        ],
    }
    return f"receivePage({number}, {json.dumps(content, ensure_ascii=False, separators=(',', ':'))});\n"


def too_many_boxes(outcomes: OnPage) -> bool:
    """Return whether a page has more words and readings than the report shows."""
    return any(len(scored.page.words) + len(scored.readings) > MOST_BOXES for scored, _ in outcomes)


def shown(text: str, *, hide_texts: bool) -> str:
    """Return a text as the report shows it: cut off if it is very long, and empty if texts are hidden."""
    if hide_texts:
        return ""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _network(scored: ScoredPage, outcome: PageOutcome, *, hide_texts: bool) -> dict[str, Any]:
    return {
        "words": [{"verdict": word.verdict, "readings": word.readings} for word in outcome.words],
        "readings": [
            {
                "text": shown(reading.text, hide_texts=hide_texts),
                "box": reading.box,
                "confidence": round(reading.confidence, 4),
                "verdict": verdict,
                **_paired(outcome.pairs.get(position), hide_texts=hide_texts),
            }
            for position, (reading, verdict) in enumerate(zip(scored.readings, outcome.readings, strict=True))
        ],
    }


def _paired(pair: Pair | None, *, hide_texts: bool) -> dict[str, Any]:
    if pair is None:
        return {"word": None, "iou": None, "cer": None, "pieces": None}
    return {
        "word": pair.ground_truth,
        "iou": round(pair.iou, 3),
        "cer": round(pair.texts.character_error_rate, 3),
        "pieces": None if hide_texts or pair.texts.exact else pieces(pair.texts.truth, pair.texts.read),
    }


def pieces(truth: str, read: str) -> list[str | list[str]] | None:
    """Cut two texts into pieces: equal text, or [truth, read] where they differ; None if a text is too long to show.

    >>> pieces("결재란", "결제란.")
    ['결', ['재', '제'], '란', ['', '.']]
    """
    if max(len(truth), len(read)) > LONGEST_TEXT:
        return None
    found: list[str | list[str]] = []
    for equal, run in groupby(align(truth, read), key=lambda pair: pair[0] == pair[1]):
        one, other = map("".join, zip(*run, strict=True))
        found.append(one if equal else [one, other])
    return found


def boxes_of(outcomes: OnPage) -> list[Box]:
    """Return every box of a page: of words, of ignored labels, and of the readings of all networks."""
    page = outcomes[0][0].page
    read = (reading.box for scored, _ in outcomes for reading in scored.readings)
    return [*(word.box for word in (*page.words, *page.ignored)), *read]
