"""Printing generated words: how many a second one process makes, beside what a training step takes in.

    python benchmarks/generated_words.py [--fonts DIR ...] [--crops 3000] [--rounds 3]

Words and lines of `prepare_dataset.py --make_words` are read in a random order, in this process alone. The first round
loads the fonts and is told apart; of the others the median counts. Time is the processor time of the process, so that
a busy machine does not distort it. Drawing the recipes of a million words is timed as well: it is what a training
waits for at its start. The result goes to benchmarks/results/generated_words.json.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from measured import machine, save_result

from train_easyocr.dataset.stores.store import GENERATED_FILE
from train_easyocr.printing.generated.glyphs import GlyphTables
from train_easyocr.printing.generated.recipes import draw_recipes
from train_easyocr.printing.generated.store import TABLES_FILE, GeneratedSet, GeneratedStore
from train_easyocr.printing.generated.writing import WordCounts, word_plans, write_sets
from train_easyocr.training.opening import open_store

SEED = 1111
MILLION = 1_000_000


def main() -> None:
    """Write small sets, read them, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", type=Path, nargs="+", default=[])
    parser.add_argument("--crops", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    cv2.setNumThreads(0)
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        plans = [plan for plan in word_plans(WordCounts(20_000, 5_000), SEED) if plan.name.startswith("training/")]
        started = time.process_time()
        write_sets(output, plans, SEED, arguments.fonts)
        writing = time.process_time() - started
        words, lines = (open_store(output / plan.name) for plan in plans)
        result = {
            "machine": about,
            "faces": len(GeneratedSet.load(words.folder / GENERATED_FILE).faces),
            "seconds_to_measure_the_faces_and_write": round(writing, 1),
            "seconds_to_draw_a_million_recipes": round(recipe_seconds(words), 1),
            "crops_per_processor_second": {
                "words": rates(words, arguments.crops, arguments.rounds),
                "lines": rates(lines, arguments.crops, arguments.rounds),
            },
        }
    save_result("generated_words", result)


def rates(store: GeneratedStore, crops: int, rounds: int) -> dict[str, float]:
    """Measure how many crops a second are made, first with no font loaded, then with all."""
    rows = np.random.default_rng(SEED).integers(0, len(store.texts), (rounds + 1, crops))
    store.sizes()
    measured = []
    for of_round in rows.tolist():
        started = time.process_time()
        for row in of_round:
            store.read(row)
        measured.append(crops / (time.process_time() - started))
    return {"first_round": round(measured[0], 1), "median": round(statistics.median(measured[1:]), 1)}


def recipe_seconds(store: GeneratedStore) -> float:
    """Return the processor time that the recipes of a million words take."""
    texts = store.texts * (MILLION // len(store.texts))
    tables = GlyphTables.load(store.folder / TABLES_FILE)
    weights = np.array([face.weight for face in GeneratedSet.load(store.folder / GENERATED_FILE).faces])
    started = time.process_time()
    draw_recipes(texts, tables, weights, SEED, plain=False)
    return time.process_time() - started


if __name__ == "__main__":
    main()
