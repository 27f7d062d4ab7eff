"""Step 2 killed with SIGKILL at random moments, and started again: it ends with the bytes of an undisturbed run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archive_factory import tree, write_dataset

ROOT = Path(__file__).resolve().parents[2]
PAGES = 300
KILLS_A_RUN = 3
# The first two are a line as well, so that each run writes two stores.
WORDS = (("김해시장", (20, 30, 90, 24)), ("54,500", (118, 30, 60, 24)), ('"건의', (20, 80, 60, 24)))


def start(dataset: Path, output: Path, config: Path, *more: str) -> subprocess.Popen:
    command = [sys.executable, "prepare_dataset.py", "--dataset", dataset, "--output", output, "--config", config]
    return subprocess.Popen(
        [*command, "--workers", "2", *more], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def finish(run: subprocess.Popen) -> None:
    _, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors


def write_config(folder: Path, store: str) -> Path:
    config = folder / f"{store}.yaml"
    config.write_text(f"train_images: {PAGES}\nval_images: 20\neval_images: 8\ntune_images: 4\npatch_store: {store}\n")
    return config


def kill_somewhere(run: subprocess.Popen, output: Path, moment: random.Random, seconds: float) -> bool:
    """Kill `run` up to `seconds` after it has begun to write; tell whether it was still running."""
    while run.poll() is None and not any(output.glob(".preparing/training*")):
        time.sleep(0.01)
    time.sleep(moment.uniform(0, seconds))
    was_running = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return was_running


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("store", "more"), [("folder", ("--unzip",)), ("lmdb", ())])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path, store, more):
    dataset = write_dataset(tmp_path / "data", training=PAGES, validation=40, words=WORDS)
    config, whole, output = write_config(tmp_path, store), tmp_path / "whole", tmp_path / "out"
    finish(start(dataset, whole, config, *more))
    moment, hits = random.Random(1), 0
    for _ in range(KILLS_A_RUN):
        hits += kill_somewhere(start(dataset, output, config, *more), output, moment, seconds=0.4)
    finish(start(dataset, output, config, *more))
    assert hits > 0 and tree(output) == tree(whole)
    assert not (output / ".preparing").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("store", ["folder", "lmdb"])
def test_a_disk_that_takes_no_more_is_told_in_one_line_and_the_next_run_goes_on(tmp_path, store):
    dataset = write_dataset(tmp_path / "data", training=PAGES, validation=40, words=WORDS)
    config = write_config(tmp_path, store)
    # No larger file than the 32 first pages need: the system then cuts a write short, as a full disk does.
    kibibytes = {"folder": 20, "lmdb": 800}[store]
    command = [sys.executable, "prepare_dataset.py", "--dataset", dataset, "--config", config, "--workers", "2"]
    limited = ["bash", "-c", f'ulimit -f {kibibytes} && exec "$@"', "bash", *command, "--output", tmp_path / "out"]
    stopped = subprocess.run(limited, cwd=ROOT, capture_output=True, text=True)
    errors = [line for line in stopped.stderr.splitlines() if line.startswith("error: ")]
    assert (stopped.returncode, len(errors)) == (2, 1), stopped.stderr
    assert "allows no larger file" in errors[0] and "Traceback" not in stopped.stderr
    finish(start(dataset, tmp_path / "out", config))
    finish(start(dataset, tmp_path / "whole", config))
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")
