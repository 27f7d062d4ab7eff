"""Who may know whom (docs/design.md): every import of the repository is read, those inside functions too."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

DOORS = {
    *("prepare_dataset", "evaluate", "train_easyocr.install"),
    *("train_easyocr.train", "train_easyocr.train_detector", "train_easyocr.several"),
}
# Who may know whom. A door knows every room and every foundation; a foundation (a file of train_easyocr/ that is no
# door) knows foundations; a room knows foundations, itself, and of other rooms what stands here.
MAY_KNOW = {
    "dataset": set(),
    "training": {"train_easyocr.dataset.stores.store"},
    "installation": set(),
    "reading": set(),
    "scoring": set(),
    "report": set(),
}
CONFIGURATION = {"train_easyocr.config", "train_easyocr.settings"}
ROOMS = set(MAY_KNOW)
# Within a room: who may know a part of it. The pages of a sample are like AI-Hub's, so nothing has a branch for them.
KNOWN_BY = {
    "train_easyocr.dataset.sample": {"prepare_dataset", "train_easyocr.dataset.sample"},
    "train_easyocr.dataset.generated": {
        *("prepare_dataset", "train_easyocr.dataset.opening", "train_easyocr.dataset.generated"),
    },
    "train_easyocr.dataset.imported": {"prepare_dataset", "train_easyocr.dataset.imported"},
    # What is read knows nothing of what is made of it.
    "train_easyocr.dataset.sets": {
        *("prepare_dataset", "evaluate", "train_easyocr.install", "train_easyocr.train_detector"),
        *("train_easyocr.dataset.prepare", "train_easyocr.dataset.dataset_report", "train_easyocr.dataset.sets"),
        *("train_easyocr.dataset.generated.writing", "train_easyocr.dataset.imported.writing"),
    },
}
MODELS, IMAGES = {"torch", "torchvision", "easyocr"}, {"cv2", "PIL", "skimage", "matplotlib"}
MAY_IMPORT_EASYOCR = {"reading", "installation"}  # and the foundation weights.py
# Packages that a room never reaches, not even through modules of other rooms or foundations.
OUT_OF_REACH = {"dataset": MODELS, "scoring": MODELS | IMAGES}
PACKAGE = "train_easyocr"


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_files(root: Path) -> dict[str, Path]:
    """The modules of the project by name: the package, the scripts beside it, and the network's file."""
    files = [*root.glob("*.py"), *(root / PACKAGE).rglob("*.py"), *(root / "finetuned").glob("*.py")]
    return {module_name(path, root): path for path in files if "saved_models" not in path.parts}


