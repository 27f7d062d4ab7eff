"""Step 5 with --workers, stopped in the middle: no worker and no folder is left; the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest
from evaluation_set import write_evaluation_set
from installed_networks import planned

from train_easyocr.pages.records import Page
from train_easyocr.program.errors import UserError
from train_easyocr.reading.page_workers import read_pages

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux")]


@pytest.fixture
def command(tmp_path):
    write_evaluation_set(tmp_path / "set", pages=10, size=(300, 180))
    (tmp_path / "config.yaml").write_text("baseline: english_g2\n", encoding="utf-8")
    paths = ["--eval_set", tmp_path / "set", "--config", tmp_path / "config.yaml", "--output", tmp_path / "result"]
    return [sys.executable, str(ROOT / "evaluate.py"), *map(str, paths), "--baseline", "--workers", "2", "--no_pages"]


def begin(command, folder):
    environment = os.environ | {"EASYOCR_MODULE_PATH": str(folder / "EasyOCR"), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, start_new_session=True)


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_alive(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize(("stop", "to", "status"), [("TERM", "it", 143), ("TERM", "all", 143), ("KILL", "it", -9)])
def test_a_stop_ends_the_workers_and_the_run_after_a_kill_goes_on_and_cleans_up(stop, to, status, command, tmp_path):
    unfinished, private = tmp_path / "result/unfinished.jsonl", tmp_path / "result/.baseline"
    process = begin(command, tmp_path)
    while not (unfinished.exists() and unfinished.read_bytes().count(b"\n") > 1):  # a page is read
        assert process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.05)
    workers = children(process)
    assert len(workers) >= 2
    (os.kill if to == "it" else os.killpg)(process.pid, getattr(signal, f"SIG{stop}"))
    _, said = process.communicate(timeout=60)
    assert process.returncode == status
    if stop == "TERM":
        assert said.decode().splitlines()[-1] == "error: stopped by SIGTERM; start the same command again to go on"
        assert "Traceback" not in said.decode()
    assert private.exists() == (stop == "KILL")
    deadline = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))
    if stop == "TERM":
        return

    again = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"EASYOCR_MODULE_PATH": str(tmp_path / "EasyOCR")}, capture_output=True
    )
    assert again.returncode == 0, again.stderr.decode()
    assert "pages read before" in again.stdout.decode()
    assert not private.exists()


def test_a_worker_that_the_system_kills_is_told_in_one_line_and_nobody_waits_for_the_other(tmp_path):
    page = Page("page", "", "", 100, 100, (), "")
    missing = [(page, tmp_path / f"{number}.jpg", f"{number}.jpg") for number in range(50_000)]
    readings = read_pages(planned(tmp_path), missing, workers=2)
    assert next(readings).failure
    first, second = active_children()
    os.kill(second.pid, signal.SIGSTOP)  # as if it read a page that takes for ever
    first.kill()
    with pytest.raises(UserError, match="--workers 2: a worker was ended from outside, most likely for want of mem"):
        list(readings)
