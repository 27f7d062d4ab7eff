"""What `read()` finds and reads on pages with the networks that ship, and what others read on the same pages.

Part of benchmarks/model_card.py. Intervals come from documents.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from browser_pages import draw_pages
from card_words import FEWEST, by_height, height_group, kinds_of_text, limits, percent
from damaged_pages import Sheet
from detection import ISAS, TIMED_WORDS, Installation, timed
from detection_figures import detection_figures, reading_counts, reading_figures
from tesseract import read_page
from tesseract import version as tesseract_version

from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS, WORD_GROUPING
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.records import Page, Reading
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.page_scoring import pair_words
from train_easyocr.texts.look_alikes import written_form

REPORT, CHOOSE, PRINTED, BROWSER = "reporting", "choosing", "printed", "browser"
OURS = "ours"
CRAFT, ENGLISH, TESSERACT = "CRAFT + korean_public", "CRAFT + english_g2", "Tesseract kor+eng"
RIVALS = {CRAFT: "korean_public", ENGLISH: "english_g2"}
HOW = {
    "ours": f"`read()` with the shipped detector, korean_public and the installed options: {SHIPPED_OPTIONS}",
    CRAFT: "`read()` with EasyOCR's published CRAFT, its thresholds and word grouping, and korean_public",
    ENGLISH: "the same with EasyOCR's published english_g2, which has no Hangul",
    TESSERACT: "Tesseract {version}, kor+eng of Debian's packages, --psm 3, its own words",
}

Read = Callable[[Sheet], list[Reading]]


def page_figures(
    folders: dict[str, Path], most: int, maps: Path | None, documents: dict[str, str]
) -> dict[str, object]:
    """Return all figures of the detector: of each set of pages, of groups of words, and beside rivals.

    `most`: pages of a set that are read, spread over it. `documents`: the names of documents by `agency/year`.
    """
    with tempfile.TemporaryDirectory(prefix="card-") as name:
        installation = installed(Path(name), maps)
        browser = draw_pages(Path(name) / "browser")
        folders = folders | {BROWSER: Path(name) / "browser"}
        sets = {name: spread(sheets_of(folder), most) for name, folder in folders.items()}
        ours = remembering(installation.reader(OURS))
        real = sets[REPORT] + sets[CHOOSE]
        figures = {
            "sets": {name: set_figures(sheets, ours) for name, sheets in sets.items()},
            "by_document": page_groups(real, ours, lambda page: documents.get(page.document, page.document)),
            "by_height": by_height(word_groups(real, ours, lambda word: [height_group(word.height)])),
            "by_kind_of_text": word_groups(real, ours, lambda word: kinds_of_text(word.text)),
            "browser": browser,
        }
        if PRINTED in sets:
            figures["by_kind_of_page"] = page_groups(sets[PRINTED], ours, lambda page: page.category.rpartition("/")[2])
        return figures | beside_rivals(sets[REPORT], figures["sets"][REPORT], installation, Path(name))


def installed(folder: Path, maps: Path | None) -> Installation:
    """Install the networks that ship, and CRAFT with those that it is tried with, in a folder of EasyOCR's."""
    os.environ["EASYOCR_MODULE_PATH"] = str(folder / "EasyOCR")
    provide_craft(folder / "EasyOCR")
    install_network(OURS, describe_weights("korean_public"), folder / "EasyOCR", SHIPPED_OPTIONS, SHIPPED_DETECTOR)
    for weights in RIVALS.values():
        install_network(f"craft_{weights}", describe_weights(weights), folder / "EasyOCR", WORD_GROUPING)
    return Installation(folder / "EasyOCR", SHIPPED_DETECTOR, maps)


def sheets_of(folder: Path) -> list[Sheet]:
    """Read the labelled pages of a folder."""
    return [Sheet(page, path.read_bytes()) for page, path in labelled_pages(folder)]


