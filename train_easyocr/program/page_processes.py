"""Distributes pages over processes: results come in the order of the tasks, a few at a time, or as they finish."""

from __future__ import annotations

import ctypes
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
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


class LostWorkerError(UserError):
    """A worker process was ended from outside."""


class PageProcesses:
    """A pool of `count` processes; with 1 the work is done in this process. `prepare` is called in each new one."""

    def __init__(self, count: int, prepare: Callable[[], object] | None = None) -> None:
        self.count, self._prepare = max(1, count), prepare
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> PageProcesses:
        _keep_freed_memory()
        if self.count > 1:
            # Fresh processes instead of forks: a fork of a process with threads (tqdm's, OpenCV's) may hang.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _start, (self._prepare,))
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task], together: int = 1) -> Iterator[Result]:
        """Yield `function(task)` of every task, in order; `function` has to be picklable. One call at a time.

        `together` small tasks are sent at once, so that sending costs less than doing them; see `SMALL_TASKS`.

        Raises:
            LostWorkerError: a process was killed.
            UserError: memory ran out; a task with a `name`, such as a page, is named.
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
                    yield from _first_finished(pool, [waiting.popleft()]).result()
            while waiting:
                yield from _first_finished(pool, [waiting.popleft()]).result()
        except BrokenProcessPool:
            _kill_workers(pool)  # one that sends a result would never end: nobody reads it any more
            raise LostWorkerError(
                "a worker process was killed, most likely for want of memory; use fewer --workers"
            ) from None

    def as_finished(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield `function(task)` of every task as soon as it is finished; with one process, in order.

        After an error, or when the generator is closed, the workers are killed, whatever they are doing: a task may
        take a minute, for which nobody wants to wait.

        Raises:
            LostWorkerError: a process was killed.
        """
        if self._pool is None:
            yield from map(function, tasks)
            return
        pool = self._pool
        try:
            with signals_held():
                waiting = {pool.submit(function, task) for task in tasks}
            while waiting:
                finished = _first_finished(pool, waiting)
                waiting.remove(finished)
                yield finished.result()
        except BaseException as error:
            _kill_workers(pool)
            if isinstance(error, BrokenProcessPool):
                raise LostWorkerError("a worker process was killed, most likely for want of memory") from None
            raise


def _first_finished(pool: ProcessPoolExecutor, futures: Collection[Future[Result]]) -> Future[Result]:
    """Wait for a result, but not for the rest of one that a worker was sending when it was killed."""
    while not (finished := wait(futures, _LOOK_SECONDS, FIRST_COMPLETED).done):
        if not all(worker.is_alive() for worker in list(pool._processes.values())):
            _kill_workers(pool)
    return next(iter(finished))


def _kill_workers(pool: ProcessPoolExecutor) -> None:
    """Kill all workers and let the pool see the end of its pipe, into which this process may write as well."""
    for worker in list(pool._processes.values()):
        worker.kill()
    pool._result_queue._writer.close()  # type: ignore[attr-defined]  # no public way to that end of the pipe


def _results(function: Callable[[Task], Result], tasks: list[Task]) -> list[Result]:
    return [_result(function, task) for task in tasks]


def _result(function: Callable[[Task], Result], task: Task) -> Result:
    try:
        return function(task)
    except MemoryError:
        place = getattr(task, "name", "a page")
        raise UserError(f"{place}: out of memory here; use fewer --workers, or leave this file out") from None


def _start(prepare: Callable[[], object] | None) -> None:
    leave_signals_to_the_parent()
    end_with_the_parent()
    _keep_freed_memory()
    if prepare:
        prepare()


def _keep_freed_memory() -> None:
    """Reuse the memory of one page for the next: releasing and requesting it costs a third of the decoding time."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _PAGE_BYTES)
        library.mallopt(_M_TRIM_THRESHOLD, 4 * _PAGE_BYTES)
