"""The names of networks, groupings and groups in a report, in both languages."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from train_easyocr.report.console import NETWORKS
from train_easyocr.report.html.templating import both, texts
from train_easyocr.scoring.summary import Summary

_BOUNDED = re.compile(r"(?P<from>\d+) (?:to (?P<to>\d+)|and more)|under (?P<under>\d+)")


def network_text(summary: Summary, network: str) -> dict[str, Any]:
    """Return the name of a network as the key of a text and the values of its braces; engines keep their own names."""
    if network in NETWORKS:
        return {"key": network, "values": {}}
    pages, covered = summary.pages, summary.covered_pages.get(network, summary.pages)
    key = "engine" if covered == pages else "partly_covered"
    return {"key": key, "values": {"name": network, "pages": pages, "covered": covered}}


def network_title(summary: Summary, network: str) -> Markup:
    """Return the name of a network in both languages."""
    found = network_text(summary, network)
    return both(found["key"], **found["values"])


def group_title(key: str, tag: str = "span") -> Markup:
    """Return the name of a group of words or pages in both languages; names from the data stay as they are.

    >>> group_title("50 to 59")
    Markup('<span lang="ko">50–59</span><span lang="en">50–59</span>')
    """
    if key in texts():
        return both(key, tag)
    bounds = _BOUNDED.fullmatch(key)
    if not bounds:
        return escape(key)
    kind = "under" if bounds["under"] else "range" if bounds["to"] else "and_more"
    return both(kind, tag, **bounds.groupdict())


def visible(character: str) -> str:
    """Return a confused character in visible form: nothing as ∅, a space as ␣."""
    return {"": "∅", " ": "␣"}.get(character, character)
