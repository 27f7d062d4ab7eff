"""`log_dataset.txt` and `augmentation.png`: what a run trains on, what it leaves out, and how the crops are changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from train_easyocr.atomic import replacing
from train_easyocr.terminal_text import padded, printable
from train_easyocr.training.augmentation import contact_sheet
from train_easyocr.training.batches import BatchMaker
from train_easyocr.training.log import COLUMN
from train_easyocr.training.plan import BatchRequest
from train_easyocr.training.selection import Selection

LARGEST_SHEET = 32  # crops


def dataset_report(title: str, selections: Sequence[Selection]) -> str:
    """Return the account of the datasets of one role, `title`, as `log_dataset.txt` holds it."""
    return "\n".join([f"== {title} ==", *(line for selection in selections for line in _account(selection)), ""])


def _account(selection: Selection) -> list[str]:
    total = len(selection.store.texts)
    lines = [f"{selection.name}: {len(selection):,} of {total:,} patches are used"]
    for reason, dropped in selection.dropped.items():
        lines.append(f"  {dropped.count:,} left out: {reason}")
        lines += [
            f"    {padded(printable(label), COLUMN)} {printable(filename)}" for filename, label in dropped.examples
        ]
    unused = total - len(selection) - sum(dropped.count for dropped in selection.dropped.values())
    if unused:
        lines.append(f"  {unused:,} not drawn, by total_data_usage_ratio")
    if selection.lower_cased:
        lines.append(f"  {selection.lower_cased:,} labels lower-cased, by sensitive: False")
    if selection.squeezed:
        lines.append(f"  {selection.squeezed:,} wider than img_width and squeezed into it")
    lines += _buckets(selection)
    return [*lines, *_spelling(selection)]


def _buckets(selection: Selection) -> list[str]:
    widths, counts = np.unique(selection.widths, return_counts=True)
    cells = (f"{width}: {count:,}" for width, count in zip(widths.tolist(), counts.tolist(), strict=True))
    return ["  patches by bucket width in pixels: " + " · ".join(cells)]


def _spelling(selection: Selection) -> list[str]:
    """Say what the character list cannot spell, and the best scores that it leaves."""
    ceiling = selection.ceiling
    lines = [
        f"  ceiling that the character list puts on all of {selection.name}: accuracy {100 * ceiling.accuracy:.3f}, "
        f"normalized edit distance {ceiling.normalized_edit_distance:.4f}"
    ]
    if selection.foreign:
        most = " ".join(f"{character!r}×{count:,}" for character, count in selection.foreign.most_common(60))
        lines.insert(0, f"  {len(selection.foreign)} characters are not in the list, in so many words each: {most}")
    return lines


def save_contact_sheet(maker: BatchMaker, request: BatchRequest, path: Path) -> None:
    """Draw the crops of a batch as they are and as training sees them."""
    originals, augmented, texts = maker.before_and_after(request)
    sheet = contact_sheet(originals[:LARGEST_SHEET], augmented[:LARGEST_SHEET], texts[:LARGEST_SHEET])
    with replacing(path) as temporary:
        temporary.write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
