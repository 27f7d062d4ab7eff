"""The folders of the sets below `--output`, and the sets that step 2 finds there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from train_easyocr.dataset.sets.splits import DETECTION_SETS, PATCH_SETS, SET_NAMES
from train_easyocr.dataset.stores.page_list import PAGES_FILE
from train_easyocr.dataset.stores.store import GENERATED_FILE, LABELS_FILE
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.program.errors import UserError

_PATCH_SETS_FOLDER, _DETECTION_FOLDER = "training_and_validation_set", "detection_set"


def set_folder(output: Path, name: str, patch_folder: str) -> Path:
    """Return the folder of one of `SET_NAMES`; `patch_folder` is the dataset's name among the patches."""
    if name in DETECTION_SETS:
        return output / _DETECTION_FOLDER / name.removeprefix("detection_")
    return output / _PATCH_SETS_FOLDER / name / patch_folder if name in PATCH_SETS else output / f"{name}_set"


def sets_on_disk(output: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of every set below `output`, for any name of the dataset; not generated words."""
    for name in SET_NAMES:
        folder = set_folder(output, name, "*")
        folders = sorted(folder.parent.glob("*")) if name in PATCH_SETS else [folder]
        for folder in (folder for folder in folders if not is_stray(folder.name)):
            is_set = (folder / LABELS_FILE).is_file() if name in PATCH_SETS else folder.is_dir()
            if is_set and not (folder / GENERATED_FILE).exists():
                yield name, folder


def demand_replaceable(folder: Path) -> None:
    """Refuse to replace a file, or a folder that holds something other than a set of step 2.

    Raises:
        UserError: a file, patches of a person or of another program, or a folder with other things.
        OSError: a folder that cannot be read.
    """
    try:
        entries = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError:
        entries = {folder.name}
    if LABELS_FILE in entries and PAGES_FILE not in entries:
        raise UserError(
            f"{folder}: holds patches that step 2 did not write (no {PAGES_FILE}), and would take their place; move "
            "them away, or choose another folder"
        )
    if entries and LABELS_FILE not in entries and not {"images", "labels"} <= entries:
        raise UserError(
            f"{folder}: is no set of step 2, which would take its place; move it away, or choose another --output"
        )
