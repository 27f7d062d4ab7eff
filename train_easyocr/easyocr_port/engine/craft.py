"""CRAFT, published by EasyOCR or trained here: it turns a page into two score maps, and these into regions of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import cv2
import numpy as np
import torch
from easyocr.craft import CRAFT
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from torch import nn

from train_easyocr.easyocr_port.craft_regions import region_quadrilaterals
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.program.errors import UserError


class Craft:
    """CRAFT as a kind of detector (`detector.DetectionNetwork`).

    `network` returns the network in evaluation mode, on its device; it is called once, at the first page without maps.
    """

    def __init__(self, network: Callable[[], nn.Module]) -> None:
        self.network = cache(network)

    @torch.no_grad()
    def maps(self, page: np.ndarray, options: ReadingOptions) -> ScoreMaps:
        """Run CRAFT on a page, RGB uint8 [height, width, 3]: where text is, and where characters join.

        A map is half as large as the page that the network saw.
        """
        resized, ratio, _ = resize_aspect_ratio(page, options.canvas_size, cv2.INTER_LINEAR, options.mag_ratio)
        tensor = torch.from_numpy(normalizeMeanVariance(resized)).permute(2, 0, 1).unsqueeze(0)
        network = self.network()
        device = next(network.parameters()).device
        scores, _ = network(tensor.to(device, memory_format=torch.channels_last))
        return ScoreMaps(np.ascontiguousarray(scores[0].permute(2, 0, 1).cpu().numpy()), ratio)

    def regions(self, maps: ScoreMaps, options: ReadingOptions) -> list[np.ndarray]:
        """Return the regions of the maps: int32 [8] each, four corners x y in pixels of the page."""
        text, link = maps.maps
        corners = region_quadrilaterals(text, link, *self.thresholds(options))
        # As EasyOCR rounds (`craft_utils.adjustResultCoordinates`): the product is float64 and is stored as float32.
        corners *= np.array([1 / maps.ratio * 2, 1 / maps.ratio * 2])
        return list(corners.astype(np.int32).reshape(-1, 8))

    def thresholds(self, options: ReadingOptions) -> tuple[float, float, float]:
        """Return the options by which maps become regions."""
        return options.text_threshold, options.link_threshold, options.low_text


def build_craft() -> nn.Module:
    """Build CRAFT as EasyOCR defines it, without weights (on torch's meta device): `load_craft` loads them."""
    with torch.device("meta"):  # unused random weights would take seconds
        return CRAFT()


def load_craft(network: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
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
