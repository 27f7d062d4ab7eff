"""Worker processes ignore signals, which their parent handles, and end with it, even if it is killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from train_easyocr.program.page_processes import PageProcesses
from train_easyocr.program.worker_process import SIGNALS, leave_signals_to_the_parent, signals_held

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import os, signal, subprocess, sys
from train_easyocr.program.page_processes import PageProcesses

def signals_to_the_group():  # as a shell sends them, for a SIGTERM from the parent itself is an order
    subprocess.run(["sh", "-c", "trap '' INT TERM; kill -INT 0; kill -TERM 0"], check=True)

def tasks():
    yield 1
    if sys.argv[1] == "signals":
        signals_to_the_group()  # the worker of the first task has only begun to start
    yield 2

if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with PageProcesses(2) as processes:
        print(*processes.map(abs, tasks()), flush=True)
        if sys.argv[1] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        signals_to_the_group()
        print(*processes.map(abs, [3]))
"""
pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no process groups")


def run_parent(tmp_path, what):
    """Return the exit status and the words of a parent, once no process holds its output open any more."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, script, what], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, _ = parent.communicate(timeout=30)
    finally:
        with suppress(ProcessLookupError):  # nobody is left
            os.killpg(parent.pid, signal.SIGKILL)
    return parent.returncode, said.split()


def test_signals_to_the_whole_group_end_no_worker_not_even_one_that_only_starts(tmp_path):
    assert run_parent(tmp_path, "signals") == (0, ["1", "2", "3"])


def test_workers_end_with_a_parent_that_was_killed(tmp_path):
    assert run_parent(tmp_path, "killed") == (-signal.SIGKILL, ["1", "2"])


def outcome_of_a_signal_that_is_not_held(number: int) -> str:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        return "interrupted"
    return "ignored"


def test_a_worker_ignores_signals_that_are_no_longer_held():
    with PageProcesses(2) as processes:
        assert list(processes.map(outcome_of_a_signal_that_is_not_held, SIGNALS)) == ["ignored", "ignored"]


@pytest.mark.skipif(not hasattr(signal, "sigwaitinfo"), reason="the system does not name the sender")
def test_a_worker_ends_when_its_parent_terminates_it():
    worker = multiprocessing.get_context("spawn").Process(target=wait_with_signals_left_to_the_parent, daemon=True)
    with signals_held():
        worker.start()
    worker.terminate()
    worker.join(20)
    assert worker.exitcode == 128 + signal.SIGTERM


def wait_with_signals_left_to_the_parent() -> None:
    leave_signals_to_the_parent()
    time.sleep(60)
