"""How well the recogniser that ships reads words of many kinds, and what other recognisers read on the same crops.

Part of benchmarks/model_card.py. Every crop is one word, read greedily at the width to which EasyOCR's Reader pads it.
A word counts as exact in the written form of its look-alikes (`look_alikes.py`), on real pages also as it is labelled;
the folded score counts all look-alikes as equal. Intervals come from documents on real
pages, from crops elsewhere.
"""

from __future__ import annotations

from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from printed_identifiers import CAPITAL_HEIGHTS, KINDS, identifier_texts, printed
from scipy.stats import binomtest, hypergeom
from tesseract import CROP_BORDER, CROP_HEIGHT, crop_reader
from tesseract import version as tesseract_version

from train_easyocr.dataset.stores.store import PatchStore
from train_easyocr.easyocr_port.weights import RecognitionWeights, describe_weights
from train_easyocr.pages.records import document_of
from train_easyocr.printing.generated.store import GeneratedStore
from train_easyocr.program.errors import UserError
from train_easyocr.scoring.character_kinds import kind_of
from train_easyocr.scoring.document_fields import fields_of
from train_easyocr.scoring.statistics import interval
from train_easyocr.texts.charset import Charset
from train_easyocr.texts.look_alikes import fold, written_form
from train_easyocr.texts.text_scores import compare_texts
from train_easyocr.training.network import load_network
from train_easyocr.training.opening import open_store
from train_easyocr.training.validation import read_patches

REAL, KNOWN, UNKNOWN = "real_pages", "known_typefaces", "unknown_typefaces"
WITH_RIVALS = (REAL, KNOWN, UNKNOWN)
PRINTED = {f"{kind}_{height}_pixels": (kind, height) for kind in KINDS for height in CAPITAL_HEIGHTS}
TESTS = (*WITH_RIVALS, "charset_clean", "identifiers", "hanja", *PRINTED)
PRINTED_TEXTS = 167  # of each kind, in five typefaces and three sizes: 500 identifiers
HEIGHTS = (16, 24, 32, 48, 64)  # borders of the groups of heights of crops, pixels
HEIGHT_GROUPS = (
    f"under {HEIGHTS[0]} pixels",
    *(f"{low} to {high - 1} pixels" for low, high in pairwise(HEIGHTS)),
    f"{HEIGHTS[-1]} pixels and more",
)
FEWEST = 20  # words of a group that is told

Reader = Callable[[PatchStore, Sequence[int]], list[str]]


@dataclass(frozen=True)
class CropsInMemory:
    """A patch store of crops that were printed a moment ago."""

    crops: Sequence[np.ndarray]
    worn = True

    @property
    def texts(self) -> list[str]:
        """Return no texts: the labels are kept beside it."""
        return [""] * len(self.crops)

    filenames = texts

    def sizes(self, show_progress: bool = True) -> np.ndarray:
        """Return width and height of every crop, int32 [N, 2]."""
        return np.array([crop.shape[::-1] for crop in self.crops], np.int32)

    def read(self, row: int) -> np.ndarray:
        """Return one crop, uint8 grey [height, width]."""
        return self.crops[row]


class Words:
    """Labels and readings of a test: the figures of all, of groups, and of rows.

    `counts`, int [N, 6]: exact, folded, exact but for spaces, edits, characters, 1. `units`: the unit of the interval
    of each word.
    """

    def __init__(self, labels: Sequence[str], readings: Sequence[str], units: Sequence[Hashable] | None = None) -> None:
        self.labels, self.readings, self.units = labels, readings, units
        pairs = [(written_form(label), written_form(reading)) for label, reading in zip(labels, readings, strict=True)]
        self.counts = np.array([_counted(*pair) for pair in pairs])

    def figures(self, rows: Sequence[int] | None = None) -> dict[str, float | int]:
        """Return the figures of all words, or of some: percents with a 95% interval, and the character error rate."""
        rows = range(len(self.labels)) if rows is None else rows
        counts = self.counts[list(rows)]
        units = None if self.units is None else [self.units[row] for row in rows]
        found = counts.sum(axis=0)
        return {
            "words": len(counts),
            "exact_percent": percent(found[0] / found[5]),
            **limits(counts[:, [0, 5]], units),
            "folded_percent": percent(found[1] / found[5]),
            "spaces_aside_percent": percent(found[2] / found[5]),
            "cer": round(float(found[3] / found[4]), 4),
        }

    def groups(self, names_of: Sequence[Iterable[str]]) -> list[dict[str, object]]:
        """Return the figures of each group of enough words, the worst first; a word may be in several."""
        members = defaultdict(list)
        for row, names in enumerate(names_of):
            for name in names:
                members[name].append(row)
        found = [{"group": name, **self.figures(rows)} for name, rows in members.items() if len(rows) >= FEWEST]
        return sorted(found, key=lambda group: group["exact_percent"])

    def as_labelled(self) -> float:
        """Return how many words were read as they are labelled, letter by letter, in percent."""
        return percent(np.mean([label == text for label, text in zip(self.labels, self.readings, strict=True)]))


