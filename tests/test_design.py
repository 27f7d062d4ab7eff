"""docs/design.md shows the house as it stands: every module, no other."""

import re
from pathlib import Path

import pytest
from test_layers import DOORS, MAY_KNOW, ROOT, source_files

DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")


def drawn_files() -> set[Path]:
    """The Python files of the tree under "The house", by the folders that they are indented below."""
    tree = DESIGN.partition("## The house")[2].split("```")[1]
    found, folders = set(), {}
    for line in tree.splitlines():
        depth = len(line) - len(line.lstrip())
        for name in re.findall(r"(?<![\w.<>*])[\w]+(?:\.py\b|/(?=\s|$))", line):
            parents = [folder for level, folder in sorted(folders.items()) if level < depth]
            if name.endswith("/"):
                folders = {level: folder for level, folder in folders.items() if level < depth} | {depth: name}
            else:
                inside = [folders[depth]] if line.lstrip().startswith(folders.get(depth, "\0")) else []
                found.add(Path(*parents, *inside, name))
    return found


def test_the_drawn_house_is_the_one_that_stands():
    standing = {path.relative_to(ROOT) for path in source_files(ROOT).values() if path.name != "__init__.py"}
    assert drawn_files() == standing


def test_every_door_and_every_exception_between_rooms_is_named():
    for door in DOORS:
        assert f"{door.rpartition('.')[2]}.py" in DESIGN
    for allowed in MAY_KNOW.values():
        for module in allowed:
            assert f"{module.removeprefix('train_easyocr.').replace('.', '/')}.py" in DESIGN


def test_what_the_code_cites_stands_there():
    for contract in re.findall(
        r"contract (\d) of the design",
        " ".join(path.read_text(encoding="utf-8") for path in source_files(ROOT).values()),
    ):
        assert f"**{contract}. " in DESIGN


DOCUMENTS = ["README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", *map(str, ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("document", [str((ROOT / name).relative_to(ROOT)) for name in DOCUMENTS])
def test_the_code_that_a_document_names_is_there(document):
    listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*") if ".venv" not in path.parts]
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"`(?:python3? |bash |source )?((?:[\w.]+/)*[\w.]+\.(?:py|sh|toml))\b", text)
    missing = [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in listed)]
    assert missing == []
