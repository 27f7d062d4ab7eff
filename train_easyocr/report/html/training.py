"""Writes the report of a training, `report.html` in the folder of the run, again at each validation."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from train_easyocr.pages.records import DatasetAccount, Sample
from train_easyocr.program.atomic import write_text
from train_easyocr.report.html.page_data import pieces, shown
from train_easyocr.report.html.templating import build_html
from train_easyocr.report.html.training_charts import training_charts
from train_easyocr.report.html.training_tables import (
    account_tables,
    condition_tables,
    dropped_groups,
    progress,
    score_table,
)
from train_easyocr.training.metrics_table import read_history

SCRIPTS = ("language.js",)
MOST_READINGS = 100
"""Readings that are shown of each kind."""
LONG = 14
"""Labels with more characters get a row of their own."""
SHEET = "augmentation.png"
"""The sheet of augmented crops, which the training draws beside the report."""


def write_training_report(
    folder: Path,
    description: Mapping[str, Any],
    *,
    accounts: Sequence[DatasetAccount],
    samples: Sequence[Sample],
    mistakes: Sequence[Sample],
    unreadable: Sequence[str],
) -> Path:
    """Write the report into the folder of the run, in place of an earlier one.

    Args:
        folder: holds `metrics.csv` with at least one row, the best weights so far, and the sheet of crops.
        description: that of the run's checkpoints: `settings`, `characters`, `data`, `start`.
        accounts: the counts of each dataset.
        samples: readings of the last validation, drawn at random.
        mistakes: its wrong readings of the highest confidence.
        unreadable: damaged images.

    Returns:
        The html file.
    """
    history = read_history(folder / "metrics.csv")
    names = [account.name for account in accounts if account.role == "validation"]
    wrong_first = sorted(samples, key=lambda sample: (sample.is_right, sample.confidence))
    html = build_html(
        "training.html.jinja",
        SCRIPTS,
        window_title="학습 보고서 · Training report",
        experiment=shown(str(description["settings"]["experiment_name"]), hide_texts=False),
        progress=progress(history, accounts),
        scores=score_table(history, names),
        charts=training_charts(history, names[0]),
        mistakes=[_reading(sample) for sample in mistakes[:MOST_READINGS]],
        samples=[_reading(sample) for sample in wrong_first[:MOST_READINGS]],
        data_tables=account_tables(accounts),
        dropped=dropped_groups(accounts),
        unreadable=unreadable,
        sheet=SHEET if (folder / SHEET).is_file() else "",
        conditions=condition_tables(folder, description),
    )
    target = folder / "report.html"
    write_text(target, html)
    return target


def _reading(sample: Sample) -> dict[str, Any]:
    """Return a reading for the template: the pieces of each text, and whether they differ from the other text."""
    found = pieces(sample.ground_truth, sample.prediction)
    if found is None:
        found = [[shown(sample.ground_truth, hide_texts=False), shown(sample.prediction, hide_texts=False)]]
    sides = [
        [(piece, False) if isinstance(piece, str) else (piece[side].replace(" ", "␣"), True) for piece in found]
        for side in (0, 1)
    ]
    return {
        "image": _picture(sample.image),
        "long": len(sample.ground_truth) > LONG,
        "truth": sides[0],
        "read": sides[1],
        "right": sample.is_right,
        "confidence": f"{sample.confidence:.3f}",
    }


def _picture(image: np.ndarray) -> str:
    """Return an image, uint8 [C, H, W], as the data URL of a JPEG, without the padding on its right."""
    differing = np.flatnonzero((image != image[:, :, -1:]).any(axis=(0, 1)))
    width = int(differing[-1]) + 2 if differing.size else image.shape[2]
    pixels = image[::-1, :, :width].transpose(1, 2, 0)  # OpenCV wants BGR
    encoded = cv2.imencode(".jpg", np.ascontiguousarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
