"""Reads weight files without running any code in them: EasyOCR unpickles whatever it is given."""

from __future__ import annotations

import errno
import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line

if TYPE_CHECKING:
    import torch

MODULE_PREFIX = "module."
"""What the keys of EasyOCR's weight files start with."""

UNREADABLE = (
    *(pickle.UnpicklingError, zipfile.BadZipFile, struct.error, EOFError, RuntimeError, LookupError),
    *(ValueError, TypeError, AttributeError, ArithmeticError, AssertionError),
)
"""Errors of torch.load for a damaged file or one that is not torch's: which one depends on the first bytes."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Read the weight file of a recognition network: its tensors on the CPU, by name, without the prefix `module.`.

    EasyOCR unpickles any file, so each file is read here before EasyOCR loads it.

    Raises:
        UserError: the file is missing or not a torch file, or holds something other than named tensors of finite
            floating-point numbers. The counters of batch norms (`num_batches_tracked`) are whole numbers.
    """
    import torch  # takes seconds, and scoring a file of predictions needs no weights

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about kinds of tensors that are refused below
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"{path}: no such weight file; give a .pth file, or a published network by name") from None
    except (*UNREADABLE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # EINVAL: the file was cut short
            raise
        if in_one_line(error):  # a lack of memory is not the fault of the file
            raise
        raise UserError(
            f"{path}: no weight file that torch can read safely: it is damaged, or holds other objects than tensors; "
            "copy it once more, or give another weight file"
        ) from None
    if not isinstance(state, Mapping) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in state.items()
    ):
        raise UserError(f"{path}: expected a flat dict of tensors, as EasyOCR's weight files are; found something else")
    for name, value in state.items():
        if problem := _problem_of(name, value):
            raise UserError(f"{path}: {name[:200]!r} {problem}; train again, or give another weight file")
    # Half precision halves the size of the shipped file; nothing computes in it.
    return {
        name.removeprefix(MODULE_PREFIX): value.float() if value.is_floating_point() else value
        for name, value in state.items()
    }


def is_craft(state: Mapping[str, torch.Tensor]) -> bool:
    """Return whether weights from `read_weights` are those of CRAFT."""
    return "conv_cls.0.weight" in state


def is_word_detector(state: Mapping[str, torch.Tensor]) -> bool:
    """Return whether weights from `read_weights` are those of our own detector."""
    return "stem.0.weight" in state


def _problem_of(name: str, value: torch.Tensor) -> str | None:
    """Return why a tensor is not a valid weight, or None."""
    import torch

    if name.endswith(".num_batches_tracked") and value.dtype == torch.int64 and value.shape == ():
        return None
    kind = "quantized" if value.is_quantized else "meta" if value.is_meta else str(value.layout)
    if value.is_quantized or value.is_meta or value.is_nested or value.layout != torch.strided:
        return f"is a tensor of another kind ({kind.removeprefix('torch.')}); expected plain floating-point numbers"
    if not value.is_floating_point():
        return f"holds {str(value.dtype).removeprefix('torch.')}; expected plain floating-point numbers"
    if value.untyped_storage().nbytes() < value.numel() * value.element_size():
        return f"is {'×'.join(map(str, value.shape))} and stored as fewer numbers; expected one for each"
    if not value.float().isfinite().all():
        return "holds NaN or infinity"
    return None