def _counted(label: str, reading: str) -> tuple[int, int, int, int, int, int]:
    spaces_aside = label.replace(" ", "") == reading.replace(" ", "")
    edits = compare_texts(label, reading).edits
    return label == reading, fold(label) == fold(reading), spaces_aside, edits, len(label), 1


def limits(counts: np.ndarray, units: Sequence[Hashable] | None) -> dict[str, float]:
    """Return the 95% interval of the share exact, in percent, from counts, [N, 2]: exact, 1.

    Documents differ by Student's t, as in `statistics.py`; crops that are drawn one by one, and words of which all or
    none are exact, by Wilson's interval, which then is not empty.
    """
    exact, words = (int(number) for number in counts.sum(axis=0))
    if units is None or exact in (0, words):
        low, high = binomtest(exact, words).proportion_ci(method="wilson")
    else:
        found = interval(counts, units=units, within=(0, 1))
        if found.low is None or found.high is None:
            return {}
        low, high = found.low, found.high
    return {"low_percent": percent(low), "high_percent": percent(high)}


def percent(share: float) -> float:
    """Return a share in percent, with two decimals."""
    return round(100 * float(share), 2)


def network_reader(weights: RecognitionWeights) -> Reader:
    """Return what reads crops with a network of EasyOCR's kind."""
    network, charset = load_network(weights), Charset(weights.characters)
    return lambda store, rows: [text for text, _ in read_patches(network, charset, store, rows)]


def test_figures(name: str, read: Reader, arguments: Namespace, rivals: Mapping[str, Reader]) -> dict[str, object]:
    """Read a test, or `arguments.most` of its crops; return its figures, in groups and beside rivals too."""
    if name in PRINTED:
        kind, height = PRINTED[name]
        labels, crops = zip(*printed(identifier_texts(PRINTED_TEXTS)[kind], height), strict=True)
        return Words(labels, read(CropsInMemory(crops), range(len(crops)))).figures()
    store = open_store(arguments.real if name == REAL else arguments.sets / "test" / name)
    rows = _drawn(len(store.texts), arguments.most)
    pages = [store.filenames[row].rpartition("_")[0] for row in rows]
    documents = [document_of(page) for page in pages] if name == REAL else None
    words = Words([store.texts[row] for row in rows], read(store, rows), documents)
    found: dict[str, object] = words.figures()
    if name == REAL:
        found |= {"documents": len(set(documents or ())), "as_labelled_percent": words.as_labelled()}
    if name in WITH_RIVALS:
        found |= {"words_in_groups": len(rows), **_in_groups(words, store, rows)}
        found |= {"drawn": _beside_rivals(words, store, rows, rivals, arguments.draw)}
    return found


def _drawn(size: int, count: int) -> list[int]:
    """Draw `count` rows of a test of `size` crops, always the same ones; all if there are no more."""
    order = np.random.default_rng(1).permutation(size)
    return sorted(order[:count].tolist())


def _in_groups(words: Words, store: PatchStore, rows: Sequence[int]) -> dict[str, object]:
    heights = store.sizes()[rows, 1].tolist()
    groups = {
        "by_height": by_height(words.groups([[height_group(height)] for height in heights])),
        "by_kind_of_text": words.groups([kinds_of_text(label) for label in words.labels]),
    }
    if isinstance(store, GeneratedStore):
        families = store.families
        groups["by_typeface"] = words.groups([[families[row]] for row in rows])
    return groups


