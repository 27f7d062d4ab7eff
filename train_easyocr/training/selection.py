"""Selects the labelled patches that take part; those left out are counted by reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from train_easyocr.dataset.stores.store import PatchStore
from train_easyocr.easyocr_port.reader_tensor import bucket_widths
from train_easyocr.pages.records import Ceiling, DatasetAccount, Dropped
from train_easyocr.pages.stray_files import names_stray_file
from train_easyocr.program.errors import UserError
from train_easyocr.program.progress import track
from train_easyocr.program.terminal_text import counted
from train_easyocr.texts.charset import Charset
from train_easyocr.training.label_arrays import LabelArrays, as_label, label_arrays

STRAY = "the image is a stray file of another program"
NOT_READABLE = "the image cannot be read"
EMPTY = "the label is empty"
TOO_LONG = "the label is longer than batch_max_length"
NOT_SPELLABLE = "the label holds characters outside the list"
NOT_ALIGNABLE = "the image gives the network too few time steps for the label"
REASONS = (STRAY, NOT_READABLE, EMPTY, TOO_LONG, NOT_SPELLABLE, NOT_ALIGNABLE)
KEPT = -1  # stands where a dropped label has the number of its reason
CHUNK = 1 << 14  # labels that are checked together


@dataclass(frozen=True)
class Rules:
    """The rules by which a label takes part.

    `keep_all` (data_filtering_off) keeps labels that are too long or hold foreign characters, unchanged. `fits` returns
    whether the network can output labels, see `Objective.fits`.
    """

    charset: Charset
    lower_case: bool
    longest: int
    keep_all: bool
    fits: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

    def label(self, text: str) -> str:
        """Return the label of a patch as it is trained and scored, see `as_label`."""
        return as_label(text, lower_case=self.lower_case)

    def target(self, label: str) -> list[int]:
        """Return the class indices of a label; characters outside the list have none."""
        foreign = self.charset.missing(label)
        return self.charset.encode("".join(character for character in label if character not in foreign))

    def objections(self, labels: LabelArrays, widths: np.ndarray, strays: np.ndarray) -> np.ndarray:
        """Return why each label cannot take part, int64 [N]; `widths` are the buckets of the patches.

        `strays`: whether the name of each patch is one of a stray file, bool [N].

        The number is the index in REASONS of the first reason that applies, or KEPT.
        """
        too_long, not_spellable = labels.lengths > self.longest, labels.spellable < labels.lengths
        objections = [
            strays,
            widths == 0,
            labels.lengths == 0,
            too_long & (not self.keep_all),
            not_spellable & (not self.keep_all),
            ~self.fits(labels.spellable, labels.repeats, widths),
        ]
        return np.select(objections, range(len(REASONS)), default=KEPT)


@dataclass(frozen=True)
class Selection:
    """The N patches of one dataset that take part, and counts of the others."""

    name: str
    store: PatchStore
    rows: np.ndarray  # int64 [N], rows of labels.csv
    widths: np.ndarray  # int32 [N], bucket widths in pixels
    dropped: dict[str, Dropped]  # by reason
    squeezed: int  # selected patches that are wider than the widest bucket
    lower_cased: int  # labels that lower-casing changed
    foreign: Counter[str]  # characters outside the list: the number of labels with each
    ceiling: Ceiling
    fingerprint: str  # of the names, texts and sizes of all rows of labels.csv, as hexadecimal digits

    def account(self, role: str) -> DatasetAccount:
        """Return the counts of the dataset for the log; `role` is `training` or `validation`."""
        total, used = len(self.store.texts), len(self.rows)
        widths, counts = np.unique(self.widths, return_counts=True)
        return DatasetAccount(
            role=role,
            name=self.name,
            total=total,
            used=used,
            dropped=self.dropped,
            not_drawn=total - used - sum(dropped.count for dropped in self.dropped.values()),
            lower_cased=self.lower_cased,
            squeezed=self.squeezed,
            widths=tuple(zip(widths.tolist(), counts.tolist(), strict=True)),
            foreign=tuple(self.foreign.most_common()),
            ceiling=self.ceiling,
        )


def select(
    name: str,
    store: PatchStore,
    rules: Rules,
    *,
    widest: int,
    usage: float = 1.0,
    seed: int = 0,
    show_progress: bool = True,
) -> Selection:
    """Sort the patches of `store` into those that take part and those that cannot.

    Of those that can, the share `usage`, 0 to 1, is kept, drawn by `seed` (at least one patch).

    Raises:
        UserError: no patch can take part.
    """
    sizes = store.sizes(show_progress)
    names_digest, texts_digest = hashlib.blake2b(), hashlib.blake2b()
    widths = bucket_widths(sizes, widest)
    kept, lower_cased, account = [], 0, _Account()
    title = f"Checking the labels of {name}"
    with track(title, len(widths), "word", brief=True, hidden=not show_progress) as bar:
        for first in range(0, len(widths), CHUNK):
            texts, names = store.texts[first : first + CHUNK], store.filenames[first : first + CHUNK]
            labels = label_arrays(texts, rules.charset, lower_case=rules.lower_case)
            strays = np.fromiter(map(names_stray_file, names), bool, len(names))
            reasons = rules.objections(labels, widths[first : first + CHUNK], strays)
            account.add(names, labels, reasons)
            names_digest.update("\0".join([*names, ""]).encode())
            texts_digest.update("\0".join([*texts, ""]).encode())
            kept.append(first + np.flatnonzero(reasons == KEPT))
            lower_cased += int((labels.lower_cased & (reasons == KEPT)).sum())
            bar.update(len(texts))
    usable = np.concatenate([np.zeros(0, np.int64), *kept])
    if not len(usable):
        raise UserError(
            f"{name}: {counted(len(widths), 'patch', 'patches')}, and none can be used ({account.summary()}); "
            "correct character, batch_max_length, or the folder"
        )
    digests = sizes.astype("<i4").tobytes() + names_digest.digest() + texts_digest.digest()
    rows = _subset(usable, usage, seed)
    full_widths = bucket_widths(sizes[rows], np.iinfo(np.int32).max)
    return Selection(
        name=name,
        store=store,
        rows=rows,
        widths=widths[rows],
        dropped=account.dropped(),
        squeezed=int((full_widths > widest).sum()),
        lower_cased=lower_cased,
        foreign=account.foreign,
        ceiling=account.ceiling(),
        fingerprint=hashlib.blake2b(digests, digest_size=16).hexdigest(),
    )


def fingerprints(**roles: Iterable[Selection]) -> dict[str, list[Any]]:
    """Return the fingerprints by which a resumed run sees whether its patches are still the same.

    `roles`: the datasets of training and of validation. Each is returned as [rows of labels.csv, fingerprint] under its
    role and name. Pixels are not part of a fingerprint: reading them all would take as long as an epoch.
    """
    return {
        f"{role} {selection.name}": [len(selection.store.texts), selection.fingerprint]
        for role, selections in roles.items()
        for selection in selections
    }


def _subset(rows: np.ndarray, usage: float, seed: int) -> np.ndarray:
    if usage >= 1 or len(rows) == 0:
        return rows
    count = max(1, round(len(rows) * usage))
    return np.sort(np.random.default_rng(seed).permutation(rows)[:count])


class _Account:
    """Counts, chunk by chunk, the labels that are left out and the characters outside the list."""

    EXAMPLES = 10

    def __init__(self) -> None:
        self._examples: dict[str, list[tuple[str, str]]] = {reason: [] for reason in REASONS}
        self._counts: Counter[str] = Counter()
        self.foreign: Counter[str] = Counter()
        self._words = self._spellable = 0
        self._spellable_share = 0.0

    def add(self, filenames: Sequence[str], labels: LabelArrays, reasons: np.ndarray) -> None:
        """Count patches, and the dropped ones by their `reasons`, see `Rules.objections`."""
        for number, reason in enumerate(REASONS):
            places = np.flatnonzero(reasons == number).tolist()
            if places:
                self._counts[reason] += len(places)
            missing = self.EXAMPLES - len(self._examples[reason])
            self._examples[reason] += [(filenames[place], labels.labels[place]) for place in places[:missing]]
        counted = (labels.lengths > 0) & ~np.isin(reasons, (REASONS.index(STRAY), REASONS.index(NOT_READABLE)))
        spellable, lengths = labels.spellable[counted], labels.lengths[counted]
        self._words += len(lengths)
        self._spellable += int((spellable == lengths).sum())
        self._spellable_share += float((spellable / lengths).sum())
        owners, code_points = labels.foreign.T
        in_labels = zip(*np.unique(code_points[counted[owners]], return_counts=True), strict=True)
        self.foreign.update({chr(point): int(count) for point, count in in_labels})

    def dropped(self) -> dict[str, Dropped]:
        return {
            reason: Dropped(self._counts[reason], tuple(self._examples[reason]))
            for reason in REASONS
            if self._counts[reason]
        }

    def summary(self) -> str:
        return "; ".join(f"{count} × {reason}" for reason, count in self._counts.items()) or "labels.csv is empty"

    def ceiling(self) -> Ceiling:
        words = max(1, self._words)
        return Ceiling(self._spellable / words, self._spellable_share / words)
