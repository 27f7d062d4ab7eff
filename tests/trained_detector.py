"""Trained detectors for tests: the published ones with other scores, which makes other boxes."""

from pathlib import Path

import torch

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.weight_file import MODULE_PREFIX, read_weights
from train_easyocr.easyocr_port.weights import find_detector


def write_trained_detector(path: Path, text: float = -0.15, link: float = 0.3) -> Path:
    """Write a checkpoint as step 3 does: EasyOCR's detector, whose two maps are moved by `text` and `link`."""
    return _written(path, "craft", "conv_cls.8.bias", torch.tensor([text, link]))


def write_trained_word_detector(path: Path, cores: float = 0.2) -> Path:
    """Write a checkpoint as step 3 does: the detector that ships, whose logits of cores are moved by `cores`."""
    return _written(path, SHIPPED, "head.3.bias", torch.tensor([cores] * 4 + [0.0] * 4))


def _written(path: Path, start: str, bias: str, moved: torch.Tensor) -> Path:
    state = read_weights(find_detector(start))
    state[bias] = state[bias] + moved
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({MODULE_PREFIX + name: value for name, value in state.items()}, path)
    return path
