"""One run at a time in a folder, with real processes."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from train_easyocr.program.errors import UserError
from train_easyocr.program.run_lock import one_run
from train_easyocr.training.run import only_run

pytestmark = pytest.mark.usefixtures("no_patience")
HOLD = """
import os, sys, time
from pathlib import Path
from train_easyocr.program.run_lock import one_run
with one_run(Path(sys.argv[1]), "choose another --output"):
    if "fork" in sys.argv and os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder, *more):
    process = subprocess.Popen([sys.executable, "-c", HOLD, folder, *more], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_run_is_told_in_one_line_and_the_third_may_run(tmp_path):
    first = holder(tmp_path / "out")
    with pytest.raises(UserError) as told, one_run(tmp_path / "out", "choose another --output"):
        pass
    expected = f"{tmp_path}/out: another run is writing here; wait for it, or choose another --output"
    assert str(told.value) == expected
    first.kill()
    first.wait()
    with one_run(tmp_path / "out", "choose another --output"):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_a_worker_that_outlives_a_killed_run_does_not_hold_its_lock(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path, "fork"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    started = time.monotonic()
    with one_run(tmp_path, "wait"):
        assert time.monotonic() - started < 1
    os.killpg(process.pid, signal.SIGKILL)


def test_a_run_that_moves_its_folder_away_holds_the_lock_beside_it(tmp_path):
    (tmp_path / "trial").mkdir()
    with only_run(tmp_path / "trial"):
        (tmp_path / "trial").rename(tmp_path / "trial.before")
        with pytest.raises(UserError, match="or choose another experiment_name"), only_run(tmp_path / "trial"):
            pass


@pytest.mark.parametrize("lock", [only_run, lambda folder: one_run(folder, "wait")])
def test_a_refused_run_leaves_neither_lock_file_nor_folders(lock, tmp_path):
    with pytest.raises(UserError, match="no such patches"), lock(tmp_path / "models" / "trial"):
        raise UserError("no such patches")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_waited_for_a_removed_lock_file_keeps_others_out(tmp_path):
    with one_run(tmp_path, "wait"):
        waiting = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)  # it has opened the lock file that is removed now
    assert waiting.stdout.readline() == "held\n"
    with pytest.raises(UserError, match="another run is writing here"), one_run(tmp_path, "wait"):
        pass
    waiting.kill()
    waiting.wait()


def test_a_file_in_the_place_of_the_folder_is_told_at_once(tmp_path):
    (tmp_path / "trial").touch()
    with pytest.raises(NotADirectoryError) as told, only_run(tmp_path / "trial"):
        pass
    assert told.value.filename == str(tmp_path / "trial")


def test_leftovers_are_swept_and_the_lock_file_goes(tmp_path):
    (tmp_path / ".a.0123abcd.part.json").touch()
    with one_run(tmp_path, "wait"):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root becomes another user here")
def test_a_read_only_folder_is_refused():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "theirs"
        folder.mkdir()
        Path(name).chmod(0o755)
        os.seteuid(65534)
        try:
            with pytest.raises(PermissionError) as told, one_run(folder, "wait"):
                pass
            assert told.value.filename == str(folder)
        finally:
            os.seteuid(0)
