"""The files that step 5 writes, each in place of the old one only when it is whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Sequence
from pathlib import Path

from train_easyocr.pages.predictions import UNFINISHED, write_predictions
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.scoring.columns import OWN_BOXES
from train_easyocr.scoring.figures import summary_figures
from train_easyocr.scoring.measures import HEADLINE, Measure, Totals, totals
from train_easyocr.scoring.scored_page import Results, headline_pages
from train_easyocr.scoring.summary import Summary

PREDICTIONS = "predictions_*.jsonl"
"""Files in the output folder that a run which reads with networks replaces."""


def demand_no_loss(output: Path, engines: Collection[str]) -> None:
    """Refuse to replace a summary that has other networks or engines than the `engines` of a run from files.

    Raises:
        UserError: `output` holds such a summary, or one that cannot be read.
    """
    path = output / "summary.json"
    try:
        others = [name for name in json.loads(path.read_text(encoding="utf-8"))["scores"] if name not in engines]
    except FileNotFoundError:
        return
    except (ValueError, RecursionError, KeyError, TypeError):
        raise UserError(
            f"{path}: no summary of step 5, and this run would replace it; choose another --output"
        ) from None
    if others:
        raise UserError(
            f"{path}: holds the scores of {', '.join(map(repr, others))}, which this run would replace; "
            "choose another --output, or read with the networks and score the predictions in one run"
        )


def write_results(output: Path, results: Results, summary: Summary) -> None:
    """Write predictions, `evaluation_result.csv` and finally `summary.json`, so that it never describes missing files.

    Predictions that came from a file are not written again. If there are no others, those of an earlier or an
    interrupted run in the same folder stay, because they took hours. Otherwise they are replaced.
    """
    output.mkdir(parents=True, exist_ok=True)
    networks_were_read = any(grouping != OWN_BOXES for groupings in results.values() for grouping in groupings)
    for old in output.glob(PREDICTIONS) if networks_were_read else ():
        old.unlink()
    for network, groupings in results.items():
        for grouping, pages in groupings.items():
            if grouping != OWN_BOXES:
                path = output / f"predictions_{network}_{grouping}.jsonl"
                write_predictions(path, ((scored.image, scored.readings) for scored in pages))
    write_text(output / "evaluation_result.csv", scores_by_page(results, summary.measures))
    write_text(output / "summary.json", json.dumps(summary_figures(summary), ensure_ascii=False, indent=2) + "\n")
    if networks_were_read:
        (output / UNFINISHED).unlink(missing_ok=True)


def scores_by_page(results: Results, measures: Sequence[Measure]) -> str:
    """Return `evaluation_result.csv`: the file, then for each network its end-to-end F1 with word grouping.

    Behind them stand the measures `by_page` of each network; empty where a page has none, such as no pairs. An engine
    whose readings came from a file has the figures of its own boxes. `VARIANTS` are left out; their figures are in
    `summary.json`.
    """
    pages_of, behind = headline_pages(results), [measure for measure in measures if measure.by_page]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", *pages_of, *(f"{network}_{measure.key}" for network in pages_of for measure in behind)])
    for row in zip(*pages_of.values(), strict=True):
        found = [totals([scored]) for scored in row]
        first = [_cell(HEADLINE, page) for page in found]
        writer.writerow([row[0].image, *first, *(_cell(measure, page) for page in found for measure in behind)])
    return text.getvalue()


def _cell(measure: Measure, page: Totals) -> str:
    value = measure.of(page)
    return "" if value is None else f"{value:.{measure.decimals + 1}f}"
