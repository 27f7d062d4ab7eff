"""EasyOCR's detector, CRAFT: a page becomes score maps of where text is."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch
from easyocr.craft import CRAFT
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from torch import nn

from train_easyocr import page_image
from train_easyocr.reading.detection_cache import ScoreMaps
from train_easyocr.reading.reader import open_reader
from train_easyocr.reading_options import ReadingOptions
from train_easyocr.versions import source_digest, versions
from train_easyocr.weights import PUBLISHED


def detector_name(cuda: bool) -> str:
    """Name all that score maps depend on beside the page and the options.

    That is CRAFT's weights, the device, whose rounding differs, the packages that compute, and our own code.
    """
    packages = versions()
    computing = [f"{package} {packages[package]}" for package in ("easyocr", "torch", "opencv-python-headless")]
    code = source_digest(Path(__file__), Path(page_image.__file__))
    return " ".join([PUBLISHED["craft"].md5, "cuda" if cuda else "cpu", *computing, code])


class Detector:
    """CRAFT, which finds where text is; it is loaded at the first page that it sees."""

    def __init__(self, easyocr_folder: Path, cuda: bool = False) -> None:
        self._easyocr_folder, self._cuda = easyocr_folder, cuda

    @cached_property
    def network(self) -> nn.Module:
        """The network, on its device."""
        reader = open_reader(self._easyocr_folder, None, cuda=self._cuda)
        # The same convolutions on another memory layout, which a CPU runs 1.3 times as fast (benchmarks/detection.py).
        return reader.detector.to(memory_format=torch.channels_last)

    def score_maps(self, image: np.ndarray, options: ReadingOptions) -> ScoreMaps:
        """Run CRAFT on a page, RGB uint8 [height, width, 3]; of the options canvas_size and mag_ratio matter."""
        return score_maps(self.network, image, options)


@torch.no_grad()
def score_maps(network: nn.Module, image: np.ndarray, options: ReadingOptions) -> ScoreMaps:
    """Run a detector of CRAFT's shape, in evaluation mode, on a page; see `Detector.score_maps`."""
    resized, ratio, _ = resize_aspect_ratio(image, options.canvas_size, cv2.INTER_LINEAR, options.mag_ratio)
    tensor = torch.from_numpy(normalizeMeanVariance(resized)).permute(2, 0, 1).unsqueeze(0)
    device = next(network.parameters()).device
    scores, _ = network(tensor.to(device, memory_format=torch.channels_last))
    text, link = scores[0].permute(2, 0, 1).cpu().numpy()  # [h, w] each
    return ScoreMaps(np.ascontiguousarray(text), np.ascontiguousarray(link), ratio)


def build_detector() -> nn.Module:
    """Build CRAFT as EasyOCR defines it, without weights (on torch's meta device): `load_detector` brings them."""
    with torch.device("meta"):  # random weights, which nobody needs, take seconds
        return CRAFT()
