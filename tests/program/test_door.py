"""How doors begin and end, with real processes: one line for a person's mistake, an exit status for every ending."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from train_easyocr.program.door import run_door
from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line

ROOT = Path(__file__).resolve().parents[2]
DOORS = {
    "prepare_dataset": ["prepare_dataset.py"],
    "train": ["-m", "train_easyocr.train"],
    "train_detector": ["-m", "train_easyocr.train_detector"],
    "install": ["-m", "train_easyocr.install"],
    "evaluate": ["evaluate.py"],
}
WITH_TORCH = ("train", "train_detector", "install")
every_door = pytest.mark.parametrize(
    "door", [pytest.param(name, marks=[pytest.mark.slow] * (name in WITH_TORCH)) for name in DOORS]
)
NEEDED = {"prepare_dataset": ["--dataset", "x"], "install": ["--checkpoint", "x"], "evaluate": ["--eval_set", "x"]}


@pytest.fixture(autouse=True)
def _the_process_of_the_tests_goes_on(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)  # which a door changes for the end of its process


def run(script, *arguments, shell='exec "$@"', **environment):
    """Run `main` of a script through run_door, started by a line of bash."""
    imports = "import os, sys\nfrom pathlib import Path\nfrom train_easyocr.program.door import run_door"
    script = f"{imports}\n{script}\nrun_door(main)"
    command = ["bash", "-c", shell, "bash", sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True
    )


def fails_with(error):
    def main():
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UserError("a.zip: 0 bytes; download it again"), 2, "error: a.zip: 0 bytes; download it again\n"),
        (UserError("lr: fast\nseed: -1"), 2, "error: lr: fast\nerror: seed: -1\n"),
        (UserError("\x1b[2Ja.zip\u202e"), 2, "error: \\x1b[2Ja.zip\\u202e\n"),
        (KeyboardInterrupt(), 130, "error: stopped by Ctrl-C; start the same command again to go on\n"),
        (OSError(errno.ENOSPC, "No space", "dataset"), 2, "error: dataset: the disk is full"),
        (OSError(errno.ENOSPC, "No space"), 2, "error: the output folder: the disk is full"),
        (OSError(errno.ENOSPC, "No space", "/dev/shm/sem.mp-1"), 2, "error: /dev/shm: the shared memory is full"),
        (OSError(errno.EDQUOT, "Quota", b"dataset"), 2, "error: dataset: the disk is full"),
        (PermissionError(errno.EACCES, "denied", "/data/x"), 2, "error: /data/x: permission denied"),
        (OSError(errno.EROFS, "Read-only", "out/a"), 2, "error: out/a: the file system is read-only"),
        (OSError(errno.ESTALE, "Stale file handle", "/nfs/a\n"), 2, "error: /nfs/a\\n: Stale file handle"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), 2, "error: out of memory"),
        (MemoryError(), 2, "error: out of memory"),
        (RuntimeError("could not create a primitive"), 2, "error: out of memory"),
        (ImportError("x.so: failed to map segment from shared object"), 2, "error: out of memory, or a library lies"),
        (
            ModuleNotFoundError("No module named 'cv2'", name="cv2"),
            2,
            f"error: cv2: no such package in {sys.executable}; run `source step1_set_environment.sh` first",
        ),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), 2, "error: out of memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), 2, "error: out of GPU memory"),
        (
            RuntimeError("unable to allocate shared memory(shm) for file </torch_1_2_3>: No space left on device (28)"),
            2,
            "error: /dev/shm: the shared memory is full",
        ),
    ],
)
def test_what_a_person_can_mend_is_told_in_a_line_with_its_status(capsys, error, status, told):
    with pytest.raises(SystemExit) as left:
        run_door(fails_with(error))
    assert left.value.code == status
    shown = capsys.readouterr().err
    assert shown.startswith(told)
    assert shown.count("\n") == max(1, told.count("\n"))


@pytest.mark.parametrize(
    "error",
    [
        *(ValueError("out of memory"), KeyError("x"), RuntimeError("shapes differ"), ImportError("No module named x")),
        ModuleNotFoundError("No module named 'train_easyocr.utils'", name="train_easyocr.utils"),
        RuntimeError("could not create a primitive descriptor"),  # which oneDNN says of what it cannot do at all
        *(OSError(errno.EIO, "broken disk"), OSError("Caught"), BrokenPipeError(errno.EPIPE, "a worker's pipe")),
    ],
)
def test_a_defect_of_ours_keeps_its_traceback(error):
    with pytest.raises(type(error)):
        run_door(fails_with(error))


def test_a_door_that_ends_well_just_ends_and_leaves_signals_as_they_were():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert run_door(lambda: None) is None
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("def main(): (Path(sys.argv[1]) / 'no/such/file').read_text()", "{}/no/such/file: no such file or folder"),
        ("def main(): (Path(sys.argv[1]) / 'file/x').mkdir(parents=True)", "{}/file/x: a part of this path is a file"),
        ("def main(): (Path(sys.argv[1]) / 'file').mkdir(exist_ok=True)", "{}/file: exists already"),
        ("def main(): Path(sys.argv[1]).read_text()", "{}: is a folder where a file is needed"),
        ("def main(): (Path(sys.argv[1]) / ('x' * 300)).touch()", "{}/" + "x" * 300 + ": the name is too long"),
        ("def main(): kept = [open(sys.executable) for _ in range(10**6)]", "too many open files; allow more with"),
        ("def main(): kept = bytearray(1 << 60)", "out of memory; use fewer workers"),
    ],
)
def test_what_the_system_refuses_is_one_line(tmp_path, script, told):
    (tmp_path / "file").touch()
    done = run(script, tmp_path, shell='ulimit -n 64; exec "$@"')
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: " + told.format(tmp_path)), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("lines", [1, 10**6])
def test_a_full_standard_output_is_told_even_if_it_is_met_at_the_end(lines):
    done = run(f"def main(): print('line\\n' * {lines})", shell='exec "$@" > /dev/full')
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("error: standard output: the disk is full")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-", "</dev/null >&0", "</dev/null 2>&0"])
def test_closed_streams_hurt_nothing_and_write_into_no_file(tmp_path, closed):
    script = (
        "def main():\n    with open(sys.argv[1], 'w') as file:\n        print('to stdout', flush=True)\n"
        "        print('to stderr', file=sys.stderr, flush=True)\n        os.write(1, b'raw'); os.write(2, b'raw')\n"
        "        file.write('content')\n"
    )
    done = run(script, tmp_path / "file", shell=f'exec "$@" {closed}')
    assert (tmp_path / "file").read_text() == "content"
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_a_closed_stderr_keeps_the_status():
    done = run("def main(): raise FileNotFoundError(2, 'x', 'y')", shell='exec "$@" 2>&-')
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_objects_that_an_error_left_half_made_add_nothing():
    script = (
        "class Loader:\n    def __init__(self): raise MemoryError\n    def __del__(self): self.workers\n"
        "def main(): Loader()"
    )
    done = run(script)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_a_bar_that_an_error_left_standing_ends_before_the_message():
    done = run("from tqdm import tqdm\ndef main():\n    bar = tqdm(total=2)\n    raise MemoryError")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: out of memory")


def test_what_the_terminal_cannot_show_becomes_a_question_mark():
    script = "from train_easyocr.program.door import run_door\nrun_door(lambda: print('가 → –'))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "euc_kr"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert (done.stdout.decode("euc_kr").strip(), done.stderr, done.returncode) == ("가 → ?", b"", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "> /dev/full"])
def test_the_scripts_of_the_steps_need_no_streams(tmp_path, streams):
    stamp = tmp_path / ".train_easyocr_environment"  # step 1 has nothing to do but say so
    asked = subprocess.run("cat requirements.txt constraints.txt | cksum", shell=True, cwd=ROOT, capture_output=True)
    stamp.write_bytes(asked.stdout + b"Step 1: as it was\n")
    environment = {**os.environ, "VIRTUAL_ENV": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    # Where nothing is buffered, it depends on Python's release whether argparse lets a full disk be told.
    environment["PYTHONUNBUFFERED"] = ""
    command = ["bash", "-c", f'exec bash "$@" {streams}', "bash", ROOT / "step2_run_prepare_dataset_py.sh", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("call", ["print('line\\n' * 200_000)", "sys.exit(print('line\\n' * 200_000))"])
def test_output_cut_off_by_head_is_no_traceback(call):
    done = run(f"def main(): {call}", shell='"$@" | head -n 1; exit ${PIPESTATUS[0]}')
    assert (done.stdout, done.stderr, done.returncode) == ("line\n", "", 141)


def test_a_locale_that_cannot_write_korean_names_is_refused_in_one_line(tmp_path):
    script = "def main(): (Path(sys.argv[1]) / '\\uacf5\\uacf5').touch()"
    refused = run(script, tmp_path, LC_ALL="C", PYTHONUTF8="0")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "PYTHONUTF8=1" in refused.stderr
    assert run(script, tmp_path, LC_ALL="C", PYTHONUTF8="1").returncode == 0
    assert (tmp_path / "공공").exists()


def stopped(command, signals, until):
    """Send signals to a process once a line of its standard error holds `until`; return status and standard error."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    seen = []
    for line in process.stderr:
        seen.append(line)
        if until in line:
            break
    for number in signals:
        process.send_signal(number)
        time.sleep(0.05)
    seen += process.stderr.readlines()
    return process.wait(), "".join(line for line in seen if not line.startswith("import time:"))


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_a_stopped_door_cleans_up(tmp_path, number, name):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom train_easyocr.program.atomic import replacing\n"
        "from train_easyocr.program.door import run_door\n"
        "def main():\n    with replacing(Path(sys.argv[1]) / 'result'):\n"
        "        print('writing', file=sys.stderr, flush=True)\n        time.sleep(60)\nrun_door(main)"
    )
    status, told = stopped([sys.executable, "-c", script, tmp_path], [number], "writing")
    assert status == 128 + number
    assert told == f"writing\nerror: stopped by {name}; start the same command again to go on\n"
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_the_caller_ignores_stays_ignored():
    done = run("import signal\ndef main(): os.kill(os.getpid(), 2); print('on')", shell="trap '' INT; exec \"$@\"")
    assert (done.returncode, done.stdout) == (0, "on\n")


