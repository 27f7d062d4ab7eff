"""Installed networks that stay loaded: each call of `read()` takes the files as they are on disk by then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import easyocr
import numpy as np

from train_easyocr.easyocr_port.custom_network import (
    NETWORK_FILE,
    described_detector,
    detector_files,
    installed_files,
    read_description,
)
from train_easyocr.easyocr_port.engine.detector import FoundPage, open_detector
from train_easyocr.easyocr_port.engine.reader import crop_reader, demand_device, open_reader, read_boxes
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING
from train_easyocr.easyocr_port.weights import PUBLISHED
from train_easyocr.pages.records import Reading
from train_easyocr.program.freed_memory import give_back_freed_memory
from train_easyocr.texts.text_scores import nfc

_State = tuple[tuple[int, int, int, int] | None, ...]

MOST_LOADED = 8
"""Networks that stay in memory; each takes about 110 MB with its detector."""


class LoadedNetwork:
    """An installed network with its detector and its reading options, as EasyOCR's Reader runs them.

    Raises:
        UserError: the network is not installed or not readable, or there is no GPU where one is asked for.
    """

    def __init__(self, name: str, folder: Path, cuda: bool) -> None:
        demand_device(cuda, "cuda=True")
        self.reader: easyocr.Reader = open_reader(folder, name, cuda=cuda, detector=False)
        description = read_description(installed_files(name, folder)[2])
        self.detector = open_detector(folder, described_detector(name, folder, description), cuda=cuda)
        self.options = description.reading or DEFAULT_GROUPING
        # A definition of one's own may do more in its `forward` than a crop reader does.
        is_ours = installed_files(name, folder)[1].read_bytes() == NETWORK_FILE.read_bytes()
        self.crops = crop_reader(self.reader, quick=True) if is_ours else None

    def find(self, page: np.ndarray) -> FoundPage:
        """Find words on a page, RGB uint8 [height, width, 3]."""
        found = self.detector.find(page, self.options)
        give_back_freed_memory()
        return found

    def confidence(self, crop: np.ndarray) -> float:
        """Read a grey crop, uint8 [height, width], once and return how sure the network is, 0 to 1."""
        height, width = crop.shape
        [(*_, confidence)] = self.reader.recognize(crop, [[0, width, 0, height]], [], contrast_ths=0.0, reformat=False)
        return float(confidence)

    def read_boxes(
        self, grey: np.ndarray, boxes: Sequence[TextBox], rotation_info: Sequence[int] | None = None
    ) -> list[Reading]:
        """Read boxes of a grey page, uint8 [height, width], in their order.

        With `rotation_info`, or a definition that is not ours, the Reader itself reads them, see `Reader.recognize`.
        """
        if self.crops and not rotation_info:
            readings = read_boxes(self.crops, grey, boxes)
            give_back_freed_memory()
            return readings
        return [self._reader_reading(grey, box, list(rotation_info or ())) for box in boxes]

    def _reader_reading(self, grey: np.ndarray, box: TextBox, rotation_info: list[int]) -> Reading:
        """Read a box alone: given several and `rotation_info`, the Reader returns them in another order."""
        xmin, ymin, xmax, ymax = box.bounds
        upright = [] if box.corners else [[xmin, xmax, ymin, ymax]]
        rotated = [[list(corner) for corner in box.corners]] if box.corners else []
        [(_, text, confidence)] = self.reader.recognize(
            grey, upright, rotated, rotation_info=rotation_info, reformat=False
        )
        return Reading(box.bounds, nfc(text), float(confidence))


def loaded_network(name: str, folder: Path, cuda: bool) -> LoadedNetwork:
    """Return an installed network; it is loaded anew only if one of its files has changed.

    Raises:
        UserError: see `LoadedNetwork`.
    """
    key = name, folder.absolute(), cuda
    with _LOADING:
        state = _state(name, folder)
        known, network = _LOADED.pop(key, (None, None))
        while network is None or known != state:
            # Load again if an installation has replaced files since `state` was taken.
            known, network = state, LoadedNetwork(name, folder, cuda)
            state = _state(name, folder)
        _LOADED[key] = state, network  # the latest stands last
        while len(_LOADED) > MOST_LOADED:
            del _LOADED[next(iter(_LOADED))]
        return network


_LOADED: dict[tuple[str, Path, bool], tuple[_State, LoadedNetwork]] = {}
_LOADING = Lock()


def _state(name: str, folder: Path) -> _State:
    """Return device, inode, time of change in ns, and size of each file of a network; None for a missing one."""
    files = [
        *installed_files(name, folder),
        *detector_files(name, folder),
        folder / "model" / PUBLISHED["craft"].filename,
    ]
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[int, int, int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
