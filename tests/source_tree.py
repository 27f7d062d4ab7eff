"""The modules of the project and what they import, for the tests of its order (docs/design.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

DOORS = {
    *("prepare_dataset", "evaluate", "train_easyocr.install"),
    *("train_easyocr.train", "train_easyocr.train_detector", "train_easyocr.several"),
    *("train_easyocr.read", "train_easyocr.export", "train_easyocr.versions"),
}
# A room imports rooms of lower floors and itself: never up, never sideways. A door imports any room.
FLOORS = {
    "program": 0,
    "texts": 1,
    "pages": 2,
    "easyocr_port": 3,
    "configuration": 4,
    "dataset": 4,
    "scoring": 4,
    "printing": 5,
    "reading": 6,
    "training": 6,
    "installation": 7,
    "report": 7,
}
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
