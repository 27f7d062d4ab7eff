"""What thirty pages of one kind teach the detector that ships: negatives of microfilm, as archives keep old papers.

    python benchmarks/fine_tune_detector.py --train FOLDER --choose FOLDER --report FOLDER [--steps 400]

The folders hold images/ and labels/ as step 2 writes whole pages. Thirty pages of `--train` and eight of `--choose` are
turned into negatives, light print on dark and grainy film with scratches, a kind that the detector has not been trained
on. Step 3 fine-tunes it on them (`step3_run_train_py.sh --detector`, other keys as in config.yaml) and validates on the
eight; both detectors then find the words on the negatives of all pages of `--report`, with the shipped options, and on
these pages as they are. The result goes to benchmarks/results/fine_tune_detector.json.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
from damaged_pages import Sheet
from detection_figures import detection_counts, detection_figures
from measured import ROOT, machine, save_result

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine.detector import open_detector
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.pages.records import Box

TRAINED, VALIDATED = 30, 8
FILM, PRINT, BLUR, GRAIN, SCRATCHES = (30, 70), (150, 210), (0.6, 1.2), (10, 22), (3, 9)
"""Grey levels of the film and of the print, pixels of blur, grey levels of grain, and scratches: ranges by chance."""


def main() -> None:
    """Make the negatives, train, and write what both detectors find."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "choose", "report"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=400)
    arguments, about = parser.parse_args(), machine()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        negatives(arguments.train, work / "set" / "training", TRAINED)
        negatives(arguments.choose, work / "set" / "validation", VALIDATED)
        negatives(arguments.report, work / "report", None)
        start = time.monotonic()
        trained = fine_tune(work, arguments.steps)
        minutes = (time.monotonic() - start) / 60
        sets = {"negatives": work / "report", "the same pages as they are": arguments.report}
        ways = {"before": SHIPPED_DETECTOR, "after": trained}
        figures = {kind: {way: found(weights, pages) for way, weights in ways.items()} for kind, pages in sets.items()}
    result = {
        "what": "our detector before and after a fine-tuning on negatives of microfilm",
        "pages": {"trained": TRAINED, "validated": VALIDATED, "reported": len(labelled_pages(arguments.report))},
        "steps": arguments.steps,
        "minutes": round(minutes, 1),
        **figures,
        "machine": about,
    }
    save_result("fine_tune_detector", result)


def negatives(source: Path, target: Path, count: int | None) -> None:
    """Turn `count` pages of a folder, evenly spread, or all, into negatives with the same labels."""
    pages = labelled_pages(source)
    for page, path in pages[:: len(pages) // count if count else 1][:count]:
        image = (target / path.relative_to(source)).with_suffix(".png")
        image.parent.mkdir(parents=True, exist_ok=True)
        film = microfilm(decode(read_image_file(path)).grey, np.random.default_rng(zlib.crc32(page.name.encode())))
        image.write_bytes(cv2.imencode(".png", film)[1].tobytes())
        label = (Path("labels") / path.relative_to(source / "images")).with_suffix(".json")
        (target / label).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / label, target / label)


def microfilm(grey: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return a grey page, uint8 [height, width], as its negative on worn film."""
    height, width = grey.shape
    film, ink = chance.uniform(*FILM), chance.uniform(*PRINT)
    blurred = cv2.GaussianBlur(grey, (0, 0), chance.uniform(*BLUR)).astype(np.float32)
    grain = cv2.GaussianBlur(chance.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
    negative = ink - blurred / 255 * (ink - film) + grain * chance.uniform(*GRAIN)
    down, across = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    negative *= 1 - 0.35 * (down**2 + across**2)  # the lamp is brightest in the middle
    for _ in range(chance.integers(*SCRATCHES)):
        top = int(chance.integers(0, width))
        bottom = top + int(chance.integers(-30, 30))
        cv2.line(negative, (top, 0), (bottom, height), float(chance.uniform(120, 220)), 1)
    return np.clip(negative, 0, 255).astype(np.uint8)


def fine_tune(work: Path, steps: int) -> Path:
    """Run step 3 on the negatives; return the moving average of the weights."""
    settings = [f"detection_data={work / 'set'}", f"detector_n_iter={steps}", f"detector_val_period={steps}"]
    command = [sys.executable, "-m", "train_easyocr.train_detector", "--saved_models", str(work / "saved"), *settings]
    subprocess.run(command, cwd=ROOT, check=True)
    return work / "saved" / "detector" / "average_best_detection_f1.pth"


def found(weights: Path, folder: Path) -> dict[str, object]:
    """Return the figures of what a detector finds on the pages of a folder."""
    detector = open_detector(Path(), weights)
    sheets = [Sheet(page, read_image_file(path)) for page, path in labelled_pages(folder)]

    def boxes(rgb: np.ndarray) -> list[Box]:
        return [box.bounds for box in detector.boxes(rgb, SHIPPED_OPTIONS)]

    return detection_figures(sheets, detection_counts(sheets, boxes))


if __name__ == "__main__":
    main()
