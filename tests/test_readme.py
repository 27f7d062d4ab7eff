"""The READMEs show what was measured, and commands and code that work, the same in both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.ko.md")


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_measured_figures_are_up_to_date():
    command = [sys.executable, "benchmarks/readme_tables.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr


def test_the_sample_run_is_as_short_as_promised(readme: str) -> None:
    promised = re.search(r"run_sample\.sh +#.*?(\d+)(?: minutes|분)", readme)
    assert promised
    minutes = json.loads((ROOT / "benchmarks/results/sample_run.json").read_text(encoding="utf-8"))["minutes"]
    assert minutes <= int(promised[1])
    assert re.search(rf"\b{minutes}( minutes|분)", readme)


def test_both_languages_show_the_same_commands() -> None:
    english, korean = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    assert commands(english) == commands(korean)


def commands(readme: str) -> list[str]:
    """The blocks of bash, without comments."""
    return [re.sub(r" +#.*", "", block) for block in re.findall(r"```bash\n(.*?)```", readme, re.DOTALL)]


def test_the_lines_of_python_run_up_to_the_page(readme: str) -> None:
    for code in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
        assert imports
        compile(code, "README", "exec")
        exec("\n".join(imports), {})
