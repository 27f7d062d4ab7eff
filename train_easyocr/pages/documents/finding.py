"""Finds the documents that a person names, as files or as folders, and names the results of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from train_easyocr.pages.records import IMAGE_ENDINGS
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import printable
from train_easyocr.texts.text_scores import nfc

DOCUMENT_ENDINGS = (*IMAGE_ENDINGS, ".gif", ".pdf")
"""The endings of files that are looked for in folders, in lower case; a file that is named may have any."""

SEVERAL_PAGES = (".pdf", ".tif", ".tiff")
"""Those of files that may have more than one page."""


@dataclass(frozen=True)
class Documents:
    """The files to read.

    Attributes:
        results: the result of each file, in the order in which they were named, those of a folder sorted.
        stray: files that other programs left in the folders, such as `Thumbs.db`.
        others: other files in the folders that are neither images nor PDF.
    """

    results: dict[Path, Path]
    stray: tuple[Path, ...]
    others: tuple[Path, ...]


def find_documents(named: Sequence[Path], output: Path, ending: str) -> Documents:
    """Find the files of `named`, and name the result of each below `output`.

    A folder is searched with the folders in it, but for `output`; its results lie as its files do. A result is called
    as its file, with `ending` in place of its own; where this would be the name of two, it is set behind their own.

    Raises:
        UserError: nothing to read, no such file, or a result would replace another one or a file that is read.
    """
    files: dict[Path, Path] = {}  # the path of each below the folder that was named
    stray: list[Path] = []
    others: list[Path] = []
    for place in named:
        if not place.exists():
            raise UserError(f"{printable(str(place))}: no such file or folder; check its spelling")
        for path, below in _files(place, output) if place.is_dir() else [(place, Path(place.name))]:
            if place.is_dir() and is_stray(below.as_posix()):
                stray.append(path)
            elif place.is_dir() and path.suffix.lower() not in DOCUMENT_ENDINGS:
                others.append(path)
            else:
                files[path] = below
    if not files:
        raise UserError(
            f"{', '.join(printable(str(place)) for place in named)}: no file whose name ends in "
            f"{', '.join(DOCUMENT_ENDINGS)}; name the file itself"
        )
    return Documents(_results(files, output, ending), tuple(stray), tuple(others))


def _files(folder: Path, output: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files below `folder` in order, each with its path relative to it; none of `output`."""
    left_out = output.resolve()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and left_out not in path.resolve().parents:
            yield path, path.relative_to(folder)


def _results(files: dict[Path, Path], output: Path, ending: str) -> dict[Path, Path]:
    plain = {path: Path(nfc(_without_ending(below).as_posix())) for path, below in files.items()}
    named = Counter(plain.values())
    results = {}
    for path, below in files.items():
        name = plain[path] if named[plain[path]] == 1 else Path(nfc(below.as_posix()))
        results[path] = output / name.with_name(name.name + ending)
    source_of: dict[Path, Path] = {}
    read = {path.resolve() for path in files}
    for path, result in results.items():
        other = source_of.setdefault(result, path)
        if other != path:
            raise UserError(
                f"{printable(str(path))}: its result would replace that of {printable(str(other))}, {result}; read "
                "them one after the other, each with its own --output"
            )
        if result.resolve() in read:
            raise UserError(f"{printable(str(result))}: would be replaced, and is read; choose another --output")
    return results


def _without_ending(below: Path) -> Path:
    return below.with_suffix("") if below.suffix.lower() in DOCUMENT_ENDINGS else below
