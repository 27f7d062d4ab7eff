"""The learning rate of each iteration, a pure function of it, and the optimizer that uses it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn

ONE_CYCLE_RISE = 0.3  # share of a one_cycle run in which the rate rises, where no warm-up is set
ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1 / 25e4  # of the peak rate (Smith and Topin 2018, as torch's OneCycleLR)


@dataclass(frozen=True)
class Schedule:
    """The rate over `iterations` steps. `kind`: constant, one_cycle or cosine; `warmup`: steps of a rising rate."""

    kind: str
    peak: float
    iterations: int
    warmup: int

    def rate(self, iteration: int) -> float:
        """Give the learning rate of step `iteration`, counted from 0."""
        return self.peak * (self._one_cycle(iteration) if self.kind == "one_cycle" else self._warmed_up(iteration))

    def _warmed_up(self, iteration: int) -> float:
        if iteration < self.warmup:
            return (iteration + 1) / self.warmup
        if self.kind == "constant":
            return 1.0
        return _half_cosine(1.0, 0.0, (iteration - self.warmup) / max(1, self.iterations - self.warmup))

    def _one_cycle(self, iteration: int) -> float:
        top = self.warmup or max(1, round(self.iterations * ONE_CYCLE_RISE))
        if iteration < top:
            return _half_cosine(ONE_CYCLE_START, 1.0, iteration / top)
        return _half_cosine(1.0, ONE_CYCLE_END, (iteration - top) / max(1, self.iterations - top))


def _half_cosine(first: float, last: float, share: float) -> float:
    """Go from `first` to `last` along half a cosine, flat at both ends; `share` of the way from 0 to 1."""
    return last + (first - last) * (1 + math.cos(math.pi * min(1.0, share))) / 2


def make_optimizer(
    network: nn.Module, *, adam: bool, beta1: float, rho: float, eps: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Give AdamW or Adadelta for the parameters of `network` that learn; the rate is set at each step.

    AdamW decays matrices and convolutions alone: a decayed bias or batch norm would only be pulled off its place.
    Its fused form does a step in one pass over memory; Adadelta has none.
    """
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if not adam:
        return torch.optim.Adadelta(learning, lr=1.0, rho=rho, eps=eps)
    groups = [
        {"params": [parameter for parameter in learning if parameter.ndim > 1], "weight_decay": weight_decay},
        {"params": [parameter for parameter in learning if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1.0, betas=(beta1, 0.999), eps=eps, fused=True)
