"""Our reading of boxes against EasyOCR's Reader: crops per second, both measured in one run on the same page.

    python benchmarks/read.py [--lines 30] [--rounds 3]

The page is printed with words of one to twelve characters and a little noise. Both sides read the same boxes with the
same int8 network and must give the same texts. The result goes to benchmarks/results/read.json.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from measured import machine, save_result
from PIL import Image, ImageDraw

from train_easyocr.easyocr_port.engine.reader import open_network, open_reader, read_boxes
from train_easyocr.easyocr_port.engine.text_box import TextBox
from train_easyocr.easyocr_port.weights import describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.program.fonts import korean_font

CHARACTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789,.-()")


def make_page(lines: int) -> tuple[np.ndarray, list[TextBox]]:
    """Print a grey page with `lines` lines of words; return it and the boxes of the words."""
    generator = np.random.default_rng(1111)
    font = korean_font(26)
    page = Image.new("L", (1240, 60 + 48 * lines), 240)
    draw, boxes = ImageDraw.Draw(page), []
    for line in range(lines):
        x = 40
        while True:
            word = "".join(generator.choice(CHARACTERS, generator.integers(1, 13)))
            xmin, ymin, xmax, ymax = draw.textbbox((x, 30 + 48 * line), word, font=font)
            if xmax > 1200:
                break
            draw.text((x, 30 + 48 * line), word, font=font, fill=30)
            boxes.append(TextBox((int(xmin) - 3, int(ymin) - 3, int(xmax) + 3, int(ymax) + 3)))
            x = xmax + 20
    noisy = np.array(page) + generator.normal(0, 10, (page.height, page.width))
    return np.clip(noisy, 0, 255).astype(np.uint8), boxes


def seconds_of(function: Callable[[], object]) -> tuple[float, object]:
    """Run a function; return its seconds and its result."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def main() -> None:
    """Measure both sides by turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=30, help="lines of the page (default 30)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the best counts (default 3)")
    arguments, about = parser.parse_args(), machine()
    page, boxes = make_page(arguments.lines)
    horizontal = [[box.bounds[0], box.bounds[2], box.bounds[1], box.bounds[3]] for box in boxes]
    with tempfile.TemporaryDirectory() as name:
        folder, weights = Path(name), describe_weights("english_g2")
        install_network("benchmarked", weights, folder)
        reader = open_reader(folder, "benchmarked", cuda=False, detector=False)
        ours = open_network("benchmarked", folder)
    rounds = []
    for _ in range(arguments.rounds + 1):  # the first warms both up
        slow, expected = seconds_of(lambda: reader.recognize(page, horizontal, []))
        fast, found = seconds_of(lambda: read_boxes(ours, page, boxes))
        if [reading.text for reading in found] != [text for _, text, _ in expected]:
            sys.exit("the two read different texts")
        rounds.append((slow, fast))
    slow, fast = (min(times) for times in zip(*rounds[1:], strict=True))
    result = {
        "what": "reading boxes of one page with english_g2, int8 on the CPU, the same texts",
        "crops": len(boxes),
        "ours_crops_per_second": round(len(boxes) / fast, 1),
        "reader_crops_per_second": round(len(boxes) / slow, 1),
        "times_faster": round(slow / fast, 2),
        "threads": torch.get_num_threads(),
        "machine": about,
    }
    save_result("read", result)


if __name__ == "__main__":
    main()