@pytest.mark.parametrize(
    ("failing", "status", "told"),
    [
        ("bytearray(1 << 60)", 2, "error: out of memory; use fewer workers"),
        (
            "raise ImportError('x.so: failed to map segment from shared object')",
            2,
            "error: out of memory, or a library",
        ),
        ("import no_such_package", 2, "error: no_such_package: no such package in "),
        ("import train_easyocr.utils", 1, "Traceback (most recent call last):"),
    ],
)
def test_no_memory_or_package_while_a_door_imports_is_one_line(failing, status, told):
    at_the_end = "import atexit; atexit.register(lambda: 1 / 0)"  # as libraries that are half imported do
    script = f"from train_easyocr.program.door import guard_imports; guard_imports(); {at_the_end}\n{failing}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr[: len(told)]) == (status, told)
    assert done.stderr.count("\n") == 1 or status == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@every_door
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_door_imports_is_no_traceback(door, number, tmp_path, monkeypatch):
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(tmp_path))
    until = "torch." if door in WITH_TORCH else "argparse"
    # Arguments that need no data: a door looks for its data before it imports torch.
    nothing = {"install": ["--shipped"], "train": ["--resume"], "train_detector": ["--resume"]}
    arguments = nothing.get(door) or [*NEEDED[door], "--config", "/dev/null/none"]
    status, told = stopped([sys.executable, "-X", "importtime", *DOORS[door], *arguments], [number], until)
    assert status == 128 + number
    assert told.startswith("error: stopped by ") and told.count("\n") == 1, told


