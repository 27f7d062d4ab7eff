"""A custom network of EasyOCR: its one definition here, its installed files, and its description.

EasyOCR reads the description (`<name>.yaml`) with a loader that executes tags, so each description is read and checked
here before EasyOCR reads it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT
from train_easyocr.easyocr_port.reading_options import ReadingOptions, parse_options
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError
from train_easyocr.program.plain_yaml import Bare, kind_of, parse_yaml, whole_number

_PACKAGE = Path(__file__).resolve().parents[1]

NETWORK_FILE = next(
    path
    # setup.py puts it into an installed package; in a checkout it lies beside the package.
    for folder in (_PACKAGE, _PACKAGE.parent)
    if (path := folder / "finetuned" / "finetuned.py").is_file()
)
"""The network that is trained and installed (contract 1 of the design)."""

SHIPPED = "korean_public"
"""The name of the network that comes with this project, installed or not."""

LANGUAGES = ["ko", "en"]

_KINDS = {"character_list": str, "network_params": dict, "imgH": int, "lang_list": list}
_READING, _DETECTOR = "reading", "detector"  # EasyOCR ignores them

DETECTOR_FILE = NETWORK_FILE.with_name("word_detector.py")
"""Our own detector, likewise."""

CRAFT_ENDING, DETECTOR_ENDING = "_craft", "_detector"
"""The endings after the name of a network in the name of its detector: a trained CRAFT, or our own detector."""


@dataclass(frozen=True)
class Description:
    """The content of the yaml of a custom network.

    Attributes:
        characters: the character list; class index = position + 1.
        network_params: what EasyOCR passes to `Model` beside `num_class`.
        reading: the options with which the network reads best; None if step 4 stored none.
        detector: the file in EasyOCR's `model` of the network's own detector, whose ending tells its kind; None for
            the detector that EasyOCR publishes.
    """

    characters: str
    network_params: Mapping[str, Any]
    reading: ReadingOptions | None = None
    detector: str | None = None


def installed_files(name: str, easyocr_folder: Path) -> tuple[Path, Path, Path]:
    """Return the three files of a custom network: its weights, its network definition, its description."""
    networks = easyocr_folder / "user_network"
    return easyocr_folder / "model" / f"{name}.pth", networks / f"{name}.py", networks / f"{name}.yaml"


def detector_files(name: str, easyocr_folder: Path) -> tuple[Path, Path, Path]:
    """Return the files that the detector of a custom network may have: CRAFT's weights, or our weights and definition.

    A plain Reader takes our detector by its definition, which Python finds as `<name>_detector`.
    """
    models, networks = easyocr_folder / "model", easyocr_folder / "user_network"
    return (
        models / f"{name}{CRAFT_ENDING}.pth",
        models / f"{name}{DETECTOR_ENDING}.pth",
        networks / f"{name}{DETECTOR_ENDING}.py",
    )


def described_detector(name: str, easyocr_folder: Path, description: Description) -> Path | None:
    """Return the weights of a custom network's own detector; None for the detector that EasyOCR publishes."""
    return easyocr_folder / "model" / description.detector if description.detector else None


def how_to_install(name: str) -> str:
    """Return what a person does to install a custom network, as the end of a message."""
    return "run python3 -m train_easyocr.install --shipped" if name == SHIPPED else "run step 4"


def demand_installed(name: str, easyocr_folder: Path) -> None:
    """Refuse a custom network whose files are not all in EasyOCR's folder; the line says how to install it.

    Raises:
        UserError: a file of the network is missing.
    """
    missing = [file for file in reversed(installed_files(name, easyocr_folder)) if not file.is_file()]
    if not missing:
        return
    descriptions = sorted((easyocr_folder / "user_network").glob("*.yaml"))
    others = [file.stem for file in descriptions if file.stem != name]
    named = f", or name one that is installed: {', '.join(others)}" if others else ""
    raise UserError(
        f"{missing[0]}: no such file, so the network '{name}' is not installed; {how_to_install(name)}{named}"
    )


