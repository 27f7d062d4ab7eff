"""The words and sentence patterns of printed pages: `vocabulary.yaml`, `sentences.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Subject:
    """The subjects of one of AI-Hub's categories."""

    department: str
    laws: tuple[str, ...]
    projects: tuple[str, ...]
    objects: tuple[str, ...]


@cache
def subjects() -> dict[str, Subject]:
    """Return the 12 categories of the dataset with their subjects."""
    return {
        category: Subject(
            subject["department"], *(tuple(subject[kind].split()) for kind in ("laws", "projects", "objects"))
        )
        for category, subject in _load("vocabulary.yaml")["subjects"].items()
    }


@cache
def words(kind: str) -> tuple[str, ...]:
    """Return a word list of `vocabulary.yaml`, for instance `cities`; `_` is a space within one label box."""
    return tuple(_load("vocabulary.yaml")[kind].split())


def sentences(kind: str) -> list[str]:
    """Return the patterns of one kind in `sentences.yaml`, for instance `openings`."""
    return _load("sentences.yaml")[kind]


@cache
def _load(file: str) -> dict[str, Any]:
    return yaml.safe_load((_FOLDER / file).read_text(encoding="utf-8"))
