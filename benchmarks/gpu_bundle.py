"""What benchmarks/gpu.py carries to a machine without a network: wheels, and CRAFT's weights rounded to float16.

    python benchmarks/gpu_bundle.py CRAFT.pth MODULE ARGUMENT…

As a program it runs a module with CRAFT's rounded weights, whose checksum is not the published one: EasyOCR and this
project refuse any other file of that name.
"""

from __future__ import annotations

import argparse
import runpy
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

from measured import ROOT

WHEELS = ("easyocr", "lmdb", "natsort", "rapidfuzz", "shapely", "python-bidi")
WHEELS += ("koreanize-matplotlib", "pylopdf-fonts-ko")
"""What an image with torch, torchvision, OpenCV, SciPy, scikit-image, matplotlib, TensorBoard and pytest lacks.

Not pyclipper, which only a detector of EasyOCR's needs that is not used here."""

GLIBC = ("2_28", "2_27", "2_24", "2_17")
CRAFT = "craft_float16.zlib"


def pack(folder: Path, python: str) -> None:
    """Write the wheels for Linux on x86-64 and a version of Python, and CRAFT's weights, into a folder."""
    platforms = [f"--platform=manylinux_{version}_x86_64" for version in GLIBC] + ["--platform=manylinux2014_x86_64"]
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", *platforms]
    command += [f"--python-version={python}", "--implementation=cp", f"--dest={folder}"]
    subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), *WHEELS], check=True)
    pack_craft(folder / CRAFT)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 2**20:.1f} MiB")


def pack_craft(target: Path) -> None:
    """Write the published weights as float16: first all low bytes, then all high ones, which compress."""
    import numpy as np

    from train_easyocr.easyocr_port.engine.craft import build_craft
    from train_easyocr.easyocr_port.engine.weight_file import read_weights
    from train_easyocr.easyocr_port.weights import find_detector

    state = read_weights(find_detector("craft"))
    numbers = np.concatenate([state[name].numpy().astype("<f2").ravel() for name in build_craft().state_dict()])
    target.write_bytes(zlib.compress(numbers.view(np.uint8).reshape(-1, 2).T.tobytes()))


def unpack_craft(source: Path, target: Path) -> None:
    """Write what `pack_craft` wrote as a weight file that EasyOCR loads, in float32."""
    import numpy as np
    import torch

    from train_easyocr.easyocr_port.engine.craft import build_craft

    planes = np.frombuffer(zlib.decompress(source.read_bytes()), np.uint8).reshape(2, -1)
    numbers, state, start = torch.from_numpy(np.ascontiguousarray(planes.T).view("<f2")[:, 0]), {}, 0
    for name, wanted in build_craft().state_dict().items():
        value = numbers[start : start + wanted.numel()].view(wanted.shape)
        state[f"module.{name}"] = value.nan_to_num(0, 0, 0).to(wanted.dtype)
        start += wanted.numel()
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, target)


def main() -> None:
    """Accept the checksum of the file and run the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="CRAFT's rounded weights")
    parser.add_argument("module", help="the module to run, with its arguments")
    given, arguments = parser.parse_args(sys.argv[1:3]), sys.argv[3:]

    import easyocr.config

    from train_easyocr.easyocr_port.weights import PUBLISHED
    from train_easyocr.pages.provenance import md5

    found = md5(given.file)
    PUBLISHED["craft"] = replace(PUBLISHED["craft"], md5=found)
    easyocr.config.detection_models["craft"]["md5sum"] = found
    sys.argv = [given.module, *arguments]
    runpy.run_module(given.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
