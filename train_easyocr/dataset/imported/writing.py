"""Writes the words of other programs as patches for training and validation, as step 2 writes those of pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import numpy as np

from train_easyocr.dataset.drops import DropLog, LeftOut, drop_lines
from train_easyocr.dataset.imported.sources import ImportedWord, WordSource
from train_easyocr.dataset.sets.set_folders import set_folder
from train_easyocr.dataset.sets.staging import exclusive_run
from train_easyocr.dataset.stores.png import encode_png
from train_easyocr.dataset.stores.writers import open_writer
from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode_colour, decode_grey
from train_easyocr.pages.records import Patch
from train_easyocr.program.atomic import put_in_place, write_json
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import SMALL_TASKS, PageProcesses
from train_easyocr.program.progress import track
from train_easyocr.program.terminal_text import counted

IMPORT_FILE = "imported.json"
"""The file of an imported set that says from where its words come, and which were left out."""

MOST_VALIDATION_WORDS = 5000
_VALIDATION_SHARE = 0.1
_COMMIT_BYTES = 64 << 20  # images that wait in memory for a commit
_WORDS_A_PROCESS = 2000  # below, a process takes longer to start than to work
_LONGEST_STEM = 200  # bytes; a file name may have 255


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """The task of an import. Without `validation`, a tenth of the words of `training` are drawn for it by `seed`."""

    output: Path
    name: str
    training: Sequence[WordSource]
    validation: Sequence[WordSource] = ()
    store: str = "folder"
    rgb: bool = False
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True)
class _Result:
    """One word after its image was decoded: a PNG of its pixels, or why it was left out."""

    word: ImportedWord
    size: tuple[int, int] = (0, 0)
    png: bytes = b""
    problem: LeftOut | None = None


def import_words(plan: ImportPlan, tell: Callable[[str], None] = print) -> None:
    """Write the sets `training` and `validation` of `plan.name` below `plan.output`; each replaces an earlier import.

    `tell` is called with lines for a person: what each set holds, what was left out and why.

    Raises:
        UserError: a file that cannot be read, a set without a usable word, or a place that holds something else.
    """
    targets = {role: set_folder(plan.output, role, plan.name) for role in ("training", "validation")}
    for target in targets.values():
        _demand_own_place(target)
    with exclusive_run(plan.output) as staging, ExitStack() as cleaning:
        written = {}
        for role, target in targets.items():
            staged = staging / f"{plan.name}.{role}"
            shutil.rmtree(staged, ignore_errors=True)  # what a killed run has left
            cleaning.callback(shutil.rmtree, staged, ignore_errors=True)
            written[role] = _ImportedSet(role, staged, target, plan)
        _write(plan, written)
        for each in written.values():
            each.demand_words()
        for each in written.values():
            each.complete()
            for line in each.lines():
                tell(line)


def _write(plan: ImportPlan, sets: dict[str, _ImportedSet]) -> None:
    """Decode the image of every word and add it to its set."""
    total = {role: _usable(sources) for role, sources in (("training", plan.training), ("validation", plan.validation))}
    drawn = np.zeros(total["training"], bool)
    if not plan.validation and total["training"] > 1:
        count = min(MOST_VALIDATION_WORDS, max(1, round(total["training"] * _VALIDATION_SHARE)))
        drawn[np.random.default_rng(plan.seed).permutation(total["training"])[:count]] = True
    number_of_words = sum(total.values())
    with PageProcesses(min(plan.workers, 1 + number_of_words // _WORDS_A_PROCESS)) as processes:
        roles = chain(("validation" if is_drawn else "training" for is_drawn in drawn), repeat("validation"))
        words = chain(_words(plan.training, sets["training"]), _words(plan.validation, sets["validation"]))
        results = processes.map(partial(_decoded, rgb=plan.rgb), words, SMALL_TASKS)
        with track(f"{plan.name}: import", number_of_words, "word", results) as counted:
            for role, result in zip(roles, counted, strict=False):
                sets[role].add(result)


def _usable(sources: Iterable[WordSource]) -> int:
    """Count the words whose label can be used.

    Raises:
        UserError: there is none in a source.
    """
    total = 0
    for source in sources:
        left_out, usable = DropLog(), 0
        for word in source:
            if word.objection:
                left_out.add([word.left_out(word.objection)])
            else:
                usable += 1
        if not usable:
            why = "; ".join(f"{count:,} × {reason}" for reason, count in left_out.counts.items()) or "it is empty"
            raise UserError(f"{source.file}: holds no label that can be used ({why}); expected {source.expected}")
        total += usable
    return total


def _words(sources: Iterable[WordSource], of_set: _ImportedSet) -> Iterator[ImportedWord]:
    """Yield the words with a usable label; count the others as left out of the set."""
    for source in sources:
        for word in source:
            if word.objection:
                of_set.left_out.add([word.left_out(word.objection)])
            else:
                yield word


def _decoded(word: ImportedWord, rgb: bool) -> _Result:
    try:
        data = word.image()
        image = decode_colour(data) if rgb else decode_grey(data)
    except (FileNotFoundError, NotADirectoryError):
        return _Result(word, problem=word.left_out("image missing"))
    except (UnreadableImageError, PermissionError) as error:
        return _Result(word, problem=word.left_out("image unreadable", str(error)))
    return _Result(word, (image.shape[1], image.shape[0]), encode_png(image))


class _ImportedSet:
    """One set while it is written."""

    def __init__(self, role: str, staged: Path, target: Path, plan: ImportPlan) -> None:
        self.left_out, self._words = DropLog(), 0
        self._role, self._staged, self._target, self._plan = role, staged, target, plan
        staged.mkdir()
        self._writer = open_writer(plan.store, staged)
        self._waiting = 0

    def add(self, result: _Result) -> None:
        """Add a word, or count it as left out."""
        if result.problem:
            self.left_out.add([result.problem])
            return
        self._words += 1
        stem = "".join(character if character.isprintable() else "_" for character in result.word.stem)
        stem = stem.encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore")
        patch = Patch(f"{self._words:08}_{stem}.png", result.word.text, (0, 0, *result.size))
        self._writer.add([patch], [result.png])
        self._waiting += len(result.png)
        if self._waiting > _COMMIT_BYTES:
            self._commit()

    def demand_words(self) -> None:
        """Refuse a set without words: training would refuse it."""
        if not self._words:
            reasons = "; ".join(f"{count:,} × {reason}" for reason, count in self.left_out.counts.items())
            raise UserError(
                f"{self._target}: no word is left for {self._role} ({reasons or 'one word is too few to share'}); "
                "correct what is wrong, or name the words to validate on with --import_validation"
            )

    def complete(self) -> None:
        """Move the set, now whole, to its target."""
        self._commit()
        self._writer.finish()
        sources = self._plan.validation if self._role == "validation" else ()
        about = {
            "from": [str(source.file) for source in sources or self._plan.training],
            "words": self._words,
            "left_out": self.left_out.to_dict(),
        }
        write_json(self._staged / IMPORT_FILE, about)
        put_in_place(self._staged, self._target)

    def lines(self) -> list[str]:
        """Return what the set holds, in lines for a person."""
        return [
            f"{self._role}: {counted(self._words, 'word')} in {self._target}",
            *drop_lines("left out", self.left_out.to_dict()),
        ]

    def _commit(self) -> None:
        self._writer.commit({})
        self._waiting = 0


def _demand_own_place(target: Path) -> None:
    """Refuse to replace anything but an earlier import."""
    if target.exists() and not (target / IMPORT_FILE).is_file() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{target}: is no import, which would take its place; choose another --import_name or --output")
