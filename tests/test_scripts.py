"""The scripts of the steps, started by a shell that is not bash: they say so and change nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(path.name for path in ROOT.glob("*.sh") if not path.name.startswith("step1"))


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("dash"), reason="no dash here")
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_dash_runs_says_use_bash(script):
    done = run("dash", script, "--help")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {script} needs bash; run: bash {script}\n"


@pytest.mark.skipif(not shutil.which("dash"), reason="no dash here")
def test_step_1_in_dash_says_use_bash_and_leaves_the_shell_open():
    done = run("dash", "-c", '. ./step1_set_environment.sh; echo "status $?"')
    assert done.stdout == "status 1\n"
    assert done.stderr == "error: step 1 needs bash or zsh; start bash, then: source step1_set_environment.sh\n"
    assert run("dash", "step1_set_environment.sh").returncode == 1


def test_bash_that_is_called_sh_is_bash(tmp_path):
    (tmp_path / "sh").symlink_to(shutil.which("bash"))
    done = run(tmp_path / "sh", "step2_run_prepare_dataset_py.sh", "--help")
    assert done.returncode == 0 and "usage: prepare_dataset.py" in done.stdout, done.stderr
