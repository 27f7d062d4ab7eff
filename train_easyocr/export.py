"""Door for other programs: writes an installed network as ONNX files, which run without torch and without EasyOCR."""

from __future__ import annotations

from train_easyocr.program.door import guard_imports, run_door

if __name__ == "__main__":
    guard_imports()

import argparse
from pathlib import Path

from train_easyocr.easyocr_port.custom_network import SHIPPED, demand_installed
from train_easyocr.easyocr_port.weights import easyocr_folder


def main() -> None:
    """Export the network, prove it, and say where it is."""
    arguments = parse_arguments()
    demand_installed(arguments.network, easyocr_folder())
    from train_easyocr.installation.onnx_files import write_onnx  # torch, which takes seconds

    for path in write_onnx(arguments.network, easyocr_folder(), arguments.output):
        print(f"Written: {path} ({path.stat().st_size / 1e6:,.1f} MB)")
    print("onnxruntime computes the same as torch")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m train_easyocr.export",
        description="Write an installed network as ONNX: its recogniser (NAME.onnx) and its detector "
        "(NAME_detector.onnx), for batches and pages of any size, and NAME.json with characters and reading options. "
        "Each file is tried with onnxruntime, which must compute the same as torch. Needs the packages onnx and "
        "onnxruntime.",
    )
    parser.add_argument(
        "--network", default=SHIPPED, metavar="NAME", help="the installed network; default: %(default)s"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("onnx"), metavar="FOLDER", help="where to; default: %(default)s"
    )
    return parser.parse_args()


if __name__ == "__main__":
    run_door(main)
