"""Rooms import lower floors only (docs/design.md): every import of the repository is read, also inside functions."""

import os
import subprocess
from pathlib import Path

import pytest
from source_tree import DOORS, FLOORS, PACKAGE, ROOT, imported, source_files

# Who may know a part of a room. The pages of a sample are like AI-Hub's, so nothing has a branch for them.
KNOWN_BY = {
    "train_easyocr.printing.sample": {"prepare_dataset", "train_easyocr.printing.sample"},
    "train_easyocr.printing.generated": {
        *("prepare_dataset", "train_easyocr.training.opening", "train_easyocr.printing.generated"),
        *("train_easyocr.printing.pages", "train_easyocr.printing.sample"),
    },
    "train_easyocr.printing.pages": {
        *("prepare_dataset", "train_easyocr.printing.pages", "train_easyocr.printing.sample"),
    },
    "train_easyocr.dataset.imported": {"prepare_dataset", "train_easyocr.dataset.imported"},
}
MODELS, IMAGES = {"torch", "torchvision", "easyocr"}, {"cv2", "PIL", "skimage", "matplotlib"}
ENGINE = "train_easyocr.easyocr_port.engine"  # the only place that imports easyocr
WITHOUT_MODELS = {"program", "texts", "pages", "configuration", "dataset", "scoring", "printing", "report"}
# Packages that a room never reaches, not even through modules of other rooms.
OUT_OF_REACH = {"dataset": MODELS, "scoring": MODELS | IMAGES, "printing": MODELS}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == PACKAGE and parts[1] in FLOORS else None


def is_within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def forbidden(module: str, target: str) -> str | None:
    """Why `module` may not import `target`, or None."""
    room, target_room = room_of(module), room_of(target)
    if module not in DOORS and target in DOORS:
        return "nothing imports a door"
    if module not in DOORS and target_room == "configuration" != room:
        return "configuration stops at the doors"
    if is_within(module, {"finetuned"}) and target.partition(".")[0] not in ("torch", "__future__", "collections"):
        return "the network's file runs in somebody else's EasyOCR and imports torch alone"
    if is_within(target, {"tests", "benchmarks"}):
        return "the project does not know its tests and benchmarks"
    if room and target_room and room != target_room and FLOORS[target_room] >= FLOORS[room]:
        return f"{room} (floor {FLOORS[room]}) does not know {target_room} (floor {FLOORS[target_room]})"
    for part, readers in KNOWN_BY.items():
        if is_within(target, {part}) and not is_within(module, readers):
            return f"{part} is known by {', '.join(sorted(readers - {part}))} alone"
    if is_within(target, {"easyocr"}) and not is_within(module, {ENGINE}):
        return "only the engine imports easyocr"
    if room in WITHOUT_MODELS and is_within(target, MODELS):
        return f"{room} works without torch and easyocr"
    if room == "scoring" and is_within(target, IMAGES):
        return "scoring sees records, never images"
    if is_within(target, {PACKAGE}) and target.split(".")[-1] in ("utils", "helpers"):
        return "a function lives in the room of the thing that it speaks about"
    return None


def circles(arrows: dict[str, set[str]], modules: set[str]) -> list[str]:
    """One line for each group of modules that import each other, directly or through others."""
    reach = {module: reached(module, arrows) & modules for module in modules}
    groups = {frozenset(other for other in reach[module] if module in reach[other]) for module in modules}
    return [f"{' and '.join(sorted(group))} import each other in a circle" for group in groups if group]


def reached(module: str, arrows: dict[str, set[str]]) -> set[str]:
    """Every package that `module` reaches, through modules of ours too."""
    found, waiting = set(), [module]
    while waiting:
        for target in arrows.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def violations(root: Path) -> list[str]:
    """One line for each import, file name or chain of imports that the design does not allow."""
    files = source_files(root)
    modules, found = set(files), []
    arrows: dict[str, set[str]] = {}
    for module, path in sorted(files.items()):
        if path.stem in ("utils", "helpers"):
            found.append(f"{path.relative_to(root)}: a file of this name speaks about nothing")
        for line, target in imported(path, module, modules):
            arrows.setdefault(module, set()).add(target)
            if reason := forbidden(module, target):
                found.append(f"{path.relative_to(root)}:{line}: {module} imports {target}: {reason}")
    for module in sorted(modules):
        room = "dataset" if module == "prepare_dataset" else room_of(module)
        banned = OUT_OF_REACH.get(room, set())
        chain = {target for target in reached(module, arrows) if is_within(target, banned)}
        if chain - arrows.get(module, set()):
            found.append(f"{module} reaches {', '.join(sorted(chain))} through other modules")
    return found + circles(arrows, modules)


def test_every_import_follows_the_design():
    assert violations(ROOT) == []


def test_the_walk_sees_the_whole_project():
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no git, or no repository")
    files = {ROOT / name for name in listed.stdout.split() if name.split("/")[0] not in ("tests", "benchmarks")}
    assert set(source_files(ROOT).values()) >= {path for path in files if path.exists()}
    assert {room_of(module) for module in source_files(ROOT)} == FLOORS.keys() | {None}