def kept(old: Mapping[str, Any], new: Mapping[str, Any], draw: int) -> dict[str, Any]:
    """Return the figures of a test; those of all its words from `old`, an earlier run, if that one read more.

    Adds between which percents 95 of 100 draws of as many crops lie as rivals read, by the hypergeometric distribution.
    """
    figures = dict(new)
    if old.get("words", 0) > new["words"]:
        figures |= {key: value for key, value in old.items() if not isinstance(value, (dict, list))}
        figures["words_in_groups"] = new.get("words_in_groups")
    if "drawn" in figures:
        words = figures["words"]
        law = hypergeom(words, round(words * figures["exact_percent"] / 100), draw)
        figures["range_of_draws"] = [percent(law.ppf(limit) / draw) for limit in (0.025, 0.975)]
    return figures


def height_group(height: int) -> str:
    """Return the group of the height of a crop or a box, in pixels."""
    return HEIGHT_GROUPS[sum(height >= border for border in HEIGHTS)]


def by_height(groups: Sequence[dict]) -> list[dict]:
    """Return groups of heights from low to high."""
    return sorted(groups, key=lambda group: HEIGHT_GROUPS.index(group["group"]))


def kinds_of_text(text: str) -> list[str]:
    """Return the groups of a label: its kinds of characters, whether it has one alone, and the field that it is."""
    kinds = {kind_of(character) for character in text} - {"others"}
    letters = sorted(kinds - {"punctuation"})
    one = {"hangul": "Hangul", "latin": "Latin letters"}.get(letters[0], letters[0]) if len(letters) == 1 else ""
    kind = "mixed" if len(letters) > 1 else f"{one}, also with marks" if one else "marks alone"
    return [kind, *(["one character"] if len(text) == 1 else []), *(name.replace("_", " ") for name in fields_of(text))]


def _beside_rivals(
    words: Words, store: PatchStore, rows: Sequence[int], rivals: Mapping[str, Reader], draw: int
) -> dict[str, object]:
    """Return the figures of a draw of crops: ours, and those of rivals on the same crops."""
    places = _drawn(len(rows), draw)
    labels, here = [words.labels[place] for place in places], [rows[place] for place in places]
    units = None if words.units is None else [words.units[place] for place in places]
    drawn = {"korean_public": words.figures(places)}
    for name, read in rivals.items():
        theirs = Words(labels, read(store, here), units)
        drawn[name] = theirs.figures()
        if name == "english_g2":  # it has no Hangul: of the words that it can spell, too
            known = set(describe_weights(name).characters)
            spelt = [place for place, label in enumerate(labels) if set(label) <= known]
            if len(spelt) >= FEWEST:
                drawn |= {"english_g2, spelt": theirs.figures(spelt)}
                drawn |= {"korean_public, spelt": words.figures([places[place] for place in spelt])}
    return drawn


def find_rivals(tessdata: Sequence[Sequence[str]]) -> tuple[dict[str, Reader], list[dict[str, str]]]:
    """Return the rivals that are at hand by their names, and how each is run, or why it is not.

    `tessdata`: name, file and package of further weights of Tesseract.
    """
    rivals: dict[str, Reader] = {}
    told = []
    for name, file, package in [("Tesseract kor", "", "Debian tesseract-ocr-kor"), *tessdata]:
        rivals[name] = crop_reader(Path(file) if file else None)
        how = (
            f"Tesseract {tesseract_version()}, `-l {Path(file).stem or 'kor'}` of {package}, `--psm 7 --dpi 200`; each "
            f"crop {CROP_HEIGHT} pixels high (cubic) in {CROP_BORDER} pixels of its median grey"
        )
        told.append({"reader": name, "how": how})
    for name in ("english_g2", "korean_g2"):
        try:
            rivals[name] = network_reader(describe_weights(name))
            how = "EasyOCR 1.7.2's published weights, read as ours are: greedily, at the Reader's padded width, no mask"
        except UserError as error:
            how = f"not run: {str(error).partition(' (')[0]}"
        told.append({"reader": name, "how": how})
    return rivals, told


def parameters(weights: Path) -> int:
    """Return how many numbers a weight file has learnt; what batch norms count is none of them."""
    state = torch.load(weights, map_location="cpu", weights_only=True)
    unlearnt = ("num_batches_tracked", "running_mean", "running_var")
    return sum(value.numel() for name, value in state.items() if not name.endswith(unlearnt))
