"""The words that a person should look at: those with confused characters, and those whose labels look wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_EXAMPLES = 20
"""Number of words that are kept for each confusion."""


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A labelled word and its reading: the positions of its page in the evaluation set and of the word on the page.

    `confidence` is that of the reading, 0 to 1.
    """

    page: int
    word: int
    read: str
    confidence: float


Confused = Mapping[str, Mapping[tuple[str, str], tuple[WordPlace, ...]]]
"""`characters`, `initials`, `vowels` or `finals` → (truth, read) → the words in which that was confused."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The words found in the readings.

    Attributes:
        confused: by network, the words of its tables of confusions.
        suspects: the words on which both networks agree against the label, the most confident first; None unless both
            networks were read.
    """

    confused: Mapping[str, Confused]
    suspects: tuple[WordPlace, ...] | None
