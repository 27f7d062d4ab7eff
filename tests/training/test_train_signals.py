"""Step 3 stopped by a person or a scheduler: it saves a checkpoint and leaves no process."""

import os
import signal
import sys
import time

import pytest
from training_doors import processes_naming, start_until, write_config
from training_runs import small_settings

from train_easyocr.training.checkpoint import read_checkpoint
from train_easyocr.training.interruption import SIGNALS, Interruption

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="process groups, and /proc that lists them")


def endless(data, folder, **changes):
    """The configuration of a run that lasts, and validates, with new workers, every few moments."""
    settings = small_settings(data, n_iter=1_000_000, val_period=20, **changes)
    return write_config(settings, folder / "config.yaml")


def assert_saved(folder, output):
    assert "--resume goes on" in output and "Traceback" not in output, output
    assert read_checkpoint(folder / "trial" / "last.ckpt")["progress"]["iteration"] >= 20


def assert_nothing_runs(folder):
    deadline = time.monotonic() + 10
    while processes_naming(folder):
        assert time.monotonic() < deadline, "a process is left behind"
        time.sleep(0.1)


@pytest.mark.slow
@ON_LINUX
@pytest.mark.parametrize(
    ("number", "send", "workers", "delay"),
    [
        (signal.SIGTERM, os.kill, 1, 0.0),
        *((signal.SIGINT, os.killpg, 3, seconds) for seconds in (0.31, 0.73)),  # while training, or while validating
    ],
)
def test_a_signal_to_the_trainer_alone_or_to_its_group_saves_first(number, send, workers, delay, data, tmp_path):
    process = start_until(20, endless(data, tmp_path, workers=workers), tmp_path)
    time.sleep(delay)
    send(process.pid, number)
    output = process.communicate()[0]
    assert process.returncode == 128 + number, output
    assert_saved(tmp_path, output)
    assert_nothing_runs(tmp_path)


@pytest.mark.slow
@ON_LINUX
def test_sigterm_to_several_processes_saves_first(data, tmp_path):
    process = start_until(20, endless(data, tmp_path, workers=2), tmp_path, processes=2)
    os.killpg(process.pid, signal.SIGTERM)  # torch sends it on to the group of each trainer
    output = process.communicate(timeout=60)[0]
    assert "Traceback" not in output and process.returncode == 128 + signal.SIGTERM, output
    assert "killed by signal" not in output and output.count("--resume goes on") == 2, output
    assert read_checkpoint(tmp_path / "trial" / "last.ckpt")["progress"]["iteration"] >= 20
    assert_nothing_runs(tmp_path)


@pytest.mark.slow
@ON_LINUX
def test_workers_end_with_a_trainer_that_is_killed(data, tmp_path):
    process = start_until(20, endless(data, tmp_path, workers=2), tmp_path)
    process.kill()
    process.communicate()
    assert_nothing_runs(tmp_path)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_acts_as_ever_unless_it_comes_with_the_first(second, monkeypatch):
    def note(number, frame):
        arrived.append(number)

    arrived, before = [], {number: signal.signal(number, note) for number in SIGNALS}
    try:
        with Interruption() as interruption:
            for _ in range(3):  # as `timeout` does: to the process, then to its group
                signal.raise_signal(signal.SIGTERM)
            assert (interruption.received, arrived) == (signal.SIGTERM, [])
            monkeypatch.setattr("train_easyocr.training.interruption.SAME_REQUEST", 0.0)
            signal.raise_signal(second)
            assert (interruption.received, arrived) == (signal.SIGTERM, [second])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
