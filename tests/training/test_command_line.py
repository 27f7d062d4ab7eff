"""The command line of step 3: settings and options in any order."""

import sys

import pytest

from train_easyocr.training.command_line import training_arguments


@pytest.mark.parametrize(
    "arguments",
    [["n_iter=4", "lr=1", "--resume"], ["n_iter=4", "--resume", "lr=1"], ["--resume", "n_iter=4", "lr=1"]],
)
def test_settings_and_options_come_in_any_order(monkeypatch, arguments):
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    found = training_arguments()
    assert found.resume and found.settings == ["n_iter=4", "lr=1"]
