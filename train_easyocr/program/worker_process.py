"""Worker processes: they leave the signals of the process group to their parent, and end when it ends."""

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
    """Block both signals during the block, in which worker processes start.

    Workers inherit this, so that no signal ends one of them before it calls `leave_signals_to_the_parent`.
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

    A worker ends when its parent has ended or tells it to. Where the system names the sender (Linux), a SIGTERM from
    the parent itself is such an order: a broken pool of processes gives it, and waits for those that do not obey.
    """
    for number in SIGNALS:
        signal.signal(number, _ignored)  # SIG_IGN would discard an order that came while the worker started
    if hasattr(signal, "sigwaitinfo"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # blocked, it waits for the thread
        threading.Thread(target=_obey, args=(os.getppid(),), daemon=True).start()


def _ignored(*_: object) -> None:
    pass


def _obey(parent: int) -> None:
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != parent:
        pass
    os._exit(128 + signal.SIGTERM)


def end_with_the_parent() -> None:
    """Make a worker of `multiprocessing` end as soon as its parent has ended: a killed parent cannot tell it."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
