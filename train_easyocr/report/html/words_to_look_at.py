"""The words that the report shows as crops: those of the confusions, and those whose label both networks doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from train_easyocr.pages.records import Page, Word
from train_easyocr.report.html.page_data import LONGEST_TEXT, shown
from train_easyocr.report.html.templating import both
from train_easyocr.report.html.titles import network_title, visible
from train_easyocr.scoring.confusions import Confusion
from train_easyocr.scoring.places import Confused, Findings, WordPlace
from train_easyocr.scoring.summary import Summary

MOST_PAIRS = {"characters": 50, "omissions": 50, "initials": 20, "vowels": 20, "finals": 20}
"""Number of confusions shown for each kind; `omissions` are those of characters with nothing or with a space."""
MOST_SUSPECTS = 1000


def crop_name(place: WordPlace) -> str:
    """Return the file name of the crop of a word.

    >>> crop_name(WordPlace(11, 33, "", 1.0))
    '0012-0034.jpg'
    """
    return f"{place.page + 1:04d}-{place.word + 1:04d}.jpg"


def places_shown(summary: Summary, findings: Findings, pages: Sequence[Page]) -> Iterator[WordPlace]:
    """Yield every word that the report shows as a crop; some more than once."""
    for network, confused in findings.confused.items():
        for kind, rows in _rows_shown(summary, network).items():
            for row in rows:
                yield from _places(confused, kind, row)
    yield from shown_suspects(findings, pages)


def shown_suspects(findings: Findings, pages: Sequence[Page]) -> list[WordPlace]:
    """Return the suspect labels that the report shows; labels too long to be shown whole are left out."""
    found = [place for place in findings.suspects or () if len(_word(pages, place).text) <= LONGEST_TEXT]
    return found[:MOST_SUSPECTS]


def confusion_section(
    summary: Summary,
    findings: Findings,
    main: str,
    pages: Sequence[Page],
    crops: Mapping[str, str],
    *,
    hide_texts: bool,
) -> list[dict[str, Any]]:
    """Return the confusions of each network for the template, `main` first; `crops` are addresses by file names."""
    sections: list[dict[str, Any]] = []
    for network, confused in sorted(findings.confused.items(), key=lambda item: item[0] != main):
        kinds = []
        for kind, rows in _rows_shown(summary, network).items():
            name = f"confused-{len(sections)}-{kind}"
            pairs = [
                {
                    "name": f"{name}-{place}",
                    "truth": visible(row.truth),
                    "read": visible(row.read),
                    "count": row.count,
                    "rate": f"{row.rate:.1%}" if row.rate is not None else "",
                    "crops": [
                        _crop(found, pages, crops, hide_texts=hide_texts) for found in _places(confused, kind, row)
                    ],
                }
                for place, row in enumerate(rows)
            ]
            kinds.append({"name": name, "title": both(kind), "pairs": pairs})
        sections.append({"title": network_title(summary, network), "kinds": kinds})
    return sections


def _rows_shown(summary: Summary, network: str) -> dict[str, Sequence[Confusion]]:
    """Return the confusions of a network that the report shows, by kind."""
    confusions = summary.headline_analyses()[network].confusions
    of_characters = confusions["characters"]
    pairs = [row for row in of_characters if not {"", " "} & {row.truth, row.read}]
    found = {**confusions, "characters": pairs, "omissions": [row for row in of_characters if row not in pairs]}
    return {kind: found[kind][:most] for kind, most in MOST_PAIRS.items()}


def _places(confused: Confused, kind: str, row: Confusion) -> Sequence[WordPlace]:
    return confused["characters" if kind == "omissions" else kind].get((row.truth, row.read), ())


def suspect_section(
    findings: Findings, pages: Sequence[Page], crops: Mapping[str, str], *, hide_texts: bool
) -> dict[str, Any]:
    """Return the suspect labels for the template, or the key of the text that says why there are none to show."""
    if hide_texts or not findings.suspects:
        reason = (
            "suspects_hidden" if hide_texts else "suspects_need_both" if findings.suspects is None else "suspects_none"
        )
        return {"reason": reason}
    found = [
        {**_crop(place, pages, crops, hide_texts=False), "row": row, "confidence": f"{place.confidence:.3f}"}
        for row, place in enumerate(shown_suspects(findings, pages))
    ]
    return {"reason": "", "count": len(findings.suspects), "crops": found}


def suspect_rows(findings: Findings, pages: Sequence[Page]) -> list[list[str | int]]:
    """Return the rows of the file that step 2 reads as `exclude_labels`, in the order of the crops."""
    found = [(pages[place.page].name, _word(pages, place)) for place in shown_suspects(findings, pages)]
    return [[name, *word.box, word.text] for name, word in found]


def _word(pages: Sequence[Page], place: WordPlace) -> Word:
    return pages[place.page].words[place.word]


def _crop(place: WordPlace, pages: Sequence[Page], crops: Mapping[str, str], *, hide_texts: bool) -> dict[str, str]:
    return {
        "source": crops.get(crop_name(place), ""),
        "address": f"#page-{place.page + 1}",
        "truth": shown(_word(pages, place).text, hide_texts=hide_texts),
        "read": shown(place.read, hide_texts=hide_texts),
    }
