"""Reads config.yaml into typed settings. All mistakes are reported at once, by name, with the nearest valid name."""

from __future__ import annotations

import difflib
import math
import typing
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.atomic import write_text
from train_easyocr.errors import UserError
from train_easyocr.plain_yaml import parse_yaml
from train_easyocr.settings import Settings
from train_easyocr.terminal_text import shortened

LARGEST = 2**31 - 1  # the limit of a number whose key sets no other
SCALARS = (str, int, float)  # of YAML; its True and False are never taken for a number or a text
TOO_FAST_FOR_ADAM = 0.1  # a learning rate: weights are about that large themselves


def load_settings(path: Path, overrides: Iterable[str] = ()) -> Settings:
    """Read `path` and apply `key=value` overrides on top; keys that are absent take their defaults.

    Raises:
        UserError: one line for each mistake of the file and of the overrides, all of them at once.
    """
    values = _read_mapping(path)
    mistakes: list[str] = []
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            mistakes.append(f"command line: {override!r} is no key=value; write, for example, n_iter=1000")
            continue
        values[key.strip()] = _parse_override(value)
    return _checked(values, path.name, mistakes)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the resolved settings as YAML that `load_settings` reads back to an equal object."""
    text = yaml.safe_dump(asdict(settings), allow_unicode=True, sort_keys=False, width=1 << 20)
    write_text(path, "# The settings of this run, resolved: defaults, file and command line.\n" + text)


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        values = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"{path}: no such file; give the configuration with --config FILE") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; save the configuration as UTF-8") from None
    except ValueError as error:
        raise UserError(f"{path}: no YAML: {error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected lines of 'key: value', found a {type(values).__name__}")
    return {str(key): value for key, value in values.items()}


def _parse_override(value: str) -> Any:
    try:
        return parse_yaml(value)
    except ValueError:
        return value


def _checked(values: dict[str, Any], source: str, mistakes: list[str]) -> Settings:
    known = {item.name: item for item in fields(Settings)}
    types_of = typing.get_type_hints(Settings)
    accepted: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            mistakes.append(f"{source}: unknown key '{shortened(key, 60)}'{_nearest(key, known)}")
            continue
        try:
            accepted[key] = _converted(value, types_of[key])
            _check_range(accepted[key], known[key].metadata)
        except ValueError as error:
            mistakes.append(f"{source}: {key}: {error}")
            accepted.pop(key, None)
    settings = Settings(**accepted)
    mistakes += [f"{source}: {mistake}" for mistake in _contradictions(settings)]
    if mistakes:
        raise UserError("\n".join(mistakes))
    return settings


def _nearest(key: str, known: Iterable[str]) -> str:
    lower_case = {name.lower(): name for name in known}
    match = difflib.get_close_matches(key.lower(), lower_case, n=1, cutoff=0.6)
    return f"; did you mean '{lower_case[match[0]]}'?" if match else "; see config.yaml for the keys that there are"


def _converted(value: Any, kind: Any) -> Any:
    """Return `value` as `kind`, or raise ValueError with what was expected.

    YAML 1.1 reads `1e-8` (no dot) as text, and `real-general` may come as any scalar: both are accepted.
    """
    if kind in (bool, int) and type(value) is kind:
        return value
    if kind is float and type(value) in SCALARS and (number := _number(value)) is not None:
        return number
    if kind is str and type(value) in SCALARS:
        return str(value)
    if typing.get_origin(kind) is tuple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    expected = {bool: "True or False", int: "a whole number", float: "a number", str: "text"}.get(
        kind, "a list of texts"
    )
    raise ValueError(f"{shortened(repr(value), 80)} is not {expected}")


def _check_range(value: Any, metadata: typing.Mapping[str, Any]) -> None:
    choices, low, high = (metadata.get(name) for name in ("choices", "low", "high"))
    if choices and value not in choices:
        raise ValueError(f"{shortened(repr(value), 80)} is none of {', '.join(map(str, choices))}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high = -LARGEST if low is None else low, LARGEST if high is None else high
    if not low <= value <= high:
        raise ValueError(f"{shortened(str(value), 80)} is out of range: from {low} to {high}")


def _contradictions(settings: Settings) -> list[str]:
    """Return errors about settings that are valid alone but contradict each other."""
    mistakes = []
    names, shares = settings.select_data.split("-"), settings.batch_ratio.split("-")
    if len(names) != len(shares):
        parts = f"{len(shares)} part{'' if len(shares) == 1 else 's'}"
        has = f"has {parts}, select_data '{settings.select_data}' has {len(names)}"
        mistakes.append(f"batch_ratio '{settings.batch_ratio}' {has}")
    mistakes += [
        f"select_data '{settings.select_data}': '{name}' must be the name of a folder, without slashes"
        for name in names
        if not _is_folder_name(name)
    ]
    if len(set(names)) < len(names):
        mistakes.append(f"select_data '{settings.select_data}' names a folder twice; give it one part of batch_ratio")
    if not all(0 < (_number(share) or 0) <= LARGEST for share in shares):
        mistakes.append(f"batch_ratio '{settings.batch_ratio}': each part must be a number above 0, as in '0.5-0.5'")
    if settings.rgb != (settings.input_channel == 3):
        mistakes.append(
            f"rgb is {settings.rgb}, input_channel is {settings.input_channel}; rgb: True goes with 3, False with 1"
        )
    if settings.adam and settings.lr >= TOO_FAST_FOR_ADAM:
        mistakes.append(
            f"adam: True with lr: {settings.lr:g} moves every weight by about as much in each step; set lr: 0.001 "
            "(1.0 suits Adadelta, which adam: False is)"
        )
    if settings.num_fiducial % 2:
        mistakes.append(f"num_fiducial {settings.num_fiducial} must be even: half of the points lie on each edge")
    for key in ("experiment_name", "detector_experiment_name"):
        if not _is_folder_name(getattr(settings, key)):
            mistakes.append(f"{key} '{getattr(settings, key)}' must be the name of a folder, without slashes")
    return mistakes


def _is_folder_name(name: str) -> bool:
    """Return whether `name` is a single folder name on every system, so that it cannot leave its parent folder."""
    return name not in ("", ".", "..") and not any(character in "/\\:" or character < " " for character in name)


def _number(value: float | str) -> float | None:
    """Return a finite number, or None: no setting can be infinity or NaN."""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
