"""The parts of gpu.py: each a function that runs what the project has, and returns figures for gpu.json."""

from __future__ import annotations

import csv
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpu_run import PartFailedError, Run
from measured import ROOT

AMP = {"fp32": ["amp=fp32"], "bf16": ["amp=bf16"], "fp16": ["amp=fp16"], "compile": ["amp=auto", "compile=True"]}
INSTALL_WITH_CRAFT = """
from train_easyocr.easyocr_port.weights import describe_weights, easyocr_folder
from train_easyocr.installation.network_files import install_network
install_network("with_easyocrs", describe_weights("korean_public"), easyocr_folder())
"""
DRAW_PATCHES = """
import sys; sys.path.insert(0, "benchmarks")
from pathlib import Path
from word_patches import draw_patches
draw_patches(Path(sys.argv[1]) / "training", int(sys.argv[2]))
draw_patches(Path(sys.argv[1]) / "validation", 96, seed=1)
"""

Figures = dict[str, Any]


def prepare(run: Run) -> Figures:
    """Draw patches, print pages, and make the sample with its sets."""
    run.python("-c", DRAW_PATCHES, run.out / "patches", 200 if run.small else 3000)
    pages = 2 if run.small else 40
    run.python("prepare_dataset.py", "--make_pages", "--output", run.out / "pages", "--pages", pages,
               "--validation_pages", 2 if run.small else 8)  # fmt: skip
    config = (ROOT / "train_easyocr/config_files/sample.yaml").read_text(encoding="utf-8")
    sample_config(run).write_text(config.replace("sample_run/", f"{run.out}/sample/"), encoding="utf-8")
    archives = ["--dataset", run.out / "sample/공공행정문서 OCR", "--config", sample_config(run)]
    run.python("prepare_dataset.py", "--make_sample", *archives)
    run.python("prepare_dataset.py", *archives)
    return {}


def sample_config(run: Run) -> Path:
    """Return the configuration of the sample in this run."""
    return run.out / "sample.yaml"


def tests(run: Run) -> Figures:
    """Run the tests that a GPU can fail."""
    files = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "mark.gpu" in path.read_text("utf-8")]
    try:
        printed = run.python("-m", "pytest", "-m", "gpu", "-p", "no:cacheprovider", *files, craft=True)
    except PartFailedError as error:
        printed = run.log.read_text(errors="replace")
        if "FAILED" not in printed:
            raise
        failed = re.findall(r"^FAILED (\S+)", printed, re.MULTILINE)
        raise PartFailedError(f"{len(failed)} tests failed: {', '.join(failed)}"[:1000]) from error
    return {"summary": printed.strip().splitlines()[-1].strip("= ")}


def steps(run: Run) -> Figures:
    """Take 300 steps of step 3 in each number format, and compiled; the formats that fail are named."""
    figures: Figures = {}
    for name, settings in AMP.items():
        count = 2 if run.small else 300
        try:
            run.python("-m", "train_easyocr.train", "--saved_models", run.out / "steps", *patch_settings(run),
                       f"experiment_name={name}", f"n_iter={count}", f"val_period={count}", *settings)  # fmt: skip
            figures[name] = last_row(run.out / "steps" / name / "metrics.csv")
        except PartFailedError as error:
            figures[name] = {"failed": str(error)}
    return figures


def patch_settings(run: Run) -> list[str]:
    """Return the settings of a training on the drawn patches."""
    folders = [f"train_data={run.out / 'patches/training'}", f"val_data={run.out / 'patches/validation'}"]
    start = ["select_data=lmdb", "batch_ratio=1", "character=korean_g2", "continue_from=", "adam=True", "lr=0.001"]
    return [*folders, *start, f"workers={0 if run.small else 4}"]


def last_row(table: Path) -> Figures:
    """Return the last row of a metrics.csv, numbers as numbers."""
    with table.open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[-1]
    return {name: float(value) if value else None for name, value in row.items()}


