"""Processes that work on pages return all results in the order of the tasks, few at a time, and raise errors."""

import ctypes
import mmap
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from train_easyocr.program.errors import UserError
from train_easyocr.program.page_processes import PageProcesses

SIZES = [0, 1, 70_000, 3_000_000, 5, 200_000] * 8


def files_of_size(size: int) -> tuple[bytes, ...]:
    return (bytes([size % 251]) * size, b"last") if size else ()


@pytest.mark.parametrize(("count", "together"), [(1, 1), (1, 5), (2, 1), (2, 5)])
def test_results_come_back_whole_and_in_the_order_of_the_tasks(count, together):
    with PageProcesses(count) as processes:
        found = list(processes.map(files_of_size, SIZES, together))
    assert found == [files_of_size(size) for size in SIZES]


def fail(size: int) -> None:
    raise OSError(28, "No space left on device", f"page {size}")


def test_an_error_in_a_process_is_an_error_here():
    with PageProcesses(2) as processes, pytest.raises(OSError, match="No space left"):
        list(processes.map(fail, SIZES))


def take_all_memory(page: Path) -> None:
    np.empty(1 << 60, np.uint8)


@pytest.mark.parametrize("count", [1, 2])
def test_where_memory_runs_out_the_page_is_named(count):
    with PageProcesses(count) as processes, pytest.raises(UserError, match=r"^p.json: out of memory here; use fewer"):
        list(processes.map(take_all_memory, [Path("label/p.json")]))


def leave_a_file_or_fail(path: Path) -> None:
    if path.name == "0":
        raise OSError
    time.sleep(0.2)
    path.touch()


def test_what_still_waits_is_not_done_once_an_error_has_ended_the_run(tmp_path):
    with pytest.raises(OSError), PageProcesses(2) as processes:
        list(processes.map(leave_a_file_or_fail, [tmp_path / str(number) for number in range(16)]))
    assert len(list(tmp_path.iterdir())) < 12


def test_no_more_than_eight_results_for_each_process_wait():
    drawn = []

    def tasks():
        for number in range(40):
            drawn.append(number)
            yield number

    with PageProcesses(2) as processes:
        waiting = [len(drawn) - number for number in processes.map(abs, tasks())]
    assert max(waiting) == 2 * 8


def name_once_there(path: Path) -> str:
    while not path.exists():
        time.sleep(0.01)
    return path.name


def test_results_may_come_as_they_are_finished(tmp_path):
    late, there = tmp_path / "late", tmp_path
    with PageProcesses(2) as processes:
        results = processes.as_finished(name_once_there, [late, there])
        assert next(results) == there.name
        late.touch()
        assert list(results) == ["late"]


def test_nobody_waits_for_a_task_once_results_that_come_as_they_are_finished_are_closed(tmp_path):
    with PageProcesses(2) as processes:  # whose end would wait for the task that never ends
        results = processes.as_finished(name_once_there, [tmp_path / "never", tmp_path])
        assert next(results) == tmp_path.name
        results.close()


known_here = []


def what_this_process_knows(_: int) -> list[str]:
    return known_here


@pytest.mark.parametrize(("count", "known"), [(1, ["a secret"]), (2, [])])
def test_one_process_is_this_one_and_more_are_fresh_ones(count, known, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "known_here", ["a secret"])
    with PageProcesses(count) as processes:
        assert list(processes.map(what_this_process_knows, range(8))) == [known] * 8


def kill_myself(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_worker_that_the_system_kills_is_told_in_one_line():
    with PageProcesses(2) as processes, pytest.raises(UserError) as error:
        list(processes.map(kill_myself, SIZES))
    assert "most likely for want of memory; use fewer --workers" in str(error.value)
    assert "\n" not in str(error.value)


def die_while_a_result_is_sent(number: int) -> bytes:
    result = bytes([number]) * (64 << 20)
    if number == 3:
        threading.Timer(0.03, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return result


def lose_a_worker_while_it_sends(way: str) -> None:
    with PageProcesses(2) as processes, pytest.raises(UserError, match="a worker process was killed"):
        list(getattr(processes, way)(die_while_a_result_is_sent, range(8)))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("way", ["map", "as_finished"])
def test_nobody_waits_for_the_rest_of_a_result_whose_sender_was_killed(way):
    process = multiprocessing.get_context("spawn").Process(target=lose_a_worker_while_it_sends, args=(way,))
    process.start()
    process.join(60)
    process.kill()
    assert process.exitcode == 0


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


def bytes_given_back(_: int) -> int:
    """Return how much memory of three pages the system has back when they are freed."""
    pages = [bytes([number]) * (24 << 20) for number in (1, 2, 3)]
    held = resident_bytes()
    del pages
    return held - resident_bytes()


def bytes_given_back_of_four(count: int) -> list[int]:
    with PageProcesses(count) as processes:
        return list(processes.map(bytes_given_back, range(4)))


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc can be told"
)
@pytest.mark.parametrize("count", [1, 2])
def test_the_memory_of_a_page_is_kept_for_the_next(count):
    # In a fresh process: in this one, earlier tests have left more free memory than glibc keeps.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        given_back = pool.submit(bytes_given_back_of_four, count).result()
    assert len(given_back) == 4 and max(given_back) < 8 << 20
