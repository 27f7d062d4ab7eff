"""Memory of a long training: whether it stays under 3 GiB at batch 32, and stays where it is.

    python benchmarks/train_memory.py [--iterations 2000] [--patches 3000] [--workers 2] [--cuda]

Step 3 runs as a user starts it, as a process of its own: korean_g2's network and its 1,009 classes, generated patches
with the sizes of real pages in an LMDB store, batch 32, mild augmentation, `amp: auto`, a validation every 100
iterations. Once a second the resident memory of the process is read from /proc, and beside it the share of its workers
(Pss: what several processes use is divided among them). The iteration of a sample is read between the validations,
whose times are known. A figure is the median over 50 iterations on either side. Linux only. The result goes to
benchmarks/results/train_memory.json. With `--cuda` it trains on the GPU, whose memory in use, less that before, is read
likewise.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measured import ROOT, machine, save_result
from tqdm import tqdm
from word_patches import draw_patches

from train_easyocr.configuration.config import Settings, save_settings

MARKS = (200, 500, 1000, 2000)  # iterations
AROUND = 50
KIB_A_GIB = 2**20


@dataclass(frozen=True)
class Sample:
    """Memory at one moment, in KiB: the trainer's resident memory, the share of its workers, that of the GPU."""

    seconds: float
    trainer: int
    workers: int
    gpu: int = 0


def main() -> None:
    """Draw the patches, train beside the clock, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--iterations", type=int, default=2000)
    parser.add_argument("--patches", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--validate_every", type=int, default=100, help="iterations; default: %(default)s")
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("--amp", default="auto", help="auto, fp32, bf16; default: %(default)s")
    arguments = parser.parse_args()
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_patches(folder / "training", arguments.patches)
        draw_patches(folder / "validation", 96, seed=1)
        settings = training_settings(folder, arguments)
        save_settings(settings, folder / "config.yaml")
        samples, iterations = watched_training(folder, settings, cuda=arguments.cuda)
    save_result(
        "train_memory",
        {
            "machine": about,
            "iterations": arguments.iterations,
            "batch_size": settings.batch_size,
            "workers": arguments.workers,
            "amp": arguments.amp,
            "peak_of_the_trainer_gib": gib(max(sample.trainer for sample in samples)),
            "peak_with_workers_gib": gib(max(sample.trainer + sample.workers for sample in samples)),
            "gib_at_iteration": {
                str(mark): figures_at(mark, samples, iterations)
                for mark in (*(mark for mark in MARKS if mark < arguments.iterations), arguments.iterations)
            },
            "minutes": round((samples[-1].seconds - samples[0].seconds) / 60, 1),
        },
    )


def training_settings(folder: Path, arguments: argparse.Namespace) -> Settings:
    """Return the settings of the run: the defaults of step 3, and AdamW, on the patches in `folder`."""
    return Settings(
        experiment_name="memory",
        train_data=str(folder / "training"),
        val_data=str(folder / "validation"),
        select_data="lmdb",
        batch_ratio="1",
        continue_from="",
        n_iter=arguments.iterations,
        val_period=min(arguments.validate_every, arguments.iterations),
        workers=arguments.workers,
        amp=arguments.amp,
        adam=True,
        lr=0.001,
    )


def watched_training(folder: Path, settings: Settings, *, cuda: bool) -> tuple[list[Sample], np.ndarray]:
    """Train; return a sample for each second, and the iteration at which each was taken, float [samples]."""
    command = [sys.executable, "-m", "train_easyocr.train", "--config", folder / "config.yaml"]
    environment = os.environ | ({} if cuda else {"CUDA_VISIBLE_DEVICES": ""})
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    before = gpu_memory() if cuda else 0
    metrics = folder / settings.experiment_name / "metrics.csv"
    samples, moments = [], [(0.0, 0)]  # (seconds, iteration) of each validation that was written
    with (folder / "output.txt").open("w") as output, tqdm(total=settings.n_iter, unit="iteration") as bar:
        process = subprocess.Popen(
            [*command, "--saved_models", folder], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            of_gpu = gpu_memory() - before if cuda else 0
            samples.append(Sample(time.monotonic(), *memory_of(process.pid), of_gpu))
            iteration = last_iteration(metrics)
            if iteration is not None and (len(moments) == 1 or iteration > moments[-1][1]):
                moments.append((samples[-1].seconds, iteration))
                bar.update(iteration - bar.n)
            time.sleep(1)
    if process.returncode:
        raise SystemExit((folder / "output.txt").read_text(encoding="utf-8"))
    samples = [sample for sample in samples if sample.trainer]  # a process that is about to end has none
    seconds, reached = np.array(moments[1:]).T
    return samples, np.interp([sample.seconds for sample in samples], seconds, reached)


def gpu_memory() -> int:
    """Return the memory of the GPU that any process uses, in KiB."""
    import torch  # only for a GPU

    free, whole = torch.cuda.mem_get_info()
    return (whole - free) // 1024


def memory_of(process: int) -> tuple[int, int]:
    """Return the resident memory of a process, and the proportional share of its children, in KiB."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return proc_field(process, "status", "VmRSS"), sum(
            proc_field(int(child), "smaps_rollup", "Pss") for child in children
        )
    except (FileNotFoundError, ProcessLookupError):  # it ended between two reads
        return 0, 0


def proc_field(process: int, file: str, field: str) -> int:
    """Return one figure of /proc/<process>/<file> in KiB; 0 where the file names none."""
    for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    return 0


def last_iteration(metrics: Path) -> int | None:
    """Return the iteration of the last validation in metrics.csv; None before the first."""
    rows = metrics.read_text(encoding="utf-8").splitlines()[1:] if metrics.exists() else []
    return int(rows[-1].partition(",")[0]) if rows else None


def figures_at(mark: int, samples: list[Sample], iterations: np.ndarray) -> dict[str, float]:
    """Return the medians of the samples around iteration `mark`, in GiB."""
    near = [sample for sample, iteration in zip(samples, iterations, strict=True) if abs(iteration - mark) <= AROUND]
    near = near or samples[-1:]  # a GPU takes more than these iterations between two samples
    return {
        "trainer": gib(statistics.median(sample.trainer for sample in near)),
        "workers": gib(statistics.median(sample.workers for sample in near)),
        "gpu": gib(statistics.median(sample.gpu for sample in near)),
    }


def gib(kib: float) -> float:
    """Turn KiB into GiB with three places."""
    return round(kib / KIB_A_GIB, 3)


if __name__ == "__main__":
    main()
