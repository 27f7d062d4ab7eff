"""Runs a chain of convolutions in oneDNN's own memory layout: the same bits in two thirds of the time.

PyTorch's max pooling and the change of layout around every convolution take a third of the time of a recognition
network on a CPU. Keeping the tensor in the layout that the convolutions use avoids both. Batch norm stays in PyTorch:
oneDNN's rounds differently, and the int8 layers after it magnify a difference in the last bit. For the same reason the
first convolution gets one image at a time, in PyTorch's layout: on a CPU without AVX-512, for images up to 320 pixels
wide, oneDNN computes it in another way in a batch, and also in its own layout.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

import torch
from torch import nn

_KNOWN = (nn.Conv2d, nn.ReLU, nn.MaxPool2d, nn.BatchNorm2d)


class BlockedConvolutions:
    """A float network of convolutions in oneDNN's layout; the given network is not changed."""

    def __init__(self, layers: nn.Sequential) -> None:
        self.first, *others = layers
        self.others = [_blocked(layer) if isinstance(layer, nn.Conv2d) else layer for layer in others]

    @staticmethod
    def can_run(layers: nn.Module | None) -> TypeGuard[nn.Sequential]:
        """Return whether a network is a plain chain of layers that this class supports, as VGG is."""
        return (
            torch.backends.mkldnn.is_available()
            and isinstance(layers, nn.Sequential)
            and len(layers) > 0
            and all(isinstance(layer, _KNOWN) for layer in layers)
        )

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Return the features of images, float32 [B, C, H, W]."""
        features = torch.cat([self.first(image) for image in images.split(1)]).to_mkldnn()
        for layer in self.others:
            is_norm = isinstance(layer, nn.BatchNorm2d)
            features = layer(features.to_dense()).to_mkldnn() if is_norm else layer(features)
        return features.to_dense()


def _blocked(layer: nn.Conv2d) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return a convolution whose weights are in oneDNN's layout."""
    weight = layer.weight.detach().to_mkldnn()
    bias = None if layer.bias is None else layer.bias.detach().to_mkldnn()
    padding: Any = layer.padding  # numbers: no layer of ours names its padding
    return lambda features: torch.mkldnn_convolution(
        features, weight, bias, padding, layer.stride, layer.dilation, layer.groups
    )
