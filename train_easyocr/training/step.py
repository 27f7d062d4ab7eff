"""One training step: forward, loss, backward, clipping, update. A step whose loss is not finite is skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import nn


class TrainingBatch(Protocol):
    """The input of one step of any training: patches of words, or crops of pages.

    `unreadable` names the files that were left out because their images are damaged.
    """

    @property
    def images(self) -> torch.Tensor:
        """Uint8, [B, C, H, W]."""

    @property
    def unreadable(self) -> list[str]:
        """The names of damaged files."""

    def _asdict(self) -> dict[str, Any]: ...

    def network_input(self, device: torch.device) -> torch.Tensor:
        """Return the images as the network's input, float32 on `device`."""
        ...


class TrainingStep:
    """Updates a network from one batch. It counts on the device, so that no step has to wait for the host.

    Args:
        network: the network for the forward pass: wrapped for several processes, or compiled.
        loss: returns the mean loss of the network on the normalized images of a batch: one number.
        optimizer: AdamW (fused) or Adadelta over the parameters that learn.
        precision: number format of the forward pass, under autocast if it is not float32; float16 scales the loss.
        clip: largest norm of the gradient; 0 for no limit.
        device: the device of the network.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Callable[[nn.Module, torch.Tensor, Any], torch.Tensor],
        optimizer: torch.optim.Optimizer,
        *,
        precision: torch.dtype,
        clip: float,
        device: torch.device,
    ) -> None:
        self._network, self._loss, self._optimizer = network, loss, optimizer
        self._clip, self._device = clip or float("inf"), device
        self._autocast = torch.autocast(device.type, precision, enabled=precision != torch.float32)
        self._learning = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        self._statistics = [
            buffer for name, buffer in network.named_buffers() if "running_" in name or "num_batches" in name
        ]
        self.scaler = torch.amp.GradScaler(device.type, enabled=precision == torch.float16)
        # loss_sum, steps: finite losses since the last take_mean_loss; failed: steps in a row; skipped: in total.
        names = ("loss_sum", "steps", "failed", "skipped")
        self.counters = {name: torch.zeros((), dtype=torch.float64, device=device) for name in names}

    def __call__(self, batch: TrainingBatch, rate: float) -> torch.Tensor:
        """Take one step at the learning rate `rate`; return the loss, on the device and without a gradient."""
        self._network.train()
        statistics = [buffer.clone() for buffer in self._statistics]
        images = batch.network_input(self._device)
        with self._autocast:
            loss = self._loss(self._network, images, batch)
        self._optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self._optimizer)
        norm = nn.utils.clip_grad_norm_(self._learning, self._clip)
        # The norm is that of the gradients of all processes, so all of them skip the same steps.
        finite = torch.isfinite(norm)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._update(finite)
        for buffer, before in zip(self._statistics, statistics, strict=True):
            # The forward pass has already changed the statistics; a NaN in them would stay forever.
            buffer.copy_(torch.where(finite, buffer, before))
        self._count(loss.detach(), finite)
        return loss.detach()

    def _update(self, finite: torch.Tensor) -> None:
        if self.scaler.is_enabled():
            self.scaler.step(self._optimizer)  # skips a step that is not finite
            self.scaler.update()
            return
        if isinstance(self._optimizer, torch.optim.AdamW):
            # Where found_inf is 1, the fused kernel changes neither weights nor state: a GradScaler skips the same way.
            fused: Any = self._optimizer  # torch's annotations do not tell what the kernel looks for
            fused.grad_scale, fused.found_inf = None, (~finite).float()
        else:
            # A zero gradient moves no weight under Adadelta.
            for parameter in self._learning:
                if parameter.grad is not None:
                    parameter.grad.copy_(torch.where(finite, parameter.grad, 0.0))
        self._optimizer.step()

    def _count(self, loss: torch.Tensor, finite: torch.Tensor) -> None:
        counters = self.counters
        counters["loss_sum"] += torch.where(finite, loss, 0.0)
        counters["steps"] += finite
        counters["failed"] = torch.where(finite, 0.0, counters["failed"] + 1)
        counters["skipped"] += ~finite

    def failed_in_a_row(self) -> int:
        """Return the number of skipped steps since the last good one; waits for the device."""
        return int(self.counters["failed"])

    def take_mean_loss(self) -> float:
        """Return the mean loss since the last call, NaN without a step; waits for the device."""
        steps = float(self.counters["steps"])
        mean = float(self.counters["loss_sum"]) / steps if steps else float("nan")
        self.counters["loss_sum"].zero_()
        self.counters["steps"].zero_()
        return mean

    def state(self) -> dict[str, object]:
        """Return what `restore` needs, without the network."""
        return {
            "optimizer": self._optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "counters": {name: float(value) for name, value in self.counters.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self._optimizer.load_state_dict(state["optimizer"])
        if state["scaler"]:  # empty after a run in another precision: the scale is then searched again
            self.scaler.load_state_dict(state["scaler"])
        for name, counter in self.counters.items():
            counter.fill_(state["counters"][name])