@pytest.mark.parametrize(
    ("door", "argument", "status", "told"),
    [*((door, "--help", 0, "usage: ") for door in DOORS), ("train", "--unknown", 2, "--unknown")],
)
def test_what_the_command_line_asks_is_answered_without_the_seconds_of_torch(door, argument, status, told):
    command = [sys.executable, "-X", "importtime", *DOORS[door], *NEEDED.get(door, []), argument]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert (done.returncode, imported & {"torch", "easyocr"}) == (status, set())
    assert told in done.stdout + done.stderr
    assert "train_easyocr.program.door" in imported


@every_door
@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "/dev/null/config.yaml: a part of this path is a file where a folder is needed"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0"}, "names of files are written in ascii here"),
    ],
)
def test_all_doors_tell_it_alike(tmp_path, door, environment, told):
    command = [sys.executable, ROOT / DOORS[door][0] if door in ("prepare_dataset", "evaluate") else "-m"]
    command += [*DOORS[door][1:], *NEEDED.get(door, []), "--config", "/dev/null/config.yaml"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith(f"error: {told}")


def test_it_is_no_disk_that_lacks_room_for_semaphores():
    # What Python's own multiprocessing raises where /dev/shm is full, from the module that raises it.
    frame = {"__name__": "multiprocessing.synchronize"}
    try:
        exec("raise OSError(28, 'No space left on device')", frame)
    except OSError as error:
        assert in_one_line(error).startswith("/dev/shm: the shared memory is full")
