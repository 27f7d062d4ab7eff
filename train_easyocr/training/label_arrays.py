"""Checks many labels at once, as arrays: a million of them one by one would delay the start too long."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.texts.charset import Charset
from train_easyocr.texts.look_alikes import written_form
from train_easyocr.texts.text_scores import nfc

_CODE_POINTS = sys.maxunicode + 1
_SEPARATOR = "\ud800"  # half of a surrogate pair, which no text in UTF-8 holds


@dataclass(frozen=True)
class LabelArrays:
    """N labels, as they are trained and scored, with C characters in total."""

    labels: list[str]
    lower_cased: np.ndarray  # bool [N]: lower-casing changed it
    lengths: np.ndarray  # int64 [N], characters
    spellable: np.ndarray  # int64 [N], characters that the list holds
    repeats: np.ndarray  # int64 [N]: how many of these equal the one before them
    foreign: np.ndarray  # int64 [F, 2]: place of a label, code point that it holds and the list lacks, each pair once


def as_label(text: str, *, lower_case: bool) -> str:
    """Return a text as it is trained and scored: NFC, look-alikes in their written form, lower-cased if so wanted."""
    label = written_form(nfc(text))
    return label.lower() if lower_case else label


def label_arrays(texts: Sequence[str], charset: Charset, *, lower_case: bool) -> LabelArrays:
    """Return the labels of one or more `texts`, see `as_label`."""
    joined = _SEPARATOR.join(texts)
    composed, labels = (as_label(joined, lower_case=lower).split(_SEPARATOR) for lower in (False, lower_case))
    lower_cased = np.array([label != text for label, text in zip(labels, composed, strict=True)])
    points = np.frombuffer(_SEPARATOR.join(labels).encode("utf-32-le", "surrogatepass"), np.uint32)
    is_separator = points == ord(_SEPARATOR)
    points, owners = points[~is_separator], np.cumsum(is_separator)[~is_separator]
    known = _known_code_points(charset)[points]
    own, point = owners[known], points[known]
    again = (own[1:] == own[:-1]) & (point[1:] == point[:-1])
    # Label and code point are packed into one number: numbers sort ten times faster than rows of two.
    foreign = np.unique(owners[~known] * _CODE_POINTS + points[~known])

    def counted(owners: np.ndarray) -> np.ndarray:
        return np.bincount(owners, minlength=len(labels))

    return LabelArrays(
        labels=labels,
        lower_cased=lower_cased,
        lengths=counted(owners),
        spellable=counted(own),
        repeats=counted(own[1:][again]),
        foreign=np.stack(np.divmod(foreign, _CODE_POINTS), axis=1),
    )


def _known_code_points(charset: Charset) -> np.ndarray:
    known = np.zeros(_CODE_POINTS, bool)
    known[[ord(character) for character in charset.characters]] = True
    return known
