"""Each benchmark finds what it measures: its imports and command line work. Damaged pages keep their labels."""

import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from train_easyocr.pages.records import Page, Word

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
SCRIPTS = sorted(path.name for path in BENCHMARKS.glob("*.py") if "__main__" in path.read_text(encoding="utf-8"))
DAMAGES = ("100 dpi", "skew 3 degrees", "fax", "phone photo")
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


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_labels_of_a_damaged_page_lie_on_its_ink(damage, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from damaged_pages import DAMAGES as MADE
    from damaged_pages import Sheet

    pixels, box = np.full((400, 300), 250, np.uint8), (40, 80, 140, 110)
    pixels[box[1] : box[3], box[0] : box[2]] = 20
    page = Page("page", "", "", 300, 400, (Word("가나다", box),), "")
    damaged = MADE[damage](Sheet(page, cv2.imencode(".png", pixels)[1].tobytes()))
    [word] = damaged.page.words
    dark = damaged.rgb[..., 0] < 70
    dark[:20], dark[-20:], dark[:, :15], dark[:, -15:] = False, False, False, False  # a photo shows the desk there
    rows, columns = np.nonzero(dark)
    ink = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    assert np.abs(np.subtract(word.box, ink)).max() <= 2
    assert damaged.rgb.shape[:2] == (damaged.page.height, damaged.page.width)
    assert tuple(MADE) == DAMAGES
