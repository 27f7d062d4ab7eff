"""Runs CRAFT on the inked part of a page only: blank paper needs no convolution, and most pages have wide margins."""

from __future__ import annotations

import numpy as np
import torch
from easyocr.imgproc import normalizeMeanVariance
from torch import nn
from torch.nn.functional import avg_pool2d, max_pool2d, pad

BLOCK = 32
"""CRAFT halves a page five times: it sees a part that begins and ends at multiples of this as it would in the page."""

PAPER_AROUND = 128
"""Pixels of paper that stay around the ink: CRAFT sees the surroundings of a character, and so where the paper ends.

On nine pages of press releases, laws and forms 128 kept 97 to 100% of the boxes equal to the pixel, 64 kept 90 to 97%.
"""

LEAST_CONTRAST = 0.42
"""A block with at least this difference has ink: 24 of 255 levels of a colour, in the units of CRAFT's input."""

_BLUR = 3
"""Side in pixels of the square whose mean counts as one pixel, so that a scanner's noise does not count as ink."""


class InkedPart(nn.Module):
    """A detector of CRAFT's shape that processes only the inked part of its pages and finds nothing elsewhere."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        # The same convolutions on another memory layout, which a CPU runs 1.3 times as fast (benchmarks/detection.py).
        self.network = network.to(memory_format=torch.channels_last)

    def forward(self, pages: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the scores, [B, H / 2, W / 2, 2], of pages as EasyOCR passes them to CRAFT, [B, 3, H, W].

        H and W are multiples of 32. CRAFT's features, which are unused, are those of the part; None without ink.
        """
        height, width = pages.shape[2:]
        part = inked_part(pages)
        if part is None:
            return pages.new_zeros(len(pages), height // 2, width // 2, 2), None
        left, top, right, bottom = part
        inked = pages[:, :, top:bottom, left:right].contiguous(memory_format=torch.channels_last)
        scores, features = self.network(inked)
        around = (left, width - right, top, height - bottom)
        return pad(scores, (0, 0, *(side // 2 for side in around))), features


def inked_part(pages: torch.Tensor) -> tuple[int, int, int, int] | None:
    """Return the part of pages, [B, 3, H, W], that holds all ink, as xmin, ymin, xmax, ymax; None without ink.

    The part has `PAPER_AROUND` pixels of paper around the ink, and begins and ends at multiples of 32.
    """
    blurred = avg_pool2d(_without_padding(pages), _BLUR, stride=1, padding=_BLUR // 2, count_include_pad=False)
    height, width = blurred.shape[2:]
    blurred = pad(blurred, (0, -width % BLOCK, 0, -height % BLOCK), mode="replicate")
    contrast = max_pool2d(blurred, BLOCK) + max_pool2d(-blurred, BLOCK)
    inked = (contrast > LEAST_CONTRAST).any(dim=1).any(dim=0)  # in any colour: red on grey may be as dark as its ground
    rows, columns = (inked.any(dim=side).nonzero()[:, 0].tolist() for side in (1, 0))
    if not rows:
        return None
    paper, (height, width) = PAPER_AROUND // BLOCK, pages.shape[2:]
    left, top = (max(0, places[0] - paper) * BLOCK for places in (columns, rows))
    right, bottom = (min(end, (places[-1] + 1 + paper) * BLOCK) for places, end in ((columns, width), (rows, height)))
    return left, top, right, bottom


def _without_padding(pages: torch.Tensor) -> torch.Tensor:
    """Cut off the black that EasyOCR adds on the right and below, up to the next multiple of 32."""
    padding = torch.from_numpy(normalizeMeanVariance(np.zeros((1, 1, 3), np.uint8))).to(pages)[0]
    shown = (pages != padding.view(1, 3, 1, 1)).any(dim=1).any(dim=0)
    ends = (shown.any(dim=side).nonzero()[-1:, 0].sum().item() + 1 for side in (1, 0))
    height, width = map(int, ends)
    return pages[:, :, :height, :width]