def test_no_file_of_the_package_is_longer_than_300_lines():
    paths = (path for module, path in source_files(ROOT).items() if is_within(module, {PACKAGE}))
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


SETTINGS = "from train_easyocr.configuration.config import Settings\n"
SOUND = {
    "prepare_dataset.py": f"{SETTINGS}from train_easyocr.dataset.stores import store\n",
    "evaluate.py": "from train_easyocr.reading.session import read\n",
    "finetuned/finetuned.py": "import torch\nfrom torch import nn\n",
    "train_easyocr/__init__.py": "",
    "train_easyocr/configuration/config.py": "from train_easyocr.easyocr_port.reader_tensor import HEIGHT\n",
    "train_easyocr/pages/records.py": "from dataclasses import dataclass\n",
    "train_easyocr/easyocr_port/reader_tensor.py": "import cv2\n",
    "train_easyocr/easyocr_port/engine/reader.py": "import easyocr, torch\nfrom ..reader_tensor import pad\n",
    "train_easyocr/train.py": f"{SETTINGS}import train_easyocr.training.trainer\n",
    "train_easyocr/dataset/stores/store.py": "import cv2, lmdb\nfrom train_easyocr.pages.records import Word\n",
    "train_easyocr/dataset/archives/zips.py": "from ..stores import store\n",
    "train_easyocr/printing/sample/scan.py": "from train_easyocr.dataset.stores.store import write\n",
    "train_easyocr/training/trainer.py": "import torch\nfrom train_easyocr.dataset.stores.store import PatchStore\n",
    "train_easyocr/reading/session.py": "from train_easyocr.easyocr_port.engine.reader import read\n",
    "train_easyocr/scoring/matching.py": "import numpy\nfrom ..pages.records import Word\n",
    "train_easyocr/installation/parity.py": "from train_easyocr.reading import session\n",
    "train_easyocr/report/html/pictures.py": "from PIL import Image\nfrom train_easyocr.scoring import matching\n",
}


def test_a_sound_tree_has_no_violation(tmp_path):
    plant(tmp_path, SOUND)
    assert violations(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("dataset/a", "import torch", "without torch"),
        ("dataset/a", "from torch.utils import data", "without torch"),
        ("dataset/a", "def f():\n    import easyocr", "only the engine"),
        ("dataset/a", "from importlib import import_module\nimport_module('torch')", "without torch"),
        ("dataset/a", "from train_easyocr.easyocr_port.engine.reader import x", "reaches easyocr, torch through"),
        ("dataset/a", "from train_easyocr.scoring import matching", "dataset (floor 4) does not know scoring"),
        ("training/a", "from train_easyocr.reading import session", "training (floor 6) does not know reading"),
        ("training/a", "from ..reading.session import x", "training (floor 6) does not know reading"),
        ("training/a", "if 1:\n    import easyocr", "only the engine"),
        ("training/a", SETTINGS, "configuration stops"),
        ("training/a", "from train_easyocr.configuration import config", "configuration stops"),
        ("training/a", "from train_easyocr.train import main", "nothing imports a door"),
        ("scoring/a", "import evaluate", "nothing imports a door"),
        ("scoring/a", "import cv2", "scoring sees records"),
        ("scoring/a", "class A:\n    def f(self):\n        from PIL import Image", "scoring sees"),
        ("scoring/a", "from train_easyocr.easyocr_port.reader_tensor import pad", "reaches cv2 through"),
        ("scoring/a", "from train_easyocr.report.html import pictures", "does not know report"),
        ("installation/a", "from train_easyocr.report.html import pictures", "does not know report"),
        ("report/a", "import torch", "report works without torch"),
        ("texts/text_scores", "from train_easyocr.pages.records import Word", "texts (floor 1) does not know pages"),
        ("easyocr_port/weights", SETTINGS, "configuration stops"),
        ("easyocr_port/weights", "import easyocr", "only the engine"),
        ("dataset/a", "from train_easyocr.printing.sample import x", "does not know printing"),
        ("training/a", "from train_easyocr.printing.sample import scan", "is known by prepare_dataset"),
        ("dataset/stores/store", "import train_easyocr.dataset.archives.zips", "in a circle"),
        ("pages/records", "def f():\n    from train_easyocr.pages.records import Word", "in a circle"),
        ("dataset/a", "from tests.archive_factory import x", "does not know its tests"),
        ("dataset/utils", "", "speaks about nothing"),
        ("../finetuned/finetuned", "import numpy", "imports torch alone"),
        ("../finetuned/finetuned", "from train_easyocr.pages.records import Word", "imports torch alone"),
        (
            "../prepare_dataset",
            "from train_easyocr.easyocr_port.engine.reader import x",
            "reaches easyocr, torch through",
        ),
    ],
)
def test_a_planted_import_is_caught(tmp_path, name, text, reason):
    plant(tmp_path, SOUND | {os.path.normpath(f"train_easyocr/{name}.py"): text})
    found = violations(tmp_path)
    assert any(reason in line for line in found), found
    assert all(Path(name).name in line for line in found)
