"""Progress of long work on standard error: a bar on a terminal, and whole lines now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar, overload

from tqdm import tqdm

LINE_SECONDS = 20.0
"""Seconds between two lines in a log."""
BRIEF_SECONDS = 2.0
"""A bar of brief work appears after so many seconds."""

Item = TypeVar("Item", covariant=True)


class Progress(Protocol[Item]):
    """Work that is shown while it is done; iterating over it yields its items and counts them."""

    def __iter__(self) -> Iterator[Item]: ...
    def __enter__(self) -> Progress[Item]: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def update(self, n: int = 1) -> object:
        """Count `n` more units as done."""

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Show `s` behind the figures from the next time on, or at once on a terminal if `refresh`."""

    def close(self) -> None:
        """End the bar, or write the last line."""


def on_terminal() -> bool:
    """Return whether standard error is a terminal, which can draw a bar again in its place."""
    return sys.stderr.isatty()


@overload
def track(
    title: str, total: int, unit: str, *, done: int = ..., brief: bool = ..., hidden: bool = ...
) -> Progress[Any]: ...
@overload
def track(
    title: str, total: int, unit: str, items: Iterable[Item], *, done: int = ..., brief: bool = ..., hidden: bool = ...
) -> Progress[Item]: ...
def track(
    title: str,
    total: int,
    unit: str,
    items: Iterable[Item] = (),
    *,
    done: int = 0,
    brief: bool = False,
    hidden: bool = False,
) -> Progress[Item]:
    """Show how far a work is.

    Args:
        title: what is being done.
        total: how many units there are.
        unit: the name of one unit.
        items: the units, to iterate over; or call `update` with their number.
        done: how many were done before, by an earlier run.
        brief: leave no trace: a bar goes when it ends, and in a log there are lines only if the work takes long.
        hidden: show nothing.
    """
    if not on_terminal():
        return _LogLines(title, total, unit, items, done=done, brief=brief, hidden=hidden)
    bar: Progress[Item] = tqdm(
        items,
        title,
        total,
        initial=done,
        unit=unit,
        leave=not brief,
        delay=BRIEF_SECONDS if brief else 0,
        disable=hidden,
    )
    return bar


def say(line: str) -> None:
    """Print a line to standard output without breaking a bar."""
    tqdm.write(line)
    sys.stdout.flush()


class _LogLines(Generic[Item]):
    """Writes a line every `LINE_SECONDS`, and one at the end if anything was done; see `track`."""

    def __init__(
        self, title: str, total: int, unit: str, items: Iterable[Item], *, done: int, brief: bool, hidden: bool
    ) -> None:
        self._title, self._total, self._unit, self._items = title, total, unit, items
        self._before, self._done, self._note = done, done, ""
        self._brief, self._hidden, self._closed = brief, hidden, False
        self._began = self._written_at = time.monotonic()
        self._written = done

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            yield item
            self.update()
        self.close()

    def __enter__(self) -> _LogLines[Item]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def update(self, n: int = 1) -> None:
        self._done += n
        if time.monotonic() - self._written_at >= LINE_SECONDS:
            self._write()
        if self._done == self._total:
            self.close()

    def set_postfix_str(self, s: str = "", refresh: bool = False) -> None:
        self._note = s

    def close(self) -> None:
        if not self._closed and not self._brief and self._written != self._done:
            self._write(ended=True)
        self._closed = True

    def _write(self, *, ended: bool = False) -> None:
        self._written, self._written_at = self._done, time.monotonic()
        if self._hidden:
            return
        passed, units = self._written_at - self._began, self._done - self._before
        parts = [f"{self._title}: {self._unit} {self._done} of {self._total}", f"{_clock(passed)} passed"]
        if units and self._done < self._total and not ended:
            parts.append(f"{_clock(passed * (self._total - self._done) / units)} left")
        parts += [self._note] if self._note else []
        print(*parts, sep=", ", file=sys.stderr, flush=True)


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds)))
