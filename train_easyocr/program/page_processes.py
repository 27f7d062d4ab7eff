"""Distributes pages over processes: results come in the order of the tasks, with only a few in memory at a time."""

from __future__ import annotations

import ctypes
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import TypeVar

from train_easyocr.program.errors import UserError
from train_easyocr.program.worker_process import end_with_the_parent, leave_signals_to_the_parent, signals_held

Task = TypeVar("Task")
Result = TypeVar("Result")

SMALL_TASKS = 16  # number of tasks of about a millisecond, such as reading a label, that are sent together

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_PAGE_BYTES = 32 << 20  # a page in colour; glibc accepts no larger threshold
_LOOK_SECONDS = 1.0  # between two looks at the workers while a result is waited for
_TASKS_AHEAD = 8  # for each process, so that it never waits while results are being written


class PageProcesses:
    """A pool of `count` processes; with 1 the work is done in this process."""

    def __init__(self, count: int) -> None:
        self.count = max(1, count)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> PageProcesses:
        _keep_freed_memory()
        if self.count > 1:
            # Fresh processes instead of forks: a fork of a process with threads (tqdm's, OpenCV's) may hang.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _start)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task], together: int = 1) -> Iterator[Result]:
        """Yield `function(task)` of every task, in order; `function` has to be picklable. One call at a time.

        `together` small tasks are sent at once, so that sending costs less than doing them; see `SMALL_TASKS`.

        Raises:
            UserError: a process was killed, or memory ran out; a task with a `name`, such as a page, is named.
        """
        if self._pool is None:
            for task in tasks:
                yield _result(function, task)
            return
        pool, most_waiting = self._pool, self.count * _TASKS_AHEAD
        waiting: deque[Future[list[Result]]] = deque()
        remaining = iter(tasks)
        try:
            while sent := list(islice(remaining, together)):
                with signals_held():  # a worker may be started for it
                    waiting.append(pool.submit(_results, function, sent))
                if len(waiting) == most_waiting:
                    yield from _received(pool, waiting.popleft())
            while waiting:
                yield from _received(pool, waiting.popleft())
        except BrokenProcessPool:
            _kill_workers(pool)  # one that sends a result would never end: nobody reads it any more
            raise UserError(
                "a worker process was killed, most likely for want of memory; use fewer --workers"
            ) from None


def _received(pool: ProcessPoolExecutor, future: Future[list[Result]]) -> list[Result]:
    """Wait for results, but not for the rest of those that a worker was sending when it was killed.

    The pool would: it sees no end of its pipe, into which every worker and this process may write. They let go.
    """
    while not wait([future], _LOOK_SECONDS).done:
        if not all(worker.is_alive() for worker in list(pool._processes.values())):
            _kill_workers(pool)
            pool._result_queue._writer.close()  # type: ignore[attr-defined]  # no public way to that end of the pipe
    return future.result()


def _kill_workers(pool: ProcessPoolExecutor) -> None:
    for worker in list(pool._processes.values()):
        worker.kill()


def _results(function: Callable[[Task], Result], tasks: list[Task]) -> list[Result]:
    return [_result(function, task) for task in tasks]


def _result(function: Callable[[Task], Result], task: Task) -> Result:
    try:
        return function(task)
    except MemoryError:
        place = getattr(task, "name", "a page")
        raise UserError(f"{place}: out of memory here; use fewer --workers, or leave this file out") from None


def _start() -> None:
    leave_signals_to_the_parent()
    end_with_the_parent()
    _keep_freed_memory()


def _keep_freed_memory() -> None:
    """Reuse the memory of one page for the next: releasing and requesting it costs a third of the decoding time."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _PAGE_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, 4 * _PAGE_BYTES)
