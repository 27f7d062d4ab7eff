"""EasyOCR as the evaluation uses it: its detector, its grouping of boxes, its recognition networks.

Detection does not depend on the recogniser, so it runs once a
page and returns CRAFT's score maps. For each grouping, boxes are made from the maps and crops from the boxes;
`recognition` reads the crops.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import easyocr
import numpy as np
import torch
from easyocr.utils import four_point_transform

from train_easyocr.easyocr_port.box_grouping import group_quadrilaterals, is_read
from train_easyocr.easyocr_port.craft_regions import region_quadrilaterals
from train_easyocr.easyocr_port.custom_network import (
    LANGUAGES,
    demand_installed,
    detector_file,
    how_to_install,
    installed_files,
    read_description,
)
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps
from train_easyocr.easyocr_port.engine.network_definition import definition_on_disk
from train_easyocr.easyocr_port.engine.recognition import CropReader
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.pages.boxes import clip_box, is_empty, pixel_box
from train_easyocr.pages.records import Box, Reading
from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line

Reader = easyocr.Reader

LANGUAGES_OF = {"korean_g2": ["ko", "en"], "english_g2": ["en"]}
"""The languages for which EasyOCR's Reader chooses each published network by itself."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """A box to read on a page: its bounding rectangle within the page, and its corners where it is rotated.

    `corners` are x, y in pixels from the upper left clockwise; None for a box that is parallel to the page.
    """

    bounds: Box
    corners: tuple[tuple[float, float], ...] | None = None


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
    if description.detector and not (detector := detector_file(network, folder)).is_file():
        again = f"{how_to_install(network)} again"
        raise UserError(f"{detector}: no such file, and '{network}' finds text with it; {again}")
    read_weights(files[0])


def find_boxes(maps: ScoreMaps, options: ReadingOptions, page_size: tuple[int, int]) -> list[TextBox]:
    """Make boxes from score maps as `Reader.detect` does: threshold, group, drop the small ones.

    `page_size` is width, height in pixels. Boxes parallel to the page come first, then the rotated ones. Boxes without
    a pixel on the page are left out; the Reader would fail on them.
    """
    return group_polygons(find_polygons(maps, options), options, page_size)


def find_polygons(maps: ScoreMaps, options: ReadingOptions) -> list[np.ndarray]:
    """Make CRAFT's polygons from score maps: int32 [8] each, four corners x y in pixels of the page.

    Only the three thresholds of the options matter. This is the slow half of `find_boxes`.
    """
    thresholds = options.text_threshold, options.link_threshold, options.low_text
    corners = region_quadrilaterals(maps.text, maps.link, *thresholds)
    # As EasyOCR rounds (`craft_utils.adjustResultCoordinates`): the product is float64 and is stored as float32.
    corners *= np.array([1 / maps.ratio * 2, 1 / maps.ratio * 2])
    return list(corners.astype(np.int32).reshape(-1, 8))


def group_polygons(
    polygons: Sequence[np.ndarray], options: ReadingOptions, page_size: tuple[int, int]
) -> list[TextBox]:
    """Group polygons into boxes and drop the small ones: the other half of `find_boxes`."""
    joined, rotated = group_quadrilaterals(polygons, options)
    boxes = [TextBox(box.bounds) for box in joined if is_read(*_extent(box.bounds), options)]
    boxes += [rotated_box(corners) for corners in rotated if is_read(*np.ptp(corners, axis=0), options)]
    return on_page(boxes, page_size)


def _extent(bounds: Box) -> tuple[int, int]:
    """Return width and height in pixels."""
    return bounds[2] - bounds[0], bounds[3] - bounds[1]


def rotated_box(corners: Sequence[Sequence[float]]) -> TextBox:
    """Make a box from four corners, with the whole pixels that its bounding rectangle touches as its bounds."""
    points = np.array(corners, np.float64)
    bounds = pixel_box([*points.min(axis=0), *points.max(axis=0)])
    return TextBox(bounds, tuple((float(x), float(y)) for x, y in points))


def on_page(boxes: Sequence[TextBox], page_size: tuple[int, int]) -> list[TextBox]:
    """Clip boxes to a page of (width, height) pixels and leave out those that lie outside it."""
    clipped = [TextBox(clip_box(box.bounds, *page_size), box.corners) for box in boxes]
    return [box for box in clipped if not (is_empty(box.bounds) or _is_flat(box))]


def _is_flat(box: TextBox) -> bool:
    """Return whether a rotated box has opposite sides shorter than a pixel, so that nothing can be straightened."""
    if box.corners is None:
        return False
    points = np.array(box.corners)
    upper, right, lower, left = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    return max(upper, lower) < 1 or max(right, left) < 1


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
    reader = open_reader(easyocr_folder, name, cuda=cuda, detector=False)
    network = reader.recognizer.module if isinstance(reader.recognizer, torch.nn.DataParallel) else reader.recognizer
    return CropReader(network, reader.character, reader.device)


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
