"""Training steps: patches a second, EasyOCR's trainer's way against ours, in one process on the same patches.

    python benchmarks/train_step.py [--patches 1500] [--rounds 3] [--steps 20]

EasyOCR's trainer's way: every patch 600 wide, PIL bicubic, loose PNG files, batch 8 and 32, contiguous memory,
Adadelta, float32. Ours: the Reader's own widths in buckets, LMDB, channels_last, AdamW (fused), in float32, with `amp:
auto`, and with `compile: True` on top; what compiling takes is given apart. The network is that of korean_g2,
4,015,729 parameters, and so is the length distribution of real pages. Loading is part of every step. The rounds
alternate, the median counts; each round of ours takes the same batches, whose mean width is that of a whole epoch,
because a few other batches may be wider or narrower by a tenth. Both wall time and processor time are given: on a busy
machine only the latter compares. Beside them stands the machine's own rate, a 4096 float32 matrix product; a patch 192
wide costs about 4.4 GFLOP to train. The result goes to benchmarks/results/train_step.json.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from measured import machine, save_result
from tqdm import tqdm
from word_patches import (
    WIDEST,
    EasyOcrsPatches,
    collate_as_easyocrs_trainer,
    draw_patches,
    matrix_product_rate,
)

from train_easyocr.dataset.stores.store import FolderStore, PatchStore
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.texts.charset import KOREAN_G2, Charset
from train_easyocr.training.batches import Batch, BatchMaker, Preparation
from train_easyocr.training.network import build_network, time_steps
from train_easyocr.training.objective import CtcObjective
from train_easyocr.training.opening import open_store
from train_easyocr.training.optimization import choose_precision, make_optimizer
from train_easyocr.training.plan import BatchPlan
from train_easyocr.training.selection import Rules, select
from train_easyocr.training.step import TrainingStep

FLOP_PER_PIXEL_OF_WIDTH = 4.4e9 / 192
CHARSET = Charset(KOREAN_G2)
CPU = torch.device("cpu")


class EasyOcrsWay:
    """Steps as EasyOCR's trainer takes them."""

    def __init__(self, store: FolderStore, batch_size: int, steps: int) -> None:
        self.steps = steps  # of a round
        self._patches, self._batch_size = EasyOcrsPatches(store), batch_size
        self._network = build_network(CHARSET.class_count, NetworkShape()).train()
        self._optimizer = torch.optim.Adadelta(self._network.parameters(), lr=1.0, rho=0.95, eps=1e-8)
        self._loss = torch.nn.CTCLoss(zero_infinity=True)
        self._order = itertools.cycle(torch.randperm(len(store.texts)).tolist())

    def step(self) -> tuple[int, int, float]:
        """Take one step; return its patches, the sum of their widths in pixels, and the seconds spent loading."""
        started = time.perf_counter()
        rows = list(itertools.islice(self._order, self._batch_size))
        images, texts = collate_as_easyocrs_trainer([self._patches[row] for row in rows])
        labels = [CHARSET.encode(text) for text in texts]
        waited = time.perf_counter() - started
        logits = self._network(images, None)
        steps = torch.full((len(rows),), logits.shape[1])
        targets = torch.tensor([index for label in labels for index in label])
        lengths = torch.tensor([len(label) for label in labels])
        loss = self._loss(logits.log_softmax(2).permute(1, 0, 2), targets, steps, lengths)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 5)
        self._optimizer.step()
        return len(rows), len(rows) * WIDEST, waited


class OurWay:
    """Steps as step 3 takes them, with its own parts."""

    def __init__(self, store: PatchStore, batch_size: int, amp: str, steps: int, *, compile_it: bool = False) -> None:
        self.steps = steps  # of a round
        objective = CtcObjective(CHARSET, lambda width: time_steps("VGG", width))
        rules = Rules(CHARSET, lower_case=False, longest=34, keep_all=False, fits=objective.fits)
        selection = select("all", store, rules, widest=WIDEST, show_progress=False)
        network = build_network(CHARSET.class_count, NetworkShape()).to(memory_format=torch.channels_last)
        optimizer = make_optimizer(network, adam=True, beta1=0.9, rho=0.95, eps=1e-8, weight_decay=0.01)
        precision = choose_precision(amp, CPU)
        called = torch.compile(network, dynamic=True) if compile_it else network
        self._step = TrainingStep(called, objective.loss, optimizer, precision=precision, clip=5, device=CPU)
        plan = BatchPlan([selection.widths], [1.0], batch_size, seed=1, widest=WIDEST)
        maker = BatchMaker([selection], rules, Preparation(augmentation="mild"))
        requests = list(itertools.islice(plan.requests(0), steps))
        self._batches: Iterator[Batch] = map(maker.__getitem__, itertools.cycle(requests))

    def step(self) -> tuple[int, int, float]:
        """Take one step; return its patches, the sum of their widths in pixels, and the seconds spent loading."""
        started = time.perf_counter()
        batch = next(self._batches)
        waited = time.perf_counter() - started
        self._step(batch, 1e-4)
        return len(batch.texts), len(batch.texts) * batch.images.shape[3], waited


