"""The files that a run saves: weight files that EasyOCR loads, and `last.ckpt`, from which training resumes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from train_easyocr.easyocr_port.engine.weight_file import MODULE_PREFIX, UNREADABLE
from train_easyocr.easyocr_port.network_shape import PARTS, setting_of
from train_easyocr.program.atomic import write_bytes
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted

FORMAT = 2
CHECKSUM = b"SHA-256 of the above: "  # the last line of a checkpoint: this, and 64 hexadecimal digits
CONTENT = {
    **{"settings": dict, "characters": str, "data": dict, "log_sizes": dict, "unreadable": list},
    **{"network": dict, "step": dict, "progress": dict, "random": torch.Tensor},
}
ARCHITECTURE = (
    *(setting_of(part) for part in PARTS if part not in ("image_width", "batch_max_length")),
    "detector_network",
)
"""Settings without which the weights would not fit the network."""
SCORING = (
    *("sensitive", "batch_max_length", "data_filtering_off", "decode"),
    *("img_width", "PAD", "contrast_adjust"),
)
"""Settings that decide which patches a validation reads, and how."""
OPTIMIZER = ("adam", "freeze_FeatureFxtraction", "freeze_SequenceModeling", "detector_frozen_blocks")


def save_weights(network: nn.Module, path: Path) -> None:
    """Write a weight file as EasyOCR loads it: a flat state dict, float32 on the CPU, keys starting with `module.`."""
    state = {
        # Counters of batch norms stay whole numbers.
        MODULE_PREFIX + name: (value.float() if value.is_floating_point() else value).cpu().contiguous().clone()
        for name, value in network.state_dict().items()
    }
    write_bytes(path, _saved(state).getbuffer())


def save_checkpoint(state: Mapping[str, Any], path: Path) -> None:
    """Write all that resuming needs: tensors, numbers and texts in dicts and lists.

    A checksum ends the file, so a kill cannot part the two; without it torch would load a flipped byte unnoticed.
    """
    buffer = _saved({"format": FORMAT, **state})
    buffer.write(_checksum(buffer.getbuffer()))
    write_bytes(path, buffer.getbuffer())


def _saved(state: Mapping[str, Any]) -> io.BytesIO:
    # Through memory: given a path, torch writes its random temporary name into the archive, and turns a full disk,
    # which the door reports in one line, into a RuntimeError.
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer


def _checksum(data: memoryview) -> bytes:
    return CHECKSUM + hashlib.sha256(data).hexdigest().encode()


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_checkpoint` wrote, onto the CPU.

    Raises:
        UserError: the file is missing, damaged, incomplete or of another format.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such checkpoint; leave --resume away to start a new run")
    data = memoryview(path.read_bytes())
    length = max(0, len(data) - len(CHECKSUM) - 64)
    if data[length:] != _checksum(data[:length]):
        raise UserError(
            f"{path}: no checkpoint of this trainer, or a damaged one: the checksum at its end is not that of its "
            "content; copy it once more, or start a new run"
        )
    try:
        state = torch.load(io.BytesIO(data[:length]), map_location="cpu", weights_only=True)
    except UNREADABLE as error:
        reason = str(error).partition("\n")[0]
        raise UserError(f"{path}: no checkpoint of this trainer ({reason}); start a new run") from None
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise UserError(f"{path}: no checkpoint of this trainer, format {FORMAT}; start a new run")
    wrong = [key for key, kind in CONTENT.items() if not isinstance(state.get(key), kind)]
    if "progress" not in wrong and "iteration" not in state["progress"]:
        wrong.append("progress: iteration")
    if wrong:
        raise UserError(f"{path}: lacks {', '.join(wrong)}, which resuming needs; start a new run")
    return state


def resumable_state(path: Path, settings: Mapping[str, Any], characters: str) -> dict[str, Any]:
    """Read the checkpoint of a run that one with these settings and characters can go on from.

    Raises:
        UserError: there is no such checkpoint, or the resumed run does not fit it: it has another list of
            characters, another network or another kind of optimizer.
    """
    state = read_checkpoint(path)
    saved = state["characters"]
    if saved != characters:
        raise UserError(
            f"{path}: trained with another list of {counted(len(saved), 'character')}, `character` has "
            f"{len(characters):,}; "
            "set it back, or start a new run under another experiment_name with continue_from"
        )
    changes_since(state["settings"], settings, path)
    return state


def compared_state(path: Path, state: dict[str, Any], description: Mapping[str, Any], *, tell: bool) -> dict[str, Any]:
    """Compare a checkpoint with the run that goes on from it; if `tell`, print what has changed since.

    Where the validation data is not the same, the best scores start anew: those of other data may never be reached.

    Args:
        path: the checkpoint.
        state: its content.
        description: settings, characters and data of the resumed run.
        tell: whether to print; True in one process of a run.

    Returns:
        The state to restore.
    """
    changes = changes_since(state["settings"], description["settings"], path)
    changes += data_changes(state["data"], description["data"])
    lines = [f"going on from {path}, iteration {state['progress']['iteration']}"]
    lines += [f"  changed since: {change}" for change in changes]
    if not scored_alike(state, description):
        lines.append("  another validation, by its data or settings: the best scores and their weights start anew")
        counts = {key: value for key, value in state["progress"].items() if not key.startswith("best_")}
        state = state | {"progress": counts | {"validated": -1, "validations_without_gain": 0}}
    if tell:
        print("\n".join(lines))
    return state


def scored_alike(state: Mapping[str, Any], description: Mapping[str, Any]) -> bool:
    """Return whether two runs score the same data in the same way; their first validation dataset decides."""
    then, now = (
        next((value for name, value in run["data"].items() if name.startswith("validation")), None)
        for run in (state, description)
    )
    settings = description["settings"]
    return then == now and all(state["settings"].get(key, settings.get(key)) == settings.get(key) for key in SCORING)


@contextmanager
def whole_state_demanded(path: Path) -> Iterator[None]:
    """Wrap the block that restores the state of the checkpoint `path`; report a missing part in one line.

    Raises:
        UserError: a weight, a figure or a setting is missing, or of another kind.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{path}: not the state of such a run ({type(error).__name__}: {reason}); start a new run"
        ) from None


