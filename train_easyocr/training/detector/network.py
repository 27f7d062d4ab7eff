"""CRAFT as it is trained: its first convolutions frozen, its batch norms as they are."""

from __future__ import annotations

from torch import nn

from train_easyocr.training.network import hold_batch_norms

BLOCKS = ("slice1", "slice2", "slice3", "slice4", "slice5")
"""The parts of CRAFT's convolutions in EasyOCR's names, the first to see the image first."""


def prepare_training(network: nn.Module, frozen_blocks: int) -> None:
    """Freeze the first of `BLOCKS`, and hold every batch norm of CRAFT in evaluation.

    A batch of few crops has other statistics than whole pages: batch norms that followed them would move every score
    before anything is learnt.
    """
    network.requires_grad_(True)
    for name in BLOCKS[:frozen_blocks]:
        getattr(network.basenet, name).requires_grad_(False)
    hold_batch_norms(network)
