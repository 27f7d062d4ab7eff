"""Shows speed and waiting time of a run, as a progress bar on a terminal and as plain lines in a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from train_easyocr.program.progress import LINE_SECONDS, on_terminal, say, track

BAR_SECONDS = 1.0


class Meter:
    """Measures the steps of a run from iteration `start` to `end`, and shows them if `visible`.

    `unit` is the name for the images of a step.
    """

    def __init__(self, start: int, end: int, *, visible: bool, unit: str = "patches") -> None:
        self._end, self._done, self._visible, self._unit = end, start, visible, unit
        self._is_terminal = on_terminal()
        # In a log, `show` writes the loss in lines of its own.
        self._bar = track("Training", end, "step", done=start, hidden=not (visible and self._is_terminal))
        self._shown = time.perf_counter()
        self.restart()

    def restart(self) -> None:
        """Start measuring again from zero."""
        self._images, self._steps, self._waited, self._busy = 0, 0, 0.0, 0.0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the time of this block as waiting for data."""
        started = time.perf_counter()
        yield
        self._waited += time.perf_counter() - started

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Count the time of this block as computing."""
        started = time.perf_counter()
        yield
        self._busy += time.perf_counter() - started

    @property
    def images_per_second(self) -> float:
        """Images trained per second since `restart`, by this process; 0 before the first step."""
        return self._images / self._seconds if self._seconds else 0.0

    @property
    def data_wait(self) -> float:
        """Share of the time since `restart` that was spent waiting for data, from 0 to 1."""
        return self._waited / self._seconds if self._seconds else 0.0

    @property
    def _seconds(self) -> float:
        return self._waited + self._busy

    @property
    def is_due(self) -> bool:
        """True when the next figures are due; reading them may make the host wait."""
        return time.perf_counter() - self._shown >= (BAR_SECONDS if self._is_terminal else LINE_SECONDS)

    def step(self, images: int) -> None:
        """Count one step of so many images."""
        self._images += images
        self._steps += 1
        self._done += 1
        self._bar.update()

    def show(self, loss: float) -> None:
        """Show the figures with the loss of the last step."""
        self._shown = time.perf_counter()
        figures = f"loss {loss:.4f}, {self.images_per_second:.1f} {self._unit}/s, data wait {self.data_wait:.1%}"
        self._bar.set_postfix_str(figures, refresh=False)
        if self._visible and not self._is_terminal:
            left = timedelta(seconds=int((self._end - self._done) * self._seconds / max(1, self._steps)))
            print(f"[{self._done}/{self._end}] {figures}, {left} left", flush=True)

    def say(self, line: str) -> None:
        """Print a line without breaking the bar."""
        if self._visible:
            say(line)

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()
