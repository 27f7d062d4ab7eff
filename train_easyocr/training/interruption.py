"""SIGINT (Ctrl-C) and SIGTERM end a training run after the step at hand, so that its state can be saved first."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
        self.received = signal.Signals(number)
        signal.signal(number, self._previous[number])


def leave_signals_to_the_trainer() -> None:
    """Ignore Ctrl-C in a worker process: it reaches the whole process group, and the trainer still needs its batches.

    SIGTERM is sent to one process, and ends a worker as ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
