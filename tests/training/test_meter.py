"""Speed and waiting of a run, with a clock that the test turns."""

import pytest

from train_easyocr.training import meter
from train_easyocr.training.meter import Meter


def test_patches_a_second_and_the_share_of_waiting(monkeypatch, capsys):
    clock = [100.0]
    monkeypatch.setattr(meter.time, "perf_counter", lambda: clock[0])
    measured = Meter(10, 20, visible=True)
    assert (measured.images_per_second, measured.data_wait) == (0.0, 0.0)
    for _ in range(2):
        with measured.waiting():
            clock[0] += 1
        with measured.computing():
            clock[0] += 3
        measured.step(32)
    assert measured.images_per_second == pytest.approx(64 / 8)
    assert measured.data_wait == pytest.approx(2 / 8)
    assert not measured.is_due
    clock[0] += 20
    assert measured.is_due
    measured.show(1.5)  # 8 steps are left, of 4 seconds each
    assert capsys.readouterr().out == "[12/20] loss 1.5000, 8.0 patches/s, data wait 25.0%, 0:00:32 left\n"
    measured.restart()
    assert (measured.images_per_second, measured.data_wait) == (0.0, 0.0)
    measured.close()
