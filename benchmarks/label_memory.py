"""Names and labels of a million patches in step 3: time to start and memory, as Python's texts and as packed bytes.

    python benchmarks/label_memory.py [--rows 1000000] [--workers 2]

Both ways read the same labels.csv, generated with names and labels as step 2 writes them, take the sizes from the names
and choose the patches. `lists` is what step 3 did before: lists of Python's texts, looked at one by one (written down
here without its examples for the log). `packed` is what it does. Each runs in a process of its own, which then forks
workers as the loader does; each worker reads every label once. Memory is measured before and after: of the process, and
what a worker shares with no other. Processor time, so that other work distorts it little. Linux only. The result goes
to benchmarks/results/label_memory.json.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import multiprocessing
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from measured import machine, save_result

from train_easyocr.charset import KOREAN_G2, Charset
from train_easyocr.dataset.stores.label_file import HEADER
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.dataset.stores.store import FolderStore
from train_easyocr.dataset.stores.writers import csv_rows
from train_easyocr.text_scores import nfc
from train_easyocr.training.network import time_steps
from train_easyocr.training.objective import CtcObjective
from train_easyocr.training.selection import Rules, bucket_widths, select

CHARSET = Charset(KOREAN_G2)
LONGEST = 34
FORK = multiprocessing.get_context("fork")


def main() -> None:
    """Measure both ways and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--note", help="what else the machine was doing, for the result")
    arguments = parser.parse_args()
    about = machine() | ({"note": arguments.note} if arguments.note else {})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_labels(folder / "labels.csv", arguments.rows)
        save_page_names(folder, [page_stem(row) for row in range(0, arguments.rows, 117)])
        ways = {way.__name__: in_own_process(measure, way, folder, arguments.workers) for way in (lists, packed)}
    save_result("label_memory", {"machine": about, "rows": arguments.rows, "workers": arguments.workers, **ways})


def write_labels(path: Path, rows: int) -> None:
    """Write labels of 1 to 12 characters, mostly Hangul, some with a comma or a character that the list lacks."""
    random = np.random.default_rng(0)
    lengths = np.minimum(1 + random.poisson(2.6, rows), 12)
    characters = random.choice(list(CHARSET.characters[1:] + "를㎡"), lengths.sum())
    ends = np.cumsum(lengths).tolist()
    labels = ["".join(characters[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    corners = random.integers(100, 3400, (rows, 2)).tolist()
    names = (
        f"{page_stem(row)}_{x}-{y}-{x + 40 * len(label)}-{y + 45}.png"
        for row, (label, (x, y)) in enumerate(zip(labels, corners, strict=True))
    )
    path.write_bytes(csv_rows([HEADER, *zip(names, labels, strict=True)]))


def page_stem(row: int) -> str:
    """Return the page of a row: 117 words are on each."""
    return f"{5350093 + row // 2_000_000}-{2001 + row // 117_000 % 20}-0001-{row // 117 % 10_000:04}"


def in_own_process(function: object, *arguments: object) -> object:
    """Call `function` in a forked process, and return its result."""
    ours, its = FORK.Pipe()
    process = FORK.Process(target=lambda: its.send(function(*arguments)))
    process.start()
    result = ours.recv()
    process.join()
    return result


def measure(way: object, folder: Path, workers: int) -> dict[str, float]:
    """Return the seconds of a start, and the memory of this process and of each of its workers, in MB."""
    before, started = memory("Rss"), time.process_time()
    texts, chosen = way(folder)
    seconds = time.process_time() - started
    held = memory("Rss") - before
    own = [in_own_process(memory_of_a_worker, texts) for _ in range(workers)]
    return {
        "patches": chosen,
        "start_seconds": round(seconds, 2),
        "start_seconds_a_million_rows": round(seconds / len(texts[0]) * 1e6, 2),
        "trainer_mb": round(held / 1e3),
        "bytes_a_row": round(held * 1000 / len(texts[0])),
        "a_worker_mb": round(statistics.median(own) / 1e3),
    }


def memory(*fields: str) -> float:
    """Return the sum of some fields of /proc/self/smaps_rollup, in kB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(fields)) * 1.024


def memory_of_a_worker(texts: tuple) -> float:
    """Read every name and label once, as an epoch does, and return this process's private memory, in kB."""
    before = memory("Private")
    for column in texts:
        for row in range(len(column)):
            column[row]
    return memory("Private") - before


def packed(folder: Path) -> tuple[tuple, int]:
    """Start as step 3 does; return names and labels, and the number of patches."""
    store = FolderStore(folder)
    objective = CtcObjective(CHARSET, lambda width: time_steps("VGG", width))
    rules = Rules(CHARSET, lower_case=False, longest=LONGEST, keep_all=False, fits=objective.fits)
    selection = select("all", store, rules, widest=600, show_progress=False)
    return (store.filenames, store.texts), len(selection.rows)


def lists(folder: Path) -> tuple[tuple, int]:
    """Start as step 3 did before: every row in turn."""
    filenames, texts = [], []
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        next(rows)
        for filename, text in rows:
            filenames.append(filename)
            texts.append(text)
    sizes = np.zeros((len(filenames), 2), np.int32)
    pattern = re.compile(r"_(\d+)-(\d+)-(\d+)-(\d+)\.[A-Za-z]+$")
    for row, name in enumerate(filenames):
        xmin, ymin, xmax, ymax = map(int, pattern.search(name).groups())
        sizes[row] = xmax - xmin, ymax - ymin
    kept, dropped, foreign = [], Counter(), Counter()
    spellable, spellable_share = 0, 0.0
    digest = hashlib.blake2b(sizes.astype("<i4").tobytes(), digest_size=16)
    for row, (text, width) in enumerate(zip(texts, bucket_widths(sizes, 600).tolist(), strict=True)):
        label = nfc(text)
        reason = objection(label, width)
        if reason:
            dropped[reason] += 1
        missing = CHARSET.missing(label)
        foreign.update(missing)
        spellable += not missing
        spellable_share += 1 - sum(label.count(character) for character in missing) / len(label)
        digest.update(f"{filenames[row]}\0{text}\0".encode())
        if reason is None:
            kept.append(row)
    return (filenames, texts), len(kept)


def objection(label: str, width: int) -> str | None:
    """Say why a label cannot take part, as the rules did for each in turn."""
    if len(label) > LONGEST:
        return "too long"
    missing = CHARSET.missing(label)
    if missing:
        return "not spellable"
    target = CHARSET.encode("".join(character for character in label if character not in missing))
    needed = len(target) + sum(first == second for first, second in itertools.pairwise(target))
    return None if needed <= time_steps("VGG", width) else "not alignable"


if __name__ == "__main__":
    main()
