"""The reports that people look at: writing that of 500 pages, its size, and how soon a page opens in a browser.

    python benchmarks/report.py [--pages 500]

The pages are as large and as dense as AI-Hub's public documents, 2500 x 3500 pixels with 117 words, scanned with noise;
fifty are drawn, and each stands for its share of the set under names of their own. Two networks in four groupings read
them with split, merged, missed and misread words (tests/simulated_readings.py). Writing is timed from the scored pages
to the finished html with all pictures. Opening is timed inside a headless Chromium, from the click until the image of
the page is decoded and its words are listed and painted; without chromium and chromium-driver it is left out. The
report of a training is written as at its 200th validation, with 100 readings of each kind and two weight files.
The result goes to benchmarks/results/report.json.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from measured import ROOT, machine, save_result
from PIL import Image, ImageDraw

from train_easyocr.easyocr_port.weights import SHIPPED_FILE
from train_easyocr.pages.records import Ceiling, DatasetAccount, Page, PageFile, Sample, Word
from train_easyocr.program.fonts import korean_font
from train_easyocr.report.html.evaluation import FILES, write_evaluation_report
from train_easyocr.report.html.training import write_training_report
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.places import find_places
from train_easyocr.scoring.summary import summarize

sys.path.insert(1, str(ROOT / "tests"))
from browser import CHROMIUM, DRIVER, address, chromium
from simulated_readings import simulated

WIDTH, HEIGHT, WORDS = 2500, 3500, 117
DRAWINGS = 50
OPENED = 25
CHARACTERS = list("가나다라마바사아자차등근증란택여격교함창금종력학화0123456789,.-()")
CATEGORIES = ("인.허가", "주민복지", "회계.예산", "일반행정", "도시개발")
OPEN_PAGE = """
  const [number, done] = arguments, started = performance.now();
  location.hash = `#page-${number}`;
  const look = async () => {
    const picture = document.querySelector("#sheet image");
    if (!picture || !document.querySelector("#word-list tbody tr")) return setTimeout(look, 1);
    const image = new Image();
    image.src = picture.href.baseVal;
    await image.decode();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)));
  };
  look();
"""
LOAD_TIME = "return performance.getEntriesByType('navigation')[0].loadEventEnd"


def draw_pages(folder: Path, count: int, generator: np.random.Generator) -> list[PageFile]:
    """Draw the pages, and return `count` of them with their labels."""
    drawings = [draw_page(folder / f"{number}.jpg", generator) for number in range(min(DRAWINGS, count))]
    files = []
    for number in range(count):
        path, words = drawings[number % len(drawings)]
        category, year = CATEGORIES[number % len(CATEGORIES)], str(1997 + number % 9)
        name = f"{category}/{5350000 + number // 2}/{year}/{5350000 + number // 2}-{year}-0001-{number:04d}"
        page = Page(name, category, year, WIDTH, HEIGHT, words, "public documents")
        files.append(PageFile(page, path, f"{name}.jpg"))
    return files


def draw_page(path: Path, generator: np.random.Generator) -> tuple[Path, tuple[Word, ...]]:
    """Draw one page, noisy as a scan is, and return its words."""
    image, words, font = Image.new("L", (WIDTH, HEIGHT), 240), [], korean_font(44)
    draw = ImageDraw.Draw(image)
    for index in range(WORDS):
        text = "".join(generator.choice(CHARACTERS, generator.integers(1, 9)))
        left = 30 + index % 6 * 410 + int(generator.integers(20))
        top = 40 + index // 6 * 170 + int(generator.integers(20))
        draw.text((left, top), text, font=font, fill=30)
        words.append(Word(text, tuple(map(round, draw.textbbox((left, top), text, font=font)))))
    noisy = np.asarray(image) + generator.normal(0, 6, (HEIGHT, WIDTH)).astype(np.float32)
    path.write_bytes(cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])[1])
    return path, tuple(words)


def opening_times(report: Path, pages: int) -> dict[str, float]:
    """Time, in seconds, how soon the report and pages spread over it open in Chromium."""
    with chromium() as driver:
        driver.get(address(report))
        loaded = driver.execute_script(LOAD_TIME) / 1000
        numbers = sorted({1 + place * (pages - 1) // (OPENED - 1) for place in range(OPENED)})
        seconds = [driver.execute_async_script(OPEN_PAGE, number) / 1000 for number in numbers]
    return {
        "report_opens_seconds": round(loaded, 2),
        "page_opens_seconds_median": round(statistics.median(seconds), 3),
        "page_opens_seconds_slowest": round(max(seconds), 3),
    }


def training_report_seconds(folder: Path, generator: np.random.Generator) -> float:
    """Time the report of a training at its 200th validation."""
    for name in ("best_accuracy", "best_norm_ed"):
        shutil.copyfile(SHIPPED_FILE, folder / f"{name}.pth")
    with (folder / "metrics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["iteration", "iterations", "training_loss", "validation_loss", "accuracy", "lines_accuracy"])
        writer.writerows([row * 3000, 600_000, 0.1, 0.1, 90 + row / 100, 80 + row / 100] for row in range(200))
    account = DatasetAccount("training", "documents", 9, 9, {}, 0, 0, 0, [(64, 9)], [], Ceiling(1.0, 1.0))
    samples = [
        Sample("공공행정문서", "공공행정문저", 0.5, generator.integers(0, 255, (1, 64, 256)).astype(np.uint8))
        for _ in range(100)
    ]
    description = {"settings": {"experiment_name": "benchmark"}, "characters": "가", "data": {}, "start": ""}
    accounts = [account, replace(account, role="validation")]
    start = time.perf_counter()
    write_training_report(folder, description, accounts=accounts, samples=samples, mistakes=samples, unreadable=[])
    return time.perf_counter() - start


def main() -> None:
    """Measure everything and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500, help="pages of 117 words (default 500)")
    count, about = parser.parse_args().pages, machine()
    generator = np.random.default_rng(1111)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = draw_pages(folder, count, generator)
        results = score_all(files, simulated([file.page for file in files]))
        summary = summarize(results, count, {"device": "cpu"}, {})
        start, used = time.perf_counter(), time.process_time()
        report = write_evaluation_report(folder / "result", results, summary, find_places(results), files)
        seconds, used = time.perf_counter() - start, time.process_time() - used
        beside = sum(path.stat().st_size for path in (report.parent / FILES).rglob("*") if path.is_file())
        result = {
            "what": "the report of an evaluation: written, its size, opened in headless Chromium; that of a training",
            "pages": count,
            "words_per_page": WORDS,
            "write_seconds": round(seconds, 1),
            "write_processor_seconds": round(used, 1),
            "html_megabytes": round(report.stat().st_size / 1e6, 2),
            "pictures_and_pages_megabytes": round(beside / 1e6, 1),
            **(opening_times(report, count) if CHROMIUM and DRIVER else {}),
            "training_report_seconds": round(training_report_seconds(folder, generator), 2),
            "machine": about,
        }
    save_result("report", result)


if __name__ == "__main__":
    main()
