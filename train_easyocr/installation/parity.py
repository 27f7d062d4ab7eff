"""Proves an installation: a real EasyOCR Reader must read as the trainer did, and take the trained detector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train_easyocr.easyocr_port.engine.reader import Reader
from train_easyocr.easyocr_port.engine.weight_file import MODULE_PREFIX, is_word_detector, read_weights
from train_easyocr.easyocr_port.engine.word_network import definition_at
from train_easyocr.program.errors import UserError
from train_easyocr.program.progress import track
from train_easyocr.program.terminal_text import counted
from train_easyocr.texts.text_scores import nfc

ONE_PATCH_IN = 100
"""Of so many patches one may be read differently: rounding, where two classes are equally likely."""


@dataclass(frozen=True)
class Difference:
    """One patch on which the installed network and the trainer do not agree."""

    patch: str
    trainer: str
    reader: str


def read_patch(reader: Reader, patch: np.ndarray) -> str:
    """Read one grey patch, uint8 [height, width], as one box of a page; NFC.

    The second pass at stretched contrast is switched off: the trainer reads a patch once.
    """
    height, width = patch.shape
    box = [0, width, 0, height]  # EasyOCR's order: xmin, xmax, ymin, ymax
    [(_, text, _)] = reader.recognize(patch, horizontal_list=[box], free_list=[], contrast_ths=0.0)
    return nfc(text)


def compare(
    reader: Reader, patches: Iterable[tuple[str, np.ndarray]], trainer_texts: Sequence[str]
) -> list[Difference]:
    """Read every (name, grey uint8 [height, width]) patch with the Reader; return where the trainer reads otherwise."""
    differences = []
    pairs = zip(patches, trainer_texts, strict=True)
    compared = track("Reading with EasyOCR", len(trainer_texts), "patch", pairs, brief=True)
    for (name, patch), trainer_text in compared:
        reader_text = read_patch(reader, patch)
        if reader_text != trainer_text:
            differences.append(Difference(name, trainer_text, reader_text))
    return differences


def demand_parity(differences: Sequence[Difference], compared: int, name: str) -> None:
    """Print every difference; more than one of `ONE_PATCH_IN` patches is an error.

    Raises:
        UserError: the installed network does not read as the trainer does.
    """
    for difference in differences:
        print(f"  {difference.patch}: trainer {difference.trainer!r}, Reader {difference.reader!r}")
    equal = compared - len(differences)
    print(
        f"EasyOCR's Reader and the trainer give the same text on {equal} of "
        f"{counted(compared, 'validation patch', 'validation patches')}"
    )
    if len(differences) > (allowed := compared // ONE_PATCH_IN):
        raise UserError(
            f"{name}: {len(differences)} of {counted(compared, 'patch', 'patches')} read differently, at most "
            f"{allowed} may be; the previous installation is left in place. Was finetuned/finetuned.py changed after "
            "the training?"
        )


def demand_detector_taken(reader: Reader, detector: Path, definition: Path) -> None:
    """Load an installed detector as a person's Reader loads it; every weight must equal that of the file.

    A trained CRAFT is loaded by EasyOCR's own `Reader.initDetector`, our detector by its installed `definition`.

    Raises:
        UserError: the Reader does not load the file, or computes with other weights.
    """
    wanted = read_weights(detector)
    try:
        if is_word_detector(wanted):
            state = definition_at(definition).load_detector(str(detector)).state_dict()
        else:
            state = reader.initDetector(str(detector)).state_dict()
    except (RuntimeError, LookupError, ValueError, TypeError, AttributeError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(f"{detector}: EasyOCR's Reader does not take this detector ({reason})") from None
    taken = {name.removeprefix(MODULE_PREFIX): value.cpu() for name, value in state.items()}
    if taken.keys() != wanted.keys() or not all(value.equal(taken[name]) for name, value in wanted.items()):
        raise UserError(f"{detector}: EasyOCR's Reader finds text with other weights than those of this file")
    print("EasyOCR's Reader takes the detector: every weight is the one of the file")


def spread_rows(count: int, wanted: int) -> list[int]:
    """Return `wanted` rows, evenly spread over a store of `count` patches; all rows if there are fewer.

    >>> spread_rows(10, 4)
    [0, 3, 6, 9]
    """
    return sorted({int(row) for row in np.linspace(0, count - 1, min(count, wanted)).round()})
