"""How far a reading is from the truth. Validation during training and the final evaluation both score here."""

from __future__ import annotations

import unicodedata

from rapidfuzz.distance import Levenshtein


def nfc(text: str) -> str:
    """Compose `text` (Unicode NFC), so that 가 typed as two jamo equals 가 as one syllable."""
    return unicodedata.normalize("NFC", text)


def edit_distance(ground_truth: str, prediction: str) -> int:
    """Count the insertions, deletions and substitutions of characters (Levenshtein 1966) between two NFC texts.

    >>> edit_distance("서류를", "서류")
    1
    """
    return Levenshtein.distance(ground_truth, prediction)


def character_error_rate(ground_truth: str, prediction: str) -> float:
    """Edit distance divided by the length of the ground truth: 0 is perfect, and it may exceed 1.

    An empty ground truth counts as one character, so that the rate stays finite.

    >>> character_error_rate("김해시장", "김해시")
    0.25
    """
    return edit_distance(ground_truth, prediction) / max(1, len(ground_truth))


def word_score(ground_truth: str, prediction: str) -> float:
    """Give the share of a word that was read, max(0, 1 - CER), from 0 to 1.

    >>> word_score("결재", "결 재")
    0.5
    """
    return max(0.0, 1.0 - character_error_rate(ground_truth, prediction))


def normalized_edit_distance(ground_truth: str, prediction: str) -> float:
    """Similarity from 0 to 1: 1 - edit distance / length of the longer text (ICDAR 2019 ReCTS, "1-N.E.D").

    Two empty texts are equal: 1. This is the figure that `log_train.txt` calls normalized edit distance.

    >>> normalized_edit_distance("제1항의", "제항의")
    0.75
    """
    longest = max(len(ground_truth), len(prediction))
    return 1.0 - edit_distance(ground_truth, prediction) / longest if longest else 1.0
