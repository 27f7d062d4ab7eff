"""SIGINT (Ctrl-C) and SIGTERM end a training run after the step at hand, so that its state can be saved first."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAME_REQUEST = 1.0  # seconds: `timeout` and schedulers send a signal to the process, and again to its group


class Interruption:
    """Within its block, a first signal is only noted; a second one acts as ever, for somebody in a hurry."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None

    def __enter__(self) -> Interruption:
        self._previous = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.received is None:
            self.received, self._noted = signal.Signals(number), now
        elif now - self._noted >= SAME_REQUEST:
            signal.signal(number, self._previous[number])
            signal.raise_signal(number)


@contextmanager
def signals_held() -> Iterator[None]:
    """Hold both signals back within its block, in which worker processes start.

    They inherit this, so that none of them is ended by a signal before it comes to `leave_signals_to_the_trainer`.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows, which has no process groups
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_signals_to_the_trainer() -> None:
    """Ignore both signals in a worker process: they reach the whole process group, and the trainer needs its batches.

    A worker ends when the trainer tells it to, or has ended.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
