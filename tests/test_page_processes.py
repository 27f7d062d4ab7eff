"""Results of processes: in the order of the tasks, whole, and errors as errors."""

import pytest

from train_easyocr.dataset.page_processes import PageProcesses
from train_easyocr.dataset.stores.png import NO_PNGS, PackedPngs

SIZES = [0, 1, 70_000, 3_000_000, 5, 200_000] * 8


def files_of_size(size: int) -> PackedPngs:
    return PackedPngs.of([bytes([size % 251]) * size, b"last"]) if size else NO_PNGS


@pytest.mark.parametrize("count", [1, 2])
def test_results_come_back_whole_and_in_the_order_of_the_tasks(count):
    with PageProcesses(count) as processes:
        found = [[bytes(file) for file in packed] for packed in processes.map(files_of_size, SIZES)]
    assert found == [[bytes([size % 251]) * size, b"last"] if size else [] for size in SIZES]


def fail(size: int) -> PackedPngs:
    raise OSError(28, "No space left on device", f"page {size}")


def test_an_error_in_a_process_is_an_error_here():
    with PageProcesses(2) as processes, pytest.raises(OSError, match="No space left"):
        list(processes.map(fail, SIZES))
