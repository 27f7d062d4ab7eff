"""The crops that `read()` reads against EasyOCR's Reader: crops per second, and the share of equal texts.

    python benchmarks/read_speed.py --eval_set dataset/evaluation_set --sets dataset/generated [--crops 5000]
    ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 python benchmarks/read_speed.py ...

Half of the crops are words of labelled pages, with the margin of a tenth of their height that the Reader cuts; half are
generated words and identifiers (`prepare_dataset.py --make_words`). The network is the one that ships. Groups of 250
crops, a page's words, are read both ways by turns: by `Reader.recognize`, box by box, and as `read()` does. Processor
time is told beside the time that passes, because a busy machine distorts it less. The result goes to
benchmarks/results/read_speed_<avx2, avx512, ...>.json, named after what the CPU may use.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from measured import machine, save_result

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.reader import crop_reader, open_reader
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.texts.text_scores import nfc
from train_easyocr.training.opening import open_store

MARGIN = 0.1  # of the height, as `add_margin`
GROUP = 250
GENERATED = ("known_typefaces", "identifiers")

Texts = list[tuple[str, float]]


class Way:
    """One way of reading crops, with the seconds that it took and what it read."""

    def __init__(self, read: Callable[[list[np.ndarray]], Texts]) -> None:
        self.read, self.seconds, self.processor_seconds = read, 0.0, 0.0
        self.texts: Texts = []

    def run(self, crops: list[np.ndarray]) -> None:
        """Read one group."""
        start, processor_start = time.perf_counter(), time.process_time()
        self.texts += self.read(crops)
        self.seconds += time.perf_counter() - start
        self.processor_seconds += time.process_time() - processor_start

    def figures(self) -> dict[str, float]:
        """Return crops per second, and milliseconds of processor time a crop."""
        count = len(self.texts)
        return {
            "crops_per_second": round(count / self.seconds, 1),
            "processor_milliseconds_a_crop": round(1000 * self.processor_seconds / count, 2),
        }


def main() -> None:
    """Read the crops both ways and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval_set", type=Path, required=True)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--crops", type=int, default=5000)
    arguments, about = parser.parse_args(), machine()
    crops = drawn(real_crops(arguments.eval_set), arguments.crops // 2)
    crops += drawn(generated_crops(arguments.sets), arguments.crops - len(crops))
    with tempfile.TemporaryDirectory() as name:
        install_network("benchmarked", describe_weights(SHIPPED), Path(name))
        reader = open_reader(Path(name), "benchmarked", cuda=False, detector=False)
    quick = crop_reader(reader, quick=True)
    ways = {
        "reader": Way(lambda group: [reader_text(reader, crop) for crop in group]),
        "read": Way(lambda group: quick.read(group, [""])[0]),
    }
    for way in ways.values():
        way.read(crops[:8])  # warm up
    for start in range(0, len(crops), GROUP):
        for way in ways.values():
            way.run(crops[start : start + GROUP])
    of_reader, of_read = (way.texts for way in ways.values())
    differences = [abs(before[1] - after[1]) for before, after in zip(of_reader, of_read, strict=True)]
    changed = [(a[0], b[0]) for a, b in zip(of_reader, of_read, strict=True) if a[0] != b[0]]
    instructions = torch.backends.cpu.get_cpu_capability().lower()
    result = {
        "what": "crops of words, real and generated, with the network that ships, on the CPU",
        "crops": len(crops),
        **{name: way.figures() for name, way in ways.items()},
        "equal_texts": 1 - len(changed) / len(crops),
        "changed_texts": changed[:20],
        "confidences_within_0.01": round(float(np.mean(np.array(differences) <= 0.01)), 4),
        "largest_difference_of_confidences": round(max(differences), 4),
        "instructions": instructions,
        "threads": torch.get_num_threads(),
        "machine": about,
    }
    save_result(f"read_speed_{instructions}", result)


def reader_text(reader: Any, crop: np.ndarray) -> tuple[str, float]:
    """Read one grey crop, uint8 [height, width], as a plain Reader does."""
    height, width = crop.shape
    [(_, text, confidence)] = reader.recognize(crop, [[0, width, 0, height]], [], reformat=False)
    return nfc(text), float(confidence)


def real_crops(folder: Path) -> list[np.ndarray]:
    """Cut the labelled words out of the pages of an evaluation set, with a margin."""
    crops = []
    for page, path in labelled_pages(folder):
        grey = decode(read_image_file(path)).grey
        for word in page.words:
            xmin, ymin, xmax, ymax = word.box
            margin = round(MARGIN * min(word.width, word.height))
            crops.append(grey[max(0, ymin - margin) : ymax + margin, max(0, xmin - margin) : xmax + margin])
    return [crop for crop in crops if crop.size]


def generated_crops(folder: Path) -> list[np.ndarray]:
    """Print the first words of the test sets in a folder of generated words."""
    stores = [open_store(folder / "test" / name) for name in GENERATED]
    return [store.read(row) for store in stores for row in range(min(2000, len(store.texts)))]


def drawn(crops: list[np.ndarray], count: int) -> list[np.ndarray]:
    """Draw crops without putting any back, always the same ones; at most all."""
    order = np.random.default_rng(1111).permutation(len(crops))
    return [crops[row] for row in order[:count].tolist()]


if __name__ == "__main__":
    main()
