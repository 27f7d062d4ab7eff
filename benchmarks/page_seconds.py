"""Times `read()` on one page in a process of its own, for benchmarks/detection.py.

    EASYOCR_MODULE_PATH=FOLDER python benchmarks/page_seconds.py NETWORK IMAGE ROUNDS [--cuda]

Prints JSON: seconds of finding words, of reading their boxes, and of `read()` (the fastest of the rounds), of the first
`read()` with its imports and loading, and the largest memory of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import measured  # noqa: F401 - lets Python find the project

from train_easyocr.reading.installed import read

Result = TypeVar("Result")


def main() -> None:
    """Read, time the parts, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network")
    parser.add_argument("image", type=Path)
    parser.add_argument("rounds", type=int)
    parser.add_argument("--cuda", action="store_true")
    arguments = parser.parse_args()
    first, words = timed(lambda: read(arguments.image, arguments.network, cuda=arguments.cuda))

    from train_easyocr.easyocr_port.engine.loaded_network import loaded_network
    from train_easyocr.easyocr_port.weights import easyocr_folder
    from train_easyocr.pages.page_source import only_page

    network, page = loaded_network(arguments.network, easyocr_folder(), arguments.cuda), only_page(arguments.image)
    boxes = network.find(page.rgb).boxes(network.options)
    ways = {
        "finding": lambda: network.find(page.rgb).boxes(network.options),
        "reading": lambda: network.read_boxes(page.grey, boxes),
        "read": lambda: read(arguments.image, arguments.network, cuda=arguments.cuda),
    }
    figures = {name: round(min(timed(way)[0] for _ in range(arguments.rounds)), 4) for name, way in ways.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # Linux counts KiB
    more = {"first_read": round(first, 2), "words_read": len(words), "peak_gib": round(peak, 2)}
    print(json.dumps(figures | more))


def timed(function: Callable[[], Result]) -> tuple[float, Result]:
    """Run a function; return its seconds and its result."""
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