def changes_since(saved: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> list[str]:
    """List the settings that differ from those of the checkpoint, as `key: old → new`.

    Raises:
        UserError: the network or the kind of optimizer differs, so that the state would not fit.
    """
    changed = {key: (saved.get(key), value) for key, value in settings.items() if saved.get(key) != value}
    of_tps = ("img_width",) if settings.get("Transformation") == "TPS" else ()  # TPS keeps a grid of the widest image
    # A key that the checkpoint lacks is younger than it.
    refused = [key for key in (*ARCHITECTURE, *of_tps, *OPTIMIZER) if key in changed and key in saved]
    if refused:
        key = refused[0]
        raise UserError(
            f"{path}: {key} was {changed[key][0]} and is {changed[key][1]} now; set it back, "
            "or start a new run under another experiment_name with continue_from"
        )
    return [f"{key}: {old} → {new}" for key, (old, new) in changed.items() if key != "character"]


def data_changes(saved: Mapping[str, list[Any]], data: Mapping[str, list[Any]]) -> list[str]:
    """Return one line for each dataset whose patches differ from those of the checkpoint, with its role and name.

    Each dataset comes as [rows of labels.csv, fingerprint]. A dataset that the earlier run did not have is reported as
    a changed setting instead.
    """
    return [
        f"{name}: {counted(saved[name][0], 'patch', 'patches')} then, {data[name][0]:,} now, other names, sizes or "
        "labels; the batches from here on are of the new ones"
        for name in data
        if name in saved and saved[name] != data[name]
    ]
