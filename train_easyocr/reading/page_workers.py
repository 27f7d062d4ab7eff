"""Distributes pages over worker processes, each with its own detector and networks."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial

import torch

from train_easyocr.pages.records import PageFile
from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import LostWorkerError, PageProcesses
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
    try:
        with PageProcesses(workers, partial(torch.set_num_threads, threads)) as processes:
            yield from processes.as_finished(partial(_read_in_worker, plan), pages)
    except LostWorkerError:
        raise UserError(
            f"--workers {workers}: a worker was ended from outside, most likely for want of memory; "
            "start again with fewer workers, what was read is kept"
        ) from None


_reader_of_worker: list[PageReader] = []


def _read_in_worker(plan: ReadingPlan, page: PageFile) -> PageReadings:
    """Read a page; the networks are opened at the first page, so that their errors reach the parent unchanged."""
    if not _reader_of_worker:
        _reader_of_worker.append(PageReader(plan))
    return _reader_of_worker[0].read(*page)
