"""`log_dataset.txt` and `augmentation.png`: what a run trains on, what it leaves out, and how crops are augmented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import cv2

from train_easyocr.pages.records import DatasetAccount
from train_easyocr.program.atomic import write_bytes
from train_easyocr.program.terminal_text import counted, padded, printable
from train_easyocr.training.augmentation import contact_sheet
from train_easyocr.training.batches import BatchMaker
from train_easyocr.training.log import COLUMN
from train_easyocr.training.plan import BatchRequest

FEW_SPELLABLE = 0.5  # of the labels; with fewer, the list is probably not the one that was meant
LARGEST_SHEET = 32  # crops
MOST_FOREIGN = 60  # characters that are named


def dataset_report(accounts: Sequence[DatasetAccount]) -> str:
    """Return the text of `log_dataset.txt` about all datasets, grouped by role."""
    parts = []
    for role, together in groupby(accounts, key=lambda account: account.role):
        parts.append("\n".join([f"== {role} ==", *(line for account in together for line in _lines(account)), ""]))
    return "\n".join(parts)


def _lines(account: DatasetAccount) -> Iterator[str]:
    yield f"{account.name}: {account.used:,} of {counted(account.total, 'patch', 'patches')} used"
    spellable = account.ceiling.accuracy
    if spellable < FEW_SPELLABLE:
        yield f"  WARNING: the list spells {spellable:.1%} of the labels; is `character` the one you mean?"
    for reason, dropped in account.dropped.items():
        yield f"  {dropped.count:,} left out: {reason}"
        for filename, label in dropped.examples:
            yield f"    {padded(printable(label), COLUMN)} {printable(filename)}"
    if account.not_drawn:
        yield f"  {account.not_drawn:,} not drawn, by total_data_usage_ratio"
    if account.lower_cased:
        yield f"  {counted(account.lower_cased, 'label')} lower-cased, by sensitive: False"
    if account.squeezed:
        yield f"  {account.squeezed:,} wider than img_width and squeezed into it"
    widths = " · ".join(f"{width}: {count:,}" for width, count in account.widths)
    yield f"  patches by bucket width in pixels: {widths}"
    if account.foreign:
        most = " ".join(f"{character!r}×{count:,}" for character, count in account.foreign[:MOST_FOREIGN])
        yield f"  {counted(len(account.foreign), 'character')} not in the list, in so many words each: {most}"
    ceiling = account.ceiling
    yield (
        f"  ceiling that the character list puts on all of {account.name}: accuracy {100 * ceiling.accuracy:.3f}, "
        f"normalized edit distance {ceiling.normalized_edit_distance:.4f}"
    )


def save_contact_sheet(maker: BatchMaker, request: BatchRequest, path: Path) -> None:
    """Draw the crops of a batch as they are and as training sees them."""
    originals, augmented, texts = maker.before_and_after(request)
    sheet = contact_sheet(originals[:LARGEST_SHEET], augmented[:LARGEST_SHEET], texts[:LARGEST_SHEET])
    write_bytes(path, cv2.imencode(".png", sheet)[1].tobytes())
