"""How weights are updated: number format, learning rate, optimizer, and the moving average of the weights."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from train_easyocr.program.errors import UserError

NAMED_FORMATS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
NATIVE_CPU_FLAGS = {"avx512_bf16", "amx_bf16"}  # a CPU without one emulates bfloat16, which is slower than float32
WITHOUT_BFLOAT16 = {"DEFAULT", "AVX2"}  # capabilities of torch
ONE_CYCLE_RISE = 0.3  # share of a one_cycle run in which the rate rises, if no warm-up is set
ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1 / 25e4  # of the peak rate (Smith and Topin 2018, as torch's OneCycleLR)


def choose_precision(amp: str, device: torch.device) -> torch.dtype:
    """Return the number format of the convolutions for the key `amp`: fp32, bf16, fp16 or auto.

    auto is bfloat16 where the device has it, else float16 on a GPU and float32 on a CPU. No CPU has bfloat16 while
    `ATEN_CPU_CAPABILITY` limits torch to AVX2.

    Raises:
        UserError: fp16 on a CPU, whose convolutions are not made for it.
    """
    if amp == "fp16" and device.type == "cpu":
        raise UserError("amp: fp16 on a CPU takes up to 60 times as long as fp32; set amp: auto, or train on a GPU")
    if amp != "auto":
        return NAMED_FORMATS[amp]
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if native else torch.float16
    native = NATIVE_CPU_FLAGS & cpu_flags() and torch.backends.cpu.get_cpu_capability() not in WITHOUT_BFLOAT16
    return torch.bfloat16 if native else torch.float32


def cpu_flags() -> set[str]:
    """Return the flags of the CPU, or nothing where the system does not list them as Linux does."""
    information = Path("/proc/cpuinfo")
    if not information.is_file():
        return set()
    lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((set(line.split()) for line in lines if line.startswith("flags")), set())


@dataclass(frozen=True)
class Schedule:
    """The rate over `iterations` steps. `kind`: constant, one_cycle or cosine; `warmup`: steps of a rising rate."""

    kind: str
    peak: float
    iterations: int
    warmup: int

    def rate(self, iteration: int) -> float:
        """Return the learning rate of step `iteration`, counted from 0."""
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
    """Return the value at `share`, 0 to 1, of half a cosine from `first` to `last`, flat at both ends."""
    return last + (first - last) * (1 + math.cos(math.pi * min(1.0, share))) / 2


def make_optimizer(
    network: nn.Module, *, adam: bool, beta1: float, rho: float, eps: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Return AdamW or Adadelta for the parameters of `network` that learn; the rate is set at each step.

    AdamW decays only matrices and convolutions: decay would merely shift a bias or a batch norm.
    Its fused form takes a step in one pass over memory; Adadelta has no fused form.
    """
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if not adam:
        return torch.optim.Adadelta(learning, lr=1.0, rho=rho, eps=eps)
    groups = [
        {"params": [parameter for parameter in learning if parameter.ndim > 1], "weight_decay": weight_decay},
        {"params": [parameter for parameter in learning if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1.0, betas=(beta1, 0.999), eps=eps, fused=True)


class MovingAverage:
    """A second network whose weights follow those of the first: average += (1 - decay) x (weight - average).

    At first the decay is (1 + n) / (10 + n) after n updates, so that the initial weights are soon forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        for layer in self.network.modules():
            if isinstance(layer, nn.LSTM):
                layer.flatten_parameters()  # a copy's weights lie apart on a GPU; cuDNN would join them at each call
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Update the average with the weights of `network`; counters, such as those of batch norms, are copied."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        pairs = list(zip(self.network.state_dict().values(), network.state_dict().values(), strict=True))
        averages, weights = zip(*(pair for pair in pairs if pair[0].is_floating_point()), strict=True)
        torch._foreach_lerp_(averages, weights, 1 - decay)
        for average, weight in pairs:
            if not average.is_floating_point():
                average.copy_(weight)

    def state(self) -> dict[str, object]:
        """Return what `restore` needs."""
        return {"updates": self.updates, "network": self.network.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.updates = state["updates"]
        self.network.load_state_dict(state["network"])
