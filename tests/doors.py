"""The doors of steps 2 and 5 as a person starts them, in the process of the tests: a new Python would take seconds."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from train_easyocr.program.door import run_door

ROOT = Path(__file__).resolve().parents[1]


def run_here(main, *arguments, **environment):
    """Run the `main` of a door with these arguments from the checkout; return status, output and errors."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2)]
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        patch.chdir(ROOT)
        patch.setattr(sys, "argv", [main.__module__, *map(str, arguments)])
        for name in ("excepthook", "unraisablehook"):  # run_door changes them for the end of its process
            patch.setattr(sys, name, getattr(sys, name))
        for name, value in environment.items():
            patch.setenv(name, str(value))
        status = 0
        try:
            run_door(main)
        except SystemExit as left:
            status = left.code or 0
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return subprocess.CompletedProcess(arguments, status, *texts)


def prepare_dataset(*arguments, config=None):
    """Run step 2."""
    from prepare_dataset import main

    return run_here(main, *arguments, *(["--config", config] if config else []))


def evaluate(run, *arguments, folder="EasyOCR"):
    """Run step 5 with the EasyOCR `folder` below `run`."""
    from evaluate import main

    return run_here(main, *arguments, EASYOCR_MODULE_PATH=run / folder)