def one_process(run: Run) -> Figures:
    """Join a group of one process: NCCL, or gloo on a CPU."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", 1]
    printed = run.python(*torchrun, "benchmarks/process_group.py", "--steps", 2 if run.small else 20)
    return json.loads(re.findall(r"^\{.*\}$", printed, re.MULTILINE)[-1])


def memory(run: Run) -> Figures:
    """Train over twenty validations and watch the memory."""
    iterations = 20 if run.small else 1000
    length = ["--iterations", iterations, "--validate_every", iterations // 20, "--patches", 200 if run.small else 3000]
    run.python("benchmarks/train_memory.py", *length, *run.on_device())
    return json.loads((run.out / "train_memory.json").read_text(encoding="utf-8"))


def step_4(run: Run) -> Figures:
    """Train the sample for some steps and install the network, proven and tuned on the device."""
    config = ["--config", sample_config(run), "--saved_models", run.out / "sample/saved_models"]
    count = 1 if run.small else 100
    run.python("-m", "train_easyocr.train", *config, f"n_iter={count}", f"val_period={count}")
    sets = ["--tuning_set", run.out / "sample/tuning_set", "--settings", 10 if run.small else 200]
    start = time.monotonic()
    printed = run.python("-m", "train_easyocr.install", *config, *sets, *run.on_device(), craft=True)
    parity = next(line for line in printed.splitlines() if "validation patches" in line)
    return {"seconds": round(time.monotonic() - start, 1), "parity": parity}


def step_5(run: Run) -> Figures:
    """Evaluate the sample with both networks."""
    result, start = run.out / "sample/evaluation_result", time.monotonic()
    run.python("-m", "evaluate", "--config", sample_config(run), "--eval_set", run.out / "sample/evaluation_set",
               "--saved_models", run.out / "sample/saved_models", "--output", result, *run.on_device(),
               craft=True)  # fmt: skip
    scores = json.loads((result / "summary.json").read_text(encoding="utf-8"))["scores"]
    return {"seconds": round(time.monotonic() - start, 1), "scores": scores}


def pages(run: Run) -> Figures:
    """Time `read()` on a printed page with our detector and with CRAFT."""
    run.python("-m", "train_easyocr.install", "--shipped", craft=True)
    run.python("-c", INSTALL_WITH_CRAFT)
    page = next(path for path in sorted((run.out / "pages/validation").rglob("*")) if path.suffix in (".jpg", ".png"))
    figures: Figures = {}
    for network in ("korean_public", "with_easyocrs"):
        rounds = 1 if run.small else 10
        printed = run.python("-m", "page_seconds", network, page, rounds, *run.on_device(), craft=True)
        found = json.loads(re.findall(r"^\{.*\}$", printed, re.MULTILINE)[-1])
        rates = {"pages_a_second": 1 / found["finding"], "crops_a_second": found["words_read"] / found["reading"]}
        figures[network] = found | {name: round(rate, 2) for name, rate in rates.items()}
    return figures


def loader(run: Run) -> Figures:
    """Load patches with 16 workers."""
    size = ["--patches", 200, "--rounds", 1, "--workers", 2] if run.small else ["--patches", 8000, "--workers", 16]
    run.python("benchmarks/loader.py", *size)
    return json.loads((run.out / "loader_workers.json").read_text(encoding="utf-8"))


def recogniser(run: Run) -> Figures:
    """Train the recogniser that ships on the sample until the time is up."""
    start = ["experiment_name=recogniser", f"n_iter={endless(run)}", "lr_schedule=constant", "ema=0.99"]
    return trained(run, "train", "recogniser", start, "val_period")


def detector(run: Run) -> Figures:
    """Train the detector that ships on printed pages until the time is up."""
    start = [f"detection_data={run.out / 'pages'}", "detector_network=word_detector"]
    start += ["detector_continue_from=korean_public", f"detector_n_iter={endless(run)}"]
    return trained(run, "train_detector", "detector", start, "detector_val_period")


def endless(run: Run) -> int:
    """Return more iterations than there is time for; few for a small run."""
    return 2 if run.small else 100_000


def trained(run: Run, door: str, name: str, settings: list[str], period: str) -> Figures:
    """Train through a door until the time is up; return the first and the last validation before that."""
    more = [f"workers={1 if run.small else 14}", f"{period}={1 if run.small else 200}"]
    folders = ["--config", sample_config(run), "--saved_models", run.out / "trained"]
    run.python("-m", f"train_easyocr.{door}", *folders, *settings, *more, stopped=True)
    return last_row(run.out / "trained" / name / "metrics.csv")


PARTS: dict[str, tuple[Callable[[Run], Figures], float]] = {
    "prepare": (prepare, 60),
    "tests": (tests, 60),
    "steps": (steps, 100),
    "one_process": (one_process, 25),
    "memory": (memory, 60),
    "step_4": (step_4, 50),
    "step_5": (step_5, 25),
    "pages": (pages, 35),
    "loader": (loader, 20),
    "recogniser": (recogniser, 50),
    "detector": (detector, 50),
}
"""Each part and its limit in seconds of nine minutes; what earlier parts leave goes to the last two."""
