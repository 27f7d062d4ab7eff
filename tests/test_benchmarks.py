"""Each benchmark finds what it measures: its imports and command line work. Damaged pages keep their labels."""

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


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_it_starts_and_says_what_it_measures(script):
    command = [sys.executable, str(BENCHMARKS / script), "--help"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert f"usage: {script}" in run.stdout


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
