"""The writing of one set: it is begun, resumed after an interruption, and completed in one rename."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.sets.facts import SetFacts
from train_easyocr.program.atomic import put_in_place, read_json, remove_leftovers, write_json
from train_easyocr.program.progress import say

_FORMAT = 7  # increase this when the same input gives other bytes or counts: unfinished sets then start again


@dataclass(frozen=True)
class SetJob:
    """One set to write: its name, its pages, its target, and the folder in which it is built until it is whole."""

    name: str
    pages: Sequence[PageSource]
    target: Path
    staging: Path
    charset: frozenset[str]

    @property
    def staged(self) -> Path:
        """The folder that becomes `target`."""
        return self.staging / self.name

    @property
    def _begun_file(self) -> Path:
        return self.staging / f"{self.name}.begun.json"

    @property
    def _done_file(self) -> Path:
        return self.staging / f"{self.name}.done.json"

    def begin(self, rules: Mapping[str, Any]) -> SetFacts | None:
        """Prepare the staged folder; return the facts if an interrupted run has already finished this set.

        An unfinished set of another configuration or other archives is removed, with a message.
        """
        fingerprint = _fingerprint(self.pages, rules)
        begun, done = read_json(self._begun_file), read_json(self._done_file)
        if begun == {"fingerprint": fingerprint}:
            if done and (self.staged.exists() or self.target.exists()):
                say(f"{self.name}: was finished before the interruption")
                self._put_in_place()
                return SetFacts.from_dict(done, self.charset)
            if self.staged.exists():
                say(f"{self.name}: going on with the interrupted run")
        elif begun:
            say(f"{self.name}: configuration or archives differ from the interrupted run; starting afresh")
            self.forget()
        self.staged.mkdir(exist_ok=True)
        remove_leftovers(self.staged)
        write_json(self._begun_file, {"fingerprint": fingerprint})
        return None

    def complete(self, facts: SetFacts) -> None:
        """Move the staged folder, now whole, to its target."""
        write_json(self._done_file, facts.to_dict())
        self._put_in_place()

    def forget(self) -> None:
        """Remove every trace of the work, which is finished or useless."""
        self._done_file.unlink(missing_ok=True)
        shutil.rmtree(self.staged, ignore_errors=True)
        self._begun_file.unlink(missing_ok=True)

    def _put_in_place(self) -> None:
        if self.staged.exists():
            put_in_place(self.staged, self.target)


def _fingerprint(pages: Sequence[PageSource], rules: Mapping[str, Any]) -> str:
    """Return a digest of all that decides the bytes of a set: its pages' contents by their CRC-32, and the rules."""
    digest = hashlib.blake2b(json.dumps([_FORMAT, rules], sort_keys=True).encode(), digest_size=16)
    for page in pages:
        digest.update(f"{page.name}\0{page.label.crc} {page.label.size} {page.image.crc} {page.image.size}\n".encode())
        if page.excluded:
            digest.update(repr(sorted((word.box, word.text) for word in page.excluded)).encode())
    return digest.hexdigest()
