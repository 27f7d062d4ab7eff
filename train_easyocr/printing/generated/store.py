"""A patch store without images: `read` prints the word of a row each time, with the same pixels on every machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from train_easyocr.dataset.stores.store import GENERATED_FILE
from train_easyocr.printing.generated.crops import ALL, EFFECTS, make_crop
from train_easyocr.printing.generated.faces import Face, demand_file
from train_easyocr.printing.generated.glyphs import GlyphTables
from train_easyocr.printing.generated.recipes import Recipes, draw_recipes
from train_easyocr.program.atomic import write_text
from train_easyocr.program.errors import UserError

TABLES_FILE = "glyphs.npz"
FORMAT = 1


@dataclass(frozen=True)
class GeneratedSet:
    """What decides the images of a set beside its texts: the seed, the faces, and the printed effects.

    `faces` are those of the glyph tables, in the same order.
    """

    seed: int
    effects: str
    faces: tuple[Face, ...]

    def save(self, folder: Path) -> None:
        """Write `generated.json` into `folder`."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)
        write_text(folder / GENERATED_FILE, text + "\n")

    @classmethod
    def load(cls, path: Path) -> GeneratedSet:
        """Read `generated.json`.

        Raises:
            UserError: the file is no description of generated words.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values.pop("format") != FORMAT or values["effects"] not in EFFECTS:
                raise ValueError(f"format is not {FORMAT}")
            faces = tuple(Face(**face) for face in values.pop("faces"))
            return cls(faces=faces, **values)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path}: no description of generated words ({error}); run step 2 again") from None


class GeneratedStore:
    """Words that are printed when they are read; `labels.csv` names them, `generated.json` and the seed decide them."""

    worn = True

    def __init__(self, folder: Path, filenames: Sequence[str], texts: Sequence[str], rgb: bool = False) -> None:
        self.folder, self.filenames, self.texts, self.rgb = folder, filenames, texts, rgb
        self._set = GeneratedSet.load(folder / GENERATED_FILE)

    @property
    def families(self) -> list[str]:
        """Return the family of typefaces in which each row is printed; raises as `sizes` does."""
        return [self._set.faces[face].family for face in self._recipes.face.tolist()]

    def sizes(self, show_progress: bool = True) -> np.ndarray:
        """Return width and height of every crop in pixels, int32 [N, 2]; the recipes contain them.

        Raises:
            UserError: the file of a face is missing, or another one than when step 2 ran.
        """
        return self._recipes.size

    def read(self, row: int) -> np.ndarray:
        """Return one crop, grey or RGB, of the size in `sizes`; raises as `sizes` does."""
        recipe = self._recipes.row(row)
        faces, tables = self._set.faces, _tables(self.folder / TABLES_FILE)
        generator = np.random.default_rng([self._set.seed, *b"pixels", row])
        crop = make_crop(self.texts[row], recipe, faces, tables, self._set.effects, generator)
        return np.repeat(crop[..., None], 3, axis=2) if self.rgb else crop

    @cached_property
    def _recipes(self) -> Recipes:
        # Drawn at the first use: mostly by the trainer, before its workers start.
        for face in self._set.faces:  # so that a training does not fail after an hour
            demand_file(face)
        weights = np.array([face.weight for face in self._set.faces])
        tables = _tables(self.folder / TABLES_FILE)
        return draw_recipes(self.texts, tables, weights, self._set.seed, plain=self._set.effects != ALL)


@lru_cache(maxsize=16)
def _tables(path: Path) -> GlyphTables:
    return GlyphTables.load(path)
