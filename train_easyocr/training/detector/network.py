"""Prepares CRAFT for training: freezes its first convolutions, and keeps its batch norms in evaluation."""

from __future__ import annotations

from torch import nn

from train_easyocr.training.network import hold_batch_norms

BLOCKS = ("slice1", "slice2", "slice3", "slice4", "slice5")
"""EasyOCR's names for the parts of CRAFT's convolutions, in the order from the image on."""


def prepare_training(network: nn.Module, frozen_blocks: int) -> None:
    """Freeze the first of `BLOCKS`, and hold every batch norm of CRAFT in evaluation.

    A batch of few crops has other statistics than whole pages. Batch norms that followed them would change every score
    before the network learns anything.
    """
    network.requires_grad_(True)
    for name in BLOCKS[:frozen_blocks]:
        getattr(network.basenet, name).requires_grad_(False)
    hold_batch_norms(network)
