"""The network of our own detector: its only definition, trained here and installed beside EasyOCR as it stands.

It finds words on scanned pages in place of CRAFT. It runs in somebody else's EasyOCR, so it imports torch alone:

    from finetuned_detector import load_detector
    reader.detector = load_detector("finetuned_detector.pth").to(reader.device)

Shapes: B images, H and W their height and width in pixels, both multiples of 32.
"""

import torch
from torch import nn
from torch.nn import functional

EDGE_UNIT = 8.0
"""Pixels of the image for 1.0 in a map of edges, so that the network outputs numbers near 1."""


class WordDetector(nn.Module):
    """Finds the core of each word and the distances from there to the edges of its box.

    A pyramid of plain residual blocks (He et al. 2016, Lin et al. 2017) ends at a quarter of the image. A pixel there
    holds the scores of its 2 x 2 pixels at half of the image, and four distances.

    The core of a word is its box, shrunk so far that EasyOCR, which widens each region by its own thickness
    (`craft_utils.getDetBoxes`), restores the box. Cores of neighbouring words lie apart even where the words nearly
    touch. With the edges a box is exact to the pixel; EasyOCR ignores them.
    """

    def __init__(
        self,
        stem: int = 24,
        stages: tuple[tuple[int, int], ...] = ((40, 1), (64, 2), (96, 3), (128, 3)),
        neck: int = 64,
    ) -> None:
        super().__init__()
        self.stem = convolution(3, stem, stride=2)
        widths = [stem, *(width for width, _ in stages)]
        self.stages = nn.ModuleList(
            nn.Sequential(convolution(before, width, stride=2), *(Residual(width) for _ in range(blocks)))
            for before, (width, blocks) in zip(widths[:-1], stages, strict=True)
        )
        self.laterals = nn.ModuleList(nn.Conv2d(width, neck, 1) for width, _ in stages)
        self.fine = nn.Conv2d(4 * stem, neck, 1)  # what the stem saw at half of the image, as 2 x 2 pixels in one
        self.head = nn.Sequential(nn.BatchNorm2d(neck), nn.ReLU(inplace=True), Residual(neck), nn.Conv2d(neck, 8, 1))

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Find words on images [B, 3, H, W], RGB, normalized as EasyOCR normalizes pages for CRAFT.

        Returns:
            The maps that EasyOCR expects, [B, H / 2, W / 2, 2]: how probably a pixel belongs to the core of a word, 0
            to 1, and zeros in place of CRAFT's links. Then the raw maps [B, 8, H / 4, W / 4]: the logits of the 2 x 2
            cores, and the distances to the left, upper, right and lower edge of the word in `EDGE_UNIT` pixels.
        """
        features = self.stem(images)
        fine = self.fine(functional.pixel_unshuffle(features, 2))
        levels = []
        for stage in self.stages:
            features = stage(features)
            levels.append(features)
        merged = self.laterals[-1](levels[-1])
        for lateral, level in zip(self.laterals[-2::-1], levels[-2::-1], strict=True):
            merged = functional.interpolate(merged, scale_factor=2.0, mode="nearest") + lateral(level)
        raw = self.head(merged + fine)
        cores = functional.pixel_shuffle(raw[:, :4], 2).float().sigmoid()
        return torch.cat([cores, torch.zeros_like(cores)], dim=1).permute(0, 2, 3, 1), raw


def convolution(before: int, after: int, *, stride: int = 1) -> nn.Sequential:
    """Return a 3 x 3 convolution with batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two 3 x 3 convolutions whose result is added to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return features of the same shape, [B, width, h, w]."""
        return functional.relu(features + self.second(self.first(features)), inplace=True)


def load_detector(path: str) -> WordDetector:
    """Return the detector with the weights of a .pth file, in evaluation mode, on the CPU."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = WordDetector()
    network.load_state_dict({name.removeprefix("module."): value for name, value in state.items()})
    return network.float().eval()
