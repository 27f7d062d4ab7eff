"""What a GPU can fail, and how fast it is: every part within its own limit, all within nine minutes, as JSON.

    python benchmarks/gpu.py --pack FOLDER [--python 3.12]
    python benchmarks/gpu.py OUT [--bundle FOLDER] [--device cpu] [--minutes 9] [--parts NAME…]

The first command needs a network and writes at most 60 MiB: wheels that an image with torch lacks, and CRAFT's weights
as float16. The second needs none. Its parts are the tests that a GPU can fail (marker `gpu`), 300 steps of step 3 in
each number format and compiled, one process of torchrun, memory over twenty validations, steps 4 and 5 with `--cuda`,
seconds of a page with CRAFT and with our detector, the loader with 16 workers, and a training of both networks that
ship in the minutes that are left. A part that fails or takes too long costs no other: OUT/gpu.json names it, and is
written after each part; OUT/<part>.log has what it printed. `--minutes` scales all limits.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gpu_bundle import CRAFT, pack, unpack_craft
from gpu_parts import PARTS, Figures
from gpu_run import PUBLISHED_CRAFT, Run

NINE_MINUTES = 540.0


def main() -> None:
    """Pack the bundle, or run the parts."""
    arguments = parse_arguments()
    if arguments.pack:
        pack(arguments.pack, arguments.python)
        return
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    run = Run(out, arguments.device == "cuda", arguments.small, out / "start.log")
    began = time.monotonic()
    scale = arguments.minutes * 60 / NINE_MINUTES
    result: Figures = {"device": "", "minutes": arguments.minutes, "parts": {}}
    run.until = began + 60 * scale
    unpack(run, arguments.bundle)
    result["device"] = run.python("-c", "from train_easyocr.versions import device; print(device())").strip()
    if run.cuda and "CUDA" not in result["device"]:
        raise SystemExit(f"error: --device cuda: torch finds no GPU, only {result['device']}; give --device cpu")
    end = began + arguments.minutes * 60
    for name in arguments.parts:
        part, limit = PARTS[name]
        left = end - time.monotonic()
        if name in ("recogniser", "detector"):
            limit = left / (2 if name == "recogniser" and "detector" in arguments.parts else 1) / scale
        run.log, begun = out / f"{name}.log", time.monotonic()
        run.until = begun + min(limit * scale, left) - 12  # the seconds in which a process may end
        run.log.unlink(missing_ok=True)
        result["parts"][name] = measured_part(run, part) | {"seconds_of_part": round(time.monotonic() - begun, 1)}
        (out / "gpu.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{name}: {result['parts'][name].get('failed', 'done')}", flush=True)


def measured_part(run: Run, part: Callable[[Run], Figures]) -> Figures:
    """Return the figures of a part, or why it failed."""
    try:
        return part(run)
    except Exception as error:  # whatever it is, the other parts go on
        return {"failed": f"{type(error).__name__}: {error}"}


def unpack(run: Run, bundle: Path | None) -> None:
    """Install the wheels of the bundle below OUT, and put CRAFT where EasyOCR looks."""
    if bundle is None:
        return
    wheels = sorted(bundle.resolve().glob("*.whl"))
    command = ["-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-compile", "--upgrade"]
    run.python(*command, "--target", run.out / "site", *wheels)
    sys.path.append(str(run.out / "site"))
    unpack_craft(bundle / CRAFT, run.out / PUBLISHED_CRAFT)
    (run.out / "craft_is_rounded").touch()


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, help="folder for gpu.json, logs and all that is made")
    parser.add_argument("--pack", type=Path, metavar="FOLDER", help="only write the bundle; needs a network")
    parser.add_argument("--python", default="3.12", help="version of Python on the GPU's machine; default: %(default)s")
    parser.add_argument("--bundle", type=Path, metavar="FOLDER", help="what --pack wrote; default: all is installed")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="default: %(default)s")
    parser.add_argument("--minutes", type=float, default=9.0, help="for all parts together; default: %(default)s")
    parser.add_argument("--small", action="store_true", help="few steps and pages: whether every part runs, no figures")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="default: all, in this order")
    arguments = parser.parse_args()
    if not (arguments.out or arguments.pack):
        parser.error("OUT is missing, the folder for the results; or give --pack FOLDER")
    return arguments


if __name__ == "__main__":
    main()
