"""benchmarks/gpu.sh on the CPU: a part that fails leaves the figures of the others, and the bundle keeps CRAFT."""

import json
import subprocess
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_a_part_that_fails_costs_no_other(tmp_path):
    command = ["bash", ROOT / "benchmarks/gpu.sh", tmp_path, "--device", "cpu", "--small", "--minutes", "60"]
    # Without "prepare" there are no pages to time.
    run = subprocess.run([*command, "--parts", "pages", "one_process"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    result = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))
    assert result["device"].startswith("CPU") and list(result["parts"]) == ["pages", "one_process"]
    assert result["parts"]["pages"]["failed"] and (tmp_path / "pages.log").is_file()
    found = result["parts"]["one_process"]
    assert found["backend"] == "gloo" and found["last_loss_joined"] == pytest.approx(found["last_loss_alone"], abs=1e-3)


def test_a_command_that_takes_too_long_is_ended_and_named(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import gpu
    from gpu_run import Run

    run = Run(tmp_path, cuda=False, small=True, log=tmp_path / "log")
    assert gpu.measured_part(run, lambda run: run.python("-c", "import time; time.sleep(60)")) == {
        "failed": "PartFailedError: time was up: -c import time; time.sleep(60)"
    }


@pytest.mark.slow
def test_the_bundle_keeps_craft_in_float16(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from gpu_bundle import pack_craft, unpack_craft

    from train_easyocr.easyocr_port.engine.weight_file import read_weights
    from train_easyocr.easyocr_port.weights import find_detector

    pack_craft(tmp_path / "packed")
    assert (tmp_path / "packed").stat().st_size < 35 << 20
    unpack_craft(tmp_path / "packed", tmp_path / "craft.pth")
    found, published = read_weights(tmp_path / "craft.pth"), read_weights(find_detector("craft"))
    assert found.keys() == published.keys()
    for name, value in found.items():
        if value.is_floating_point():
            assert torch.equal(value, published[name].half().float()), name
