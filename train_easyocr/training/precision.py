"""The number format of the forward pass: float32, or a shorter one where the machine multiplies that faster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from train_easyocr.training.distributed import Processes

NAMED = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
NATIVE_CPU_FLAGS = {"avx512_bf16", "amx_bf16"}
"""A CPU without one of these emulates bfloat16, which is slower than float32."""


@dataclass(frozen=True)
class Precision:
    """The number format of the convolutions: float32, or bfloat16 or float16 under autocast."""

    dtype: torch.dtype
    device_type: str

    def autocast(self) -> torch.autocast:
        """Give the context in which the forward pass runs."""
        return torch.autocast(self.device_type, self.dtype, enabled=self.dtype != torch.float32)


def choose_precision(amp: str, device: torch.device) -> Precision:
    """Resolve the key `amp`: fp32, bf16, fp16 or auto.

    auto is bfloat16 where the device has it, else float16 on a GPU and float32 on a CPU.
    """
    if amp != "auto":
        return Precision(NAMED[amp], device.type)
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return Precision(torch.bfloat16 if native else torch.float16, device.type)
    return Precision(torch.bfloat16 if NATIVE_CPU_FLAGS & cpu_flags() else torch.float32, device.type)


def device_line(processes: Processes, precision: Precision) -> str:
    """Say on which device, and in which precision, `processes` train."""
    number_format = str(precision.dtype).removeprefix("torch.")
    times = f"{processes.count} × " if processes.count > 1 else ""
    if processes.device.type == "cpu":
        threads = torch.get_num_threads()
        return f"training on {times}a CPU ({threads} threads) in {number_format}, as torch finds no CUDA GPU: slow"
    return f"training on {times}{torch.cuda.get_device_name(processes.device)} in {number_format}"


def cpu_flags() -> set[str]:
    """Give what the CPU says it can do; nothing where the system does not tell as Linux does."""
    information = Path("/proc/cpuinfo")
    if not information.is_file():
        return set()
    lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((set(line.split()) for line in lines if line.startswith("flags")), set())
