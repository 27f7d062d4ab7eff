"""Writes the sets of generated words: labels, glyph tables and settings of the images, which are printed when read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np

from train_easyocr.dataset.sets.set_folders import demand_replaceable
from train_easyocr.dataset.stores.label_file import HEADER
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.dataset.stores.store import LABELS_FILE
from train_easyocr.dataset.stores.writers import csv_rows
from train_easyocr.printing.generated import texts
from train_easyocr.printing.generated.crops import ALL, CLEAN
from train_easyocr.printing.generated.faces import CATALOGUE, HELD_OUT, TRAIN, demand_families, find_faces
from train_easyocr.printing.generated.glyphs import HANGUL_LINE, GlyphTables, measure
from train_easyocr.printing.generated.store import TABLES_FILE, GeneratedSet
from train_easyocr.printing.generated.text_layout import can_print
from train_easyocr.program.atomic import replacing_folder
from train_easyocr.program.terminal_text import counted, printable

FEWEST_FAMILIES = 20
_LONGEST_LINE = 20  # characters of a line of held-out words


@dataclass(frozen=True)
class WordCounts:
    """How many words, lines and so on each set takes.

    `validation_others`: identifiers, and as many hanja. The tests of these two take half of `test_words`.
    """

    words: int
    lines: int
    identifiers: int = 300_000
    hanja: int = 150_000
    validation_words: int = 1200
    validation_lines: int = 200
    validation_others: int = 300
    test_words: int = 4000


@dataclass(frozen=True)
class SetPlan:
    """A set to be written: its folder below the output, its texts, the role of its faces, and the printed effects."""

    name: str
    texts: Callable[[], list[str]]
    role: str = TRAIN
    effects: str = ALL


def word_plans(counts: WordCounts, seed: int) -> list[SetPlan]:
    """Plan the sets of step 2: training, validation on held-out words, and five tests.

    `test/unknown_typefaces` prints held-out words in held-out faces; `test/charset_clean` prints characters alone,
    cleanly. Identifiers and hanja have no vocabulary: those of the tests are drawn by another seed.
    """

    def held_out(count: int, place: int) -> list[str]:
        return texts.held_out_texts(count, seed + place)

    return [
        SetPlan("training/words", lambda: texts.training_texts(counts.words, seed)),
        SetPlan("training/lines", lambda: texts.training_lines(counts.lines, seed)),
        SetPlan("training/identifiers", lambda: texts.training_identifiers(counts.identifiers, seed)),
        SetPlan("training/hanja", lambda: texts.training_hanja(counts.hanja, seed)),
        SetPlan("validation/words", lambda: held_out(counts.validation_words, 1)),
        SetPlan(
            "validation/lines",
            lambda: _joined_to_lines(held_out(counts.validation_lines * 6, 2))[: counts.validation_lines],
        ),
        SetPlan("test/known_typefaces", lambda: held_out(counts.test_words, 3)),
        SetPlan("test/unknown_typefaces", lambda: held_out(counts.test_words, 4), role=HELD_OUT),
        SetPlan("test/charset_clean", lambda: texts.charset_texts(seed), effects=CLEAN),
        SetPlan("test/identifiers", lambda: texts.training_identifiers(counts.test_words // 2, seed + 5)),
        SetPlan("test/hanja", lambda: texts.training_hanja(counts.test_words // 2, seed + 6)),
        SetPlan("validation/identifiers", lambda: texts.training_identifiers(counts.validation_others, seed + 7)),
        SetPlan("validation/hanja", lambda: texts.training_hanja(counts.validation_others, seed + 8)),
    ]


def write_sets(
    output: Path,
    plans: Sequence[SetPlan],
    seed: int,
    fonts: Sequence[Path] = (),
    *,
    catalogue: Path = CATALOGUE,
    fewest_families: int = FEWEST_FAMILIES,
    tell: Callable[[str], None] = print,
) -> None:
    """Write the sets below `output`; each takes the place of an earlier one.

    `seed` decides every image. `fonts` are folders beside those of the system. `tell` is called with lines for a
    person: what each set holds, and some of the texts that are left out because no face can print them.

    Raises:
        UserError: too few typefaces were found, a font folder does not exist, or a set's place is taken by patches of
            one's own.
    """
    for plan in plans:
        demand_replaceable(output / plan.name)
    found = find_faces(fonts, catalogue)
    for line in found.missing:
        tell(line)
    demand_families(found, fewest_families)
    labels = {plan.name: [text for text in plan.texts() if text.strip()] for plan in plans}
    characters = set(HANGUL_LINE).union(*(text for of_set in labels.values() for text in of_set))
    tables = {}
    for role in dict.fromkeys(plan.role for plan in plans):
        faces = found.of_role(role)
        tell(f"measuring {counted(len(characters), 'character')} in {counted(len(faces), 'face')} ({role})")
        tables[role] = measure(faces, "".join(characters))
    for number, plan in enumerate(plans):
        decided = GeneratedSet(seed=seed * 100 + number, effects=plan.effects, faces=found.of_role(plan.role))
        measured = tables[plan.role]
        has_face = np.asarray(can_print(*measured.indices(labels[plan.name]), measured).any(axis=1))
        kept, left_out = (list(compress(labels[plan.name], chosen)) for chosen in (has_face, ~has_face))
        _write_set(output / plan.name, decided, kept, measured)
        lost = f"; {counted(len(left_out), 'text')} that no face can print {printable(' '.join(left_out[:10]))}"
        tell(f"{plan.name}: {len(kept):,}{lost if left_out else ''}")


def _write_set(folder: Path, decided: GeneratedSet, labels: list[str], tables: GlyphTables) -> None:
    with replacing_folder(folder) as staged:
        rows = ((f"word_{row:08}", label) for row, label in enumerate(labels))
        (staged / LABELS_FILE).write_bytes(csv_rows([HEADER]) + csv_rows(rows))
        tables.save(staged / TABLES_FILE)
        decided.save(staged)
        save_page_names(staged, [])  # generated words come from no page


def _joined_to_lines(words: list[str]) -> list[str]:
    """Join words to lines of two words or more."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > _LONGEST_LINE:
            if " " in line:
                lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return lines
