"""Our detector beside CRAFT: what both find, what `read()` then reads, on damaged pages too, and how long it takes.

    python benchmarks/detection.py --real FOLDER --generated FOLDER --choose FOLDER [--weights FILE] [--maps FOLDER]

The folders hold images/ and labels/ as step 2 writes whole pages. `--real` are real pages that chose nothing,
`--generated` pages that no training has seen; twelve pages that Chromium draws join them (browser_pages.py). On the
pages of `--choose` step 4's search finds the options of each detector. The ways to find words:

    craft_easyocr   CRAFT with EasyOCR's thresholds and word grouping
    craft_searched  CRAFT with the options of the search
    ours            our detector with the options of the search
    plain_reader    our detector in EasyOCR's Reader, which makes the boxes, with the same options

`quality` scores the boxes on all sets; `reading` what `read()` returns with korean_public; `degraded` both on the real
pages at 100 dpi, askew, faxed and photographed (damaged_pages.py), against the clean ones; `speed` times `read()` in
processes of its own on a page of some 250 words, with the machine's instructions and with AVX2 alone. Parts may be run
one by one: what the last run found with the same weights is kept. CRAFT takes 20 seconds a page, so its maps stay in
`--maps`. The result goes to benchmarks/results/detection.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from browser_pages import draw_pages
from damaged_pages import DAMAGES, Sheet
from detection_figures import (
    detection_counts,
    detection_figures,
    f1_change,
    reading_change,
    reading_counts,
    reading_figures,
)
from measured import ROOT, machine, save_result

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache
from train_easyocr.easyocr_port.engine.loaded_network import LoadedNetwork, loaded_network
from train_easyocr.easyocr_port.engine.reader import Reader, open_network, open_reader
from train_easyocr.easyocr_port.engine.text_box import TextBox, rotated_box
from train_easyocr.easyocr_port.engine.word_network import definition
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING, ReadingOptions
from train_easyocr.easyocr_port.weights import PUBLISHED, describe_weights, find_detector, provide_craft
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import Box, Reading
from train_easyocr.program.door import run_door
from train_easyocr.reading.installed import read
from train_easyocr.reading.options_search import TuningPages, pages_to_read, remembering, search
from train_easyocr.reading.tuning_set import TuningSet
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.page_scoring import end_to_end_f1

PARTS = ("quality", "reading", "degraded", "speed")
WAYS = ("craft_easyocr", "craft_searched", "ours", "plain_reader")
ISAS = {"native": {}, "avx2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}}
RESULT = ROOT / "benchmarks" / "results" / "detection.json"
MAPS_LIMIT = 64 << 30
TIMED_WORDS = 250


def main() -> None:
    """Search options, measure the parts that are asked for, and write the result."""
    arguments, about = parse_arguments(), machine()
    weights = find_detector(arguments.weights)
    known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    result = known if known.get("weights_sha256") == sha256(weights) else {}
    with tempfile.TemporaryDirectory(prefix="detection-") as folder:
        work = Path(folder)
        os.environ["EASYOCR_MODULE_PATH"] = str(work / "EasyOCR")
        provide_craft(work / "EasyOCR")
        browser = draw_pages(work / "browser")
        detectors = Installation(work / "EasyOCR", weights, arguments.maps)
        result |= {
            "what": "finding words with our detector and with CRAFT, and reading them with korean_public, on a CPU",
            "weights_sha256": sha256(weights),
            "browser": browser,
        }
        result["options"] = result.get("options", {}) | detectors.install(arguments, result.get("options", {}))
        save_result("detection", result)
        sets = sets_of_pages(arguments, work / "browser")
        measure: dict[str, Callable[[], dict]] = {
            "quality": lambda: quality(detectors, sets, arguments.ways),
            "reading": lambda: reading(detectors, sets, arguments.ways),
            "degraded": lambda: degraded(detectors, sets["real"], arguments.ways),
            "speed": lambda: speed(sets["browser"], work, arguments),
        }
        for part in arguments.parts:
            result[part] = merged(result.get(part, {}), measure[part]()) | {"machine": about}
            save_result("detection", result)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True, metavar="FOLDER", help="labelled real pages")
    parser.add_argument("--generated", type=Path, metavar="FOLDER", help="labelled pages that step 2 has printed")
    parser.add_argument("--choose", type=Path, required=True, metavar="FOLDER", help="pages that choose the options")
    parser.add_argument("--weights", default="korean_public", help="our detector; default: %(default)s")
    parser.add_argument("--maps", type=Path, metavar="FOLDER", help="where CRAFT's maps are kept")
    parser.add_argument("--search_again", action="store_true", help="search options that the last run has found, too")
    parser.add_argument("--rounds", type=int, default=3, help="times that a page is read; default: %(default)s")
    for name, choices in (("parts", PARTS), ("ways", WAYS), ("isa", tuple(ISAS))):
        parser.add_argument(f"--{name}", type=several(choices), default=choices, help=f"some of {','.join(choices)}")
    return parser.parse_args()


def several(choices: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return what reads names with commas between them."""

    def read_names(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        if unknown := set(names) - set(choices):
            raise argparse.ArgumentTypeError(f"{sorted(unknown)[0]}: expected some of {','.join(choices)}")
        return names

    return read_names


def merged(old: dict, new: dict) -> dict:
    """Return `old` with the figures of `new`, two levels deep: a set or a way that was not measured stays."""
    return old | {key: old.get(key, {}) | value for key, value in new.items()}


@dataclass(frozen=True)
class Installation:
    """korean_public in a folder of EasyOCR's, installed once for each way with its detector and options."""

    folder: Path
    weights: Path
    maps: Path | None

    def install(self, arguments: argparse.Namespace, known: dict) -> dict[str, dict]:
        """Install the ways, with options that are searched unless they are known; return the options and the search."""
        self._install("craft_easyocr", WORD_GROUPING)
        told = {}
        for way in {"ours" if way == "plain_reader" else way for way in arguments.ways} - {"craft_easyocr"}:
            self._install(way, WORD_GROUPING)
            if way not in known or arguments.search_again:
                told[way] = self._searched(way, arguments.choose)
            self._install(way, ReadingOptions(**(told.get(way) or known[way])["options"]))
        return told

    def _install(self, way: str, options: ReadingOptions) -> None:
        detector = self.weights if way == "ours" else None
        install_network(way, describe_weights("korean_public"), self.folder, options, detector)

    def _searched(self, way: str, choose: Path) -> dict[str, object]:
        """Search the options of a way as step 4 does."""
        pages = labelled_pages(choose)
        tuning_set = TuningSet(pages, open_network(way, self.folder), self.open(way).detector)
        for number in range(len(pages)):
            tuning_set.find_boxes(number, WORD_GROUPING)
        remembered = remembering(tuning_set.read)
        to_read = pages_to_read([len(page.words) for page, _ in pages])
        started = time.perf_counter()
        trials = search(
            TuningPages(
                len(pages),
                to_read,
                tuning_set.find_boxes,
                lambda page, boxes: count_boxes(pages[page][0], [box.bounds for box in boxes]).f1,
                lambda page, boxes: end_to_end_f1(pages[page][0], remembered(page, boxes)),
            )
        )
        seconds = round(time.perf_counter() - started, 1)
        return {"options": asdict(trials[0].options), "pages": len(pages), "seconds_of_the_search": seconds}

    def open(self, way: str) -> LoadedNetwork:
        """Return the network of a way as `read()` uses it; maps of CRAFT come from `maps` if they are there."""
        network = loaded_network(way, self.folder, False)
        if self.maps and way != "ours" and not network.detector.cache:
            # A name that lasts: the maps depend on the weights, and only to the last digits on all else.
            cache = ScoreMapCache(self.maps, MAPS_LIMIT, PUBLISHED["craft"].md5)
            network.detector = replace(network.detector, cache=cache)
        return network

    def finder(self, way: str) -> Callable[[np.ndarray], Sequence[Box]]:
        """Return what finds words on a page, RGB uint8 [height, width, 3], in a way."""
        network = self.open("ours" if way == "plain_reader" else way)
        if way != "plain_reader":
            return lambda page: [box.bounds for box in network.find(page).boxes(network.options)]
        reader = open_reader(self.folder, None, cuda=False)
        reader.detector = definition().load_detector(str(self.weights))
        return lambda page: boxes_of_reader(reader, page, network.options)

    def reader(self, way: str) -> Callable[[Sheet], list[Reading]]:
        """Return what reads a page as `read()` does, in a way."""
        self.open(way)  # `read()` takes the network that is loaded
        return lambda sheet: read(sheet.data, way)


def boxes_of_reader(reader: Reader, page: np.ndarray, options: ReadingOptions) -> list[Box]:
    """Return the boxes that EasyOCR's Reader makes of a page with our detector in place of CRAFT."""
    [upright], [rotated] = reader.detect(page, **asdict(options))
    boxes = [TextBox((left, top, right, bottom)) for left, right, top, bottom in upright]
    return [box.bounds for box in [*boxes, *map(rotated_box, rotated)]]


def sets_of_pages(arguments: argparse.Namespace, browser: Path) -> dict[str, list[Sheet]]:
    """Read the pages of all sets."""
    folders = {"real": arguments.real, "generated": arguments.generated, "browser": browser}
    return {
        name: [Sheet(page, path.read_bytes()) for page, path in labelled_pages(folder)]
        for name, folder in folders.items()
        if folder
    }


def quality(detectors: Installation, sets: dict[str, list[Sheet]], ways: Sequence[str]) -> dict[str, dict]:
    """Score what the ways find on all sets."""
    return {
        name: {way: detection_figures(sheets, detection_counts(sheets, detectors.finder(way))) for way in ways}
        for name, sheets in sets.items()
    }


def reading(detectors: Installation, sets: dict[str, list[Sheet]], ways: Sequence[str]) -> dict[str, dict]:
    """Score what `read()` returns; generated pages are left out, because korean_public has learnt such print."""
    return {
        name: {
            way: reading_figures(sheets, reading_counts(sheets, detectors.reader(way)))
            for way in ways
            if way != "plain_reader"
        }
        for name, sheets in sets.items()
        if name != "generated"
    }


def degraded(detectors: Installation, sheets: list[Sheet], ways: Sequence[str]) -> dict[str, dict]:
    """Score what the ways find on damaged real pages, and what `read()` reads there with ours, against clean pages."""
    found: dict[str, dict] = {damage: {} for damage in DAMAGES}
    for way in ways:
        clean = detection_counts(sheets, detectors.finder(way))
        clean_read = reading_counts(sheets, detectors.reader(way)) if way == "ours" else None
        for name, damage in DAMAGES.items():
            damaged = [damage(sheet) for sheet in sheets]
            counts = detection_counts(damaged, detectors.finder(way))
            figures = detection_figures(damaged, counts) | {"f1_change": f1_change(sheets, clean, counts)}
            if clean_read is not None:
                texts = reading_counts(damaged, detectors.reader(way))
                figures |= reading_figures(damaged, texts)
                figures |= {"end_to_end_f1_change": reading_change(sheets, clean_read, texts)}
            found[name][way] = figures
    return found


def speed(sheets: list[Sheet], work: Path, arguments: argparse.Namespace) -> dict[str, dict]:
    """Time `read()` with each detector in processes of their own, by instruction set."""
    sheet = min(sheets, key=lambda sheet: abs(len(sheet.page.words) - TIMED_WORDS))
    image = work / "timed.jpg"
    image.write_bytes(sheet.data)
    names = [way for way in arguments.ways if way in ("craft_easyocr", "ours")]
    return {isa: {way: timed(way, image, arguments.rounds, ISAS[isa]) for way in names} for isa in arguments.isa}


def timed(way: str, image: Path, rounds: int, switches: dict[str, str]) -> dict[str, object]:
    """Run page_seconds.py, with more variables of the environment, and return its figures."""
    command = [sys.executable, str(ROOT / "benchmarks" / "page_seconds.py"), way, str(image), str(rounds)]
    ran = subprocess.run(command, env=os.environ | switches, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return json.loads(ran.stdout.splitlines()[-1])


if __name__ == "__main__":
    run_door(main)
