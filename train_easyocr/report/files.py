"""The files that step 5 writes, each in place of the old one only when it is whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from train_easyocr.pages.predictions import UNFINISHED, write_predictions
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.report.shown_figures import EXACT
from train_easyocr.scoring.columns import OWN_BOXES
from train_easyocr.scoring.scored_page import Results, headline_pages

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


def write_results(output: Path, results: Results, summary: Mapping[str, Any]) -> None:
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
    write_text(output / "evaluation_result.csv", scores_by_page(results))
    write_text(output / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    if networks_were_read:
        (output / UNFINISHED).unlink(missing_ok=True)


def scores_by_page(results: Results) -> str:
    """Return `evaluation_result.csv`: the file, then for each network its end-to-end F1 with word grouping.

    Behind them stand each network's exact match of the pairs, and the same with look-alikes folded; empty for a page
    without pairs. An engine whose readings came from a file has the figures of its own boxes. `VARIANTS` are left out;
    their figures are in `summary.json`.
    """
    columns = headline_pages(results)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", *columns, *(f"{network}_{figure}" for network in columns for figure in EXACT)])
    for row in zip(*columns.values(), strict=True):
        exact = [getattr(scored.counts, figure) for scored in row for figure in EXACT]
        figures = ["" if value is None else f"{value:.4f}" for value in exact]
        writer.writerow([row[0].image, *(f"{scored.counts.f1:.4f}" for scored in row), *figures])
    return text.getvalue()
