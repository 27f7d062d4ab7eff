"""Write the measured tables of the pages in docs/ and of the model cards, English and Korean (.ko.md).

    python benchmarks/readme_tables.py

Each part between `<!-- NAME: ... -->` and `<!-- end of NAME -->` is written anew from benchmarks/results/*.json and
train_easyocr/pretrained/*.json; readme_tables.yaml and model_cards.yaml hold its texts and say in which page it stands
and where its figures are. `--check` writes nothing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import string
import sys
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import yaml
from measured import ROOT

from train_easyocr.report.printed_figures import change_with_interval, figure, gain_in_thousandths
from train_easyocr.scoring.statistics import Interval, PairedDifference
from train_easyocr.scoring.summary import Gain

ENDINGS = {"en": ".md", "ko": ".ko.md"}
TABLES = ROOT / "benchmarks" / "readme_tables.yaml"
CARDS = ROOT / "train_easyocr" / "pretrained"


def main() -> None:
    """Write the pages of both languages, or end with status 1 if `--check` finds one that differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only end with status 1 if a page is not up to date")
    check = parser.parse_args().check
    figures = read_figures()
    tables = [TABLES, TABLES.with_name("model_cards.yaml")]
    parts = [part for path in tables for part in yaml.safe_load(path.read_text(encoding="utf-8")).items()]
    for (name, table), language in itertools.product(parts, ENDINGS):
        if language not in table.get("head", table):
            continue  # the card has this part in one language
        page = ROOT / (table["page"] + ENDINGS[language])
        before = page.read_text(encoding="utf-8")
        part = "\n".join(table_lines(table, language, figures)) if "head" in table else filled(table[language], figures)
        after = with_part(before, name, part.strip())
        if check and after != before:
            sys.exit(f"{page.name} is not up to date: run python benchmarks/readme_tables.py")
        if after != before:
            page.write_text(after, encoding="utf-8")


def read_figures() -> dict[str, Any]:
    """Return all results by the names of their files, those of the model cards in `cards`, and `derived` figures."""
    results, cards = (
        {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
        for folder in (TABLES.with_name("results"), CARDS)
    )
    return results | {"cards": cards, "derived": derived_figures(results)}


def derived_figures(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is computed from several figures: changes as the report rounds them, and ratios of speeds."""
    sample = results["sample_run"]
    compared = sample["word_grouping"]
    difference = PairedDifference(compared["first"], compared["second"], Interval(**compared["difference"]))
    change, low, high = change_with_interval(difference)
    changes = {"change": change, "low": low, "high": high} | gain_in_thousandths(Gain(**sample["gain"]))
    speeds = {way: figures["patches_per_second"] for way, figures in results["train_step"]["ways"].items()}
    ways = {"bfloat16": "ours_batch_32_amp_auto", "float32": "ours_batch_32_fp32"}
    return {name: f"{thousandths / 1000:+.3f}" for name, thousandths in changes.items()} | {
        f"{name}_times_batch_{size}": speeds[way] / speeds[f"easyocr_trainer_batch_{size}"]
        for name, way in ways.items()
        for size in (8, 32)
    }


def table_lines(table: Mapping[str, Any], language: str, figures: Mapping[str, Any]) -> list[str]:
    """Return the lines of a table in one language, a sentence before it included; none if nothing was measured."""
    lines = [table_line(table["head"][language]), "|" + " --- |" * len(table["head"][language])]
    if "each" in table:
        return [*lines, *(table_line([filled(cell, row) for cell in table["cells"]]) for row in each(table, figures))]
    is_measured = False
    for row in table["rows"]:
        of_row = at(f"{table['of']}/{row['figures']}", figures) if "of" in table else figures
        cells = [filled(template, of_row) for template in (table["cells"] if "of" in table else row["cells"])]
        lines.append(table_line([*row[language], *cells]))
        is_measured |= any(cells)
    return [*([table["before"][language], ""] if "before" in table else []), *lines] if is_measured else []


def each(table: Mapping[str, Any], figures: Any) -> list[Mapping[str, Any]]:
    """Return what the list at `each` holds, or the mapping, whose keys become `name`; nothing if it is missing."""
    found = reduce(lambda level, name: level.get(name, {}), table["each"].split("/"), figures)
    return [{"name": name, **row} for name, row in found.items()] if isinstance(found, dict) else found


def table_line(cells: list[str]) -> str:
    """Return one line of a Markdown table."""
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


class Figures(string.Formatter):
    """`str.format` with fields such as `prepare/speed/lmdb_times_plain`, and with a format `figure`."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """Return the figure at a path."""
        return at(field_name, kwargs), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a score with three decimals for `figure`; else what `str.format` returns."""
        return figure(value) if format_spec == "figure" else super().format_field(value, format_spec)


def filled(template: str, figures: Mapping[str, Any]) -> str:
    """Return `template` with its figures; nothing if `figures` lacks the first name of a path, or a figure is null."""
    paths = [path for _, path, _, _ in Figures().parse(template) if path]
    known = all(path.split("/")[0] in figures and at(path, figures) is not None for path in paths)
    return Figures().vformat(template, (), figures) if known else ""


def at(path: str, figures: Mapping[str, Any]) -> Any:
    """Return what stands at a path of names, with slashes between them."""
    try:
        return reduce(
            lambda level, name: level[int(name) if isinstance(level, list) else name], path.split("/"), figures
        )
    except KeyError as error:
        sys.exit(f"the tables name {path}, but the results hold no {error}")


def with_part(text: str, name: str, part: str) -> str:
    """Return `text` with the part of that name, between its two comments, written anew."""
    pattern = rf"(<!-- {name}: [^\n]* -->\n).*?(\n<!-- end of {name} -->)"
    written, count = re.subn(pattern, lambda found: found[1] + part + found[2], text, flags=re.DOTALL)
    if count != 1:
        sys.exit(f"the comments of {name} stand {count} times in its page; expected once")
    return written


if __name__ == "__main__":
    main()
