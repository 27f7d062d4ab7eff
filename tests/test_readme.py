"""READMEs, docs/ and model cards show what was measured; commands and code in them work, in both languages the same."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KOREAN = sorted([*ROOT.glob("docs/*.ko.md"), *ROOT.glob("train_easyocr/pretrained/*.ko.md")])
PAIRS = [
    (ROOT / "README.md", ROOT / "README.ko.md"),
    *((path.with_name(path.name.replace(".ko", "")), path) for path in KOREAN),
]
PAGES = [page for pair in PAIRS for page in pair]


def test_measured_figures_are_up_to_date():
    command = [sys.executable, "benchmarks/readme_tables.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("readme", PAIRS[0], ids=lambda path: path.name)
def test_the_sample_run_is_as_short_as_promised(readme: Path) -> None:
    promised = re.search(r"run_sample\.sh +#.*?(\d+)(?: minutes|분)", readme.read_text(encoding="utf-8"))
    assert promised
    minutes = json.loads((ROOT / "benchmarks/results/sample_run.json").read_text(encoding="utf-8"))["minutes"]
    assert minutes <= int(promised[1])


def test_the_sample_run_shows_what_fine_tuning_is_for() -> None:
    result = json.loads((ROOT / "benchmarks/results/sample_run.json").read_text(encoding="utf-8"))
    exact = result["exact_in_labelled_boxes"]
    assert exact["first"] <= 0.85 and exact["second"] >= 0.95
    assert exact["larger_than_chance"] and exact["difference"]["units"] >= 6
    words = result["exact_in_labelled_boxes_by_word"]
    assert words["finetuned"]["not in training"] > words["baseline"]["not in training"] + 0.1


@pytest.mark.parametrize("english, korean", PAIRS, ids=lambda path: path.name)
def test_both_languages_show_the_same_commands(english: Path, korean: Path) -> None:
    assert commands(english.read_text(encoding="utf-8")) == commands(korean.read_text(encoding="utf-8"))


def commands(text: str) -> list[str]:
    """The blocks of bash, without comments."""
    return [re.sub(r" +#.*", "", block) for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_lines_of_python_run_up_to_the_page() -> None:
    blocks = [
        code
        for page in PAGES
        for code in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert blocks
    for code in blocks:
        compile(code, "page", "exec")
        imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
        if importlib.util.find_spec(imports[0].split()[1].partition(".")[0]):  # docling is optional
            exec("\n".join(imports), {})