def imported(path: Path, module: str, modules: set[str]) -> Iterator[tuple[int, str]]:
    """Every import of a file: its line, and the module of ours, or the name of the package, that it reaches."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module if path.name == "__init__.py" else module.rpartition(".")[0]
                for _ in range(node.level - 1):
                    package = package.rpartition(".")[0]
                base = f"{package}.{base}".rstrip(".")
            # `from package import module` reaches the module, `from module import name` the module that holds it.
            targets = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules else base for alias in node.names]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            targets = [str(node.args[0].value)] if name in ("import_module", "__import__") else []
        else:
            continue
        for target in targets:
            yield node.lineno, target


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == PACKAGE and parts[1] in ROOMS else None


def is_within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def forbidden(module: str, target: str) -> str | None:
    """Why `module` may not import `target`, or None."""
    room, target_room = room_of(module), room_of(target)
    of_ours = is_within(target, {PACKAGE}) or target in DOORS
    if module not in DOORS and target in DOORS:
        return "nothing imports a door"
    if module not in DOORS and module != f"{PACKAGE}.config" and target in CONFIGURATION:
        return "configuration stops at the doors"
    if module == "finetuned.finetuned" and target.partition(".")[0] not in ("torch", "__future__", "collections"):
        return "the network's file runs in somebody else's EasyOCR and imports torch alone"
    if is_within(target, {"tests", "benchmarks"}):
        return "the project does not know its tests and benchmarks"
    if module not in DOORS and room is None and target_room:
        return "the foundations know no room"
    if room and target_room and room != target_room and target not in MAY_KNOW[room]:
        return f"{room} does not know {target_room}"
    for part, readers in KNOWN_BY.items():
        if is_within(target, {part}) and not is_within(module, readers):
            return f"{part} is known by {', '.join(sorted(readers - {part}))} alone"
    if is_within(target, {"easyocr"}) and module != f"{PACKAGE}.weights" and room not in MAY_IMPORT_EASYOCR:
        return "only reading, installation and weights import easyocr"
    if room == "dataset" and is_within(target, MODELS):
        return "preparing data must run on a machine without torch and easyocr"
    if room == "scoring" and is_within(target, MODELS | IMAGES):
        return "scoring sees records, never images or models"
    if room == "report" and is_within(target, MODELS):
        return "the report knows no model"
    if of_ours and target.split(".")[-1] in ("utils", "helpers"):
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
    assert {room_of(module) for module in source_files(ROOT)} == ROOMS | {None}


def test_no_file_of_the_package_is_longer_than_300_lines():
    paths = (path for module, path in source_files(ROOT).items() if is_within(module, {PACKAGE}))
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


SOUND = {
    "prepare_dataset.py": "from train_easyocr.config import Settings\nfrom train_easyocr.dataset.stores import store\n",
    "evaluate.py": "from train_easyocr.reading.reader import read\n",
    "finetuned/finetuned.py": "import torch\nfrom torch import nn\n",
    "train_easyocr/__init__.py": "",
    "train_easyocr/config.py": "import yaml\n",
    "train_easyocr/records.py": "from dataclasses import dataclass\n",
    "train_easyocr/reader_tensor.py": "import cv2\n",
    "train_easyocr/weights.py": "def find():\n    import easyocr\n",
    "train_easyocr/train.py": "from train_easyocr.config import Settings\nimport train_easyocr.training.trainer\n",
    "train_easyocr/dataset/stores/store.py": "import cv2, lmdb\nfrom train_easyocr.records import Word\n",
    "train_easyocr/dataset/archives/zips.py": "from ..stores import store\n",
    "train_easyocr/training/trainer.py": "import torch\nfrom train_easyocr.dataset.stores.store import PatchStore\n",
    "train_easyocr/reading/reader.py": "import easyocr, torch\nfrom train_easyocr.reader_tensor import pad\n",
    "train_easyocr/scoring/matching.py": "import numpy\nfrom ..records import Word\n",
    "train_easyocr/installation/parity.py": "import easyocr\n",
    "train_easyocr/report/page/pictures.py": "from PIL import Image\n",
}


def test_a_sound_tree_has_no_violation(tmp_path):
    plant(tmp_path, SOUND)
    assert violations(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("train_easyocr/dataset/a.py", "import torch", "without torch"),
        ("train_easyocr/dataset/a.py", "from torch.utils import data", "without torch"),
        ("train_easyocr/dataset/a.py", "def f():\n    import easyocr", "only reading, installation"),
        ("train_easyocr/dataset/a.py", "from importlib import import_module\nimport_module('torch')", "without torch"),
        ("train_easyocr/dataset/a.py", "from train_easyocr.weights import find", "reaches easyocr through"),
        ("train_easyocr/training/a.py", "from train_easyocr.dataset import archives", "training does not know dataset"),
        ("train_easyocr/training/a.py", "from ..dataset.archives import x", "training does not know dataset"),
        ("train_easyocr/training/a.py", "if 1:\n    import easyocr", "only reading, installation"),
        ("train_easyocr/training/a.py", "from train_easyocr.config import Settings", "configuration stops"),
        ("train_easyocr/training/a.py", "from train_easyocr import config", "configuration stops"),
        ("train_easyocr/training/a.py", "from train_easyocr.settings import Settings", "configuration stops"),
        ("train_easyocr/training/a.py", "from train_easyocr.train import main", "nothing imports a door"),
        ("train_easyocr/scoring/a.py", "import evaluate", "nothing imports a door"),
        ("train_easyocr/scoring/a.py", "import cv2", "scoring sees records"),
        ("train_easyocr/scoring/a.py", "class A:\n    def f(self):\n        from PIL import Image", "scoring sees"),
        ("train_easyocr/scoring/a.py", "from train_easyocr.reading.reader import x", "scoring does not know reading"),
        ("train_easyocr/scoring/a.py", "from train_easyocr.reader_tensor import pad", "reaches cv2 through"),
        ("train_easyocr/scoring/a.py", "from train_easyocr.report.page import pictures", "does not know report"),
        ("train_easyocr/installation/a.py", "from train_easyocr.reading import reader", "does not know reading"),
        ("train_easyocr/report/a.py", "import torch", "the report knows no model"),
        ("train_easyocr/report/a.py", "from train_easyocr.scoring import summary", "report does not know scoring"),
        ("train_easyocr/text_scores.py", "from train_easyocr.dataset.stores import store", "foundations know no room"),
        ("train_easyocr/weights.py", "from train_easyocr.config import Settings", "configuration stops"),
        ("train_easyocr/charset.py", "import easyocr", "only reading, installation"),
        ("finetuned/finetuned.py", "import numpy", "imports torch alone"),
        ("finetuned/finetuned.py", "from train_easyocr.records import Word", "imports torch alone"),
        ("train_easyocr/dataset/a.py", "from train_easyocr.dataset.sample import x", "is known by prepare_dataset"),
        ("train_easyocr/dataset/stores/store.py", "import train_easyocr.dataset.archives.zips", "in a circle"),
        ("train_easyocr/records.py", "def f():\n    from train_easyocr.records import Word", "in a circle"),
        ("train_easyocr/dataset/a.py", "from tests.archive_factory import x", "does not know its tests"),
        ("train_easyocr/dataset/utils.py", "", "speaks about nothing"),
        ("prepare_dataset.py", "from train_easyocr.weights import find", "reaches easyocr through"),
    ],
)
def test_a_planted_import_is_caught(tmp_path, name, text, reason):
    plant(tmp_path, SOUND | {name: text})
    found = violations(tmp_path)
    assert any(reason in line for line in found), found
    assert all(name in line or name.removesuffix(".py").replace("/", ".") in line for line in found)
