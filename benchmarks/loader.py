"""Loading patches: how many a second one worker makes ready as batches, EasyOCR's trainer's way against ours.

    python benchmarks/loader.py [--patches 4000] [--rounds 3] [--workers 16]

The same generated patches, with the length distribution of real pages, are read the way of EasyOCR's trainer (loose
PNG files, PIL, bicubic, 600 wide) and ours from both stores of step 2, without augmentation; ours with mild
augmentation is shown beside. Batches of 32, one thread: the work of one worker. The rounds alternate, the median
counts. Time is the processor time of the process, so that a busy machine does not distort it. With `--workers`, so
many worker processes make the batches with mild augmentation from LMDB, and only the time that passes is measured. The
result goes to benchmarks/results/loader.json, with workers to loader_workers.json.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import torch
from measured import machine, save_result
from torch.utils.data import DataLoader
from tqdm import tqdm
from word_patches import (
    WIDEST,
    EasyOcrsPatches,
    collate_as_easyocrs_trainer,
    draw_patches,
)

from train_easyocr.dataset.stores.store import FolderStore, PatchStore
from train_easyocr.texts.charset import KOREAN_G2, Charset
from train_easyocr.training.batches import BatchMaker, Preparation
from train_easyocr.training.loader import batch_loader
from train_easyocr.training.network import time_steps
from train_easyocr.training.objective import CtcObjective
from train_easyocr.training.opening import open_store
from train_easyocr.training.plan import all_requests
from train_easyocr.training.selection import Rules, select

BATCH = 32


def main() -> None:
    """Measure the ways in turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patches", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_patches(folder, arguments.patches)
        if arguments.workers:
            load = our_way(open_store(folder / "lmdb"), "mild", arguments.workers)
            rates = [(arguments.patches - BATCH) / seconds_passed(load) for _ in range(arguments.rounds)]
            figures = {"workers": arguments.workers, "patches_per_second": round(statistics.median(rates), 1)}
            save_result("loader_workers", {"machine": about, **figures})
            return
        loose, files, packed = (open_store(folder / name) for name in ("loose", "folder", "lmdb"))
        ways = {
            "easyocr_trainer": lambda: easyocrs_way(loose),
            "folder": our_way(files, "none"),
            "lmdb": our_way(packed, "none"),
            "folder_mild_augmentation": our_way(files, "mild"),
            "lmdb_mild_augmentation": our_way(packed, "mild"),
        }
        rates = {way: [] for way in ways}
        for _ in tqdm(range(arguments.rounds), "Rounds"):
            for way, load in ways.items():
                rates[way].append(arguments.patches / processor_seconds(load))
    medians = {way: round(statistics.median(values), 1) for way, values in rates.items()}
    gains = {way: round(rate / medians["easyocr_trainer"], 2) for way, rate in medians.items()}
    save_result("loader", {"machine": about, "patches_per_processor_second": medians, "times_easyocr_trainer": gains})


def processor_seconds(load: Callable[[], Iterable[object]]) -> float:
    """Return the processor time that loading takes in this process, in seconds."""
    started = time.process_time()
    for _ in load():
        pass
    return time.process_time() - started


def seconds_passed(load: Callable[[], Iterable[object]]) -> float:
    """Return the time from the first batch on that loading takes, in seconds: workers take a while to start."""
    batches = iter(load())
    next(batches)
    started = time.perf_counter()
    for _ in batches:
        pass
    return time.perf_counter() - started


def easyocrs_way(store: FolderStore) -> Iterable[object]:
    """Yield all patches in batches as EasyOCR's trainer does."""
    patches = EasyOcrsPatches(store)
    return DataLoader(patches, BATCH, num_workers=0, collate_fn=collate_as_easyocrs_trainer)


def our_way(store: PatchStore, augmentation: str, workers: int = 0) -> Callable[[], Iterable[object]]:
    """Return a function that loads all patches in batches as step 3 does; they are chosen before, once a run."""
    objective = CtcObjective(Charset(KOREAN_G2), lambda width: time_steps("VGG", width))
    rules = Rules(Charset(KOREAN_G2), lower_case=False, longest=34, keep_all=False, fits=objective.fits)
    selection = select("all", store, rules, widest=WIDEST, show_progress=False)
    maker = BatchMaker([selection], rules, Preparation(augmentation=augmentation))
    requests = all_requests([selection.widths], BATCH)

    return lambda: batch_loader(maker, requests, workers=workers)


if __name__ == "__main__":
    main()
