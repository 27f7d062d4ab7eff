"""The figures of the model cards of the networks that ship, in train_easyocr/pretrained/*.json.

    python prepare_dataset.py --make_words --output dataset/generated --fonts FOLDER
    python benchmarks/model_card.py words --sets dataset/generated --real PATCHES [--tessdata NAME FILE PACKAGE]
    python benchmarks/model_card.py pages --report FOLDER --choose FOLDER [--printed FOLDER] [--maps FOLDER]
    python benchmarks/model_card.py speed --report FOLDER
    python benchmarks/readme_tables.py

`words` scores the recogniser on words that no training saw (card_words.py): five generated tests, codes, amounts and
addresses in small print, and patches that step 2 has cut from real pages; by typeface, height and kind of text, and
beside Tesseract and EasyOCR's networks on a draw of the same crops. `pages` scores what `read()` finds and reads with
the detector on whole pages (card_pages.py): real ones that chose its options and others that chose nothing, printed
ones, and twelve that Chromium draws; beside CRAFT and Tesseract. `speed` times both on one page; run it on a quiet
machine. `readme_tables.py` then writes the tables of the cards (*.md beside the JSON) and of the READMEs.

`ship` makes the weights of a training the ones that ship, in float16, and notes the training and the version:

    python benchmarks/model_card.py ship detector EXPERIMENT --changed "what changed" --notes "how it was trained"
"""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

import torch
import yaml
from card_pages import CHOOSE, PRINTED, REPORT, page_figures, page_speed
from card_words import TESTS, find_rivals, kept, network_reader, parameters, test_figures
from detection import several
from measured import machine
from tesseract import demand_tesseract

from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, SHIPPED_FILE, describe_weights
from train_easyocr.pages.provenance import sha256
from train_easyocr.printing.generated.faces import CATALOGUE
from train_easyocr.program.atomic import replacing, write_text
from train_easyocr.program.door import run_door

NETWORKS = {"recogniser": SHIPPED_FILE, "detector": SHIPPED_DETECTOR}
BEST = {"recogniser": "average_best_accuracy.pth", "detector": "average_best_detection_f1.pth"}


def main() -> None:
    """Do what the command says, and write the cards that it concerns."""
    arguments = parse_arguments()
    arguments.run(arguments)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    words = commands.add_parser("words", help="score the recogniser")
    words.set_defaults(run=measure_words)
    words.add_argument("--sets", type=Path, required=True, metavar="FOLDER", help="what --make_words wrote")
    words.add_argument("--real", type=Path, required=True, metavar="FOLDER", help="patches of real pages")
    words.add_argument("--tests", type=several(TESTS), default=TESTS, help=f"some of {','.join(TESTS)}")
    words.add_argument("--most", type=int, default=1 << 30, help="crops of a test that are read; default: all")
    words.add_argument("--draw", type=int, default=500, help="crops of a test for rivals; default: %(default)s")
    more = "another <language>.traineddata for Tesseract, and the package that it is from; may be repeated"
    of_file = ("NAME", "FILE", "PACKAGE")
    words.add_argument("--tessdata", action="append", default=[], nargs=3, metavar=of_file, help=more)
    pages = commands.add_parser("pages", help="score the detector")
    pages.set_defaults(run=measure_pages)
    pages.add_argument("--report", type=Path, required=True, metavar="FOLDER", help="real pages that chose nothing")
    pages.add_argument("--choose", type=Path, required=True, metavar="FOLDER", help="real pages that chose the options")
    pages.add_argument("--printed", type=Path, metavar="FOLDER", help="printed pages that no training saw")
    pages.add_argument("--most", type=int, default=1 << 30, help="pages of a set that are read; default: all")
    pages.add_argument("--maps", type=Path, metavar="FOLDER", help="where CRAFT's maps are kept")
    speed = commands.add_parser("speed", help="time both")
    speed.set_defaults(run=measure_speed)
    speed.add_argument("--report", type=Path, required=True, metavar="FOLDER", help="pages; one is timed")
    speed.add_argument("--rounds", type=int, default=3, help="times that it is read; default: %(default)s")
    shipping = commands.add_parser("ship", help="make a training's weights the ones that ship")
    shipping.set_defaults(run=ship)
    shipping.add_argument("network", choices=NETWORKS)
    shipping.add_argument("experiment", type=Path, help="folder of the finished training")
    shipping.add_argument("--changed", required=True, help="what the new weights do that the old ones did not")
    shipping.add_argument("--notes", help="how the training was run, in sentences; default: those of the last one")
    shipping.add_argument("--weights", help=f"file in that folder; default: {', '.join(BEST.values())}")
    return parser.parse_args()


