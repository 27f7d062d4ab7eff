"""The fonts that packages carry."""

import subprocess
import sys

import pytest

from train_easyocr.program.errors import UserError
from train_easyocr.program.fonts import font_path, korean_font


def test_the_korean_font_draws_hangul():
    font = korean_font(24)
    missing = font.getmask("\U0010ffff")
    assert bytes(font.getmask("결")) != bytes(missing)
    assert font is korean_font(24)


def test_finding_a_font_does_not_load_matplotlib():
    script = (
        "import sys; from train_easyocr.program.fonts import korean_font\n"
        "korean_font(9); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_package_that_is_not_installed_is_told_in_a_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "koreanize_matplotlib", None)  # Python's own sign for "cannot be imported"
    with pytest.raises(UserError, match=r"^koreanize-matplotlib is not installed.*step 1$"):
        font_path()
