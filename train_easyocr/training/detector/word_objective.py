"""The objective of our own detector: the cores of words, and the edges of their boxes."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from train_easyocr.easyocr_port.word_regions import EDGE_PIXELS
from train_easyocr.training.detector.crops import IGNORED, CropBatch
from train_easyocr.training.detector.score_targets import NOBODY

NEGATIVES, LEAST_NEGATIVES = 3, 500
"""Background pixels that count, the worst ones first: number for each pixel of a core, and least number a crop."""

FAR_EDGE = 48.0
"""Pixels from which on an edge is no target: where a long word ends is read off near its end."""

LEAST_SIDE = 4.0
"""An edge's error counts as a share of the word's shorter side, or of this many pixels if it is shorter."""


class WordObjective:
    """Cross entropy of the cores with hard negatives, their Dice loss, and the error of the edges.

    Hard negatives as Shrivastava et al. 2016, Dice as Milletari et al. 2016. Each word counts as the 0.4th
    power of its area, so that single signs are not lost among long words.

    Args:
        edge_unit: pixels for 1.0 in the network's map of edges.
    """

    def __init__(self, edge_unit: float) -> None:
        self._edge_unit = edge_unit

    def loss(self, network: nn.Module, images: torch.Tensor, batch: CropBatch) -> torch.Tensor:
        """Return the loss of crops [B, 3, S, S]: one number."""
        raw = network(images)[1].float()
        owners = batch.owners.to(raw.device, non_blocking=True).long()
        cores = batch.scores.to(raw.device, non_blocking=True)[:, 0]
        words = _words_apart(owners, batch.boxes.to(raw.device))
        shares = _shares(words)
        core_loss = _core_loss(functional.pixel_shuffle(raw[:, :4], 2)[:, 0], cores, owners, shares)
        return core_loss + self._edge_loss(raw[:, 4:] * self._edge_unit, words, batch.boxes.to(raw.device)[:, 1:])

    def targets(self, images: torch.Tensor, batch: CropBatch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the cores to learn, float32 [B, 1, h, w], and which of their pixels count, bool [B, h, w]."""
        return batch.scores.to(images.device), batch.owners.to(images.device) != IGNORED

    def _edge_loss(self, found: torch.Tensor, words: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
        """Return the mean error of the edges, as shares of the shorter side of their words.

        Args:
            found: distances to the left, upper, right and lower edge in pixels, [B, 4, h / 2, w / 2].
            words: the word of each pixel, counted over all crops from 1, [B, h, w].
            boxes: the words, [N, 4], xmin ymin xmax ymax.
        """
        # The largest of 2 x 2: a word that owns one of them is found there.
        owner = functional.max_pool2d(words.float(), 2).long()
        crop, row, column = (owner > 0).nonzero(as_tuple=True)
        if not len(crop):
            return found.sum() * 0
        number = owner[crop, row, column]
        box = boxes[number - 1]
        x, y = (column + 0.5) * EDGE_PIXELS, (row + 0.5) * EDGE_PIXELS
        wanted = torch.stack([x - box[:, 0], y - box[:, 1], box[:, 2] - x, box[:, 3] - y], dim=1)
        shorter = torch.minimum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]).clamp(min=LEAST_SIDE)
        counted = wanted < FAR_EDGE
        errors = functional.smooth_l1_loss(
            found[crop, :, row, column] / shorter[:, None], wanted / shorter[:, None], reduction="none", beta=0.05
        )
        weights = _shares(number)[:, None] * counted
        return (errors * weights).sum() / weights.sum().clamp(min=1e-6)


def _words_apart(owners: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
    """Return the word of each pixel counted over all crops, from 1; 0 for no word. Shapes as `CropBatch`."""
    counts = torch.bincount(boxes[:, 0].long(), minlength=len(owners))
    before = (counts.cumsum(0) - counts)[:, None, None]
    return torch.where(owners > NOBODY, owners + before, 0)


def _shares(words: torch.Tensor) -> torch.Tensor:
    """Return the weight of each pixel, so that each word weighs the 0.4th power of its pixels; 0 for no word."""
    counts = torch.bincount(words.flatten())
    weights = counts.clamp(min=1).float() ** -0.6
    weights[0] = 0
    return weights[words]


def _core_loss(logits: torch.Tensor, cores: torch.Tensor, owners: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Return the loss of the cores, mean over the crops; all shapes [B, h, w]."""
    counts = owners != IGNORED
    errors = functional.binary_cross_entropy_with_logits(logits, cores, reduction="none") * counts
    found = logits.sigmoid() * counts
    wanted = cores * counts
    dice = 1 - (2 * (found * wanted).sum((1, 2)) + 1) / (found.sum((1, 2)) + wanted.sum((1, 2)) + 1)
    positive = (errors * shares).sum((1, 2)) / shares.sum((1, 2)).clamp(min=1e-6)
    negative = torch.stack([_hardest(errors[crop], owners[crop]) for crop in range(len(errors))])
    return (positive + negative + dice).mean()


def _hardest(errors: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    """Return the mean error of the worst background pixels of one crop, [h, w]."""
    background = errors[owners == NOBODY]
    hardest = min(len(background), max(LEAST_NEGATIVES, NEGATIVES * int((owners > NOBODY).sum())))
    return background.topk(hardest, sorted=False).values.mean() if hardest else errors.sum() * 0
