"""The worker processes that make batches: their signals, their errors, the shared memory that they send through."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import cv2
import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info

from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.program.worker_process import leave_signals_to_the_parent, signals_held

OneBatch = TypeVar("OneBatch")

PREFETCHED = 2  # batches that each worker has ready; they wait in shared memory
LOST = (
    "a process that reads patches was ended from outside, most likely for want of memory; "
    "set fewer workers or a smaller batch_size, and go on with --resume"
)


def batch_loader(
    maker: Dataset[OneBatch], requests: Iterable[Any], *, workers: int, pin_memory: bool = False
) -> Generator[OneBatch, None, None]:
    """Yield the batches for `requests`, in their order, made by `workers` processes (0: by this one).

    A batch depends on its request alone, not on the number of workers. Always close the generator: this ends its
    workers. Otherwise they outlive a failed run, as the traceback keeps them alive, and Python's exit waits for them.

    Raises:
        UserError: a batch cannot be made, or a worker has ended.
        Exception: an error of the system (see `system_errors`) in this process or a worker, unchanged.
    """
    with signals_held(), warnings.catch_warnings():
        # torch warns at each validation about more workers than cores; here they mostly wait for a disk.
        warnings.filterwarnings("ignore", message="This DataLoader will create")
        loader = DataLoader(
            _Sender(maker),
            batch_size=None,
            sampler=requests,
            num_workers=workers,
            pin_memory=pin_memory,
            worker_init_fn=_start_worker,
            prefetch_factor=PREFETCHED if workers else None,
        )
        batches: Any = iter(loader)
    try:
        for batch in batches:
            if isinstance(batch, Exception):
                raise batch
            yield batch
    except (EOFError, ConnectionError):  # a worker is gone, and torch has not noticed yet
        raise UserError(LOST) from None
    finally:
        if workers:
            batches._shutdown_workers()  # torch has no public name for it


def _start_worker(_: int) -> None:
    # A worker uses one core: otherwise OpenCV would start a thread for each core in every worker.
    cv2.setNumThreads(0)
    leave_signals_to_the_parent()


class _Sender(Dataset[Any]):
    """Makes batches; an error that a door reports in one line is returned instead of raised.

    If a worker raised it, torch would replace it by another error whose message is a traceback.
    """

    def __init__(self, maker: Dataset[Any]) -> None:
        self._maker = maker

    def __getitem__(self, request: Any) -> Any:
        try:
            batch = self._maker[request]
            if get_worker_info():
                # Move the batch to shared memory here: a failure in torch's own thread would leave all waiting.
                for value in batch:
                    if isinstance(value, torch.Tensor):
                        value.share_memory_()
        except Exception as error:
            if isinstance(error, UserError) or in_one_line(error):
                return error
            raise
        return batch


@contextmanager
def lost_workers_told() -> Iterator[None]:
    """Report the end of a worker in one line; torch raises it at any place of the block.

    Raises:
        UserError: the system has ended a worker.
    """
    try:
        yield
    except RuntimeError as error:
        if in_one_line(error) or not str(error).startswith("DataLoader worker"):
            raise
        raise UserError(LOST) from None
