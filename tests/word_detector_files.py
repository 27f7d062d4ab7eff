"""Weights of our own detector for tests, with which it does something plain."""

from pathlib import Path

import torch
from torch import nn

from train_easyocr.easyocr_port.engine.weight_file import MODULE_PREFIX
from train_easyocr.easyocr_port.engine.word_network import build_word_detector


@torch.no_grad()
def ink_detector(edge: float = 4.0) -> nn.Module:
    """Return a network that takes each dark blob for the core of a word, and every edge to be `edge` pixels away."""
    network = build_word_detector()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.zero_()
            if module.bias is not None:
                module.bias.zero_()
        if isinstance(module, nn.BatchNorm2d):
            module.weight.fill_((1 + module.eps) ** 0.5)  # with a mean of 0 and a variance of 1, nothing changes
    network.stem[0].weight[0, :, 1, 1] = -1.0  # white is about 2.4 in each channel, black about -2
    for pixel in range(4):
        network.fine.weight[pixel, pixel] = 1.0
        network.head[3].weight[pixel, pixel] = 4.0
    network.head[3].bias[:4] = -12.0
    network.head[3].bias[4:] = edge / 8
    return network.eval()


def write_word_detector(
    path: Path, network: nn.Module | None = None, prefix: str = MODULE_PREFIX, dtype: torch.dtype = torch.float32
) -> Path:
    """Write a checkpoint as step 3 does, of a `network`, or else of one that finds ink."""
    state = (network or ink_detector()).state_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({prefix + name: value.to(dtype) if value.dim() else value for name, value in state.items()}, path)
    return path