def spread(sheets: list[Sheet], most: int) -> list[Sheet]:
    """Return at most `most` pages, spread evenly over all."""
    return [sheets[place * len(sheets) // most] for place in range(most)] if most < len(sheets) else sheets


def remembering(read: Read) -> Read:
    """Return `read`, which reads each page once."""
    known: dict[str, list[Reading]] = {}

    def read_once(sheet: Sheet) -> list[Reading]:
        if sheet.page.name not in known:
            known[sheet.page.name] = read(sheet)
        return known[sheet.page.name]

    return read_once


def set_figures(sheets: Sequence[Sheet], read: Read) -> dict[str, object]:
    """Return the figures of a set of pages: what was found, and end to end."""
    boxes = [[reading.box for reading in read(sheet)] for sheet in sheets]
    counts = [count_boxes(sheet.page, found).numbers() for sheet, found in zip(sheets, boxes, strict=True)]
    return detection_figures(sheets, np.array(counts)) | reading_figures(sheets, reading_counts(sheets, read))


def page_groups(sheets: Sequence[Sheet], read: Read, name_of: Callable[[Page], str]) -> list[dict[str, object]]:
    """Return the figures of groups of pages, the worst first."""
    members = defaultdict(list)
    for sheet in sheets:
        members[name_of(sheet.page)].append(sheet)
    rows = []
    for name, of_group in members.items():
        figures = set_figures(of_group, read)
        exact = figures["end_to_end_f1_exact"]["value"]
        counts = {"pages": len(of_group), "words": figures["words"]}
        rows.append({"group": name, **counts, "f1": figures["f1"]["value"], "exact_f1": exact})
    return sorted(rows, key=lambda row: row["f1"])


def word_groups(sheets: Sequence[Sheet], read: Read, names_of: Callable) -> list[dict[str, object]]:
    """Return how many words of each group were found, and read exactly, in percent with intervals; the worst first."""
    counts, documents = defaultdict(lambda: np.zeros((len(sheets), 3))), [sheet.page.document for sheet in sheets]
    for page, sheet in enumerate(sheets):
        read_as = {pair.ground_truth: pair.texts.read for pair in pair_words(sheet.page, read(sheet))}
        for place, word in enumerate(sheet.page.words):
            exact = written_form(read_as.get(place, "")) == written_form(word.text)
            for name in names_of(word):
                counts[name][page] += (place in read_as, exact, 1)
    rows = []
    for name, of_group in counts.items():
        here = np.flatnonzero(of_group[:, 2])
        found, exact, words = of_group.sum(axis=0)
        if words >= FEWEST:
            row = {"group": name, "words": int(words), "found_percent": percent(found / words)}
            row |= limits(of_group[here][:, [0, 2]], [documents[page] for page in here])
            rows.append(row | {"exact_percent": percent(exact / words)})
    return sorted(rows, key=lambda row: row["found_percent"])


def beside_rivals(sheets: Sequence[Sheet], ours: dict, installation: Installation, folder: Path) -> dict[str, object]:
    """Return our figures of some pages and those of rivals on the same pages, and how each was run."""

    def with_tesseract(sheet: Sheet) -> list[Reading]:
        image = folder / "page.jpg"
        image.write_bytes(sheet.data)
        return read_page(image, "kor+eng", 3)

    rivals = {name: installation.reader(f"craft_{weights}") for name, weights in RIVALS.items()}
    rivals[TESSERACT] = with_tesseract
    found = {name: set_figures(sheets, remembering(read)) for name, read in rivals.items()}
    how = HOW | {TESSERACT: HOW[TESSERACT].format(version=tesseract_version())}
    readers = [{"reader": name, "how": text} for name, text in how.items()]
    return {"rivals": {"ours": ours} | found, "readers": readers}


def page_speed(pages: Path, rounds: int) -> dict[str, object]:
    """Time `read()` on one page of some 250 words, in processes of their own, by instruction set."""
    with tempfile.TemporaryDirectory(prefix="card-") as name:
        installed(Path(name), None)
        sheet = min(sheets_of(pages), key=lambda sheet: abs(len(sheet.page.words) - TIMED_WORDS))
        image = Path(name) / "timed.jpg"
        image.write_bytes(sheet.data)
        return {isa: _milliseconds(timed(OURS, image, rounds, switches)) for isa, switches in ISAS.items()}


def _milliseconds(seconds: dict) -> dict[str, object]:
    words = seconds["words_read"]
    return {
        "words_on_the_page": words,
        "milliseconds_a_word": round(1000 * seconds["reading"] / words, 1),
        "milliseconds_to_find_the_words_of_a_page": round(1000 * seconds["finding"]),
        "milliseconds_a_page": round(1000 * seconds["read"]),
        "peak_gib": seconds["peak_gib"],
    }
