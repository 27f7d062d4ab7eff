"""Reads an evaluation set with Tesseract (kor+eng), so that it stands in the same table as the networks.

    sudo apt-get install tesseract-ocr tesseract-ocr-kor
    python benchmarks/tesseract.py --eval_set dataset/evaluation_set --output tesseract.jsonl
    python evaluate.py --eval_set dataset/evaluation_set --predictions Tesseract=tesseract.jsonl

Each word that Tesseract finds is one reading, with its box and its confidence, in the format of `predictions_*.jsonl`.
The scores and the time go to benchmarks/results/tesseract.json.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from measured import machine, save_result
from tqdm import tqdm

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.stores.store import PatchStore
from train_easyocr.pages.predictions import write_predictions
from train_easyocr.pages.records import PageFile, Reading
from train_easyocr.program.door import run_door
from train_easyocr.program.errors import UserError
from train_easyocr.scoring.measures import MEASURES, measure_pages
from train_easyocr.scoring.page_scoring import score_readings
from train_easyocr.texts.text_scores import nfc

CROP_HEIGHT, CROP_BORDER = 48, 12  # pixels of a crop that is read as a line
WORD_LEVEL = "5"
"""Tesseract's TSV has a row for page, block, paragraph, line (4) and word (5)."""


def main() -> None:
    """Read every page, write the predictions, score them, write the result."""
    arguments = parse_arguments()
    demand_tesseract(arguments.languages)
    images = arguments.eval_set / "images"
    pages = [
        PageFile(page, path, nfc(path.relative_to(images).as_posix()))
        for page, path in labelled_pages(arguments.eval_set)
    ]
    start, about = time.perf_counter(), machine()
    with ThreadPoolExecutor(arguments.workers) as pool:
        jobs = pool.map(lambda page: read_page(page.path, arguments.languages, arguments.psm), pages)
        readings = list(tqdm(jobs, "Tesseract", len(pages), unit="page"))
    seconds = time.perf_counter() - start
    write_predictions(arguments.output, zip((page.image for page in pages), readings, strict=True))
    figures = measure_pages(score_readings(pages, readings), [measure for measure in MEASURES if measure.in_scores])
    result = {
        "what": f"Tesseract, {arguments.languages}, page segmentation mode {arguments.psm}, its own boxes",
        "tesseract": version(),
        "pages": len(pages),
        "seconds_per_page": round(seconds / len(pages), 2),
        "workers": arguments.workers,
        "scores": {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()},
        "eval_set": arguments.eval_set.name,
        "machine": about,
    }
    save_result("tesseract", result)
    print(f"Written: {arguments.output}")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval_set", type=Path, required=True, help="folder with images/ and labels/, from step 2")
    parser.add_argument("--output", type=Path, default=Path("tesseract.jsonl"), help="default: %(default)s")
    parser.add_argument("--languages", default="kor+eng", help="default: %(default)s")
    parser.add_argument("--psm", type=int, default=3, help="page segmentation mode; default: %(default)s, its own")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="default: %(default)s")
    return parser.parse_args()


def demand_tesseract(languages: str) -> None:
    """Refuse to start where Tesseract or one of its languages is not installed."""
    hint = "install it: apt-get install tesseract-ocr tesseract-ocr-kor"
    if shutil.which("tesseract") is None:
        raise UserError(f"tesseract: no such program; {hint}")
    found = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    missing = set(languages.split("+")) - set(found)
    if missing:
        raise UserError(f"tesseract: has no language {', '.join(sorted(missing))}; {hint}")


def read_page(image: Path, languages: str, psm: int) -> list[Reading]:
    """Read one page; a page that Tesseract cannot read is told and counts as read with nothing."""
    command = ["tesseract", str(image), "stdout", "-l", languages, "--psm", str(psm), "tsv"]
    # One thread a page: several pages run at once, and Tesseract's threads slow each other down.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    run = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    if run.returncode != 0:
        tqdm.write(f"{image}: {run.stderr.strip().splitlines()[-1:]}; counted as read with nothing")
        return []
    return parse_tsv(run.stdout.splitlines())


def crop_reader(tessdata: Path | None) -> Callable[[PatchStore, Sequence[int]], list[str]]:
    """Return what reads crops as lines: with the `kor` that is installed, or with a file `<language>.traineddata`."""
    where = ["-l", "kor"] if tessdata is None else ["--tessdata-dir", str(tessdata.parent), "-l", tessdata.stem]

    def read(store: PatchStore, rows: Sequence[int]) -> list[str]:
        """Read crops with one call; spaces at the ends and between lines are left out of a reading."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [f"{folder}/{row}.png" for row in rows]
            for path, row in zip(paths, rows, strict=True):
                cv2.imwrite(path, _bordered(store.read(row)))
            listing = Path(folder) / "crops.txt"
            listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
            command = ["tesseract", str(listing), "stdout", *where, "--psm", "7", "--dpi", "200"]
            output = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
        pages = output.split("\f")[: len(rows)]  # one page a crop, each ended by a form feed
        return [nfc(" ".join(page.split())) for page in pages]

    return read


def _bordered(crop: np.ndarray) -> np.ndarray:
    """Return a grey crop in the size that Tesseract wants, in a border of its paper."""
    width = max(1, round(crop.shape[1] * CROP_HEIGHT / crop.shape[0]))
    image = cv2.resize(crop, (width, CROP_HEIGHT), interpolation=cv2.INTER_CUBIC)
    return cv2.copyMakeBorder(image, *[CROP_BORDER] * 4, cv2.BORDER_CONSTANT, value=int(np.median(crop)))


def parse_tsv(lines: Sequence[str]) -> list[Reading]:
    """Take the words out of Tesseract's TSV; a word of spaces alone is none."""
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    readings = []
    for row in rows:
        text = nfc(row["text"] or "").strip()
        if row["level"] == WORD_LEVEL and text:
            left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
            box = (left, top, left + width, top + height)
            readings.append(Reading(box, text, max(0.0, float(row["conf"])) / 100))
    return readings


def version() -> str:
    """Return Tesseract's version."""
    return subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


if __name__ == "__main__":
    run_door(main)
