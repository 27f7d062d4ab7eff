"""The search for reading options of step 4: how long 200 settings take on 10 pages whose score maps are cached.

    python benchmarks/grouping_search.py [--pages 10] [--settings 200]

The pages are those of the sample dataset. The search walks from word grouping along one option at a time and stops
when no option helps any more; what then lacks of the settings is tried with options drawn at random, so that the time
is that of the full number. The readings of the best options, the slow part, are included. The network is english_g2.
The result goes to benchmarks/results/grouping_search.json.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measured import machine, save_result

from train_easyocr.dataset.prepare import PreparationPlan, prepare
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.splits import PageCounts
from train_easyocr.easyocr_port.engine.detector import open_detector
from train_easyocr.easyocr_port.engine.reader import open_network
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions
from train_easyocr.easyocr_port.weights import describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network
from train_easyocr.printing.sample.writing import write_sample
from train_easyocr.reading.options_search import TuningPages, remembering, search
from train_easyocr.reading.tuning_set import TuningSet
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.options_ranking import CANDIDATES
from train_easyocr.scoring.page_scoring import end_to_end_f1


def main() -> None:
    """Make pages and score maps, time the search, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--settings", type=int, default=200)
    arguments = parser.parse_args()
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        tuning_set = open_tuning_set(Path(name), arguments.pages)
        for page in range(arguments.pages):
            tuning_set.find_boxes(page, DEFAULT_GROUPING)
        result = {"machine": about, "pages": arguments.pages, **time_search(tuning_set, arguments.settings)}
    save_result("grouping_search", result)


def open_tuning_set(folder: Path, pages: int) -> TuningSet:
    """Generate a tuning set with step 2, and install english_g2 to read it."""
    write_sample(folder / "data", training_pages=1, validation_pages=pages)
    counts = PageCounts(training=0, validation=0, evaluation=0, tuning=pages)
    prepare(
        PreparationPlan(archive_folder=folder / "data", output=folder / "out", sets=("tuning",), counts=counts, seed=1)
    )
    weights, easyocr = describe_weights("english_g2"), folder / "EasyOCR"
    install_network("tuned", weights, easyocr)
    provide_craft(easyocr)
    return TuningSet(
        labelled_pages(folder / "out/tuning_set"),
        open_network("tuned", easyocr),
        open_detector(easyocr),
    )


def time_search(tuning_set: TuningSet, settings: int) -> dict[str, float | int]:
    """Search, try further settings up to `settings`, and tell how many and how long."""
    tried: set[ReadingOptions] = set()

    def find_boxes(page: int, options: ReadingOptions) -> list:
        tried.add(options)
        return tuning_set.find_boxes(page, options)

    read = remembering(tuning_set.read)
    pages = TuningPages(
        len(tuning_set.pages),
        find_boxes,
        lambda page, boxes: count_boxes(tuning_set.pages[page][0], [box.bounds for box in boxes]).f1,
        lambda page, boxes: end_to_end_f1(tuning_set.pages[page][0], read(page, boxes)),
    )
    started = time.perf_counter()
    trials = search(pages, settings)
    searched, walked = time.perf_counter() - started, len(tried)
    chance = random.Random(1)
    while len(tried) < settings:
        options = replace(WORD_GROUPING, **{name: chance.choice(values) for name, values in CANDIDATES.items()})
        for page in range(pages.count):
            pages.detection_f1(page, find_boxes(page, options))
    return {
        "settings_of_the_search": walked,
        "seconds_of_the_search": round(searched, 1),
        "options_read": len(trials),
        "settings": len(tried),
        "seconds": round(time.perf_counter() - started, 1),
    }


if __name__ == "__main__":
    main()
