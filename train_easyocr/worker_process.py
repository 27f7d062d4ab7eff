"""Worker processes: the signals of a process group are for their parent, and they end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals_held() -> Iterator[None]:
    """Hold both signals back within its block, in which worker processes start.

    They inherit this, so that none of them is ended by a signal before it comes to `leave_signals_to_the_parent`.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows, which has no process groups
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_signals_to_the_parent() -> None:
    """Ignore both signals in a worker: they reach the whole process group, and the parent knows what to do with them.

    A worker ends when its parent tells it to, or has ended.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def end_with_the_parent() -> None:
    """Let a worker that `multiprocessing` has started end as soon as its parent has: killed, it tells nobody."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)