def measure_words(arguments: argparse.Namespace) -> None:
    """Write the figures of the recogniser into its card, after each test; other tests of these weights stay."""
    demand_tesseract("kor")
    origin = measured(SHIPPED_FILE, machine())
    old = read_card(SHIPPED_FILE).get("figures", {})
    known = old["tests"] if old.get("weights_sha256") == origin["weights_sha256"] else {}
    rivals, readers = find_rivals(arguments.tessdata)
    read = network_reader(describe_weights("korean_public"))
    for name in arguments.tests:
        known |= {name: kept(known.get(name, {}), test_figures(name, read, arguments, rivals), arguments.draw)}
        in_order = {name: known[name] for name in TESTS if name in known}
        figures = {"tests": in_order, "draw": arguments.draw, "readers": readers, **origin}
        write_card(SHIPPED_FILE, figures=figures, typefaces=typefaces())


def measure_pages(arguments: argparse.Namespace) -> None:
    """Write the figures of the detector into its card."""
    demand_tesseract("kor+eng")
    about = machine()
    folders = {REPORT: arguments.report, CHOOSE: arguments.choose}
    if arguments.printed:
        folders[PRINTED] = arguments.printed
    documents = {document["number"]: document["name"] for document in read_card(SHIPPED_FILE)["documents"]}
    figures = page_figures(folders, arguments.most, arguments.maps, documents)
    recogniser = {"recogniser_sha256": sha256(SHIPPED_FILE)}
    write_card(SHIPPED_DETECTOR, figures=figures | measured(SHIPPED_DETECTOR, about) | recogniser)


def measure_speed(arguments: argparse.Namespace) -> None:
    """Write the times of a page, with both networks, into both cards."""
    about = machine()
    times = page_speed(arguments.report, arguments.rounds)
    for weights in NETWORKS.values():
        write_card(weights, speed={"pages": times} | measured(weights, about))


def measured(weights: Path, about: dict[str, object]) -> dict[str, object]:
    """Return what figures say of their origin: the weights and the machine."""
    return {"weights_sha256": sha256(weights), "machine": about}


def ship(arguments: argparse.Namespace) -> None:
    """Pack the weights of a training and note in the card how it was run; its figures have to be measured again."""
    weights = NETWORKS[arguments.network]
    pack(arguments.experiment / (arguments.weights or BEST[arguments.network]), weights)
    settings = yaml.safe_load((arguments.experiment / "config.yaml").read_text(encoding="utf-8"))
    # Folders of this machine say nothing to others.
    settings = {key: Path(value).name if str(value).startswith("/") else value for key, value in settings.items()}
    names, *_, last = (arguments.experiment / "metrics.csv").read_text(encoding="utf-8").strip().splitlines()
    validation = dict(zip(names.split(","), last.split(","), strict=True))
    card = read_card(weights)
    versions, training = card["versions"], card["training"]
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    new = {"version": versions[-1]["version"] + 1, "date": today, "changed": arguments.changed}
    notes = arguments.notes or training["notes"]
    training |= {"notes": notes, "settings": settings, "last_validation": validation}
    write_card(weights, version=new["version"], versions=[*versions, new], training=training)


def pack(source: Path, target: Path) -> None:
    """Write the weights of `source` to `target` in float16; counters of batch norms stay whole numbers."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    with replacing(target) as temporary:
        torch.save(
            {name: value.half() if value.is_floating_point() else value for name, value in state.items()}, temporary
        )


def read_card(weights: Path) -> dict[str, Any]:
    """Return the JSON beside a file of weights."""
    return json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))


def write_card(weights: Path, **fields: object) -> None:
    """Write fields of a card, and what its file of weights tells of itself."""
    of_file = {"sha256": sha256(weights), "bytes": weights.stat().st_size, "parameters": parameters(weights)}
    text = json.dumps(read_card(weights) | of_file | fields, ensure_ascii=False, indent=1)
    write_text(weights.with_suffix(".json"), text + "\n")


def typefaces() -> list[dict[str, str]]:
    """Return the families of typefaces that words and pages are printed in, their licences and where they come from."""
    families = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["families"]
    keys = ("name", "style", "licence", "source")
    return [{**{key: family[key] for key in keys}, "role": family.get("role", "train")} for family in families]


if __name__ == "__main__":
    run_door(main)
