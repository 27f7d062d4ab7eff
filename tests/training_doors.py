"""Step 3 as a person starts it, for the tests: its command line, alone or in several processes, and its processes."""

import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]


def write_config(settings, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(asdict(settings), allow_unicode=True), encoding="utf-8")
    return path


def command(config, saved_models, *more, processes=1):
    """The command line of the door, for several `processes` behind that of the door which starts them."""
    several = ["-m", "train_easyocr.several", "--standalone", "--nproc_per_node", str(processes)]
    door = ["-m", "train_easyocr.train", "--config", config, "--saved_models", saved_models, *more]
    return [sys.executable, *(several if processes > 1 else []), *door]


def environment():
    return os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}


def start_until(iteration, config, saved_models, processes=1):
    """Start the door as the leader of a process group, and return when the run has come to `iteration`."""
    process = subprocess.Popen(
        command(config, saved_models, processes=processes),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    table = saved_models / "trial" / "metrics.csv"
    while process.poll() is None:
        if table.exists() and f"\n{iteration}," in table.read_text(encoding="utf-8"):
            return process
        time.sleep(0.02)
    raise AssertionError(process.stdout.read())


def processes_naming(path):
    """The ids of all processes, workers too, whose command line names `path` (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(path) in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has ended meanwhile
            continue
    return found
