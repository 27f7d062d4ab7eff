"""How well the network that ships reads generated words that no training has seen, with Tesseract on the same crops.

    python prepare_dataset.py --make_words --output dataset/generated --fonts FOLDER
    python benchmarks/korean_public.py --sets dataset/generated
    python benchmarks/korean_public.py --sets dataset/generated --ship train_easyocr/saved_models/korean_public

Five tests (`test/known_typefaces`, `unknown_typefaces`, `charset_clean`, `identifiers`, `hanja`) are read greedily,
each crop at the width to which EasyOCR's Reader pads it. So are codes, amounts and addresses whose capitals are 12, 18
and 24 pixels high (`printed_identifiers.py`). Tesseract (`kor`, one line a crop) reads some hundred crops of the first
two, scaled to 48 pixels with a white border, as it wants them. `--real FOLDER` adds patches of real pages, cut by step
2 from their labelled boxes. A word is exact in the written form of its look-alikes (`look_alikes.py`), on real pages
also as it is labelled; the folded score counts all look-alikes as equal. Scores go to
benchmarks/results/korean_public.json.

`--ship` first makes the average of a training's weights the network that ships: train_easyocr/pretrained/
korean_public.pth in float16, and a JSON beside it with recipe, versions, SHA-256, scores and the typefaces' licences.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import yaml
from measured import machine, save_result
from printed_identifiers import CAPITAL_HEIGHTS, identifier_texts, printed
from tesseract import demand_tesseract
from tesseract import version as tesseract_version

from train_easyocr.dataset.stores.store import PatchStore
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.weights import SHIPPED_FILE, RecognitionWeights
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.atomic import replacing, write_text
from train_easyocr.program.door import run_door
from train_easyocr.texts.charset import KOREAN_PUBLIC, Charset
from train_easyocr.texts.look_alikes import fold, written_form
from train_easyocr.texts.text_scores import compare_texts, nfc
from train_easyocr.training.network import load_network
from train_easyocr.training.opening import open_store
from train_easyocr.training.validation import read_patches

TESTS = ("known_typefaces", "unknown_typefaces", "charset_clean", "identifiers", "hanja")
WITH_TESSERACT = TESTS[:2]
PRINTED_TEXTS = 167  # of each kind, in five typefaces and three sizes: 500 identifiers
TESSERACT_HEIGHT, TESSERACT_BORDER = 48, 12  # pixels


def main() -> None:
    """Ship a training's result if asked to, score what ships, and write both accounts."""
    arguments = parse_arguments()
    demand_tesseract("kor")
    about = machine()
    if arguments.ship:
        pack(arguments.ship / arguments.weights, SHIPPED_FILE)
    charset = Charset(KOREAN_PUBLIC)
    network = load_network(RecognitionWeights(SHIPPED_FILE, KOREAN_PUBLIC, NetworkShape()))
    scores: dict[str, dict] = {}
    for name in TESTS:
        store = open_store(arguments.sets / "test" / name)
        readings = read_all(network, charset, store)
        scores[name] = {"all crops": score(list(store.texts), readings)}
        if name in WITH_TESSERACT:
            rows = np.random.default_rng(1).choice(len(store.texts), arguments.tesseract, replace=False).tolist()
            labels = [store.texts[row] for row in rows]
            scores[name]["some crops"] = score(labels, [readings[row] for row in rows])
            scores[name]["Tesseract on these"] = score(labels, read_with_tesseract(store, rows))
    for kind, texts in identifier_texts(PRINTED_TEXTS).items():
        for height in CAPITAL_HEIGHTS:
            labels, crops = zip(*printed(texts, height), strict=True)
            readings = read_all(network, charset, CropsInMemory(crops))
            scores[f"printed {kind}, capitals of {height} pixels"] = {"all crops": score(labels, readings)}
    if arguments.real:
        store = open_store(arguments.real)
        readings = read_all(network, charset, store)
        labels = list(store.texts)
        letter_by_letter = 100 * sum(map(str.__eq__, labels, readings)) / len(labels)
        scores["real pages"] = {
            "all crops": score(labels, readings) | {"as labelled_percent": round(letter_by_letter, 2)}
        }
    result = {
        "what": "the network that ships, on generated words that are held out; Tesseract, kor, one line a crop",
        "weights_sha256": sha256(SHIPPED_FILE),
        "scores": scores,
        "tesseract": tesseract_version(),
        "machine": about,
    }
    save_result("korean_public", result)
    if arguments.ship:
        write_text(SHIPPED_FILE.with_suffix(".json"), description(arguments, scores) + "\n")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True, help="what --make_words wrote")
    parser.add_argument(
        "--tesseract", type=int, default=500, help="crops of a test for Tesseract; default: %(default)s"
    )
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="patches of real pages that step 2 has cut")
    parser.add_argument("--ship", type=Path, metavar="EXPERIMENT", help="folder of a finished training, to ship first")
    weights = "average_best_accuracy.pth"
    parser.add_argument("--weights", default=weights, help="file in that folder; default: %(default)s")
    parser.add_argument("--notes", default="", help="a sentence for the JSON: how the training was run")
    return parser.parse_args()


