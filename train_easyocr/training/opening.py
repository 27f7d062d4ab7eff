"""Opens the patches that step 2 wrote, in any kind of store."""

from __future__ import annotations

from pathlib import Path

from train_easyocr.dataset.stores.image_places import demand_images
from train_easyocr.dataset.stores.label_file import read_labels
from train_easyocr.dataset.stores.lmdb_file import demand_whole_lmdb
from train_easyocr.dataset.stores.store import (
    GENERATED_FILE,
    IMAGES_FOLDER,
    LABELS_FILE,
    LMDB_FILE,
    FolderStore,
    LmdbStore,
    PatchStore,
)
from train_easyocr.program.errors import UserError


def open_store(folder: Path, rgb: bool = False) -> PatchStore:
    """Open the patches in `folder`; `rgb` reads colour patches.

    Raises:
        UserError: the folder or its `labels.csv` is missing or malformed.
    """
    _demand_labels(folder)
    if (folder / GENERATED_FILE).is_file():
        # Imported only here: reading patches from disk needs neither fonts nor the modules that print with them.
        from train_easyocr.printing.generated.store import GeneratedStore

        return GeneratedStore(folder, *read_labels(folder / LABELS_FILE), rgb)
    if (folder / LMDB_FILE).is_file():
        return LmdbStore(folder, rgb)
    store = FolderStore(folder, rgb)
    demand_images(folder / LABELS_FILE, folder / IMAGES_FOLDER, store.filenames)
    return store


def demand_set(folder: Path) -> None:
    """Look at the first rows of the patches in `folder`, as `open_store` looks at all, in a tenth of a second.

    Raises:
        UserError: the folder or its `labels.csv` is missing or malformed, or its images are elsewhere.
    """
    _demand_labels(folder)
    filenames, _ = read_labels(folder / LABELS_FILE, chunks=1)
    if (folder / LMDB_FILE).is_file():
        demand_whole_lmdb(folder / LMDB_FILE)
    elif not (folder / GENERATED_FILE).is_file():
        demand_images(folder / LABELS_FILE, folder / IMAGES_FOLDER, filenames)


def _demand_labels(folder: Path) -> None:
    if not (folder / LABELS_FILE).is_file():
        raise UserError(f"{folder / LABELS_FILE}: no such file; {_mend(folder)}")


def _mend(folder: Path) -> str:
    """Say what to do about a folder without labels, which may hold those of other programs."""
    others = [folder] if (folder / "data.mdb").is_file() else sorted(folder.glob("*.txt"))
    if others:
        return f"other programs wrote this set: python3 prepare_dataset.py --output DIR --import_labels {others[0]}"
    return "run step 2, or correct train_data, val_data and select_data"
