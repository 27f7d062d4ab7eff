"""Puts a recognition network where EasyOCR looks for custom networks: weights, network definition, description.

A detector of its own is stored beside them: a trained CRAFT, or ours with its definition. EasyOCR checks the checksum
of CRAFT as published, which stays unchanged.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from train_easyocr.easyocr_port.custom_network import (
    CRAFT_ENDING,
    DETECTOR_ENDING,
    DETECTOR_FILE,
    NETWORK_FILE,
    Description,
    detector_files,
    installed_files,
    write_description,
)
from train_easyocr.easyocr_port.engine.weight_file import is_word_detector, read_weights
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.easyocr_port.weights import RecognitionWeights
from train_easyocr.program.atomic import AN_HOUR, copy_file, remove_leftovers, replacing
from train_easyocr.program.errors import UserError
from train_easyocr.program.run_lock import one_run

STAGING = ".unproven"


def demand_installable(weights: RecognitionWeights) -> None:
    """Refuse a network that EasyOCR's Reader could not run, before anything is written.

    Raises:
        UserError: the prediction is not CTC, or the network needs colour.
    """
    prediction = weights.shape.Prediction
    if prediction != "CTC":
        raise UserError(
            f"{weights.path}: Prediction is {prediction}; EasyOCR decodes CTC only, so train with Prediction: CTC"
        )
    channels = weights.shape.input_channel
    if channels != 1:
        raise UserError(
            f"{weights.path}: input_channel is {channels}; EasyOCR's Reader gives grey crops, so train with rgb: False"
        )


def install_network(
    name: str,
    weights: RecognitionWeights,
    easyocr_folder: Path,
    reading: ReadingOptions | None = None,
    detector: Path | None = None,
) -> None:
    """Install a network so that `easyocr.Reader(['ko', 'en'], recog_network=name)` finds it.

    Args:
        name: what `recog_network` will be; a Python module name that no published network has.
        weights: its file is a flat state dict whose keys start with `module.` (contract 3 of the design).
        easyocr_folder: root of EasyOCR's files; `model` and `user_network` are made below it.
        reading: the options with which the network reads best.
        detector: the weight file of the detector that finds its text; None for the one that EasyOCR publishes.

    Raises:
        UserError: the name is taken, a weight file cannot be read safely, or the character list does not survive
            being written.
    """
    _demand_usable_name(name)
    read_weights(weights.path)
    weight_file, definition, _ = installed_files(name, easyocr_folder)
    copy_file(weights.path, weight_file)
    copy_file(NETWORK_FILE, definition)
    _install_detector(name, detector, easyocr_folder)
    describe_network(name, weights, easyocr_folder, reading)


def describe_network(
    name: str, weights: RecognitionWeights, easyocr_folder: Path, reading: ReadingOptions | None
) -> None:
    """Write the description of a network whose other files are installed; see `install_network`."""
    detectors = [file.name for file in detector_files(name, easyocr_folder)[:2] if file.is_file()]
    named = detectors[0] if detectors else None
    written = Description(weights.characters, weights.shape.network_params(), reading, named)
    write_description(written, installed_files(name, easyocr_folder)[2])


def _install_detector(name: str, detector: Path | None, easyocr_folder: Path) -> None:
    """Put a detector beside its network in place of an earlier one; None leaves none."""
    craft, weights, definition = detector_files(name, easyocr_folder)
    sources = {}  # by the file to write
    if detector and is_word_detector(read_weights(detector)):
        sources = {weights: detector, definition: DETECTOR_FILE}
    elif detector:
        sources = {craft: detector}
    for target, source in sources.items():
        copy_file(source, target)
    for file in {craft, weights, definition} - sources.keys():
        file.unlink(missing_ok=True)


@contextmanager
def staged(name: str, easyocr_folder: Path) -> Iterator[Path]:
    """Yield a root of EasyOCR's files in which to install and prove `name`; if the block succeeds, the files are moved.

    Until then `easyocr_folder` keeps its present network, whatever ends the block. A killed run leaves the staging
    folder, which the next run removes.

    Raises:
        UserError: the name cannot be used, or another run installs into `easyocr_folder`.
    """
    _demand_usable_name(name)
    with one_run(easyocr_folder, "set EASYOCR_MODULE_PATH to another folder"):
        staging = easyocr_folder / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        for folder in {file.parent for file in installed_files(name, easyocr_folder)}:
            folder.mkdir(exist_ok=True)
            remove_leftovers(folder, older_than=AN_HOUR)
        try:
            yield staging
            _move(name, staging, easyocr_folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def installed_meanwhile(name: str, weights: RecognitionWeights, folder: Path) -> Iterator[None]:
    """Install a network during the block with `folder` as root of EasyOCR's files; it is removed at the end.

    What a killed run left there is removed first, so one run at a time uses `folder`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        install_network(name, weights, folder)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move(name: str, staging: Path, easyocr_folder: Path) -> None:
    """Put the files of a staged network in place of those that are there.

    First the old description is removed, then an older detector; the new description is written last. A kill in between
    leaves a network that counts as not installed, and no mixture of two.
    """
    moves = list(zip(installed_files(name, staging), installed_files(name, easyocr_folder), strict=True))
    description, detectors = moves[-1][1], detector_files(name, easyocr_folder)
    staged_detectors = zip(detector_files(name, staging), detectors, strict=True)
    moves = [(source, target) for source, target in staged_detectors if source.is_file()] + moves
    with ExitStack() as last_first:
        for source, target in reversed(moves):
            shutil.copyfile(source, last_first.enter_context(replacing(target)))
        description.unlink(missing_ok=True)
        for detector in detectors:
            detector.unlink(missing_ok=True)


def _demand_usable_name(name: str) -> None:
    from train_easyocr.easyocr_port.engine.published_names import names_of_easyocr  # with torch, which few need

    if not name.isidentifier() or name in names_of_easyocr():
        raise UserError(f"network name '{name}' cannot be used; choose a Python module name that EasyOCR does not use")
    for ending in (CRAFT_ENDING, DETECTOR_ENDING):
        if name.endswith(ending):
            raise UserError(f"network name '{name}' cannot be used; names with {ending} are those of detectors")
    # EasyOCR imports the network by its bare name, so the first module that Python finds wins.
    try:
        module = importlib.util.find_spec(name)
        origin = module.origin if module else None
    except ValueError:  # a module that was loaded from no file, such as __main__
        origin = name
    if origin and Path(origin).parent.name != "user_network":
        raise UserError(f"network name '{name}': EasyOCR would import {origin} instead; choose another name")
