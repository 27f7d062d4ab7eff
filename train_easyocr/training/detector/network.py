"""CRAFT as it is trained: started from weights, its first convolutions frozen, its batch norms as they are."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from train_easyocr.errors import UserError
from train_easyocr.training.network import StillBatchNorm

BLOCKS = ("slice1", "slice2", "slice3", "slice4", "slice5")
"""The parts of CRAFT's convolutions in EasyOCR's names, the first to see the image first."""


def load_detector(network: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
    """Give CRAFT its weights, as of `read_weights`; `source` is the file's name in the message.

    Raises:
        UserError: the file is not of such a detector.
    """
    wanted = network.state_dict()
    differing = [name for name in wanted if name not in state or state[name].shape != wanted[name].shape]
    differing += [name for name in state if name not in wanted]
    if differing:
        more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
        raise UserError(
            f"{source}: no weights of EasyOCR's detector CRAFT: {differing[0]}{more} is missing, unknown or of another "
            "shape; give craft, or a .pth file of a trained detector"
        )
    network.load_state_dict(state, assign=True)


def prepare_training(network: nn.Module, frozen_blocks: int) -> None:
    """Freeze the first of `BLOCKS`, and hold every batch norm of CRAFT in evaluation.

    A batch of few crops has other statistics than whole pages: batch norms that followed them would move every score
    before anything is learnt.
    """
    network.requires_grad_(True)
    for name in BLOCKS[:frozen_blocks]:
        getattr(network.basenet, name).requires_grad_(False)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            # The class changes in place: the weights, their names and every reference to the module stay.
            module.__class__ = StillBatchNorm
            module.eval()
