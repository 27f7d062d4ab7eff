"""Our own detector as EasyOCR's engine runs it: it turns a page into maps of words, and these into boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import cv2
import numpy as np
import torch
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from torch import nn
from torch.nn.functional import pixel_shuffle
from torch.nn.utils.fusion import fuse_conv_bn_eval

from train_easyocr.easyocr_port.custom_network import DETECTOR_FILE
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.easyocr_port.small_print import tight_small_boxes
from train_easyocr.easyocr_port.word_regions import EDGE_PIXELS, word_boxes
from train_easyocr.program.errors import UserError

BAND, AROUND = 256, 64
"""Rows of a page that pass the network at once, which takes a seventh of the memory of a whole page, and the rows
above and below that it sees with them. Both are multiples of 32, by which the network divides an image."""

SMALL_PRINT, CLEAR_PRINT = 15.0, 24.0
"""Pixels of height: a page whose middle word is lower than the first is looked at again, enlarged until that word has
the second. At 75 to 100 dots per inch, gaps between words and small signs are one or two pixels (decision 030)."""

SURE, CORE = 0.85, 0.4
"""Least peak of a word, and least probability in its core, to be counted among the words of a page's middle height."""


@dataclass(frozen=True)
class WordMaps:
    """What the network says of one page.

    `cores` are probabilities, float32 [2 h, 2 w], half as large as the page that the network saw; `edges` are the
    distances to the four edges of a word in pixels, float32 [4, h, w], a quarter as large. `ratio` is the scale from
    the page to the page that the network saw, which is `grey`, uint8 [4 h, 4 w].
    """

    cores: np.ndarray
    edges: np.ndarray
    ratio: float
    grey: np.ndarray


class WordNetwork:
    """Our own detector as a kind of detector (`detector.DetectionNetwork`).

    `network` returns the network in evaluation mode, on its device; it is called once, at the first page without maps.
    """

    def __init__(self, network: Callable[[], nn.Module]) -> None:
        self.network = cache(network)

    @torch.no_grad()
    def maps(self, page: np.ndarray, options: ReadingOptions) -> WordMaps:
        """Run the network on a page, RGB uint8 [height, width, 3]: twice if its print is small."""
        maps = self._maps_at(page, options.canvas_size, options.mag_ratio)
        height = middle_height(word_boxes(maps.cores, maps.edges, SURE, CORE))
        if height >= SMALL_PRINT:
            return maps
        return self._maps_at(page, options.canvas_size, options.mag_ratio * CLEAR_PRINT / height)

    def _maps_at(self, page: np.ndarray, canvas_size: int, mag_ratio: float) -> WordMaps:
        shown, ratio, _ = resize_aspect_ratio(page, canvas_size, cv2.INTER_LINEAR, mag_ratio)
        shown = shown.astype(np.uint8)
        raw = torch.cat([self._raw_maps(shown, *band) for band in bands(len(shown))], dim=1)
        cores = pixel_shuffle(raw[:4].sigmoid(), 2)[0]
        edges = raw[4:] * definition().EDGE_UNIT
        return WordMaps(cores.numpy(), edges.numpy(), ratio, cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY))

    def _raw_maps(self, shown: np.ndarray, first: int, last: int) -> torch.Tensor:
        """Return the network's raw maps of the rows from `first` to before `last`, seen with their surroundings."""
        top, bottom = max(0, first - AROUND), last + AROUND
        tensor = torch.from_numpy(normalizeMeanVariance(shown[top:bottom])).permute(2, 0, 1).unsqueeze(0)
        network = self.network()
        device = next(network.parameters()).device
        raw = network(tensor.to(device, memory_format=torch.channels_last))[1][0]
        rows = slice((first - top) // EDGE_PIXELS, (last - top) // EDGE_PIXELS)
        return cast(torch.Tensor, raw[:, rows].float().cpu())

    def regions(self, maps: WordMaps, options: ReadingOptions) -> list[np.ndarray]:
        """Return the boxes of the words: int32 [8] each, four corners x y in pixels of the page."""
        boxes = word_boxes(maps.cores, maps.edges, *self.thresholds(options))
        whole = np.rint(tight_small_boxes(boxes, maps.grey) / maps.ratio).astype(np.int32)
        return list(whole[:, [0, 1, 2, 1, 2, 3, 0, 3]])

    def thresholds(self, options: ReadingOptions) -> tuple[float, float]:
        """Return the options by which maps become regions: cores need no links."""
        return options.text_threshold, options.low_text


def middle_height(boxes: np.ndarray) -> float:
    """Return the median height of boxes [N, 4], xmin ymin xmax ymax; infinity for none."""
    return float(np.median(boxes[:, 3] - boxes[:, 1])) if len(boxes) else math.inf


@cache
def definition() -> ModuleType:
    """Return the module of the network, `finetuned/word_detector.py`, which is no part of this package."""
    return definition_at(DETECTOR_FILE)


def definition_at(path: Path) -> ModuleType:
    """Return the module of the network in a file."""
    loader = SourceFileLoader(path.stem, str(path))
    module = module_from_spec(cast(ModuleSpec, spec_from_loader(loader.name, loader)))
    loader.exec_module(module)
    return module


def bands(height: int) -> Iterator[tuple[int, int]]:
    """Divide the rows of a page, a multiple of 32, into bands of at most `BAND`: first row, row after the last.

    >>> list(bands(640))
    [(0, 224), (224, 448), (448, 640)]
    """
    step = math.ceil(height / math.ceil(height / BAND) / 32) * 32
    for first in range(0, height, step):
        yield first, min(first + step, height)


def folded(network: Any) -> nn.Module:
    """Fold each batch norm into the convolution before it: the same maps but for rounding, in less time.

    `network` is in evaluation mode, and is changed.
    """
    for part in network.modules():
        if isinstance(part, nn.Sequential):
            for place, (layer, norm) in enumerate(pairwise(part)):
                if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    part[place], part[place + 1] = fuse_conv_bn_eval(layer, norm), nn.Identity()
    _fold_into_sum([*network.laterals, network.fine], network.head)
    return network


def _fold_into_sum(parts: Sequence[Any], head: Any) -> None:
    """Fold the batch norm that begins `head` into the convolutions whose sum it normalizes: the last gets its shift."""
    norm = head[0]
    shift = norm.bias - norm.running_mean * norm.weight * (norm.running_var + norm.eps).rsqrt()
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    with torch.no_grad():
        for part in parts:
            part.weight *= scale[:, None, None, None]
            part.bias *= scale
        parts[-1].bias += shift
    head[0] = nn.Identity()


def build_word_detector() -> nn.Module:
    """Build the network with random weights, on the CPU."""
    return cast(nn.Module, definition().WordDetector())


def load_word_detector(network: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
    """Load weights from `read_weights` into the network; `source` is the file's name in the message.

    Raises:
        UserError: the file is not of such a detector.
    """
    wanted = network.state_dict()
    differing = [name for name in wanted if name not in state or state[name].shape != wanted[name].shape]
    differing += [name for name in state if name not in wanted]
    if differing:
        more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
        raise UserError(
            f"{source}: no weights of the detector of this project: {differing[0]}{more} is missing, unknown or of "
            "another shape; give korean_public, or a .pth file of a detector that was trained here"
        )
    network.load_state_dict(state)
