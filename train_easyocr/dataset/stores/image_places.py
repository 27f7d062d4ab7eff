"""Says where the images are that a `labels.csv` by hand names, if they are not where they are looked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from train_easyocr.dataset.stores.packed_texts import PackedTexts
from train_easyocr.pages.records import IMAGE_ENDINGS
from train_easyocr.program.errors import UserError

_LOOKED_AT = 20  # images, spread over the file
_FOLDERS_SEARCHED = 100


def demand_images(labels: Path, images: Path, names: PackedTexts) -> None:
    """Refuse a set none of whose images (a few are looked for) is where the names in `labels` point to below `images`.

    Images that are missing among others are left to whoever reads them.

    Raises:
        UserError: none is there; the message says where the first of them is.
    """
    some = names[:: max(1, len(names) // _LOOKED_AT)]
    if not some or any(_exists(images / name) for name in some):
        return
    name = some[0]
    mend = next(_mends(images, name), f"put the images there, or correct the names in {labels.name}")
    raise UserError(f"{labels}: names {name!r}, which is not in {images}; {mend}")


def _mends(images: Path, name: str) -> Iterator[str]:
    """Yield what to do about the image `name`, if it is found anywhere near."""
    folder, prefix = images.parent, f"{images.name}/"
    if name.startswith(prefix) and _exists(folder / name):
        yield f"names are relative to that folder: leave '{prefix}' away"
    if _exists(images / name.strip()):
        yield "leave away the blanks around the names"
    if "\\" in name and _exists(images / name.replace("\\", "/")):
        yield "write / instead of \\ in the names"
    for form in ("NFC", "NFD"):
        if _exists(images / unicodedata.normalize(form, name)):
            yield f"there the name is written in another Unicode form: write the names in {form}"
    if any(_exists(images / f"{name}{ending}") for ending in IMAGE_ENDINGS):
        yield "there the name has an ending: write the names with theirs"
    last = Path(name.replace("\\", "/")).name
    if last != name and _exists(images / last):
        yield "there it is without the folders in front: leave them away"
    if _exists(folder / name):
        yield f"it is beside {images.name}/: move the images into it"
    for place in _folders(images):
        if _exists(place / name):
            yield f"it is in {place}: write '{place.name}/' in front of the names"
    for place in _folders(folder):
        if place != images and _exists(place / name):
            yield f"it is in {place}: move the images into {images}"


def _folders(folder: Path) -> Iterator[Path]:
    """Yield the first folders in `folder`; nothing if it does not exist."""
    if folder.is_dir():
        yield from islice((path for path in sorted(folder.iterdir()) if path.is_dir()), _FOLDERS_SEARCHED)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or holds NUL
        return False
