"""A trained detector for tests: EasyOCR's own with other scores, which makes other boxes."""

from pathlib import Path

import torch

from train_easyocr.easyocr_port.engine.weight_file import MODULE_PREFIX, read_weights
from train_easyocr.easyocr_port.weights import find_weights


def write_trained_detector(path: Path, text: float = -0.15, link: float = 0.3) -> Path:
    """Write a checkpoint as step 3 does: EasyOCR's detector, whose two maps are moved by `text` and `link`."""
    state = read_weights(find_weights("craft"))
    state["conv_cls.8.bias"] = state["conv_cls.8.bias"] + torch.tensor([text, link])
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({MODULE_PREFIX + name: value for name, value in state.items()}, path)
    return path
