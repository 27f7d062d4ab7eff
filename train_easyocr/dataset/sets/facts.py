"""Counts of what went into one set and what was left out, which can be saved, read back and reported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.patches import PageResult


@dataclass
class SetFacts:
    """Counts over the pages of one set; `add` takes one page after the other."""

    charset: frozenset[str] = frozenset()
    pages: int = 0
    words: int = 0
    unreadable_words: int = 0
    dropped_pages: DropLog = field(default_factory=DropLog)
    dropped_words: DropLog = field(default_factory=DropLog)
    pages_to_look_at: DropLog = field(default_factory=DropLog)
    text_lengths: Counter[int] = field(default_factory=Counter)
    widths: Counter[int] = field(default_factory=Counter)
    heights: Counter[int] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    category_pages: Counter[str] = field(default_factory=Counter)
    category_words: Counter[str] = field(default_factory=Counter)

    def add(self, result: PageResult) -> None:
        """Count one page: what was kept of it and what was dropped."""
        self.dropped_words.add(result.dropped_words)
        if result.problem:
            self.dropped_pages.add([result.problem])
            return
        self.pages_to_look_at.add(result.doubts)
        self.pages += 1
        self.words += len(result.patches)
        self.category_pages[result.category] += 1
        self.category_words[result.category] += len(result.patches)
        for patch in result.patches:
            self.text_lengths[len(patch.text)] += 1
            self.widths[patch.box[2] - patch.box[0]] += 1
            self.heights[patch.box[3] - patch.box[1]] += 1
            self.characters.update(patch.text)
            self.unreadable_words += not self.charset.issuperset(patch.text)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, keys sorted; `from_dict` reads it back."""
        return {
            "pages": self.pages,
            "words": self.words,
            "unreadable_words": self.unreadable_words,
            **{name: getattr(self, name).to_dict() for name in _LOGS},
            **{name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], charset: frozenset[str]) -> SetFacts:
        """Rebuild the facts from what `to_dict` returned, also after JSON has made its keys text."""
        parts: dict[str, Any] = {
            name: Counter({kind(key): count for key, count in data[name].items()}) for name, kind in _COUNTERS.items()
        }
        parts |= {name: DropLog.from_dict(data[name]) for name in _LOGS}
        return cls(charset, data["pages"], data["words"], data["unreadable_words"], **parts)


_LOGS = ("dropped_pages", "dropped_words", "pages_to_look_at")
_COUNTERS = {
    "text_lengths": int,
    "widths": int,
    "heights": int,
    "characters": str,
    "category_pages": str,
    "category_words": str,
}
