"""Runs a chain of convolutions for `read()`: nearly the Reader's features, in little more than half of its time.

Batch norms are folded into the convolutions before them. Wide 3 x 3 convolutions run in Winograd's form F(4 x 4, 3 x 3)
(Lavin and Gray 2016, "Fast algorithms for convolutional neural networks"): a quarter of the multiplications, as 36
products of matrices. Both round differently from PyTorch, by about 0.00003.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

LEAST_CHANNELS = 64
"""With fewer input channels, the transformations cost more than the multiplications that they save."""

_TILES = [[4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0]]
_TILES += [[0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]]
_KERNELS = [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]  # of a 24th
_RESULTS = [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]


class QuickConvolutions:
    """A float network of convolutions, see `BlockedConvolutions.can_run`; the given network is not changed."""

    def __init__(self, layers: nn.Sequential) -> None:
        plain: list[Any] = []
        for layer in layers:
            if isinstance(layer, nn.BatchNorm2d) and plain and isinstance(plain[-1], nn.Conv2d):
                plain[-1] = fuse_conv_bn_eval(plain[-1], layer)
            else:
                plain.append(layer)
        self.layers: list[Callable[[torch.Tensor], torch.Tensor]] = [
            WinogradConvolution(layer) if WinogradConvolution.pays(layer) else layer for layer in plain
        ]

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Return the features of images, float32 [B, C, H, W]."""
        # A clone: where there is one channel, `contiguous` leaves strides that torch takes for those of channels first.
        features = images.clone(memory_format=torch.channels_last)
        for layer in self.layers:
            features = layer(features)
        return features


class WinogradConvolution:
    """A 3 x 3 convolution with padding 1 that makes 4 x 4 pixels of its result from each tile of 6 x 6 pixels."""

    def __init__(self, layer: nn.Conv2d) -> None:
        kernel = layer.weight.detach().double().permute(2, 3, 1, 0).flatten(0, 1)  # [9, C, K]
        self.kernel = torch.einsum("tk,kio->tio", _in_both_directions(_KERNELS) / 24**2, kernel).float()  # [36, C, K]
        self.bias = layer.bias
        self.tiles, self.results = (_in_both_directions(matrix).float() for matrix in (_TILES, _RESULTS))

    @staticmethod
    def pays(layer: nn.Module) -> bool:
        """Return whether a layer is a convolution that this class computes, and faster."""
        shape = ((3, 3), (1, 1), (1, 1), (1, 1), 1)
        return (
            isinstance(layer, nn.Conv2d)
            and (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.groups) == shape
            and layer.in_channels >= LEAST_CHANNELS
        )

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Return the result, [B, K, H, W], of images [B, C, H, W]; both have their channels last in memory."""
        count, channels, height, width = images.shape
        rows, columns = -(-height // 4), -(-width // 4)  # of tiles
        padded = images.new_zeros(count, 4 * rows + 2, 4 * columns + 2, channels)
        padded[:, 1 : height + 1, 1 : width + 1] = images.permute(0, 2, 3, 1)
        of_image, of_row, of_column, _ = padded.stride()
        tiles = padded.as_strided(
            (6, 6, count, rows, columns, channels), (of_row, of_column, of_image, 4 * of_row, 4 * of_column, 1)
        )
        transformed = self.tiles @ tiles.reshape(36, -1)  # [36, B * rows * columns * C]
        products = torch.bmm(transformed.view(36, -1, channels), self.kernel)  # [36, B * rows * columns, K]
        results = (self.results @ products.view(36, -1)).view(4, 4, count, rows, columns, -1)
        pixels = results.permute(2, 3, 0, 4, 1, 5).reshape(count, 4 * rows, 4 * columns, -1)[:, :height, :width]
        return (pixels if self.bias is None else pixels + self.bias).permute(0, 3, 1, 2)


def _in_both_directions(matrix: list[list[int]]) -> torch.Tensor:
    """Return the matrix, float64 [n², m²], that applies a matrix [n][m] along rows and columns of flattened tiles."""
    one = torch.tensor(matrix, dtype=torch.float64)
    return torch.kron(one, one)
