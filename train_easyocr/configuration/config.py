"""Reads config.yaml into typed settings. All mistakes are reported at once, by name, with the nearest valid name."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable
from dataclasses import Field, asdict, fields
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.configuration.settings import Settings
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.program.plain_yaml import kind_of, number, parse_yaml, truth, whole_number
from train_easyocr.program.terminal_text import shortened
from train_easyocr.texts.charset import Charset, character_list

LARGEST = 2**31 - 1  # the limit of a number whose key sets no other
FASTEST_ADAM = 0.01  # a learning rate: each step moves each weight by about as much, and weights are about 0.1
COMMAND_LINE = "command line"
KINDS = typing.get_type_hints(Settings)
READERS = {bool: truth, int: whole_number, float: number}


def load_settings(path: Path, overrides: Iterable[str] = ()) -> Settings:
    """Read `path` and apply `key=value` overrides on top; keys that are absent take their defaults.

    Raises:
        UserError: one line for each mistake of the file and of the overrides, all of them at once.
    """
    values = {key: (path.name, value) for key, value in _read_mapping(path).items()}
    mistakes: list[str] = []
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            mistakes.append(f"{COMMAND_LINE}: {override!r} is no key=value; write, for example, n_iter=1000")
            continue
        values[key.strip()] = (COMMAND_LINE, _parse_override(value, KINDS.get(key.strip())))
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
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected lines of 'key: value', found {kind_of(values)}")
    return {str(key): value for key, value in values.items()}


def _parse_override(value: str, kind: Any) -> Any:
    """Return the value that is meant: what was written, unless it is in quotes or a list is wanted."""
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    if not is_quoted and typing.get_origin(kind) is not tuple:
        return value
    try:
        return parse_yaml(value)
    except ValueError:
        return value


def _checked(values: dict[str, tuple[str, Any]], file: str, mistakes: list[str]) -> Settings:
    """Return the settings of `values`, key → where it was written and the value; `file` is that of most of them."""
    known = {item.name: item for item in fields(Settings)}
    accepted: dict[str, Any] = {}
    for key, (source, value) in values.items():
        if key not in known:
            mistakes.append(f"{source}: unknown key '{shortened(key, 60)}'{_nearest(key, known)}")
            continue
        try:
            accepted[key] = _converted(value, known[key])
            _check_range(accepted[key], known[key].metadata)
            _check_rule(key, accepted[key])
        except ValueError as error:
            mistakes.append(f"{source}: {key}: {error}")
            accepted.pop(key, None)
    settings = Settings(**accepted)
    for keys, mistake in _contradictions(settings):
        if not any(key in values and key not in accepted for key in keys):  # else a default stands in for a mistake
            sources = {values[key][0] for key in keys if key in values}
            mistakes.append(f"{COMMAND_LINE if COMMAND_LINE in sources else file}: {mistake}")
    if mistakes:
        raise UserError("\n".join(mistakes))
    return settings


def _nearest(key: str, known: Iterable[str]) -> str:
    lower_case = {name.lower(): name for name in known}
    match = difflib.get_close_matches(key.lower(), lower_case, n=1, cutoff=0.6)
    return f"; did you mean '{lower_case[match[0]]}'?" if match else "; see config.yaml for the keys that there are"


def _converted(value: Any, key: Field[Any]) -> Any:
    """Return the `value` that was written for a key as that key wants it, or raise ValueError with what was expected.

    A text stays as it was written, `007` as well as `no`; a number is written in decimal digits.
    """
    kind = KINDS[key.name]
    if kind is str and isinstance(value, str):
        return str(value)
    if typing.get_origin(kind) is tuple and (value in (None, "") or isinstance(value, list)):
        items = value or []
        if all(isinstance(item, str) for item in items):
            return tuple(map(str, items))
    if kind in READERS and isinstance(value, str) and (found := READERS[kind](value)) is not None:
        return found
    expected = {
        bool: "True or False",
        int: f"a whole number in decimal digits, as in {key.default}",
        float: f"a number in decimal digits, as in {key.default}",
        str: "text",
    }.get(kind, "a list of texts, as in ['xxx', '###']")
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


def _check_rule(key: str, value: Any) -> None:
    """Raise ValueError if the value breaks the rule of its key, where one has a rule beside its range."""
    if key in ("experiment_name", "detector_experiment_name") and not _is_folder_name(value):
        raise ValueError(f"'{value}' must be the name of a folder, without slashes and colons")
    if key == "select_data" and not value:
        raise ValueError("it is empty; name the folders of train_data to train on, as in 'documents'")
    if key == "batch_ratio" and not value:
        raise ValueError("it is empty; give a share to each folder of select_data, as in '1' or '0.8-0.2'")
    if key == "num_fiducial" and value % 2:
        raise ValueError(f"{value} must be even: half of the points lie on each edge")
    if key == "character":
        try:
            Charset(character_list(value))
        except UserError as error:
            raise ValueError(str(error).removeprefix("character: ")) from None


def _contradictions(settings: Settings) -> list[tuple[tuple[str, ...], str]]:
    """Return errors about settings that are valid alone but contradict each other, each with the keys concerned."""
    mistakes: list[tuple[tuple[str, ...], str]] = []
    datasets = ("select_data", "batch_ratio")
    names, shares = settings.select_data.split("-"), settings.batch_ratio.split("-")
    if len(names) != len(shares):
        parts = f"{len(shares)} part{'' if len(shares) == 1 else 's'}"
        has = f"has {parts}, select_data '{settings.select_data}' has {len(names)}: {', '.join(names)}"
        rule = "'-' joins folders, so rename one whose own name holds it"
        mistakes.append((datasets, f"batch_ratio '{settings.batch_ratio}' {has}; {rule}"))
    mistakes += [
        (
            ("select_data",),
            f"select_data '{settings.select_data}': '{name}' must be the name of a folder, without slashes and colons",
        )
        for name in names
        if not _is_folder_name(name)
    ]
    if len(set(names)) < len(names):
        twice = f"select_data '{settings.select_data}' names a folder twice; give it one part of batch_ratio"
        mistakes.append((("select_data",), twice))
    if not all(0 < (number(share) or 0) <= LARGEST for share in shares):
        above = f"batch_ratio '{settings.batch_ratio}': each part must be a number above 0, as in '0.5-0.5'"
        mistakes.append((("batch_ratio",), above))
    if settings.rgb != (settings.input_channel == 3):
        channels = f"rgb is {settings.rgb}, input_channel is {settings.input_channel}"
        mistakes.append((("rgb", "input_channel"), f"{channels}; rgb: True goes with 3, False with 1"))
    if settings.adam and settings.lr > FASTEST_ADAM:
        fast = f"adam: True with lr: {settings.lr:g} moves every weight by about as much in each step"
        mend = "set lr: 0.001 (1.0 suits Adadelta, which adam: False is)"
        mistakes.append((("adam", "lr"), f"{fast}; {mend}"))
    return mistakes


def _is_folder_name(name: str) -> bool:
    """Return whether `name` is a single folder name on every system, so that it cannot leave its parent folder."""
    return name not in ("", ".", "..") and not any(character in "/\\:" or character < " " for character in name)
