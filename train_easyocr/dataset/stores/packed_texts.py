"""Millions of short texts as one array of bytes: it takes a third of the memory of Python's strings and is shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

CHUNK = 1 << 14  # texts that are processed together: as many as the processor's cache holds


class PackedTexts(Sequence[str]):
    """N texts that are read like a list of strings.

    Reading a Python string writes to its memory, which holds its reference count: a forked worker would get a copy of
    every memory page that it reads. These bytes are only read.

    Args:
        data: the texts in UTF-8, one after the other.
        starts: where each text begins in `data`, and finally the length of `data`: whole numbers [N + 1].
    """

    def __init__(self, data: bytes, starts: np.ndarray) -> None:
        self.data, self.starts = data, starts

    @classmethod
    def of(cls, texts: Sequence[str]) -> PackedTexts:
        """Pack `texts`."""
        packing = Packing()
        packing.add(texts)
        return packing.packed()

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            bounds = zip(self.starts[:-1][row].tolist(), self.starts[1:][row].tolist(), strict=True)
            return [self.data[start:end].decode() for start, end in bounds]
        row = range(len(self))[row]  # counts a negative row from the end, and raises IndexError
        return self.data[self.starts[row] : self.starts[row + 1]].decode()

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), CHUNK):
            yield from self[first : first + CHUNK]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as Python itself says of what is compared by its content

    def __repr__(self) -> str:
        return f"{len(self):,} texts: {self[:3]}"


class Packing:
    """Collects texts, some at a time, and packs them."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._lengths: list[np.ndarray] = [np.zeros(1, np.int64)]
        self.count = 0

    def add(self, texts: Sequence[str]) -> None:
        """Add the next texts."""
        joined = "".join(texts)
        data = joined.encode()
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))  # in characters
        if len(data) > len(joined):
            begins = np.flatnonzero(np.frombuffer(data, np.int8) >= -64)  # bytes that begin a character
            ends = np.append(begins, len(data))[ends]
        self._pieces.append(data)
        self._lengths.append(np.diff(ends, prepend=0))
        self.count += len(texts)

    def packed(self) -> PackedTexts:
        """Return all texts that were added."""
        data = b"".join(self._pieces)
        return PackedTexts(data, np.cumsum(np.concatenate(self._lengths)).astype(np.min_scalar_type(len(data))))
