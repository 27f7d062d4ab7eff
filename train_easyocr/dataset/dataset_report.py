"""The dataset report: what the archives held, what was kept, what was dropped and why, and what is readable at all."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate
from typing import Any

from train_easyocr.dataset.archives.zips import ArchiveContents
from train_easyocr.dataset.drops import DropLog, drop_lines
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.dataset.sets.near_duplicates import NearDuplicates
from train_easyocr.program.terminal_text import counted, printable, shortened

_PERCENTILES = (5, 50, 95)
_LONGEST_SHOWN = 9
_CHARACTERS_SHOWN = 24
_CATEGORIES_SHOWN = 24
_WIDEST_CATEGORY = 40  # columns

LINES_SUFFIX = "_lines"
"""Added to the name of a set, this is the key of its lines in the report."""


def report_data(
    archives: Iterable[ArchiveContents],
    dropped_files: DropLog,
    near_duplicates: NearDuplicates,
    notes: Collection[str],
    sets: Mapping[str, SetFacts],
    charset: Collection[str],
) -> dict[str, Any]:
    """Return the figures of a run as plain data, the content of `dataset_report.json`."""
    return {
        "archives": [
            {
                "split": contents.archive.split,
                "name": contents.archive.name,
                "parts": len(contents.archive.paths),
                "bytes": contents.stored_bytes,
                "images": contents.image_count,
                "labels": contents.label_count,
                "others": contents.other_members,
            }
            for contents in archives
        ],
        "dropped_files": dropped_files.to_dict(),
        "near_duplicates": {f"{first} and {second}": count for (first, second), count in near_duplicates.pairs.items()},
        "notes": list(notes),
        "charset_size": len(charset),
        "sets": {name: _set_data(facts, charset) for name, facts in sets.items()},
    }


def _set_data(facts: SetFacts, charset: Collection[str]) -> dict[str, Any]:
    data = facts.to_dict()
    pages, words = data.pop("category_pages"), data.pop("category_words")
    by_frequency = sorted(facts.characters.items(), key=lambda item: (-item[1], item[0]))
    outside = {character: count for character, count in by_frequency if character not in charset}
    return data | {
        "characters": dict(by_frequency),
        "characters_outside_charset": outside,
        "unreadable_share_of_words": _share(facts.unreadable_words, facts.words),
        "unreadable_share_of_characters": _share(sum(outside.values()), facts.characters.total()),
        "width_percentiles": percentiles(facts.widths),
        "height_percentiles": percentiles(facts.heights),
        "categories": {name: {"pages": count, "words": words[name]} for name, count in pages.items()},
    }


def percentiles(values: Counter[int]) -> dict[str, int]:
    """Return the 5th, 50th and 95th percentile of counted values: the smallest value that this share does not exceed.

    >>> percentiles(Counter({10: 1, 20: 8, 99: 1}))
    {'p5': 10, 'p50': 20, 'p95': 99}
    """
    ordered = sorted(values)
    seen = list(accumulate(values[value] for value in ordered))
    return {f"p{percent}": ordered[bisect_left(seen, seen[-1] * percent / 100)] for percent in _PERCENTILES if seen}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def report_text(data: Mapping[str, Any]) -> str:
    """Return the report as text for one screen; terminal escapes in names and labels are shown, not obeyed."""
    lines = ["Archives"]
    for archive in data["archives"]:
        parts = f" in {archive['parts']} parts" if archive["parts"] > 1 else ""
        counts = f"{counted(archive['images'], 'image'):>16} {counted(archive['labels'], 'label'):>16}"
        counts += f" {archive['bytes'] / 1e6:>10,.1f} MB"
        lines.append(f"  {archive['split']:<10} {counts}  {archive['name']}{parts}")
    lines += drop_lines("left out", data["dropped_files"])
    for name, facts in data["sets"].items():
        lines += _set_lines(name, facts, data["charset_size"])
    repeated = ", ".join(f"{pair}: {count:,}" for pair, count in data["near_duplicates"].items())
    lines.append(f"Pages with the same text but for digits in two sets: {repeated or 'none'}")
    return "\n".join(map(printable, [*lines, *data["notes"]]))


def _set_lines(name: str, facts: Mapping[str, Any], charset_size: int) -> list[str]:
    of_lines = name.endswith(LINES_SUFFIX)
    one, kind = ("line", "lines") if of_lines else ("word", "words")
    if name in ("training", "validation"):
        one, kind = "patch", "patches"
    title = name.replace("_", " ").capitalize()
    lines = [f"{title}: {counted(facts['pages'], 'page')}, {counted(facts['words'], one, kind)}"]
    lines += drop_lines("pages dropped", facts["dropped_pages"])
    lines += drop_lines(f"{kind} dropped", facts["dropped_words"])
    lines += drop_lines("pages to look at", facts["pages_to_look_at"])
    if not facts["words"]:
        return lines
    if of_lines:
        lengths = percentiles(Counter({int(length): count for length, count in facts["text_lengths"].items()}))
        lines.append(f"  characters a line, p5/median/p95: {'/'.join(map(str, lengths.values()))}")
    else:
        lines.append(f"  pages by category: {_categories(facts['categories'])}")
        lines.append(f"  characters a word: {_lengths(facts['text_lengths'])}")
    sizes = (f"{side} {'/'.join(map(str, facts[f'{side}_percentiles'].values()))}" for side in ("width", "height"))
    lines.append(f"  boxes in pixels, p5/median/p95: {', '.join(sizes)}")
    lines.append(f"  most frequent characters: {_counts(facts['characters'])}")
    lines.append(f"  {_readable(facts, charset_size)}")
    return lines


def _readable(facts: Mapping[str, Any], charset_size: int) -> str:
    outside = facts["characters_outside_charset"]
    if not outside:
        return f"a network with a list of {counted(charset_size, 'character')} can read every word"
    words, characters = facts["unreadable_share_of_words"], facts["unreadable_share_of_characters"]
    return (
        f"no network with this list of {counted(charset_size, 'character')} can read {words:.2%} of the words "
        f"({characters:.2%} of the characters): {_counts(outside)}"
    )


def _categories(categories: Mapping[str, Mapping[str, int]]) -> str:
    pages = {name: counts["pages"] for name, counts in categories.items()}
    if len(pages) > _CATEGORIES_SHOWN:
        pages = dict(sorted(pages.items(), key=lambda item: -item[1])[:_CATEGORIES_SHOWN])
        pages["others"] = sum(counts["pages"] for counts in categories.values()) - sum(pages.values())
    return ", ".join(f"{shortened(name, _WIDEST_CATEGORY) or '-'} {count:,}" for name, count in pages.items())


def _lengths(lengths: Mapping[int, int]) -> str:
    short = [f"{length}: {count:,}" for length, count in lengths.items() if int(length) <= _LONGEST_SHOWN]
    longer = sum(count for length, count in lengths.items() if int(length) > _LONGEST_SHOWN)
    return ", ".join([*short, f"more: {longer:,}"])


def _counts(characters: Mapping[str, int]) -> str:
    shown = [f"{character}×{count:,}" for character, count in list(characters.items())[:_CHARACTERS_SHOWN]]
    return " ".join(shown) + (" …" if len(characters) > _CHARACTERS_SHOWN else "")