def main() -> None:
    """Measure the ways in turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patches", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20, help="of ours in a round; EasyOCR's take a third at batch 32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="default: %(default)s")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        draw_patches(Path(name), arguments.patches)
        loose, packed = open_store(Path(name) / "loose"), open_store(Path(name) / "lmdb")
        ways = {
            "easyocr_trainer_batch_8": EasyOcrsWay(loose, 8, arguments.steps),
            "easyocr_trainer_batch_32": EasyOcrsWay(loose, 32, max(1, arguments.steps // 3)),
            "ours_batch_32_fp32": OurWay(packed, 32, "fp32", arguments.steps),
            "ours_batch_32_amp_auto": OurWay(packed, 32, "auto", arguments.steps),
            "ours_batch_32_compile": OurWay(packed, 32, "auto", arguments.steps, compile_it=True),
        }
        warm_up = measure(ways, 1)  # in which a compiled way compiles for every width
        rounds = measure(ways, arguments.rounds)
    rate = statistics.median(rounds.pop("matrix_product"))
    figures = {name: summary(entries, rate) for name, entries in rounds.items()}
    compiling, without = (warm_up[f"ours_batch_32_{way}"][0]["wall"] for way in ("compile", "amp_auto"))
    best = max(figures[f"easyocr_trainer_batch_{size}"]["patches_per_processor_second"] for size in (8, 32))
    for entry in figures.values():
        entry["times_easyocr_trainer"] = round(entry["patches_per_processor_second"] / best, 2)
    save_result(
        "train_step",
        {
            "machine": about,
            "matrix_product_gflop_per_processor_second": round(rate / 1e9, 1),
            "ways": figures,
            "seconds_of_compiling": round(compiling - without, 1),
            "peak_memory_of_all_ways_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        },
    )


def measure(ways: dict[str, EasyOcrsWay | OurWay], rounds: int) -> dict[str, list]:
    """Take the steps of each way in every round; add the matrix product."""
    entries: dict[str, list] = {"matrix_product": []} | {name: [] for name in ways}
    for _ in tqdm(range(rounds), "Rounds"):
        entries["matrix_product"].append(matrix_product_rate())
        for name, way in ways.items():
            wall, processor = time.perf_counter(), time.process_time()
            steps = [way.step() for _ in range(way.steps)]
            patches, widths, waited = (sum(column) for column in zip(*steps, strict=True))
            entries[name].append(
                {
                    "wall": time.perf_counter() - wall,
                    "processor": time.process_time() - processor,
                    "patches": patches,
                    "widths": widths,
                    "waited": waited,
                }
            )
    return entries


def summary(entries: list[dict[str, float]], rate: float) -> dict[str, float]:
    """Return the medians over the rounds of one way; `rate` is that of the matrix product."""

    def median(figure: Callable[[dict[str, float]], float], digits: int) -> float:
        return round(statistics.median(map(figure, entries)), digits)

    return {
        "patches_per_second": median(lambda entry: entry["patches"] / entry["wall"], 1),
        "patches_per_processor_second": median(lambda entry: entry["patches"] / entry["processor"], 1),
        "mean_width": median(lambda entry: entry["widths"] / entry["patches"], 1),
        "share_of_time_loading": median(lambda entry: entry["waited"] / entry["wall"], 4),
        "share_of_matrix_product_rate": median(
            lambda entry: FLOP_PER_PIXEL_OF_WIDTH * entry["widths"] / entry["processor"] / rate, 3
        ),
    }


if __name__ == "__main__":
    main()