def pack(source: Path, target: Path) -> None:
    """Write the weights of `source` to `target` in float16; counters of batch norms stay whole numbers."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    with replacing(target) as temporary:
        torch.save(
            {name: value.half() if value.is_floating_point() else value for name, value in state.items()}, temporary
        )


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


def read_all(network: torch.nn.Module, charset: Charset, store: PatchStore) -> list[str]:
    """Return the readings of all crops of a store."""
    return [text for text, _ in read_patches(network, charset, store, range(len(store.texts)))]


def score(labels: Sequence[str], readings: Sequence[str]) -> dict[str, float | int]:
    """Return how many words were read exactly and with look-alikes folded, in percent, and the character error rate.

    Labels and readings count in their written form.
    """
    labels, readings = [written_form(text) for text in labels], [written_form(text) for text in readings]
    edits = sum(compare_texts(label, reading).edits for label, reading in zip(labels, readings, strict=True))
    return {
        "crops": len(labels),
        "exact_percent": round(100 * sum(map(str.__eq__, labels, readings)) / len(labels), 2),
        "folded_percent": round(100 * sum(map(str.__eq__, map(fold, labels), map(fold, readings))) / len(labels), 2),
        "cer": round(edits / sum(map(len, labels)), 4),
    }


def read_with_tesseract(store: PatchStore, rows: Sequence[int]) -> list[str]:
    """Read crops with one call of Tesseract; spaces at the ends and between lines are left out of a reading."""
    with tempfile.TemporaryDirectory() as name:
        paths = []
        for row in rows:
            crop = store.read(row)
            width = max(1, round(crop.shape[1] * TESSERACT_HEIGHT / crop.shape[0]))
            image = cv2.resize(crop, (width, TESSERACT_HEIGHT), interpolation=cv2.INTER_CUBIC)
            border = [TESSERACT_BORDER] * 4
            image = cv2.copyMakeBorder(image, *border, cv2.BORDER_CONSTANT, value=int(np.median(crop)))
            paths.append(f"{name}/{len(paths)}.png")
            cv2.imwrite(paths[-1], image)
        listing = Path(name) / "crops.txt"
        listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        command = ["tesseract", str(listing), "stdout", "-l", "kor", "--psm", "7", "--dpi", "200"]
        output = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    pages = output.split("\f")[: len(rows)]  # one page a crop, each ended by a form feed
    return [nfc(" ".join(page.split())) for page in pages]


def description(arguments: argparse.Namespace, scores: dict[str, object]) -> str:
    """Return the JSON beside the weights: what they are, how they came about, and whose typefaces they have seen."""
    settings = yaml.safe_load((arguments.ship / "config.yaml").read_text(encoding="utf-8"))
    settings["continue_from"] = Path(settings["continue_from"]).name  # no folder of this machine
    facts = json.loads((arguments.sets / "training/words/generated.json").read_text(encoding="utf-8"))
    training = Path(settings["train_data"])
    labels = {name: len(open_store(training / name).texts) for name in settings["select_data"].split("-")}
    settings |= {"train_data": "dataset/generated/training", "val_data": "dataset/generated/validation"}
    progress = (arguments.ship / "metrics.csv").read_text(encoding="utf-8").strip().splitlines()
    content = {
        "what": "EasyOCR's second generation (VGG, BiLSTM, CTC, 64 pixels high) for the characters of korean_public",
        "file": SHIPPED_FILE.name,
        "sha256": sha256(SHIPPED_FILE),
        "stored_as": "float16, to be loaded as float32",
        "characters": len(KOREAN_PUBLIC),
        "licence": "Apache-2.0",
        "trained_on": {**labels, "seed": facts["seed"], "of": "python3 prepare_dataset.py --make_words"},
        "command": "python3 -m train_easyocr.train --config train_easyocr/config_files/korean_public.yaml",
        "notes": arguments.notes,
        "settings": settings,
        "last_validation": dict(zip(progress[0].split(","), progress[-1].split(","), strict=True)),
        "scores": scores,
        "made_on": machine(),
        "typefaces": sorted({f"{face['family']} ({face['licence']})" for face in facts["faces"]}),
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    run_door(main)
