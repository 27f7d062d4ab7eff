"""The kinds of detector that step 3 trains: what each begins from, learns from, and is scored as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.craft import Craft, build_craft, load_craft
from train_easyocr.easyocr_port.engine.detector import DetectionNetwork
from train_easyocr.easyocr_port.engine.weight_file import is_craft, is_word_detector, read_weights
from train_easyocr.easyocr_port.engine.word_network import (
    WordNetwork,
    build_word_detector,
    definition,
    load_word_detector,
)
from train_easyocr.easyocr_port.weights import find_detector
from train_easyocr.program.errors import UserError
from train_easyocr.training.detector.craft_recipe import CRAFT_RECIPE
from train_easyocr.training.detector.crops import CropBatch, CropRecipe
from train_easyocr.training.detector.network import prepare_training
from train_easyocr.training.detector.objective import MapObjective
from train_easyocr.training.detector.word_objective import WordObjective
from train_easyocr.training.detector.word_recipe import WORD_RECIPE


class DetectorObjective(Protocol):
    """The loss of a batch, and the maps that it asks for."""

    def loss(self, network: nn.Module, images: torch.Tensor, batch: CropBatch) -> torch.Tensor:
        """Return the mean loss of crops [B, 3, S, S]: one number."""
        ...

    def targets(self, images: torch.Tensor, batch: CropBatch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the maps to learn, float32 [B, M, h, w], and which of their pixels count, bool [B, h, w]."""
        ...


@dataclass(frozen=True)
class DetectorKind:
    """A detector to train, on its device.

    `reference` is the network whose maps stand below the wanted ones in `targets.png`: the published detector, or the
    network as the run begins. `engine` runs a network of this kind on whole pages.
    """

    network: nn.Module
    reference: nn.Module
    objective: DetectorObjective
    recipe: CropRecipe
    engine: type[Craft] | type[WordNetwork]

    def on_pages(self, network: nn.Module) -> DetectionNetwork:
        """Return a network in training as one that finds words on whole pages."""
        return self.engine(lambda: network)


def craft_kind(start: str, device: torch.device, *, keep_published: bool, frozen_blocks: int) -> DetectorKind:
    """Return CRAFT with the weights of `start`, a name or a file.

    `keep_published`: what the published detector finds stays as it is. `frozen_blocks`: of its five blocks of
    convolutions, how many keep their weights.
    """
    network, published = build_craft(), build_craft()
    load_craft(network, start_weights(start, "craft"), start)
    load_craft(published, read_weights(find_detector("craft")), "craft")
    prepare_training(network, frozen_blocks)
    published.requires_grad_(False).eval()
    network, published = (each.to(device).to(memory_format=torch.channels_last) for each in (network, published))
    return DetectorKind(
        network, published, MapObjective(published if keep_published else None), CRAFT_RECIPE, engine=Craft
    )


def word_kind(start: str, device: torch.device) -> DetectorKind:
    """Return our own detector with the weights of `start`, a name or a file; with random weights if it is empty."""
    network = build_word_detector()
    if start:
        load_word_detector(network, start_weights(start, "word_detector"), start)
    network = network.to(device).to(memory_format=torch.channels_last)
    return DetectorKind(network, network, WordObjective(definition().EDGE_UNIT), WORD_RECIPE, engine=WordNetwork)


def start_weights(start: str, network: str) -> dict[str, torch.Tensor]:
    """Read the weights of `start`, a name or a file, from which the `detector_network` begins.

    Raises:
        UserError: they are those of another network, or there are none, which CRAFT needs.
    """
    named = {"craft": "craft", "word_detector": SHIPPED}
    if not start:
        raise UserError(
            f"detector_continue_from is empty, but {network} starts from weights; set it to {named[network]}"
        )
    state = read_weights(find_detector(start))
    other = "craft" if is_craft(state) else "word_detector" if is_word_detector(state) else network
    if other != network:
        raise UserError(
            f"detector_continue_from: {start} has the weights of {other}, but detector_network is {network}; set "
            f"detector_network: {other}, or detector_continue_from: {named[network]}"
        )
    return state
