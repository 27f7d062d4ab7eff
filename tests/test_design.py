"""docs/design.md is true: its rooms, floors and doors are those of the code, and the files that it names exist."""

import re

import pytest
from source_tree import DOORS, FLOORS, ROOT

DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")


def test_every_room_and_every_door_is_named():
    for room, floor in FLOORS.items():
        assert f"| `{room}/` |" in DESIGN
        assert re.search(rf"^floor {floor} .*\b{room}/", DESIGN, re.MULTILINE), room
    for door in DOORS:
        assert f"{door.rpartition('.')[2]}.py" in DESIGN


DOCUMENTS = ["README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", *map(str, ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("document", [str((ROOT / name).relative_to(ROOT)) for name in DOCUMENTS])
def test_the_code_that_a_document_names_is_there(document):
    listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.*") if ".venv" not in path.parts]
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"`(?:python3? |bash |source )?((?:[\w.]+/)*[\w.]+\.(?:py|sh|toml))\b", text)
    missing = [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in listed)]
    assert missing == []
