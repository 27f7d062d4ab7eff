"""Counts what is left out, by reason and with the first examples, so that nothing is lost silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from train_easyocr.program.terminal_text import shortened

STRAY = "stray file of another program"
"""The reason of files that `is_stray` names."""

EXAMPLES_KEPT = 20
_LONGEST_EXAMPLE = 200  # columns


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that was left out: `reason` is its group, `where` and `detail` identify it."""

    reason: str
    where: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.detail}" if self.detail else self.where


class DropLog:
    """Counts of what was left out, by reason in the order of appearance, with up to 20 examples each."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.examples: dict[str, list[str]] = {}

    def add(self, dropped: Iterable[LeftOut]) -> None:
        """Count every one of `dropped`; remember the first examples of each reason."""
        for item in dropped:
            self.counts[item.reason] = self.counts.get(item.reason, 0) + 1
            examples = self.examples.setdefault(item.reason, [])
            if len(examples) < EXAMPLES_KEPT:
                examples.append(shortened(str(item), _LONGEST_EXAMPLE))

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return plain data for JSON; `from_dict` reads it back."""
        return {reason: {"count": count, "examples": self.examples[reason]} for reason, count in self.counts.items()}

    @classmethod
    def from_dict(cls, data: dict[str, dict[str, Any]]) -> DropLog:
        """Rebuild a log from what `to_dict` returned."""
        log = cls()
        for reason, entry in data.items():
            log.counts[reason], log.examples[reason] = entry["count"], list(entry["examples"])
        return log


def drop_lines(title: str, reasons: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a line for each reason of a `DropLog.to_dict`: how many, why, and the first example."""
    return [
        f"  {title}: {entry['count']:,} × {reason}, such as {entry['examples'][0]}" for reason, entry in reasons.items()
    ]
