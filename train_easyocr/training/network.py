"""Builds the network from the file that gets installed; loads weights, changes the charset, freezes layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import TypeVar, cast

import numpy as np
import torch
from torch import nn

from train_easyocr.easyocr_port.custom_network import NETWORK_FILE
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.network_shape import LAYERS, SIZES, NetworkShape
from train_easyocr.easyocr_port.weights import (
    RecognitionWeights,
    UndescribedWeightsError,
    describe_weights,
    find_weights,
)
from train_easyocr.program.errors import UserError
from train_easyocr.training.charset_growth import class_mixture, grow_prediction

Widths = TypeVar("Widths", int, np.ndarray)


def build_network(num_class: int, shape: NetworkShape) -> nn.Module:
    """Build `Model` of `finetuned/finetuned.py`, on the CPU, with random weights.

    `num_class` counts the classes of the prediction: the characters and CTC's blank.
    """
    # By path: the file is not part of the package, because EasyOCR's folder gets a copy of this one file.
    loader = SourceFileLoader("finetuned", str(NETWORK_FILE))
    module = module_from_spec(cast(ModuleSpec, spec_from_loader(loader.name, loader)))
    loader.exec_module(module)
    return module.Model(num_class=num_class, **asdict(shape))


def time_steps(feature_extraction: str, width: Widths) -> Widths:
    """Return the number of time steps of a network for images `width` pixels wide, one or many: the T of its logits.

    >>> time_steps("VGG", 192)
    47
    """
    return width // 4 + {"VGG": -1, "RCNN": 1, "ResNet": 1}[feature_extraction]


def start_from(
    network: nn.Module, name_or_path: str, *, characters: str, strict: bool, new_prediction: bool
) -> list[str]:
    """Load a weight file into `network`, whose classes are `characters`; see `load_start`.

    The character list that the file was trained with maps its classes to characters. Without a description beside the
    file the classes are used in their order, and their number must be equal.

    Raises:
        UserError: the file cannot be found, read or fitted, or its description cannot be read.
    """
    try:
        old_characters = None if new_prediction else describe_weights(name_or_path).characters
    except UndescribedWeightsError:
        old_characters = None
    return load_start(
        network,
        read_weights(find_weights(name_or_path)),
        source=name_or_path,
        strict=strict,
        new_prediction=new_prediction,
        old_characters=old_characters,
        new_characters=characters,
    )


def load_start(
    network: nn.Module,
    state: Mapping[str, torch.Tensor],
    *,
    source: str,
    strict: bool,
    new_prediction: bool,
    old_characters: str | None = None,
    new_characters: str | None = None,
) -> list[str]:
    """Load `state`, from `read_weights`, into `network`; return the keys of the network that keep their initial values.

    `strict` requires equal names and shapes; otherwise what does not fit keeps its initial values. `new_prediction`
    keeps the initial Prediction layer. With `old_characters`, the list of the checkpoint, and `new_characters`, that of
    the network, the Prediction layer is converted from the one to the other.
    `source` is the file's name in error messages.

    Raises:
        UserError: the file does not fit; the network is unchanged then.
    """
    if old_characters and new_characters and old_characters != new_characters:
        state = _carried_over(state, old_characters, new_characters)
    wanted = network.state_dict()
    offered = {name: value for name, value in state.items() if not (new_prediction and is_prediction(name))}
    expected = [name for name in wanted if not (new_prediction and is_prediction(name))]
    if strict:
        _check_shapes({name: wanted[name] for name in expected}, offered, source)
        _check_names(expected, offered, source)
    loaded = {name: offered[name] for name in expected if name in offered and offered[name].shape == wanted[name].shape}
    if not loaded:
        raise UserError(f"{source}: no layer of the file fits this network; is it a text recogniser?")
    network.load_state_dict(loaded, strict=False)
    return [name for name in wanted if name not in loaded]


def load_network(weights: RecognitionWeights) -> nn.Module:
    """Return the network of a finished training with its weights, in evaluation mode, on the CPU.

    Raises:
        UserError: the file is not a weight file, or has another charset or shape.
    """
    network = build_network(len(weights.characters) + 1, weights.shape)
    load_start(network, read_weights(weights.path), source=str(weights.path), strict=True, new_prediction=False)
    return network.eval()


def _carried_over(state: Mapping[str, torch.Tensor], old: str, new: str) -> dict[str, torch.Tensor]:
    grown = dict(state)
    for layer in ("Prediction", "Prediction.generator"):
        if f"{layer}.weight" in state:
            weight, bias = f"{layer}.weight", f"{layer}.bias"
            grown[weight], grown[bias] = grow_prediction(state[weight], state[bias], old, new)
    step = "Prediction.attention_cell.rnn.weight_ih"
    if step in state:
        # The decoder of an attention network also has the last character as input, one column for each class.
        mixture = class_mixture(len(state["Prediction.generator.bias"]), old, new).to(state[step])
        context, characters = state[step].split([state[step].shape[1] - mixture.shape[1], mixture.shape[1]], dim=1)
        grown[step] = torch.cat([context, characters @ mixture.T], dim=1)
    return grown


def is_prediction(name: str) -> bool:
    """Return whether a key of the state dict belongs to the Prediction layer."""
    return name.startswith("Prediction.")


def _check_shapes(wanted: Mapping[str, torch.Tensor], offered: Mapping[str, torch.Tensor], source: str) -> None:
    differing = [name for name in wanted if name in offered and offered[name].shape != wanted[name].shape]
    if not differing:
        return
    name = differing[0]
    found, expected = _shape(offered[name]), _shape(wanted[name])
    if all(is_prediction(name) for name in differing):
        raise UserError(
            f"{source}: a checkpoint of another charset: {name} is {found}, this network's {expected};"
            " set the `character` that it was trained with, or new_prediction: True"
        )
    more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
    raise UserError(
        f"{source}: {name}{more} is {found}, this network's {expected};"
        f" set {', '.join((*LAYERS, *SIZES))} as the checkpoint was trained"
    )


def _shape(tensor: torch.Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "one number"


def _check_names(expected: Sequence[str], offered: Mapping[str, torch.Tensor], source: str) -> None:
    missing = [name for name in expected if name not in offered]
    unexpected = [name for name in offered if name not in expected]
    if not missing and not unexpected:
        return
    parts = [
        f"{word} {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        for word, names in (("lacks", missing), ("holds, and the network lacks,", unexpected))
        if names
    ]
    raise UserError(
        f"{source}: {'; it '.join(parts)}; set the layers as it was trained, or strict: False to load the rest"
    )


def parameter_line(network: nn.Module) -> str:
    """Return a line with the number of parameters of `network` that train."""
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in network.parameters()]
    learning = sum(size for size, learns in sizes if learns)
    return f"{learning:,} of {sum(size for size, _ in sizes):,} parameters train"


class StillBatchNorm(nn.BatchNorm2d):
    """A batch norm that stays in evaluation, so its statistics do not change while the rest of the network trains."""

    def train(self, mode: bool = True) -> StillBatchNorm:
        """Stay in evaluation, whatever `mode` is."""
        return super().train(False)


def hold_batch_norms(network: nn.Module) -> None:
    """Keep every batch norm of `network` in evaluation, also after `train()`."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            # The class changes in place: the weights, their names and every reference to the module stay.
            module.__class__ = StillBatchNorm
            module.eval()


def freeze(network: nn.Module, layers: Iterable[str]) -> None:
    """Freeze the named layers: no gradients, and batch norm statistics that stay constant also after `train()`.

    Names are those of the network: Transformation, FeatureExtraction, SequenceModeling, Prediction. Call it before
    the network is wrapped (DistributedDataParallel, torch.compile) and before the optimizer is made. Only batch norms
    stay in evaluation: on a GPU an LSTM in evaluation mode refuses its backward pass, which the layers below need.
    """
    for name in layers:
        layer = getattr(network, name)
        layer.requires_grad_(False)
        hold_batch_norms(layer)


def compile_network(network: nn.Module, device: torch.device) -> nn.Module:
    """Return the network compiled by torch, once for all widths.

    Raises:
        UserError: the device is a CPU without AVX-512 (decision 013).
    """
    if device.type == "cpu" and "AVX512" not in torch.backends.cpu.get_cpu_capability():
        raise UserError(
            "compile: on a CPU without AVX-512 torch's compiler computes wrong gradients; set it to False, which is "
            "no slower on a CPU"
        )
    return cast(nn.Module, torch.compile(network, dynamic=True))
