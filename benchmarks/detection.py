"""Where the time of detection goes, and what is taken of it: CRAFT as EasyOCR runs it against ours, in one run.

    python benchmarks/detection.py [--pages 4] [--rounds 2]

The pages are those of the sample dataset at 200 dpi (1653 x 2337 pixels). Beside EasyOCR's way stand the memory layout
channels_last, with which the evaluation finds the same boxes; the inked part of the page alone, with which read()
finds the same words; and smaller pages, the reading option mag_ratio. The result goes to
benchmarks/results/detection.json.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from easyocr.imgproc import normalizeMeanVariance, resize_aspect_ratio
from measured import machine, save_result

from train_easyocr.dataset.labels import read_label
from train_easyocr.easyocr_port.engine.craft import Craft
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMaps
from train_easyocr.easyocr_port.engine.detector import Detector, FoundPage, open_detector
from train_easyocr.easyocr_port.engine.inked_part import InkedPart
from train_easyocr.easyocr_port.engine.reader import open_reader
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.easyocr_port.weights import provide_craft
from train_easyocr.pages.records import Page
from train_easyocr.printing.sample.writing import TRAINING, PageTask, make_page
from train_easyocr.scoring.box_counts import BoxCounts, count_boxes

SCALES = (0.8, 0.6, 0.5)
DPI = 200

Way = Callable[[np.ndarray], FoundPage]


def main() -> None:
    """Measure all ways by turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    about, made = machine(), [make_page(PageTask(TRAINING, number, DPI, 1)) for number in range(arguments.pages)]
    pages = [cv2.imdecode(np.frombuffer(page.jpeg, np.uint8), cv2.IMREAD_COLOR_RGB) for page in made]
    labels = [read_label(page.label, page.path) for page in made]
    with tempfile.TemporaryDirectory() as folder:
        provide_craft(Path(folder))
        ways = all_ways(Path(folder))
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    boxes: dict[str, list[list[TextBox]]] = {}
    for _ in range(arguments.rounds + 1):  # the first warms all up
        for name, way in ways.items():
            started = time.perf_counter()
            seen = [way(page) for page in pages]
            seconds[name].append(time.perf_counter() - started)
            boxes[name] = [found.boxes(replace(WORD_GROUPING, mag_ratio=found.scale[1])) for found in seen]
    per_page = {name: min(times[1:]) / len(pages) for name, times in seconds.items()}
    save_result(
        "detection",
        {
            "what": f"CRAFT on sample pages of {pages[0].shape[1]} x {pages[0].shape[0]} pixels, float32 on the CPU",
            "pages": len(pages),
            "parts_of_easyocrs_way": parts(ways["easyocr"], pages),
            "ways": {
                name: {
                    "seconds_a_page": round(per_page[name], 2),
                    "times_faster": round(per_page["easyocr"] / per_page[name], 2),
                    "detection_f1": round(f1(labels, found), 4),
                    "pages_with_equal_boxes": sum(map(list.__eq__, boxes["easyocr"], found)),
                }
                for name, found in boxes.items()
            },
            "rounds_in_seconds": {name: [round(value, 2) for value in times] for name, times in seconds.items()},
            "machine": about,
        },
    )


def all_ways(folder: Path) -> dict[str, Way]:
    """Return the ways to find text, by name; `folder` holds EasyOCR's detector."""
    theirs, ours = open_reader(folder, None, cuda=False).detector, open_detector(folder)
    contiguous = Detector(ContiguousCraft(lambda: theirs))
    part = InkedPart(ours.network.network)
    inked = Detector(Craft(lambda: part))
    ways: dict[str, Way] = {
        "easyocr": lambda page: contiguous.find(page, WORD_GROUPING),
        "channels_last": lambda page: ours.find(page, WORD_GROUPING),
        "inked_part": lambda page: inked.find(page, WORD_GROUPING),
    }
    for scale in SCALES:
        options = replace(WORD_GROUPING, mag_ratio=scale)
        ways[f"inked_part, mag_ratio {scale}"] = lambda page, options=options: inked.find(page, options)
    return ways


class ContiguousCraft(Craft):
    """CRAFT as EasyOCR leaves it, in contiguous memory."""

    @torch.inference_mode()
    def maps(self, page: np.ndarray, options: ReadingOptions) -> ScoreMaps:
        """Run the network: see `Craft.maps`."""
        resized, ratio, _ = resize_aspect_ratio(page, options.canvas_size, cv2.INTER_LINEAR, options.mag_ratio)
        tensor = torch.from_numpy(normalizeMeanVariance(resized)).permute(2, 0, 1).unsqueeze(0).contiguous()
        scores, _ = self.network(tensor)
        return ScoreMaps(np.ascontiguousarray(scores[0].permute(2, 0, 1).numpy()), ratio)


def parts(way: Way, pages: list[np.ndarray]) -> dict[str, float]:
    """Return the seconds a page of resizing and normalising, of the convolutions, and of making boxes."""
    spent = dict.fromkeys(("resizing", "convolutions", "boxes"), 0.0)
    for page in pages:
        started = time.perf_counter()
        normalizeMeanVariance(resize_aspect_ratio(page, WORD_GROUPING.canvas_size, cv2.INTER_LINEAR, 1.0)[0])
        resized = time.perf_counter()
        found = way(page)
        detected = time.perf_counter()
        found.boxes(WORD_GROUPING)
        spent["resizing"] += resized - started
        spent["convolutions"] += detected - resized - (resized - started)
        spent["boxes"] += time.perf_counter() - detected
    return {part: round(value / len(pages), 3) for part, value in spent.items()}


def f1(labels: list[Page], boxes: list[list[TextBox]]) -> float:
    """Return the detection F1 at an IoU of 0.5 of all pages together."""
    counts = [count_boxes(label, [box.bounds for box in found]) for label, found in zip(labels, boxes, strict=True)]
    return BoxCounts.from_numbers(np.sum([count.numbers() for count in counts], axis=0)).f1


if __name__ == "__main__":
    main()
