"""Results of processes: in the order of the tasks, with their large buffers as they were."""

import pickle

import pytest

from train_easyocr.dataset.page_processes import PageProcesses
from train_easyocr.dataset.stores.png import NO_PNGS, PackedPngs

SIZES = [0, 1, 70_000, 3_000_000, 5, 200_000] * 8  # shorter after longer: what the longer one left must not show


def files_of_size(size: int) -> PackedPngs:
    return PackedPngs.of([bytes([size % 251]) * size, b"last"]) if size else NO_PNGS


@pytest.mark.parametrize("count", [1, 2])
def test_buffers_come_back_whole_and_in_order_and_leave_nothing_behind(tmp_path, count):
    with PageProcesses(count, tmp_path / "out/spool") as processes:
        found = [[bytes(file) for file in packed] for packed in processes.map(files_of_size, SIZES)]
    assert found == [[bytes([size % 251]) * size, b"last"] if size else [] for size in SIZES]
    assert not (tmp_path / "out/spool").exists()


def fail(size: int) -> PackedPngs:
    raise OSError(28, "No space left on device", f"page {size}")


def test_an_error_in_a_process_is_an_error_here(tmp_path):
    with PageProcesses(2, tmp_path / "spool") as processes, pytest.raises(OSError, match="No space left"):
        list(processes.map(fail, SIZES))


def test_packed_files_are_pickled_without_a_copy_where_there_is_a_better_way():
    packed, buffers = PackedPngs.of([b"ab", b"", b"c"]), []
    pickled = pickle.dumps(packed, 5, buffer_callback=buffers.append)
    assert [bytes(buffer) for buffer in buffers] == [b"abc"]
    assert [bytes(file) for file in pickle.loads(pickled, buffers=buffers)] == [b"ab", b"", b"c"]
    assert pickle.loads(pickle.dumps(packed, 5)) == packed
