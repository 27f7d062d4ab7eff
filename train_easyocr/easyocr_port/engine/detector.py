"""The detector, CRAFT, published by EasyOCR or trained here: it turns a page into score maps of where text is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import cv2
import easyocr
import numpy as np
import torch
from easyocr.craft import CRAFT
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from torch import nn

from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps
from train_easyocr.easyocr_port.engine.reader import open_reader
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.easyocr_port.weights import PUBLISHED
from train_easyocr.pages.page_image import DECODER_FILES
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.errors import UserError
from train_easyocr.program.versions import source_digest, versions


def detector_name(cuda: bool, weights: Path | None = None) -> str:
    """Return a name for all that score maps depend on beside the page and the options.

    These are CRAFT's weights (`weights`: those of a trained detector, None for EasyOCR's own), the device, because
    rounding differs, the packages that compute, and our own code.
    """
    content = sha256(weights)[:16] if weights else PUBLISHED["craft"].md5
    packages = versions()
    computing = [f"{package} {packages[package]}" for package in ("easyocr", "torch", "opencv-python-headless")]
    code = source_digest(Path(__file__), *DECODER_FILES)
    return " ".join([content, "cuda" if cuda else "cpu", *computing, code])


class Detector:
    """CRAFT, which finds where text is; it is loaded at its first page.

    `easyocr_folder` holds EasyOCR's own detector, `weights` is the file of a trained one that is used instead.
    """

    def __init__(self, easyocr_folder: Path, cuda: bool = False, weights: Path | None = None) -> None:
        self._easyocr_folder, self._cuda, self._weights = easyocr_folder, cuda, weights

    @cached_property
    def network(self) -> nn.Module:
        """The network, on its device."""
        reader = open_reader(self._easyocr_folder, None, cuda=self._cuda)
        if self._weights:
            use_detector(reader, self._weights)
        # The same convolutions on another memory layout, which a CPU runs 1.3 times as fast (benchmarks/detection.py).
        return reader.detector.to(memory_format=torch.channels_last)

    def score_maps(self, image: np.ndarray, options: ReadingOptions) -> ScoreMaps:
        """Run CRAFT on a page, RGB uint8 [height, width, 3]; only the options canvas_size and mag_ratio matter."""
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
    """Build CRAFT as EasyOCR defines it, without weights (on torch's meta device): `load_detector` loads them."""
    with torch.device("meta"):  # unused random weights would take seconds
        return CRAFT()


def load_detector(network: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
    """Load weights from `read_weights` into CRAFT; `source` is the file's name in the message.

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


def demand_detector(weights: Path) -> None:
    """Read the file of a trained detector safely and check that it fits CRAFT: EasyOCR runs whatever a file contains.

    Raises:
        UserError: there is no such file, or it holds anything but weights of CRAFT.
    """
    load_detector(build_detector(), read_weights(weights), str(weights))


def use_detector(reader: easyocr.Reader, weights: Path) -> None:
    """Replace EasyOCR's own detector in a Reader by a trained one.

    Raises:
        UserError: see `demand_detector`.
    """
    demand_detector(weights)
    reader.detector = reader.initDetector(str(weights))
