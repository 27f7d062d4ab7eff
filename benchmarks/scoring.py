"""Step 5 without reading: re-scoring the saved predictions of 500 pages, and the intervals over them, in seconds.

    python benchmarks/scoring.py [--pages 500]

The pages are as dense as AI-Hub's public documents, 117 words, read with some words wrong, missed or extra. Re-scoring
is timed as a person waits for it: `evaluate.py --predictions` from its start to its end, without drawing pages. The
intervals are timed alone: those of every figure of the headline, and of the paired difference of two networks.
The result goes to benchmarks/results/scoring.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measured import ROOT, machine, save_result

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.pages.predictions import read_predictions, write_predictions
from train_easyocr.pages.records import Box, PageFile, Reading
from train_easyocr.scoring.analysis import compare_networks
from train_easyocr.scoring.measures import MEASURES, interval_counts
from train_easyocr.scoring.page_scoring import score_readings
from train_easyocr.scoring.statistics import interval

WORDS = 117
CHARACTERS = list("가나다라마바사아자차카타파하를었했0123456789,.-()")


def write_set(folder: Path, pages: int, generator: np.random.Generator) -> Path:
    """Write labels, empty image files and predictions of `pages` pages; return the file of the predictions."""
    read = []
    for number in range(pages):
        # Each page is a document of its own: pages of one document would be a single unit of the intervals.
        agency = 5350000 + number
        stem = f"인.허가/{agency}/2001/{agency}-2001-0001-0001"
        words = make_words(generator)
        for part, ending, text in (("labels", "json", label(stem, words)), ("images", "jpg", "")):
            path = folder / part / f"{stem}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        read.append((f"{stem}.jpg", misread(words, generator)))
    write_predictions(folder / "engine.jsonl", read)
    return folder / "engine.jsonl"


def make_words(generator: np.random.Generator) -> list[tuple[str, Box]]:
    """Return the words of a page of 2500 x 3500 pixels with their boxes."""
    words = []
    for index in range(WORDS):
        text = "".join(generator.choice(CHARACTERS, generator.integers(1, 10)))
        left, top = (index % 6) * 410 + int(generator.integers(20)), (index // 6) * 170 + int(generator.integers(20))
        words.append((text, (left, top, left + 40 * len(text), top + int(generator.integers(47, 72)))))
    return words


def label(stem: str, words: Sequence[tuple[str, Box]]) -> str:
    """Return the label file of a page, as AI-Hub ships it."""
    image = {"image.make.code": "5350093", "image.make.year": "2001", "image.category": "인.허가"}
    image |= {"image.width": 2500, "image.height": 3500, "image.file.name": f"{Path(stem).name}.jpg"}
    annotations = [
        {"id": number, "annotation.text": text, "annotation.bbox": [x, y, right - x, bottom - y]}
        for number, (text, (x, y, right, bottom)) in enumerate(words)
    ]
    return json.dumps({"images": [image], "annotations": annotations}, ensure_ascii=False)


def misread(words: Sequence[tuple[str, Box]], generator: np.random.Generator) -> list[Reading]:
    """Read a page: one word in ten missed, three in ten wrong by a character, boxes some pixels larger."""
    readings = []
    for text, (xmin, ymin, xmax, ymax) in words:
        kind = generator.random()
        if kind >= 0.1:
            read = text[:-1] + "각" if kind < 0.4 else text
            readings.append(Reading((max(0, xmin - 4), max(0, ymin - 5), xmax + 4, ymax + 5), read, 0.9))
    return readings


def rescore_seconds(folder: Path, predictions: Path) -> float:
    """Time the door of step 5 on predictions alone, in a process of its own."""
    command = [sys.executable, "evaluate.py", "--eval_set", str(folder), "--predictions", f"engine={predictions}"]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--no_pages", "--output", str(folder / "result")], cwd=ROOT, check=True, capture_output=True
    )
    return time.perf_counter() - start


def interval_seconds(folder: Path, predictions: Path) -> float:
    """Time the intervals alone, every page a unit; the second network has the first one's counts in another order."""
    files = [PageFile(page, path, path.name) for page, path in labelled_pages(folder)]
    readings, _ = read_predictions(predictions, [file.page for file in files])
    scored = score_readings(files, readings)
    units = [page.page.document for page in scored]
    start = time.perf_counter()
    for counts, made in interval_counts(scored, MEASURES).values():
        interval(counts, made.figure, units)
    compare_networks(scored, scored[::-1])
    return time.perf_counter() - start


def main() -> None:
    """Measure both and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500, help="pages of 117 words (default 500)")
    pages, about = parser.parse_args().pages, machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        predictions = write_set(folder, pages, np.random.default_rng(1111))
        rescoring = [rescore_seconds(folder, predictions) for _ in range(2)]
        intervals = interval_seconds(folder, predictions)
    result = {
        "what": "re-scoring saved predictions with evaluate.py, start to end; intervals of every headline figure",
        "pages": pages,
        "words_per_page": WORDS,
        "rescoring_seconds": round(min(rescoring), 2),
        "interval_seconds": round(intervals, 3),
        "machine": about,
    }
    save_result("scoring", result)


if __name__ == "__main__":
    main()
