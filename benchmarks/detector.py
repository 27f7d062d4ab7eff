"""The detector, fine-tuned on generated pages: how its F1 grows with the steps, and what it finds on other pages.

    python benchmarks/detector.py --steps 150

Pages of the sample's kind are generated with another seed and split by step 2; `train_detector` trains on its
`detection_set`. Then the published detector and the trained one look at the evaluation pages of the sample itself
(seed 1111), with word grouping at EasyOCR's thresholds, and at those that suit each best on the tuning pages. The curve
and the figures go to benchmarks/results/detector.json. On one core with AMX a step of two crops takes 5
seconds; a validation on six pages, with the average of the weights, 4 minutes.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import yaml
from measured import ROOT, machine, save_result

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine.craft import Craft, build_craft, load_craft
from train_easyocr.easyocr_port.engine.detector import Detector, FoundPage
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.easyocr_port.weights import find_weights
from train_easyocr.pages.page_image import decode
from train_easyocr.pages.records import Page
from train_easyocr.scoring.box_counts import BoxCounts, count_boxes
from train_easyocr.scoring.matching import box_array, match
from train_easyocr.scoring.options_ranking import rank_by_detection

SAMPLE = ROOT / "train_easyocr/config_files/sample.yaml"
LONGEST = 4
Seen = list[tuple[Page, FoundPage]]
"""Pages with the score maps that a detector made of them, and width and height in pixels."""


def main() -> None:
    """Generate, train, compare, and write the result."""
    arguments = parse_arguments()
    about = machine()
    with tempfile.TemporaryDirectory(prefix="detector-") as folder:
        work = Path(arguments.folder or folder)
        prepare_pages(work / "trained", arguments.pages, arguments.validation_pages, seed=77)
        prepare_pages(work / "sample", 0, 0, seed=1111)
        started = time.perf_counter()
        trained = train(work, arguments)
        minutes = (time.perf_counter() - started) / 60
        with (trained / "metrics.csv").open(encoding="utf-8") as file:
            curve = [{key: float(value or "nan") for key, value in row.items()} for row in csv.DictReader(file)]
        detectors = {"published": "craft", "trained": str(trained / "average_best_detection_f1.pth")}
        found = {name: figures_of(weights, work / "sample") for name, weights in detectors.items()}
    kept = ("iteration", "training_loss", "detection_f1", "detection_f1_shipped", "one_character_recall")
    kept += ("average_detection_f1", "average_one_character_recall")
    result = {
        "what": "detection on the sample's evaluation pages by the published and by the fine-tuned detector",
        "steps": arguments.steps,
        "crops_a_step": arguments.crops,
        "pages": arguments.pages,
        "minutes": round(minutes, 1),
        "curve": [{key: round(row[key], 5) for key in kept if row[key] == row[key]} for row in curve],
        "detectors": found,
        "machine": about,
    }
    save_result("detector", result)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=150, help="default: %(default)s")
    parser.add_argument("--crops", type=int, default=2, help="crops in a step; default: %(default)s")
    parser.add_argument("--every", type=int, default=50, help="steps between two validations; default: %(default)s")
    parser.add_argument("--pages", type=int, default=120, help="pages to train on; default: %(default)s")
    parser.add_argument("--validation_pages", type=int, default=6, help="default: %(default)s")
    parser.add_argument("--folder", help="where pages and weights stay; default: a temporary folder")
    return parser.parse_args()


def prepare_pages(folder: Path, training: int, validation: int, *, seed: int) -> None:
    """Generate the sample's archives with `seed` and let step 2 write the sets of whole pages."""
    values = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    values |= {"seed": seed, "detection_images": training, "detection_val_images": validation}
    # Pages of the detector are drawn after those of the words.
    values |= {"train_images": 0} if training else {}
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    dataset = folder / "공공행정문서 OCR"
    step = [sys.executable, str(ROOT / "prepare_dataset.py"), "--dataset", str(dataset), "--config", str(config)]
    counts = ["--sample_training_pages", str(training), "--sample_validation_pages", str(20 + validation)]
    subprocess.run([*step, "--make_sample", *(counts if training else [])], check=True)
    subprocess.run([*step, "--detection" if training else "--evaluation"], check=True)


def train(work: Path, arguments: argparse.Namespace) -> Path:
    """Train the detector on the generated pages and return the folder of the run."""
    keys = {
        "detection_data": work / "trained/detection_set",
        "detector_n_iter": arguments.steps,
        "detector_val_period": arguments.every,
        "detector_batch_size": arguments.crops,
        "detector_lr_schedule": "constant",
        "detector_warmup_iterations": 20,
    }
    command = [sys.executable, "-m", "train_easyocr.train_detector", "--config", str(SAMPLE)]
    command += ["--saved_models", str(work / "saved_models"), *(f"{key}={value}" for key, value in keys.items())]
    subprocess.run(command, check=True, cwd=ROOT)
    return work / "saved_models/detector"


def figures_of(weights: str, sample: Path) -> dict[str, object]:
    """Return what a detector finds on the evaluation pages, at EasyOCR's thresholds and at its own."""
    network = build_craft()
    load_craft(network, read_weights(find_weights(weights)), weights)
    detector = Detector(Craft(network.eval))
    evaluation, tuning = (seen_pages(detector, sample / f"{name}_set") for name in ("evaluation", "tuning"))
    own = rank_by_detection(lambda options: counted(tuning, options).f1)[0]
    return {
        name: {
            "f1": round(counted(evaluation, options).f1, 4),
            "f1_50_95": round(counted(evaluation, options).mean_f1, 4),
            "recall_by_length": recall_by_length(evaluation, options),
        }
        for name, options in (("easyocr_thresholds", WORD_GROUPING), ("own_thresholds", own))
    }


def seen_pages(detector: Detector, folder: Path) -> Seen:
    """Let a detector look at every page of a set."""
    return [
        (page, detector.find(decode(path.read_bytes()).rgb, WORD_GROUPING)) for page, path in labelled_pages(folder)
    ]


def counted(seen: Seen, options: ReadingOptions) -> BoxCounts:
    """Add up the counts of all pages."""
    counts = [count_boxes(page, boxes_of(found, options)).numbers() for page, found in seen]
    return BoxCounts.from_numbers(np.sum(counts, axis=0))


def boxes_of(found: FoundPage, options: ReadingOptions) -> list[tuple[int, int, int, int]]:
    """Return the boxes of a page."""
    return [box.bounds for box in found.boxes(options)]


def recall_by_length(seen: Seen, options: ReadingOptions) -> dict[str, float]:
    """Return the share of the words that is found, by their number of characters."""
    read, words = Counter(), Counter()
    for page, found in seen:
        pairs = match(box_array(page.words), np.array(boxes_of(found, options)).reshape(-1, 4))
        paired = {pair.ground_truth for pair in pairs}
        for place, word in enumerate(page.words):
            length = min(LONGEST, len(word.text))
            words[length] += 1
            read[length] += place in paired
    return {f"{length}{'+' * (length == LONGEST)}": round(read[length] / words[length], 4) for length in sorted(words)}


if __name__ == "__main__":
    main()