def write_description(description: Description, path: Path) -> None:
    """Write EasyOCR's yaml of a custom network and prove that it reads back equal.

    An unquoted character list breaks YAML, and a plain scalar loses the space at its start; `safe_dump` quotes.

    Raises:
        UserError: the character list has a character that YAML cannot represent.
    """
    values = {
        "network_params": dict(description.network_params),
        "imgH": IMAGE_HEIGHT,
        "lang_list": LANGUAGES,
        "character_list": description.characters,
    }
    if description.reading:
        values[_READING] = asdict(description.reading)
    if description.detector:
        values[_DETECTOR] = description.detector
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1 << 20)
    if yaml.safe_load(text) != values:  # what EasyOCR reads
        raise UserError(
            f"{path}: the description does not survive YAML; check the character list for control characters"
        )
    write_text(path, text)


def read_description(path: Path) -> Description:
    """Read EasyOCR's yaml of a custom network.

    Raises:
        UserError: the file is not a description, or has values that this project does not support.
    """
    values, again = read_mapping(path, _KINDS), f"{how_to_install(path.stem)} again"
    characters = values["character_list"]
    if isinstance(characters, Bare):
        raise UserError(
            f"{path}: character_list is {reprlib.repr(characters)} without quotes, which EasyOCR takes for no text; "
            "put it in quotes"
        )
    if values["imgH"] != IMAGE_HEIGHT:
        raise UserError(f"{path}: imgH is {values['imgH']!r}, expected {IMAGE_HEIGHT}; {again}")
    if not all(language in values["lang_list"] for language in LANGUAGES):
        raise UserError(f"{path}: lang_list is {reprlib.repr(values['lang_list'])}, expected {LANGUAGES}")
    reading = parse_options(values[_READING], f"{path}: {_READING}") if _READING in values else None
    detector, own = values.get(_DETECTOR), [f"{path.stem}{ending}.pth" for ending in (CRAFT_ENDING, DETECTOR_ENDING)]
    if _DETECTOR in values and detector not in own:
        raise UserError(f"{path}: {_DETECTOR} is {reprlib.repr(detector)}, expected {' or '.join(own)}; {again}")
    params = {str(key): _parameter(value) for key, value in values["network_params"].items()}
    return Description(characters, params, reading, detector)


def _parameter(value: Any) -> Any:
    """Return the argument of `Model` that EasyOCR reads: a whole number, or a text."""
    return whole_number(value) if isinstance(value, Bare) and whole_number(value) is not None else value


def read_mapping(path: Path, kinds: Mapping[str, type]) -> dict[str, Any]:
    """Read a YAML file that describes a network, as texts by key.

    `kinds` are the required keys, each with the type of its value: a text, mapping or list that is not empty, or a
    whole number above 0, which is returned as a number.

    Raises:
        UserError: the file is not YAML in UTF-8, not a mapping, or lacks a key, or a value has another type.
    """
    try:
        values = parse_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; restore the file that was written for the weights") from None
    except ValueError as error:
        raise UserError(f"{path}: no YAML: {error}; restore the file that was written for the weights") from None
    if not isinstance(values, dict):
        raise UserError(f"{path}: expected lines of 'key: value', found {kind_of(values)}; restore the file")
    if missing := [key for key in kinds if key not in values]:
        raise UserError(f"{path}: lacks {', '.join(missing)}; restore the file that was written for the weights")
    for key, kind in kinds.items():
        found = whole_number(values[key]) if kind is int else values[key]
        if not isinstance(found, kind) or not found or (isinstance(found, int) and found < 1):
            expected = {str: "a text", dict: "a mapping", int: "a whole number above 0", list: "a list"}[kind]
            raise UserError(f"{path}: {key} is {reprlib.repr(values[key])}, expected {expected}; restore the file")
        values[key] = found
    return values
