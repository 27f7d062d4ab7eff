"""The exponential moving average of a network's weights, which often reads better than the weights themselves."""

from __future__ import annotations

import copy

import torch
from torch import nn


class MovingAverage:
    """A second network whose weights follow those of the first: average += (1 - decay) x (weight - average).

    Early on the decay is (1 + n) / (10 + n) after n updates, so that the start is soon forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take in the weights of `network` after a step; counters, such as those of batch norms, are copied."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        pairs = list(zip(self.network.state_dict().values(), network.state_dict().values(), strict=True))
        averages, weights = zip(*(pair for pair in pairs if pair[0].is_floating_point()), strict=True)
        torch._foreach_lerp_(averages, weights, 1 - decay)
        for average, weight in pairs:
            if not average.is_floating_point():
                average.copy_(weight)

    def state(self) -> dict[str, object]:
        """Give what `restore` needs."""
        return {"updates": self.updates, "network": self.network.state_dict()}

    def restore(self, state: dict[str, object]) -> None:
        """Go on from a `state`."""
        self.updates = state["updates"]
        self.network.load_state_dict(state["network"])
