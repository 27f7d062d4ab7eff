"""Distributes pages over worker processes, each with its own detector and networks."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context

import torch

from train_easyocr.pages.records import PageFile
from train_easyocr.program.errors import UserError
from train_easyocr.program.worker_process import end_with_the_parent, leave_signals_to_the_parent, signals_held
from train_easyocr.reading.comparison import ReadingPlan
from train_easyocr.reading.page_reading import PageReader, PageReadings


def read_pages(plan: ReadingPlan, pages: Sequence[PageFile], workers: int = 1) -> Generator[PageReadings, None, None]:
    """Yield the readings of pages as they are finished, so that an interrupted run loses none of them.

    Several workers are processes. Always close the generator: the workers end then, whatever they are doing.

    Raises:
        UserError: a network cannot be opened, or a worker has ended.
    """
    if workers <= 1:
        reader = PageReader(plan)
        yield from (reader.read(*page) for page in pages)
        return
    threads = max(1, torch.get_num_threads() // workers)
    others = set(active_children())
    # Fresh processes instead of forks: a fork of a process with threads (torch's, OpenCV's) may hang.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (threads,))
    try:
        with signals_held():
            futures = [pool.submit(_read_in_worker, plan, page) for page in pages]
        for future in as_completed(futures):
            yield future.result()
    except BaseException as error:  # an interruption, a dead worker, or the end of this generator
        for process in set(active_children()) - others:
            process.kill()  # without waiting for its page, which may take a minute
        if isinstance(error, BrokenProcessPool):
            raise UserError(
                f"--workers {workers}: a worker was ended from outside, most likely for want of memory; "
                "start again with fewer workers, what was read is kept"
            ) from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_reader_of_worker: list[PageReader] = []


def _start_worker(threads: int) -> None:
    leave_signals_to_the_parent()
    end_with_the_parent()
    torch.set_num_threads(threads)


def _read_in_worker(plan: ReadingPlan, page: PageFile) -> PageReadings:
    """Read a page; the networks are opened at the first page, so that their errors reach the parent unchanged."""
    if not _reader_of_worker:
        _reader_of_worker.append(PageReader(plan))
    return _reader_of_worker[0].read(*page)
