"""Each benchmark still finds what it measures: its imports and its command line work."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
SCRIPTS = sorted(path.name for path in BENCHMARKS.glob("*.py") if "__main__" in path.read_text(encoding="utf-8"))
# Torch is imported once, which takes seconds; each script then runs in a copy of that process.
HELP_OF_EACH = """
import os, runpy, sys
import torch, easyocr
folder, *scripts = sys.argv[1:]
for script in scripts:
    if not os.fork():
        sys.path[0], sys.argv = folder, [script, "--help"]
        runpy.run_path(f"{folder}/{script}", run_name="__main__")
    os.wait()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_each_starts_and_says_what_it_measures():
    command = [sys.executable, "-c", HELP_OF_EACH, BENCHMARKS, *SCRIPTS]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert re.findall(r"^usage: (\S+)", run.stdout, re.MULTILINE) == SCRIPTS, run.stderr
