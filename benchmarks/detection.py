"""CRAFT on a page as EasyOCR runs it, against channels_last as we run it: pages a second, in one run.

    python benchmarks/detection.py [--pages 4] [--rounds 3]

The pages are those of the sample dataset (1240 x 1754 pixels). Both find the same boxes, which is checked. The result
goes to benchmarks/results/detection.json.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from measured import machine, save_result

from train_easyocr.dataset.sample.writing import TRAINING, PageTask, make_page
from train_easyocr.reading.detection_cache import ScoreMaps
from train_easyocr.reading.detector import Detector
from train_easyocr.reading.reader import find_boxes, open_reader
from train_easyocr.reading_options import WORD_GROUPING
from train_easyocr.weights import provide_craft


def main() -> None:
    """Measure both memory formats by turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    tasks = [PageTask(TRAINING, number, 150, 1) for number in range(arguments.pages)]
    pages = [cv2.imdecode(np.frombuffer(make_page(task).jpeg, np.uint8), cv2.IMREAD_COLOR_RGB) for task in tasks]
    about = machine()
    with tempfile.TemporaryDirectory() as folder:
        provide_craft(Path(folder))
        ours, theirs = Detector(Path(folder)), open_reader(Path(folder), None, cuda=False).detector
    ways = {"contiguous": lambda page: as_easyocr(theirs, page), "channels_last": lambda page: run(ours, page)}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    boxes = {}
    for _ in range(arguments.rounds + 1):  # the first warms both up
        for name, way in ways.items():
            started = time.perf_counter()
            maps = [way(page) for page in pages]
            seconds[name].append(time.perf_counter() - started)
            boxes[name] = [boxes_of(page_maps, page) for page_maps, page in zip(maps, pages, strict=True)]
    per_page = {name: min(times[1:]) / len(pages) for name, times in seconds.items()}
    save_result(
        "detection",
        {
            "what": "CRAFT on sample pages of 1240 x 1754 pixels, float32 on the CPU",
            "pages": len(pages),
            **{f"{name}_seconds_a_page": round(value, 2) for name, value in per_page.items()},
            "times_faster": round(per_page["contiguous"] / per_page["channels_last"], 2),
            "pages_with_equal_boxes": sum(map(list.__eq__, boxes["contiguous"], boxes["channels_last"])),
            "rounds_in_seconds": {name: [round(value, 2) for value in times] for name, times in seconds.items()},
            "machine": about,
        },
    )


def run(detector: Detector, page: np.ndarray) -> ScoreMaps:
    """Find text as the evaluation does."""
    return detector.score_maps(page, WORD_GROUPING)


@torch.inference_mode()
def as_easyocr(network: torch.nn.Module, page: np.ndarray) -> ScoreMaps:
    """Find text with the network as EasyOCR leaves it, in contiguous memory."""
    resized, ratio, _ = resize_aspect_ratio(page, WORD_GROUPING.canvas_size, cv2.INTER_LINEAR, WORD_GROUPING.mag_ratio)
    scores, _ = network(torch.from_numpy(normalizeMeanVariance(resized)).permute(2, 0, 1).unsqueeze(0).contiguous())
    text, link = scores[0].permute(2, 0, 1).numpy()
    return ScoreMaps(np.ascontiguousarray(text), np.ascontiguousarray(link), ratio)


def boxes_of(maps: ScoreMaps, page: np.ndarray) -> list:
    """Return the boxes of a page, with word grouping."""
    return find_boxes(maps, WORD_GROUPING, (page.shape[1], page.shape[0]))


if __name__ == "__main__":
    main()
