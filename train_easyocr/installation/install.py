"""Puts a recognition network where EasyOCR looks for custom networks: weights, network definition, description."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from train_easyocr.atomic import write_text
from train_easyocr.custom_network import NETWORK_FILE, installed_files
from train_easyocr.errors import UserError
from train_easyocr.weights import LANGUAGES, PUBLISHED, RecognitionWeights, copy_atomically, read_weights

IMAGE_HEIGHT = 64
_EASYOCR_NAMES = {"standard", "generation1", "generation2", *PUBLISHED}


def demand_installable(weights: RecognitionWeights) -> None:
    """Refuse a network that EasyOCR's Reader could not run, before anything is written.

    Raises:
        UserError: the prediction is not CTC, or the network wants colour.
    """
    prediction = weights.network_params.get("Prediction", "CTC")
    if prediction != "CTC":
        raise UserError(
            f"{weights.path}: Prediction is {prediction}; EasyOCR decodes CTC only, so train with Prediction: CTC"
        )
    channels = weights.network_params["input_channel"]
    if channels != 1:
        raise UserError(
            f"{weights.path}: input_channel is {channels}; EasyOCR's Reader gives grey crops, so train with rgb: False"
        )


def install_network(
    name: str,
    weights: Path,
    characters: str,
    network_params: Mapping[str, Any],
    easyocr_folder: Path,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Install a network so that `easyocr.Reader(['ko', 'en'], recog_network=name)` finds it.

    Args:
        name: what `recog_network` will be; a Python module name that no published network has.
        weights: flat state dict whose keys start with `module.` (contract 3 of the design).
        characters: the character list; class index = position + 1.
        network_params: what EasyOCR passes to `Model` beside `num_class`.
        easyocr_folder: root of EasyOCR's files; `model` and `user_network` are made below it.
        extra: further keys of the description, which EasyOCR ignores (`reading`).

    Raises:
        UserError: the name is taken, `weights` cannot be read safely, or the description does not survive being
            written.
    """
    _demand_usable_name(name)
    read_weights(weights)
    weight_file, definition, description_file = installed_files(name, easyocr_folder)
    description = {
        "network_params": dict(network_params),
        "imgH": IMAGE_HEIGHT,
        "lang_list": LANGUAGES,
        "character_list": characters,
        **(extra or {}),
    }
    copy_atomically(weights, weight_file)
    copy_atomically(NETWORK_FILE, definition)
    write_description(description, description_file)


def write_description(description: Mapping[str, Any], path: Path) -> None:
    """Write EasyOCR's description of a custom network as YAML and prove that it reads back equal.

    An unquoted character list breaks YAML, and a plain scalar loses the space at its start; `safe_dump` quotes.
    """
    text = yaml.safe_dump(dict(description), allow_unicode=True, sort_keys=False, width=1 << 20)
    if yaml.safe_load(text) != dict(description):
        raise UserError(
            f"{path}: the description does not survive YAML; check the character list for control characters"
        )
    write_text(path, text)


@contextmanager
def restored_on_error(name: str, easyocr_folder: Path) -> Iterator[None]:
    """Keep the installed network `name` aside while the block replaces it, and put it back if the block fails."""
    files = installed_files(name, easyocr_folder)
    easyocr_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=easyocr_folder) as folder:
        kept = {file: Path(folder) / file.name for file in files if file.is_file()}
        for file, copy in kept.items():
            copy_atomically(file, copy)
        try:
            yield
        except BaseException:  # Ctrl-C, too, must leave the network that stood there before
            for file in files:
                if file in kept:
                    kept[file].replace(file)
                else:
                    file.unlink(missing_ok=True)
            raise


def _demand_usable_name(name: str) -> None:
    if not name.isidentifier() or name in _EASYOCR_NAMES:
        raise UserError(f"network name '{name}' cannot be used; choose a Python module name that EasyOCR does not use")
    # EasyOCR imports the network by its bare name, so whatever Python finds first wins.
    module = importlib.util.find_spec(name)
    if module is not None and module.origin and Path(module.origin).parent.name != "user_network":
        raise UserError(f"network name '{name}': EasyOCR would import {module.origin} instead; choose another name")
