"""Worker processes leave signals to their parent and end with it, also where it is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARENT = """
import os, signal, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from train_easyocr.worker_process import end_with_the_parent, leave_signals_to_the_parent, signals_held

def start():
    leave_signals_to_the_parent()
    end_with_the_parent()

if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), start) as pool:
        with signals_held():
            future = pool.submit(os.getpid)
            for number in (signal.SIGINT, signal.SIGTERM):
                os.killpg(0, number) if sys.argv[1] == "group" else None
            signal.sigwait([signal.SIGINT]) and signal.sigwait([signal.SIGTERM]) if sys.argv[1] == "group" else None
        worker = future.result()
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(worker, number)
        time.sleep(0.2)
        print(pool.submit(os.getpid).result() == worker, worker, flush=True)
        if sys.argv[1] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
"""


def run_parent(tmp_path, what):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, str(script), what], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no process groups")
def test_signals_to_the_whole_group_end_no_worker_not_even_one_that_only_starts(tmp_path):
    ended = run_parent(tmp_path, "group")
    assert (ended.returncode, ended.stdout.split()[0]) == (0, "True")


def test_a_worker_ends_with_a_parent_that_was_killed(tmp_path):
    ended = run_parent(tmp_path, "killed")
    same, worker = ended.stdout.split()
    assert (ended.returncode, same) == (-signal.SIGKILL, "True")
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(int(worker), 0)
