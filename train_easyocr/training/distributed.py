"""Training of one network in several processes, started by torchrun: their ranks, devices and sums."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from train_easyocr.program.errors import UserError

# gloo's words for a connection whose other end is gone, and NCCL's.
_LOST = r"gloo.*(closed by peer|reset by peer|broken pipe|read error)|nccl.*(aborted|remote process|remoteerror)"


@dataclass(frozen=True)
class Processes:
    """The running process, one of `count`; `rank` 0 writes the files. `device` is its own GPU, or the CPU."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """True for the one process that logs and saves."""
        return self.rank == 0

    def summed(self, numbers: list[float]) -> list[float]:
        """Add up the numbers of all processes, place by place, in float64."""
        return self._reduced(numbers, distributed.ReduceOp.SUM)

    def largest(self, number: float) -> float:
        """Return the largest of the numbers of all processes."""
        return self._reduced([number], distributed.ReduceOp.MAX)[0]

    def gathered(self, texts: Iterable[str]) -> list[str]:
        """Return the texts of all processes, each text once, in sorted order."""
        if self.count == 1:
            return sorted(set(texts))
        parts: list[list[str]] = [[] for _ in range(self.count)]
        distributed.all_gather_object(parts, list(texts))
        return sorted({text for part in parts for text in part})

    def wait_for_all(self) -> None:
        """Return when every process has reached this call."""
        self.largest(0.0)

    @contextmanager
    def held_by_first(self, context: AbstractContextManager[object]) -> Iterator[None]:
        """Enter `context` in the first process only; if that fails, all processes end and only the first reports it."""
        failure = None
        with ExitStack() as stack:
            if self.is_first:
                try:
                    stack.enter_context(context)
                except Exception as error:
                    failure = error
            if self.largest(float(failure is not None)):
                raise failure or SystemExit(2)
            yield

    def _reduced(self, numbers: list[float], operation: Any) -> list[float]:
        if self.count == 1:
            return list(numbers)
        tensor = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.all_reduce(tensor, operation)
        return tensor.tolist()

    def wrap(self, network: nn.Module) -> nn.Module:
        """Return the network for the training step; its gradients and batch norms cover the batch of all processes."""
        if self.count == 1:
            return network
        share_batch_norms(network, self.device)
        devices = [self.device] if self.device.type == "cuda" else None
        # Buffers are equal in all processes: every batch norm sees the statistics of the whole batch.
        return DistributedDataParallel(network, device_ids=devices, broadcast_buffers=False)


@contextmanager
def joined_processes() -> Iterator[Processes]:
    """Join the processes that torchrun started, by its environment variables; without them, this one works alone.

    NCCL connects GPUs, gloo CPUs.

    Raises:
        UserError: more processes than GPUs were started on this machine, or another process has ended meanwhile.
    """
    local_rank, count = int(os.environ.get("LOCAL_RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = own_device(local_rank, torch.cuda.device_count())
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if count == 1:
        yield Processes(0, 1, device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        with lost_process_told():
            yield Processes(distributed.get_rank(), count, device)
            distributed.barrier()  # the others are connected to the first process, which may still be writing
    finally:
        distributed.destroy_process_group()


@contextmanager
def lost_process_told() -> Iterator[None]:
    """Report in one line that another process is gone; torch raises it where the processes add up or wait.

    Raises:
        UserError: another process has ended.
    """
    try:
        yield
    except RuntimeError as error:
        if not re.search(_LOST, str(error), re.IGNORECASE | re.DOTALL):
            raise
        raise UserError(
            "another process of this training has failed, as it tells itself, or was killed, most likely for want of "
            "memory; start the same command with --resume to go on"
        ) from None


def own_device(local_rank: int, gpus: int) -> torch.device:
    """Return the device of process `local_rank` on a machine with `gpus` GPUs; with 0, every process uses the CPU.

    Raises:
        UserError: there are fewer GPUs than processes.
    """
    if gpus and local_rank >= gpus:
        raise UserError(
            f"process {local_rank + 1} of this machine finds {gpus} GPUs; give --nproc_per_node {gpus} or less"
        )
    return torch.device("cuda", local_rank) if gpus else torch.device("cpu")


def device_line(processes: Processes, number_format: torch.dtype) -> str:
    """Return a line that names the device and the number format of the training."""
    times = f"{processes.count} × " if processes.count > 1 else ""
    name = str(number_format).removeprefix("torch.")
    if processes.device.type == "cpu":
        threads = torch.get_num_threads()
        return f"training on {times}a CPU ({threads} threads) in {name}, as torch finds no CUDA GPU: slow"
    return f"training on {times}{torch.cuda.get_device_name(processes.device)} in {name}"


def share_batch_norms(network: nn.Module, device: torch.device) -> None:
    """Make every batch norm of `network` that learns compute its statistics over the batches of all processes."""
    # Exactly this class: a frozen batch norm keeps its statistics.
    norms: list[Any] = [module for module in network.modules() if type(module) is nn.BatchNorm2d]
    for module in norms:
        # The class changes in place: the weights, their names and every reference to the module stay.
        if device.type == "cuda":
            module.__class__, module.process_group = nn.SyncBatchNorm, None
        else:
            module.__class__ = SharedBatchNorm


class SharedBatchNorm(nn.BatchNorm2d):
    """A batch norm over the batches of all processes, for CPUs: torch's SyncBatchNorm runs on GPUs only."""

    num_batches_tracked: torch.Tensor
    running_mean: torch.Tensor
    running_var: torch.Tensor
    momentum: float

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Normalize features [B, C, H, W] by the mean and variance of each channel over all processes."""
        if not self.training:
            return super().forward(features)
        # In float64: the mean of squares minus the square of the mean loses precision where the mean is large.
        values = features.double()
        count = torch.full((1,), values.numel() / values.shape[1], dtype=torch.float64)
        totals = torch.cat([values.sum(dim=(0, 2, 3)), values.square().sum(dim=(0, 2, 3)), count])
        sums, squares, count = _SumOverProcesses.apply(totals).split([values.shape[1], values.shape[1], 1])
        mean = sums / count
        variance = (squares / count - mean.square()).clamp(min=0)
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean.float(), self.momentum)
            self.running_var.lerp_((variance * count / (count - 1)).float(), self.momentum)
        scale = self.weight * torch.rsqrt(variance + self.eps)
        shift = self.bias - mean * scale
        return (values * scale[:, None, None] + shift[:, None, None]).to(features.dtype)


class _SumOverProcesses(torch.autograd.Function):
    """Sum of a tensor over all processes; the gradient in each is the sum of the gradients of all results."""

    @staticmethod
    def forward(context: object, tensor: torch.Tensor) -> torch.Tensor:
        result = tensor.clone()
        distributed.all_reduce(result)
        return result

    @staticmethod
    def backward(context: object, gradient: torch.Tensor) -> torch.Tensor:
        result = gradient.contiguous()
        distributed.all_reduce(result)
        return result
