"""A bar counts the modules that a program imports, and goes when they are there."""

import sys

from train_easyocr.program import loading, progress


def test_a_bar_tells_how_many_modules_are_left_while_they_are_imported(monkeypatch, capsys, tmp_path):
    names = [f"loaded_by_the_test_{number}" for number in range(3)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    before = list(sys.meta_path)
    with loading.loading(3):
        for name in names:
            __import__(name)
    assert sys.meta_path == before
    shown = capsys.readouterr().err.splitlines()
    assert [line.split(", ")[0] for line in shown] == [
        f"Loading torch and EasyOCR: module {number} of 3" for number in (1, 2)
    ]
    assert all(line.endswith(" left") for line in shown)


def test_a_module_that_is_not_there_is_missed_as_ever():
    with loading.loading(3):
        try:
            __import__("there_is_no_such_module")
        except ModuleNotFoundError as error:
            assert error.name == "there_is_no_such_module"
    loading.end_loading()  # a door ends what it may not have begun
