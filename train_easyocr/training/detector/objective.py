"""The objective of the detector: the target maps of a batch, and the loss against them."""

from __future__ import annotations

from typing import cast

import torch
from torch import nn

from train_easyocr.easyocr_port.craft_regions import region_quadrilaterals
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.overlap import iou_of_pairs
from train_easyocr.training.detector.crops import IGNORED, CropBatch
from train_easyocr.training.detector.score_targets import MAP_SCALE, NOBODY

AGREEMENT = 0.6
"""Where the IoU of a word's label and a region of the published detector is at least this, its maps are the target."""

DRAWN = 0.1
"""From this score on a pixel of a target is part of a character, or of a link."""

NEGATIVES, LEAST_NEGATIVES = 3, 500
"""Background pixels that count, the worst ones first: number for each drawn pixel, and least number for a crop."""


class MapObjective:
    """Mean squared error of both maps with online hard negatives (Baek et al. 2019; Shrivastava et al. 2016).

    Where the published detector finds a word as it is labelled, its maps are the target, so that the trained detector
    does not drift. Where it misses a word, joins it with another or cuts it, the Gaussians of the label are the
    target. The target of the background is 0.

    Args:
        published: the published detector, in evaluation mode on the device of the training; None to learn from the
            labels alone.
    """

    def __init__(self, published: nn.Module | None) -> None:
        self._published = published

    def loss(self, network: nn.Module, images: torch.Tensor, batch: CropBatch) -> torch.Tensor:
        """Return the mean loss of crops [B, 3, S, S]: one number."""
        wanted, counts = self.targets(images, batch)
        found = network(images)[0].permute(0, 3, 1, 2).float()
        losses = [
            map_loss(found[crop, number], wanted[crop, number], counts[crop])
            for crop in range(len(images))
            for number in range(2)
        ]
        return cast(torch.Tensor, sum(losses)) / len(images)

    @torch.no_grad()
    def targets(self, images: torch.Tensor, batch: CropBatch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the maps to learn, float32 [B, 2, h, w], and which of their pixels count, bool [B, h, w]."""
        device = images.device
        wanted, owners = batch.scores.to(device), batch.owners.to(device)
        if self._published is not None:
            maps = self._published(images)[0].permute(0, 3, 1, 2).float()
            stays = torch.stack(
                [
                    agreed(maps[crop], batch.words_of(crop))[owners[crop].clamp(min=NOBODY).long()]
                    for crop in range(len(images))
                ]
            )
            wanted = torch.where(stays[:, None], maps.clamp(0, 1), wanted)
        return wanted, owners != IGNORED


def agreed(maps: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Return for which words the maps of a detector agree with the labels.

    Args:
        maps: [2, h, w], of characters and of links.
        words: the labelled boxes, [N, 4], xmin ymin xmax ymax in pixels of the image.

    Returns:
        bool [N + 1] on the device of `maps`, indexed by the owner of a pixel; the first stands for `NOBODY`.
    """
    options = ReadingOptions()
    text, link = maps.cpu().numpy()
    corners = region_quadrilaterals(text, link, options.text_threshold, options.link_threshold, options.low_text)
    regions = torch.from_numpy(corners) * MAP_SCALE
    found = torch.cat([regions.amin(dim=1), regions.amax(dim=1)], dim=1) if len(regions) else torch.zeros(0, 4)
    word, _, iou = iou_of_pairs(words.numpy(), found.numpy())
    agrees = torch.zeros(len(words) + 1, dtype=torch.bool)
    agrees[torch.from_numpy(word[iou >= AGREEMENT]) + 1] = True
    return agrees.to(maps.device)


def map_loss(found: torch.Tensor, wanted: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Return the loss of one map: the mean over the drawn pixels plus the mean over the hardest background pixels.

    Args:
        found: the map that the detector returns, [h, w].
        wanted: the target map, [h, w], 0 to 1.
        counts: False for pixels that are left out.
    """
    errors = (found - wanted).square() * counts
    drawn = (wanted >= DRAWN) & counts
    positives = drawn.sum()
    background = errors[~drawn & counts]
    hardest = min(len(background), max(LEAST_NEGATIVES, NEGATIVES * int(positives)))
    negative = background.topk(hardest, sorted=False).values.mean() if hardest else errors.sum() * 0
    return negative + (errors * drawn).sum() / positives.clamp(min=1)
