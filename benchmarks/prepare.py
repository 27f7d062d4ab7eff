"""Step 2 against the plain way of cutting words out of pages: pages per second, both measured in one run.

    python benchmarks/prepare.py [--pages 480] [--workers 2] [--rounds 3]

The pages are those of the sample dataset at 300 dpi (2480 x 3508 pixels, about 120 words), drawn once and repeated
under other names. The plain way reads unpacked pages in one process: decode in colour, write one PNG a word, open
labels.csv for every row. Step 2 is measured as a person starts it: from the archives, comparison of the sets, both
kinds of store, processes and their start included. The rounds alternate, and the fastest of each way counts: what else
runs on the machine only adds time.

Then the memory of whole runs over 200 and over 2,000 small pages: the peak of the first process plus that of the
largest worker times their number. Everything goes to benchmarks/results/prepare.json.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import cv2
from measured import machine, save_result

from train_easyocr.dataset.archives.finding import find_archives
from train_easyocr.dataset.archives.pairing import PageSource, first_of_each, pair_pages
from train_easyocr.dataset.archives.zips import read_contents
from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.prepare import PreparationPlan, prepare
from train_easyocr.dataset.sets.splits import PageCounts
from train_easyocr.printing.sample.writing import write_sample

DRAWN_PAGES = 24
MEMORY_PAGES = (200, 2000)


def main() -> None:
    """Measure speed and memory, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=480)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory_of", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory_of:
        print(json.dumps(measure_memory(arguments.memory_of, arguments.workers)))
        return
    about = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = {
            "what": "step 2, pages of 2480 x 3508 pixels per second",
            "speed": measure_speed(folder, arguments.pages, arguments.workers, arguments.rounds),
            "memory": [memory_in_own_process(folder, pages, arguments.workers) for pages in MEMORY_PAGES],
            "machine": about,
        }
    save_result("prepare", result)


def measure_speed(folder: Path, pages: int, workers: int, rounds: int) -> dict:
    """Time the plain way and step 2 with both stores, in turn."""
    dataset = folder / "300dpi"
    repeat_pages(folder / "drawn", dataset, pages, dpi=300)
    unpacked = unpack(dataset, folder / "unpacked")
    ways = {
        "plain": lambda output: cut_plainly(unpacked, output),
        "lmdb": lambda output: run_step_2(dataset, output, "lmdb", workers),
        "folder": lambda output: run_step_2(dataset, output, "folder", workers),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    words = 0
    for number in range(rounds):
        for name, way in ways.items():
            # Nothing is deleted before the end: a file system that just did so is slow to create files. And no way
            # shall wait for what the one before it left to be written.
            os.sync()
            started = time.perf_counter()
            words = way(folder / f"{name}{number}")
            seconds[name].append(time.perf_counter() - started)
    speed = {name: pages / min(times) for name, times in seconds.items()}
    return {
        "pages": pages,
        "words_a_page": round(words / pages, 1),
        "workers": workers,
        **{f"{name}_pages_per_second": round(value, 2) for name, value in speed.items()},
        **{f"{name}_times_plain": round(speed[name] / speed["plain"], 2) for name in ("lmdb", "folder")},
        "rounds_in_seconds": {name: [round(value, 2) for value in times] for name, times in seconds.items()},
        "bytes_a_patch": {name: round(size_of(folder / f"{name}0") / words) for name in ways},
    }


def repeat_pages(drawn: Path, dataset: Path, pages: int, dpi: int) -> None:
    """Draw `DRAWN_PAGES` pages, and write archives of `pages` training pages that repeat them."""
    write_sample(drawn, training_pages=DRAWN_PAGES, validation_pages=1, dpi=dpi)
    sources = pages_of(drawn)
    (dataset / "Training").mkdir(parents=True)
    with (
        zipfile.ZipFile(dataset / "Training/[라벨]train.zip", "w", zipfile.ZIP_DEFLATED) as labels,
        zipfile.ZipFile(dataset / "Training/[원천]train1.zip", "w", zipfile.ZIP_STORED) as images,
    ):
        for number in range(pages):
            page = sources[number % len(sources)]
            name = f"{page.name}-{number // len(sources):03d}"
            labels.writestr(f"01.라벨링데이터(Json)/{name}.json", page.label.read())
            images.writestr(f"02.원천데이터(jpg)/{name}.jpg", page.image.read())


def pages_of(dataset: Path) -> list[PageSource]:
    """Find the training pages of `dataset`."""
    contents = [read_contents(archive) for archive in find_archives(dataset)]
    members = (member for one in contents if one.archive.split == "training" for member in one.members)
    return pair_pages(first_of_each(members, DropLog()), DropLog())


def unpack(dataset: Path, folder: Path) -> list[tuple[Path, Path]]:
    """Unpack the pages as the plain way wants them: image and label files."""
    folder.mkdir()
    found = []
    for page in pages_of(dataset):
        image, label = folder / f"{page.stem}.jpg", folder / f"{page.stem}.json"
        image.write_bytes(page.image.read())
        label.write_bytes(page.label.read())
        found.append((image, label))
    return found


def cut_plainly(pages: list[tuple[Path, Path]], folder: Path) -> int:
    """Cut words as a first script would, and return their number."""
    (folder / "images").mkdir(parents=True)
    words = 0
    for image_path, label_path in pages:
        image = cv2.imread(str(image_path))
        label = json.loads(label_path.read_text(encoding="utf-8"))
        for item in label["annotations"]:
            x, y, width, height = item["annotation.bbox"]
            crop = image[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
            if crop.size == 0:
                continue
            name = f"{image_path.stem}_{x}-{y}-{x + width}-{y + height}.png"
            cv2.imwrite(str(folder / "images" / name), crop)
            with (folder / "labels.csv").open("a", encoding="utf-8") as labels:
                text = item["annotation.text"].replace('"', '""')
                labels.write(f'{name},"{text}"\n')
            words += 1
    return words


def run_step_2(dataset: Path, output: Path, store: str, workers: int) -> int:
    """Run step 2 on the training pages and return the number of patches."""
    plan = PreparationPlan(
        archive_folder=dataset,
        output=output,
        sets=("training",),
        counts=PageCounts(10**9, 0, 0, 0),
        seed=1,
        workers=workers,
        store=store,
    )
    return prepare(plan)["sets"]["training"]["words"]


def memory_in_own_process(folder: Path, pages: int, workers: int) -> dict:
    """Measure one run in a process of its own, so that nothing else counts."""
    dataset = folder / f"{pages}pages"
    repeat_pages(folder / "drawn", dataset, pages, dpi=100)
    command = [sys.executable, __file__, "--memory_of", str(dataset), "--workers", str(workers)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {"pages": pages, "workers": workers, **json.loads(done.stdout)}


def measure_memory(dataset: Path, workers: int) -> dict:
    """Run step 2 with LMDB, whose patches pass through the first process; return the peaks in MiB."""
    run_step_2(dataset, dataset.with_suffix(".out"), "lmdb", workers)
    # Not ru_maxrss of this process: it begins with the peak of the process that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own = int(status["VmHWM"].split()[0]) / 1024
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "first_process_mib": round(own),
        "largest_worker_mib": round(worker),
        "together_mib": round(own + workers * worker),
    }


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
