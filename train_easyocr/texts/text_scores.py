"""Compares a reading with the ground truth, for validation during training and for the final evaluation."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from train_easyocr.texts.look_alikes import fold


def nfc(text: str) -> str:
    """Compose `text` (Unicode NFC), so that 가 typed as two jamo equals 가 as one syllable."""
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class TextPair:
    """A ground truth and its reading, with the number of edits between them; made by `compare_texts`."""

    truth: str
    read: str
    edits: int

    @property
    def exact(self) -> bool:
        """True where the two are equal."""
        return self.edits == 0

    @property
    def exact_folded(self) -> bool:
        """True where the two are equal with look-alikes folded.

        >>> compare_texts("관리ㆍ보호", "관리·보호").exact_folded
        True
        """
        return self.exact or fold(self.truth) == fold(self.read)

    @property
    def character_error_rate(self) -> float:
        """Edits divided by the length of the ground truth: 0 is perfect, and it may exceed 1.

        An empty ground truth counts as one character, so that the rate stays finite.

        >>> compare_texts("김해시장", "김해시").character_error_rate
        0.25
        """
        return self.edits / max(1, len(self.truth))

    @property
    def word_score(self) -> float:
        """The share of the word that was read, max(0, 1 - CER), from 0 to 1.

        >>> compare_texts("결재", "결 재").word_score
        0.5
        """
        return max(0.0, 1.0 - self.character_error_rate)

    @property
    def normalized_edit_distance(self) -> float:
        """Similarity from 0 to 1: 1 - edits / length of the longer text (ICDAR 2019 ReCTS, "1-N.E.D").

        Two empty texts are equal: 1. This is the figure that `log_train.txt` calls normalized edit distance.

        >>> compare_texts("제1항의", "제항의").normalized_edit_distance
        0.75
        """
        longest = max(len(self.truth), len(self.read))
        return 1.0 - self.edits / longest if longest else 1.0


def compare_texts(truth: str, read: str) -> TextPair:
    """Count the edits between two NFC texts.

    The edits are insertions, deletions and substitutions of characters (Levenshtein 1966).

    >>> compare_texts("서류를", "서류")
    TextPair(truth='서류를', read='서류', edits=1)
    """
    return TextPair(truth, read, Levenshtein.distance(truth, read))
