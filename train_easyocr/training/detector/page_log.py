"""What a run logs about its pages: their section of `log_dataset.txt`, their fingerprint, and a picture of the maps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from train_easyocr.pages.records import Page
from train_easyocr.program.atomic import write_bytes
from train_easyocr.program.terminal_text import counted
from train_easyocr.training.detector.crops import CropBatch
from train_easyocr.training.detector.kinds import DetectorObjective

SHOWN = 2
"""Crops in the picture."""


def pages_report(title: str, pages: Sequence[tuple[Page, Path]], account: Sequence[str]) -> str:
    """Return the section of `log_dataset.txt` about the pages of one role, under `title`.

    `account`: lines on labels that take no part, and on pages to look at.
    """
    words = sum(len(page.words) for page, _ in pages)
    short = sum(len(word.text) == 1 for page, _ in pages for word in page.words)
    ignored = sum(len(page.ignored) for page, _ in pages)
    counts = f"{counted(len(pages), 'page')}, {counted(words, 'word')}, {short:,} of them of one character"
    return "\n".join(
        [f"== {title} ==", f"{counts}; {counted(ignored, 'label')} of print that nobody can read", *account, "", ""]
    )


def pages_fingerprint(pages: Sequence[tuple[Page, Path]]) -> list[int | str]:
    """Return the number of pages and a digest of their names, boxes and texts, which a resumed run compares."""
    digest = hashlib.blake2b(digest_size=16)
    for page, _ in pages:
        digest.update(repr((page.name, page.words, page.ignored)).encode())
    return [len(pages), digest.hexdigest()]


def save_target_picture(objective: DetectorObjective, batch: CropBatch, reference: nn.Module, path: Path) -> None:
    """Draw some crops of a batch, each beside its target maps, with the maps of the network `reference` below these."""
    device = next(reference.parameters()).device
    images = batch.network_input(device)
    with torch.no_grad():
        wanted = objective.targets(images, batch)[0].cpu().numpy()
        now = reference.eval()(images)[0].permute(0, 3, 1, 2).float().cpu().numpy()
    rows = []
    for crop in range(min(SHOWN, len(images))):
        size = batch.images.shape[-1] // 2
        picture = cv2.resize(batch.images[crop].permute(1, 2, 0).numpy()[:, :, ::-1], (size, size))
        rows.append(np.hstack([picture, *(_coloured(scores) for scores in wanted[crop])]))
        rows.append(np.hstack([picture, *(_coloured(scores) for scores in now[crop][: len(wanted[crop])])]))
    write_bytes(path, cv2.imencode(".png", np.vstack(rows))[1].tobytes())


def _coloured(scores: np.ndarray) -> np.ndarray:
    return cv2.applyColorMap((scores.clip(0, 1) * 255).astype(np.uint8), cv2.COLORMAP_JET)
