import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from train_easyocr.errors import UserError, run_door

ROOT = Path(__file__).resolve().parents[1]


def fails_with(error):
    def main():
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UserError("a.zip: 0 bytes; download it again"), 2, "error: a.zip: 0 bytes; download it again\n"),
        (UserError("lr: fast\nseed: -1"), 2, "error: lr: fast\nerror: seed: -1\n"),
        (KeyboardInterrupt(), 130, "error: stopped by Ctrl-C; start the same command again to go on\n"),
        (OSError(errno.ENOSPC, "No space", "dataset"), 2, "error: dataset: the disk is full"),
        (OSError(errno.ENOSPC, "No space"), 2, "error: the output folder: the disk is full"),
        (PermissionError(errno.EACCES, "denied", "/data/x"), 2, "error: /data/x: permission denied"),
    ],
)
def test_what_a_person_can_mend_is_told_in_a_line_with_its_status(capsys, error, status, told):
    with pytest.raises(SystemExit) as left:
        run_door(fails_with(error))
    assert left.value.code == status
    assert capsys.readouterr().err.startswith(told)


@pytest.mark.parametrize("error", [ValueError("ours"), OSError(errno.EIO, "broken disk"), KeyError("x")])
def test_a_defect_of_ours_keeps_its_traceback(error):
    with pytest.raises(type(error)):
        run_door(fails_with(error))


def test_a_door_that_ends_well_just_ends():
    assert run_door(lambda: None) is None


def test_what_the_terminal_cannot_show_becomes_a_question_mark():
    script = "from train_easyocr.errors import run_door\nrun_door(lambda: print('가 → –'))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "euc_kr"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert (done.stdout.decode("euc_kr").strip(), done.stderr, done.returncode) == ("가 → ?", b"", 0)


def test_output_cut_off_by_head_is_no_traceback():
    script = "from train_easyocr.errors import run_door\nrun_door(lambda: print('line\\n' * 200_000))"
    command = f'"{sys.executable}" -c "{script}" | head -n 1; exit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("line\n", "", 141)
