"""Finds the typefaces of generated words: looks in folders of fonts for the files that `faces.yaml` lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from PIL import ImageFont

from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.stray_files import is_stray
from train_easyocr.program.errors import UserError

TRAIN, HELD_OUT = "train", "held_out"
LATIN = "latin"  # the style of faces without Hangul
CATALOGUE = Path(__file__).with_name("faces.yaml")
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
FONT_PACKAGES = (
    "fonts-nanum fonts-nanum-extra fonts-nanum-coding fonts-unfonts-core fonts-unfonts-extra fonts-baekmuk "
    "fonts-noto-cjk fonts-liberation fonts-crosextra-carlito fonts-dejavu-core fonts-lexi-gulim "
    "fonts-lexi-saebom fonts-alee fonts-naver-d2coding"
)
_FONT_ENDINGS = {".ttf", ".otf", ".ttc"}


@dataclass(frozen=True)
class Face:
    """One file of a family, or one face in a collection.

    `file`: its path. `index`: the position in a collection. `weight`: how often the face is drawn, relative to others.
    `sha256`: of the file. Another version of a font draws other images for the same labels, so it is refused.
    """

    family: str
    style: str
    licence: str
    role: str
    file: str
    index: int
    sha256: str
    weight: float


@dataclass(frozen=True)
class Catalogue:
    """The faces that were found, and one line for each file that was not."""

    faces: tuple[Face, ...]
    missing: tuple[str, ...]

    def of_role(self, role: str) -> tuple[Face, ...]:
        """Return the faces of a role."""
        return tuple(face for face in self.faces if face.role == role)


def find_faces(folders: Sequence[Path], catalogue: Path = CATALOGUE) -> Catalogue:
    """Look for the faces of `catalogue` in `folders` and below them, and in those of the system.

    Raises:
        UserError: a folder does not exist.
    """
    files = _font_files(folders)
    faces, missing = [], []
    for family in yaml.safe_load(catalogue.read_text(encoding="utf-8"))["families"]:
        found = []
        for alternatives in family["files"]:
            path = next((files[name] for name in alternatives.split("|") if name in files), None)
            if path is None:
                missing.append(
                    f"{family['name']}: {alternatives} is in no font folder; it comes with {family['source']}"
                )
            else:
                found.append(path)
        for path in found:
            faces.append(
                Face(
                    family=family["name"],
                    style=family["style"],
                    licence=family["licence"],
                    role=family.get("role", TRAIN),
                    file=str(path),
                    index=_korean_index(path),
                    sha256=sha256(path),
                    weight=family.get("weight", 1.0) / len(found),
                )
            )
    return Catalogue(tuple(faces), tuple(missing))


def demand_families(catalogue: Catalogue, fewest: int) -> None:
    """Raise UserError unless at least `fewest` families of Hangul may be trained on."""
    count = len({face.family for face in catalogue.of_role(TRAIN) if face.style != LATIN})
    if count < fewest:
        raise UserError(
            f"--fonts: {count} of the typefaces to train on were found, {fewest} are needed; "
            f"apt-get install {FONT_PACKAGES}, or name the folders of other fonts with --fonts"
        )


def _font_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the font files by name; if two have the same name, the one in the earlier folder wins."""
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"--fonts {folder}: no such folder; name one that holds .ttf, .otf or .ttc files")
    files: dict[str, Path] = {}
    for folder in (*folders, *SYSTEM_FOLDERS):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _FONT_ENDINGS and not is_stray(path.relative_to(folder).as_posix()):
                files.setdefault(path.name, path)
    return files


def _korean_index(path: Path) -> int:
    """Return the position of the Korean face in a collection; 0 if no name says Korean, and in other files."""
    if path.suffix.lower() != ".ttc":
        return 0
    for index in range(64):
        try:
            name = ImageFont.truetype(str(path), 16, index=index).getname()[0] or ""
        except OSError:
            return 0
        if "KR" in name.split() and "Mono" not in name.split():
            return index
    return 0


@lru_cache(maxsize=512)
def load_font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Load a face in `size` pixels per em.

    Raises:
        UserError: its file is missing, or has changed since the words were written.
    """
    demand_file(face)
    # The basic engine places glyphs in the same way whether Pillow was built with Raqm or without.
    return ImageFont.truetype(face.file, size, index=face.index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=512)
def demand_file(face: Face) -> None:
    """Raise UserError unless the file of `face` exists and is unchanged; checked once in a process."""
    path = Path(face.file)
    if not path.is_file():
        raise UserError(
            f"{path}: no such font, and generated words are printed with it; install it, or run step 2 again"
        )
    if sha256(path) != face.sha256:
        raise UserError(f"{path}: another font than when the words were generated (SHA-256); run step 2 again")
