"""EasyOCR's Reader, opened safely with the files of a folder, and the crops of boxes that a network reads."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TypeAlias

import easyocr
import numpy as np
import torch
from easyocr.utils import four_point_transform

from train_easyocr.easyocr_port.custom_network import (
    LANGUAGES,
    demand_installed,
    described_detector,
    how_to_install,
    installed_files,
    read_description,
)
from train_easyocr.easyocr_port.engine.network_definition import definition_on_disk
from train_easyocr.easyocr_port.engine.recognition import CropReader
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.pages.records import Reading
from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line

Reader: TypeAlias = easyocr.Reader

LANGUAGES_OF = {"korean_g2": ["ko", "en"], "english_g2": ["en"]}
"""The languages for which EasyOCR's Reader chooses each published network by itself."""


def demand_device(cuda: bool, asked: str = "--cuda") -> None:
    """Refuse a GPU where torch sees none, rather than fall back to the CPU as EasyOCR does; `asked` is how one asks."""
    if cuda and not torch.cuda.is_available():
        raise UserError(f"{asked}: torch finds no CUDA GPU; install a CUDA build of torch, or leave {asked} away")


def open_reader(
    folder: Path, network: str | None, *, cuda: bool, quantize: bool = True, detector: bool = True
) -> Reader:
    """Open EasyOCR's Reader for Korean and English with the files in `folder`, without any download.

    Args:
        folder: root of EasyOCR's files, with `model` and `user_network`.
        network: an installed custom network, or None for detection alone.
        cuda: run on the GPU.
        quantize: on a CPU, turn Linear and LSTM layers into int8, as EasyOCR does by default.
        detector: load CRAFT as well.

    Raises:
        UserError: `network` is not installed there, its weights cannot be read safely, or its files do not fit each
            other.
    """
    if network:
        demand_readable(network, folder)
    # Newer torch releases warn at every Reader about calls of EasyOCR 1.7.2; users cannot act on this.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="easyocr")
    warnings.filterwarnings("ignore", message=".*quantize_per_tensor.*", category=UserWarning)
    warnings.filterwarnings("ignore", message="'pin_memory' argument is set as true", category=UserWarning)
    try:
        with warnings.catch_warnings(), definition_on_disk(network, folder) if network else nullcontext():
            warnings.simplefilter("ignore", DeprecationWarning)
            return easyocr.Reader(
                LANGUAGES,
                gpu=cuda,
                recog_network=network or "standard",
                model_storage_directory=str(folder / "model"),
                user_network_directory=str(folder / "user_network"),
                download_enabled=False,
                detector=detector,
                recognizer=network is not None,
                verbose=False,
                quantize=quantize,
            )
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError, ImportError, SyntaxError) as error:
        if network is None or in_one_line(error):
            raise
        reason, description = str(error).partition("\n")[0], installed_files(network, folder)[2]
        again = f"{how_to_install(network)} again"
        raise UserError(f"{description}: EasyOCR cannot load the network ({reason}); {again}") from None


def demand_readable(network: str, folder: Path) -> None:
    """Check that the files of an installed network exist and can be read safely: EasyOCR runs whatever they contain.

    Raises:
        UserError: a file is missing, the description is malformed, or the weight file holds anything but weights.
    """
    demand_installed(network, folder)
    files = installed_files(network, folder)
    description = read_description(files[2])
    detector = described_detector(network, folder, description)
    if detector and not detector.is_file():
        again = f"{how_to_install(network)} again"
        raise UserError(f"{detector}: no such file, and '{network}' finds text with it; {again}")
    read_weights(files[0])


def crop(page: np.ndarray, box: TextBox) -> np.ndarray:
    """Cut a box out of a grey page, uint8 [height, width]; a rotated box is straightened as in the Reader."""
    if box.corners is not None:
        return four_point_transform(page, np.array(box.corners, np.float32))
    xmin, ymin, xmax, ymax = box.bounds
    return page[ymin:ymax, xmin:xmax]


def read_boxes(reader: CropReader, page: np.ndarray, boxes: Sequence[TextBox]) -> list[Reading]:
    """Read boxes of a grey page, uint8 [height, width]; return one reading for each box, in the same order."""
    return read_boxes_masked(reader, page, boxes, [""])[0]


def read_boxes_masked(
    reader: CropReader, page: np.ndarray, boxes: Sequence[TextBox], masks: Sequence[str]
) -> list[list[Reading]]:
    """Read boxes as `read_boxes` does, once for each mask, in little more time than for one.

    A mask holds the characters that may not be printed.
    """
    variants = reader.read([crop(page, box) for box in boxes], masks)
    return [
        [Reading(box.bounds, read.text, read.confidence) for box, read in zip(boxes, texts, strict=True)]
        for texts in variants
    ]


def open_network(name: str, easyocr_folder: Path, cuda: bool = False) -> CropReader:
    """Load the custom network `name` from EasyOCR's folder, as the Reader loads it: on a CPU in int8.

    The Reader masks no character of a custom network.

    Raises:
        UserError: see `open_reader`.
    """
    return crop_reader(open_reader(easyocr_folder, name, cuda=cuda, detector=False))


def crop_reader(reader: Reader, *, quick: bool = False) -> CropReader:
    """Return what reads crops with the network of a Reader; `quick`: see `CropReader`."""
    network = reader.recognizer.module if isinstance(reader.recognizer, torch.nn.DataParallel) else reader.recognizer
    return CropReader(network, reader.character, reader.device, quick=quick)


def language_mask(published: str, easyocr_folder: Path) -> str | None:
    """Return the characters of a published network that EasyOCR's Reader never prints; None for other networks.

    The Reader derives them from the character lists of the languages (`LANGUAGES_OF`); no weights are loaded.
    """
    if published not in LANGUAGES_OF:
        return None
    reader = easyocr.Reader(
        LANGUAGES_OF[published],
        gpu=False,
        model_storage_directory=str(easyocr_folder / "model"),
        user_network_directory=str(easyocr_folder / "user_network"),
        download_enabled=False,
        detector=False,
        recognizer=False,
        verbose=False,
    )
    return "".join(sorted(set(reader.character) - set(reader.lang_char)))
