"""Reads folders of whole pages, `images/<name>.jpg` beside `labels/<name>.json`: the evaluation and tuning sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from natsort import natsorted

from train_easyocr.dataset.drops import STRAY, DropLog, LeftOut
from train_easyocr.dataset.excluded_labels import ExcludedLabels, ignore_labels, ignore_placeholders
from train_easyocr.dataset.labels import parse_label
from train_easyocr.dataset.stores.sizes import file_size_in_pixels
from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING, Page, Word
from train_easyocr.pages.stray_files import is_stray, stray_files
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import counted
from train_easyocr.texts.text_scores import nfc


def labelled_pages(
    folder: Path,
    excluded: ExcludedLabels | None = None,
    placeholder_texts: Collection[str] = (),
    left_out: DropLog | None = None,
) -> list[tuple[Page, Path]]:
    """Read every label below `folder/labels` and find its image below `folder/images`, in natural order of the names.

    Words that are `excluded` or have one of the `placeholder_texts` are among the `ignored` of their pages. All labels
    that are no words of a page are counted in `left_out`, images without a label, and stray files.

    Raises:
        UserError: there is no such folder, it holds no label, a label cannot be read, images are missing, or no page
            has a word.
    """
    labels, images = demand_page_files(folder)
    left_out = DropLog() if left_out is None else left_out
    strays = (f"{part}/{name}" for part in ("images", "labels") for name in stray_files(folder / part))
    left_out.add(LeftOut(STRAY, name) for name in strays)
    left_out.add(LeftOut("image without a label", name) for name in natsorted(images.keys() - labels.keys()))
    pages = []
    for name in natsorted(labels):
        page, unusable = parse_label(labels[name].read_bytes(), name)
        page, outside = _on_image(page, *file_size_in_pixels(images[name]))
        page, wrong = ignore_labels(page, (excluded or {}).get(name, ()))
        page, placeholders = ignore_placeholders(page, placeholder_texts)
        left_out.add([*unusable, *outside, *wrong, *placeholders])
        pages.append((page, images[name]))
    if not any(page.words for page, _ in pages):
        reasons = ", ".join(f"{count:,} × {reason}" for reason, count in left_out.counts.items()) or "no labels at all"
        raise UserError(
            f"{folder / 'labels'}: {counted(len(pages), 'page')}, and none has a word: {reasons}; mend the labels"
        )
    return pages


def demand_page_files(folder: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the labels and the images of the pages in `folder`, by name, without opening them.

    Raises:
        UserError: there is no such folder, it holds no label, or images are missing.
    """
    for part in ("images", "labels"):
        if not (folder / part).is_dir():
            raise UserError(
                f"{folder / part}: no such folder; give a folder with images/ and labels/, as step 2 writes"
            )
    labels = label_files(folder)
    if not labels:
        raise UserError(f"{folder / 'labels'}: holds no .json file; run step 2 with --evaluation again")
    images = _files_by_name(folder / "images", IMAGE_ENDINGS)
    missing = natsorted(labels.keys() - images.keys())
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise UserError(
            f"{folder / 'images'}: no image for {', '.join(missing[:5])}{more}; "
            f"put the images ({', '.join(IMAGE_ENDINGS)}) there or remove their labels"
        )
    return labels, images


def _on_image(page: Page, width: int, height: int) -> tuple[Page, list[LeftOut]]:
    """Clip the boxes of a page to its image, and count those that lie outside it; the label may not tell its size.

    `width`, `height`: pixels of the image, 0 if they are not known.
    """
    if not (width and height) or (page.width, page.height) == (width, height):
        return page, []
    outside = []

    def kept(words: Iterable[Word]) -> Iterator[Word]:
        for word in words:
            box = clip_box(word.box, width, height)
            if is_empty(box):
                outside.append(LeftOut("box outside the image", page.name, f"{word.text} {list(word.box)}".strip()))
            else:
                yield replace(word, box=box)

    words, ignored = tuple(kept(page.words)), tuple(kept(page.ignored))
    size = page.width or width, page.height or height
    return replace(page, words=words, ignored=ignored, width=size[0], height=size[1]), outside


def label_files(folder: Path) -> dict[str, Path]:
    """Map the name of each page with a label below `folder/labels` to its label file."""
    return _files_by_name(folder / "labels", (LABEL_ENDING,))


def _files_by_name(folder: Path, endings: tuple[str, ...]) -> dict[str, Path]:
    """Map the NFC path below `folder` without its ending, as in `category/agency/year/stem`, to the file."""
    found: dict[str, Path] = {}
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        if path.suffix.lower() in endings and not is_stray(place.as_posix()) and not path.is_dir():
            if not path.is_file():
                raise UserError(f"{path}: is no file, but a pipe, a device or a broken link; put a file there")
            name = nfc(place.with_suffix("").as_posix())
            if not _is_unicode(name):
                raise UserError(f"{path}: the name of the file is not UTF-8; rename the file, its label as its image")
            if other := found.get(name):
                raise UserError(f"{path.parent}: {other.name} and {path.name} have one name; keep one of them")
            found[name] = path
    return found


def _is_unicode(name: str) -> bool:
    """Return whether a name can be written to a file; Python represents invalid UTF-8 as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
