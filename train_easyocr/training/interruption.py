"""SIGINT (Ctrl-C) and SIGTERM end a training run after the step at hand, so that its state can be saved first."""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType

from train_easyocr.program.worker_process import SIGNALS

SAME_REQUEST = 1.0  # seconds: `timeout` and schedulers send a signal to the process, and again to its group


class Interruption:
    """Within its block the first signal is only recorded; a second one acts as usual, for somebody in a hurry."""

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
            signal.signal(number, self._previous[signal.Signals(number)])
            signal.raise_signal(number)
