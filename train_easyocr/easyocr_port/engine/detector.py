"""The detector: finds the boxes of words on a page.

Score maps, their cache and regions stay behind it. A kind of network is a class of its own, such as `craft.Craft`; this
file chooses the class for a file of weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import torch
from torch import nn

from train_easyocr.easyocr_port.engine import craft
from train_easyocr.easyocr_port.engine.craft import Craft, build_craft, load_craft
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.reader import open_reader
from train_easyocr.easyocr_port.engine.text_box import TextBox, group_regions
from train_easyocr.easyocr_port.engine.weight_file import is_word_detector, read_weights
from train_easyocr.easyocr_port.engine.word_network import (
    WordNetwork,
    build_word_detector,
    folded,
    load_word_detector,
)
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.easyocr_port.weights import PUBLISHED
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.versions import source_digest, versions


class DetectionNetwork(Protocol):
    """A kind of detector: how its network runs, and how its maps become regions."""

    def maps(self, page: np.ndarray, options: ReadingOptions) -> Any:
        """Run the network on a page, RGB uint8 [height, width, 3]; of the options only `scale` matters.

        Only the kind itself knows what is in its maps; those of a detector with a cache are `ScoreMaps`.
        """
        ...

    def regions(self, maps: Any, options: ReadingOptions) -> list[np.ndarray]:
        """Return the regions of the maps, int32 [8] each, four corners x y in pixels; only `thresholds` matter."""
        ...

    def thresholds(self, options: ReadingOptions) -> tuple[float, ...]:
        """Return the options by which maps become regions."""
        ...


@dataclass(frozen=True)
class Detector:
    """Finds the boxes of words on pages with one network; with a `cache`, its score maps are kept on disk."""

    network: DetectionNetwork
    cache: ScoreMapCache | None = None

    def boxes(self, page: np.ndarray, options: ReadingOptions) -> list[TextBox]:
        """Return the boxes to read on a page, RGB uint8 [height, width, 3]: as EasyOCR groups them."""
        return self.find(page, options).boxes(options)

    def find(self, page: np.ndarray, options: ReadingOptions) -> FoundPage:
        """Run the network on a page, for the boxes of many options of one `scale`: that of `options`."""
        make = partial(self.network.maps, _not_too_thin(page, options), options)
        maps = self.cache.get_or_make(page, options, make) if self.cache else make()
        return FoundPage(self.network, maps, (page.shape[1], page.shape[0]), options.scale)


def _not_too_thin(page: np.ndarray, options: ReadingOptions) -> np.ndarray:
    """Repeat the last row or column of a page of which no pixel would remain in the size that the network sees."""
    longer = max(page.shape[:2])
    least = math.ceil(longer / min(longer * options.mag_ratio, options.canvas_size))
    missing = [max(0, least - side) for side in page.shape[:2]]
    return np.pad(page, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge") if any(missing) else page


@dataclass(frozen=True)
class FoundPage:
    """What a detector has found on a page of (width, height) pixels: boxes for other options are cheap.

    Regions are kept for each set of thresholds, because making them takes longer than grouping them.
    """

    network: DetectionNetwork
    maps: Any
    size: tuple[int, int]
    scale: tuple[int, float]
    _regions: dict[tuple[float, ...], list[np.ndarray]] = field(default_factory=dict, repr=False)

    def boxes(self, options: ReadingOptions) -> list[TextBox]:
        """Return the boxes to read: see `Detector.boxes`."""
        return group_regions(self.regions(options), options, self.size)

    def regions(self, options: ReadingOptions) -> list[np.ndarray]:
        """Return what the detector found before it is grouped: int32 [8] each, four corners x y in pixels.

        Raises:
            ValueError: the options have another `scale`, which the network has to run for.
        """
        if options.scale != self.scale:
            raise ValueError(f"found with canvas_size, mag_ratio {self.scale}, asked for {options.scale}")
        thresholds = self.network.thresholds(options)
        if thresholds not in self._regions:
            self._regions[thresholds] = self.network.regions(self.maps, options)
        return self._regions[thresholds]


def open_detector(
    easyocr_folder: Path,
    weights: Path | None = None,
    *,
    cuda: bool = False,
    cache_folder: Path | None = None,
    cache_limit: int = 0,
) -> Detector:
    """Return a detector, whose network is loaded at the first page without score maps in the cache.

    Args:
        easyocr_folder: holds EasyOCR's own detector.
        weights: the file of a detector that is used instead: our own, or a trained CRAFT.
        cuda: run on the GPU.
        cache_folder: the folder for score maps; None for none.
        cache_limit: bytes of score maps that are kept there.
    """
    if weights and is_word_detector(read_weights(weights)):
        # Its maps take about a second to make, and 8 MB to keep.
        return Detector(WordNetwork(lambda: folded(load_detector(weights, cuda=cuda))))
    cache = ScoreMapCache(cache_folder, cache_limit, detector_name(cuda, weights)) if cache_folder else None
    return Detector(
        Craft(lambda: load_detector(weights, cuda=cuda) if weights else _published(easyocr_folder, cuda)), cache
    )


def _published(easyocr_folder: Path, cuda: bool) -> nn.Module:
    reader = open_reader(easyocr_folder, None, cuda=cuda)
    # The same convolutions on another memory layout, which a CPU runs 1.3 times as fast (decision 021).
    return cast(nn.Module, reader.detector).to(memory_format=torch.channels_last)


def detector_name(cuda: bool, weights: Path | None = None) -> str:
    """Return a name for all that score maps depend on beside the page and the options.

    These are CRAFT's weights (`weights`: those of a trained detector, None for EasyOCR's own), the device, because
    rounding differs, the packages that compute, and our own code.
    """
    content = sha256(weights)[:16] if weights else PUBLISHED["craft"].md5
    packages = versions()
    computing = [f"{package} {packages[package]}" for package in ("easyocr", "torch", "opencv-python-headless")]
    code = source_digest(Path(__file__), Path(craft.__file__))
    return " ".join([content, "cuda" if cuda else "cpu", *computing, code])


def load_detector(weights: Path, *, cuda: bool = False) -> nn.Module:
    """Load the network of a detector from its file, read safely, in evaluation mode.

    Raises:
        UserError: there is no such file, or it holds weights neither of our own detector nor of CRAFT.
    """
    state = read_weights(weights)
    if is_word_detector(state):
        network = build_word_detector()
        load_word_detector(network, state, str(weights))
    else:
        network = build_craft()
        load_craft(network, state, str(weights))
    return network.eval().requires_grad_(False).to("cuda" if cuda else "cpu").to(memory_format=torch.channels_last)
