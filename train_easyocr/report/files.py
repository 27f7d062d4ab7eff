"""The files that step 5 writes, each in place of the old one only when it is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from train_easyocr.atomic import write_text
from train_easyocr.columns import OWN_BOXES
from train_easyocr.errors import UserError
from train_easyocr.predictions import UNFINISHED, write_predictions
from train_easyocr.scoring.summary import Results, scores_by_page

PREDICTIONS = "predictions_*.jsonl"
"""Files in the output folder that a run which reads with networks replaces."""

_NOT_IN_A_FILE_NAME = re.compile(r'[\\/:*?"<>|\s]')


def demand_no_loss(output: Path, engines: Collection[str]) -> None:
    """Refuse to replace a summary that tells of other networks or engines than the `engines` of a run from files.

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


def write_results(output: Path, images: Sequence[str], results: Results, summary: Mapping[str, Any]) -> None:
    """Write predictions, `evaluation_result.csv` and at last `summary.json`, which so never tells of absent files.

    Predictions that came from a file are not written again; where there are no others, those of an earlier or an
    interrupted run in the same folder stay, because they took hours. Otherwise they are replaced.
    """
    output.mkdir(parents=True, exist_ok=True)
    networks_were_read = any(grouping != OWN_BOXES for groupings in results.values() for grouping in groupings)
    for old in output.glob(PREDICTIONS) if networks_were_read else ():
        old.unlink()
    for network, groupings in results.items():
        for grouping, scored in groupings.items():
            if grouping != OWN_BOXES:
                readings = [found for _, found, _ in scored.pages]
                write_predictions(output / f"predictions_{network}_{grouping}.jsonl", images, readings)
    write_text(output / "evaluation_result.csv", scores_by_page(results, images))
    write_text(output / "summary.json", json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    if networks_were_read:
        (output / UNFINISHED).unlink(missing_ok=True)


def page_image_name(image: str) -> str:
    """Give the name of a page's drawing: its path in one name, so that equal file names do not meet.

    >>> page_image_name("인.허가/5350093/2001/a 1.jpg")
    '인.허가_5350093_2001_a_1.jpg'
    """
    return _NOT_IN_A_FILE_NAME.sub("_", image.rpartition(".")[0] or image) + ".jpg"
