"""Networks that tests install, and how step 5 plans to read with them."""

from pathlib import Path

import torch

from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.weights import RecognitionWeights
from train_easyocr.reading.comparison import comparison_plan
from train_easyocr.training.network import build_network

TINY = {"input_channel": 1, "output_channel": 32, "hidden_size": 16}


def random_network(path, characters, seed=0):
    torch.manual_seed(seed)
    network = build_network(len(characters) + 1, NetworkShape(**TINY))
    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, path)
    return RecognitionWeights(path, characters, NetworkShape(**TINY))


def killed_at_replacement(number, monkeypatch):
    """Let a KeyboardInterrupt come in the place of this and all later replacements; return what was to be replaced."""
    replaced, replace = [], Path.replace

    def killed(self, target):
        replaced.append(target)
        if len(replaced) >= number:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    return replaced


def save_network_that_tells_images_apart(path, characters, params, images):
    """Save a network that learnt nothing, but whose classes are equally likely over `images`: [B, 1, 64, width]."""
    torch.manual_seed(0)
    network = build_network(len(characters) + 1, NetworkShape(**params))
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0  # mean and variance of these images alone
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.mul_(8 if "weight_ih" in name else 1)  # an LSTM that listens
        network.train()(images)
        logits = network.eval()(images)
        scale = 5 / logits.std()
        network.Prediction.bias.sub_(logits.mean((0, 1))).mul_(scale)
        network.Prediction.weight.mul_(scale)
    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, path)


def planned(folder, **options):
    """The plan of step 5 that reads with EasyOCR's files in `folder`; no network but the `options` name it."""
    places = {"baseline_folder": folder / "baseline", "cache_folder": folder / "cache"}
    return comparison_plan(
        folder, **{"baseline": None, "finetuned": False, "cache_limit": 0, "cuda": False} | places | options
    )
