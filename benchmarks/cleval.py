"""Our CLEval against the `cleval` package: pages per second, both measured in one run on the same pages.

    python benchmarks/cleval.py [--pages 100]

The pages are like those of AI-Hub's public documents: 117 words of 1 to 12 characters on 2500 x 3500 pixels, read with
some words split, merged, shifted or missed. They are measured once as axis-aligned boxes, as in those documents, and
once leaning by a degree or two, where polygons have to be cut. Both sides must give the same figures. The result goes
to benchmarks/results/cleval.json.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from measured import machine, save_result

# This file is named like the package that it measures: its folder must not be searched first.
del sys.path[0]

import cleval as package  # noqa: E402
import numpy as np  # noqa: E402

from train_easyocr.scoring.cleval.cleval import CLEvalCounts, cleval  # noqa: E402

Page = tuple[np.ndarray, list[str], np.ndarray, list[str]]
WORDS = 117
ROUNDS = 3


def make_page(generator: np.random.Generator, lean: float) -> Page:
    """Return words [N, 4, 2] with texts, and readings [M, 4, 2] with texts, turned by `lean` (radians)."""
    truths, truth_texts, predictions, prediction_texts = [], [], [], []
    for index in range(WORDS):
        text = "".join(generator.choice(list("가나다라마바사아자차0123456789"), generator.integers(1, 13)))
        left, top = (index % 6) * 410 + generator.integers(20), (index // 6) * 170 + generator.integers(20)
        width, height = int(min(400, 40 * len(text))), int(generator.integers(47, 72))
        truths.append((left, top, left + width, top + height))
        truth_texts.append(text)
        read, cut, kind = text[:-1] + "각" if generator.random() < 0.3 else text, len(text) // 2, generator.random()
        if kind < 0.08 and cut:
            middle = left + width * cut // len(text)
            predictions += [(left, top, middle, top + height), (middle, top, left + width, top + height)]
            prediction_texts += [read[:cut], read[cut:]]
        elif kind < 0.16 and index % 6 and prediction_texts:
            first = predictions.pop()
            predictions.append((*first[:2], left + width, max(first[3], top + height)))
            prediction_texts.append(prediction_texts.pop() + read)
        elif kind < 0.95:
            predictions.append((left - 5, top - 6, left + width + 4, top + height + 6))
            prediction_texts.append(read)
    return turned(truths, lean), truth_texts, turned(predictions, lean), prediction_texts


def turned(boxes: Sequence[tuple[int, int, int, int]], lean: float) -> np.ndarray:
    """Return the corners of boxes, [N, 4, 2], turned by `lean` about the corner of the page."""
    corners = np.array(boxes, float)[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    return corners @ np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])


def score_ours(pages: Sequence[Page]) -> dict[str, float]:
    """Score all pages with our code."""
    total = sum((cleval(*page) for page in pages), CLEvalCounts())
    parts = (("det", total.detection), ("e2e", total.end_to_end))
    return {f"{name}_{letter}": getattr(part, figure) for name, part in parts for letter, figure in FIGURES.items()}


def score_package(pages: Sequence[Page]) -> dict[str, float]:
    """Score all pages with the package."""
    metric = package.CLEvalMetric()
    for truths, truth_texts, predictions, prediction_texts in pages:
        metric.update(predictions.reshape(-1, 8), truths.reshape(-1, 8), prediction_texts, truth_texts)
    return {name: float(value) for name, value in metric.compute().items() if name[:3] in ("det", "e2e")}


FIGURES = {"r": "recall", "p": "precision", "h": "f1"}


def pages_per_second(score: Callable[[Sequence[Page]], dict[str, float]], pages: Sequence[Page]) -> float:
    """Best of `ROUNDS`, after a warm-up in which the package compiles its numba functions."""
    score(pages[:2])
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        score(pages)
        seconds.append(time.perf_counter() - start)
    return len(pages) / min(seconds)


def measure(pages: Sequence[Page]) -> dict[str, float]:
    """Measure both sides on the same pages, after a look that they agree."""
    ours, theirs = score_ours(pages), score_package(pages)
    difference = max(abs(ours[name] - theirs[name]) for name in ours)
    if difference > 1e-6:
        sys.exit(f"the two disagree by {difference}: ours {ours}, the package {theirs}")
    fast, slow = pages_per_second(score_ours, pages), pages_per_second(score_package, pages)
    return {
        "ours_pages_per_second": round(fast, 1),
        "package_pages_per_second": round(slow, 1),
        "times_faster": round(fast / slow, 1),
        "largest_difference": difference,
    }


def main() -> None:
    """Measure both kinds of page and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100, help="pages of 117 words (default 100)")
    count, about = parser.parse_args().pages, machine()
    generator = np.random.default_rng(1111)
    result = {
        "what": "CLEval, pages per second of 117 words each, one process",
        "pages": count,
        "axis_aligned": measure([make_page(generator, 0.0) for _ in range(count)]),
        "leaning": measure([make_page(generator, generator.normal(0, 0.02)) for _ in range(count)]),
        "machine": about,
    }
    save_result("cleval", result)


if __name__ == "__main__":
    main()
