"""The beginning of a report: two sentences on the result, and three findings that a reader looks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from train_easyocr.report.html.templating import both
from train_easyocr.report.html.titles import network_title
from train_easyocr.report.printed_figures import (
    change_with_interval,
    figure,
    gain_in_thousandths,
    shown_gain_parts,
    signed,
)
from train_easyocr.scoring.columns import WORD, headline_grouping
from train_easyocr.scoring.measures import HEADLINE
from train_easyocr.scoring.statistics import PairedDifference
from train_easyocr.scoring.summary import Summary


def verdict(summary: Summary, main: str) -> list[Markup]:
    """Return the sentences: before, after, the gain with its interval, and where it came from.

    `main` is the network that the report is about; unless both networks were read, it is the only one named.
    """
    if not summary.comparison:
        score = figure(summary.headline(main, headline_grouping(summary.scores[main])))
        return [both("verdict_single", pages=summary.pages, network=network_title(summary, main), value=score)]
    compared = summary.comparison[WORD][HEADLINE.key]
    change, low, high = change_with_interval(compared)
    sentences = [
        both(
            "verdict_headline",
            pages=summary.pages,
            before=figure(compared.first),
            after=figure(compared.second),
            gain=signed(change),
            interval=_interval(low, high),
            chance=_chance(compared),
        )
    ]
    if gain := summary.gain:
        shown, printed = shown_gain_parts(gain), gain_in_thousandths(gain)
        parts = {name: signed(printed[name]) for name in ("whole", *shown)}
        shipped, installed = figure(gain.as_shipped), figure(gain.as_installed)
        split = "verdict_split_detection" if "detection" in shown else "verdict_split"
        sentences.append(both(split, shipped=shipped, installed=installed, **parts))
    return sentences


def _interval(low: int | None, high: int | None) -> Markup:
    if low is None or high is None:
        return Markup("")
    return both("verdict_interval", low=signed(low), high=signed(high))


def _chance(compared: PairedDifference) -> Markup:
    if compared.larger_than_chance:
        return both("chance_higher" if (compared.difference.low or 0) > 0 else "chance_lower")
    if compared.verdict.startswith("too few"):
        return both("chance_too_few", units=compared.difference.units, pages=compared.difference.pages)
    return both("chance_open")


def notes(summary: Summary, *, hide_texts: bool) -> list[Markup]:
    """Return notes that belong to the verdict: pages that failed, labels in doubt, and texts that were left out."""
    found = [both("failed_pages_note", count=len(summary.failures))] if summary.failures else []
    for key, counted in (("left_out_note", summary.left_out), ("pages_to_look_at_note", summary.pages_to_look_at)):
        if count := sum(entry.count for entry in counted.values()):
            found.append(both(key, count=count))
    return found + ([both("hidden_texts_note")] if hide_texts else [])


def worst_page(pages: Sequence[Mapping[str, Any]], main: int) -> dict[str, Any]:
    """Return the page on which the network at position `main` has its lowest F1."""
    page = min(pages, key=lambda page: (page["f1"][main], page["number"]))
    return {"name": page["name"], "address": f"#page-{page['number']}", "score": figure(page["f1"][main])}


def most_confused(summary: Summary, network: str, confusions: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the two characters that a network confused most often, from the first of `confusions`; None without any.

    Characters that were left out or invented do not count, nor do spaces, which come from merged boxes.
    """
    pair = next(iter(confusions[0]["kinds"][0]["pairs"]), None)
    if pair is None:
        return None
    detail = both("finding_confused_detail", network=network_title(summary, network), count=pair["count"])
    return {"truth": pair["truth"], "read": pair["read"], "detail": detail, "target": pair["name"]}


def grouping_share(summary: Summary) -> dict[str, Any] | None:
    """Return how much of a user's gain comes from the grouping of boxes; None unless both networks were read."""
    gain = summary.gain
    if not gain:
        return None
    printed = gain_in_thousandths(gain)
    grouping, whole = printed["grouping"], printed["whole"]
    detail = both("finding_grouping_detail", grouping=signed(grouping), whole=signed(whole))
    share = f"{grouping / whole:.0%}" if whole > 0 else both("no_gain_share")
    return {"share": share, "detail": detail}
