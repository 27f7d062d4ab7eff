"""Both READMEs say what was measured: every figure of their tables is that of a file in benchmarks/results/."""

import json
import re
from pathlib import Path

import pytest

from train_easyocr.report.printed_figures import change_with_interval, figure, gain_in_thousandths

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.ko.md")

NETWORKS = ("baseline", "finetuned", "finetuned_as_installed")
COLUMNS = ("default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes")
FIGURES = ("detection_f1", "cer", "end_to_end_f1")


def result(name: str) -> dict:
    """Read a benchmark's result."""
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


def speeds() -> list[tuple[str, list[str]]]:
    """Return the rows of the table of speeds: the script, and how many times faster we are."""
    steps = {way: figures["patches_per_second"] for way, figures in result("train_step")["ways"].items()}
    plain_steps = steps["easyocr_trainer_batch_8"], steps["easyocr_trainer_batch_32"]
    loader, prepare = result("loader")["times_easyocr_trainer"], result("prepare")["speed"]
    rows = [
        ("prepare.py", [prepare["lmdb_times_plain"]]),
        ("prepare.py", [prepare["folder_times_plain"]]),
        ("train_step.py", [steps["ours_batch_32_amp_auto"] / plain for plain in plain_steps]),
        ("train_step.py", [steps["ours_batch_32_fp32"] / plain for plain in plain_steps]),
        ("loader.py", [loader["folder"]]),
        ("loader.py", [loader["lmdb"]]),
        ("detection.py", [result("detection")["ways"]["channels_last"]["times_faster"]]),
        ("read.py", [result("read")["times_faster"]]),
        ("cleval.py", [result("cleval")[boxes]["times_faster"] for boxes in ("leaning", "axis_aligned")]),
    ]
    return [(script, [f"{times:.1f}" for times in row]) for script, row in rows]


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_the_table_of_scores_is_the_sample_runs(readme: str) -> None:
    rows = [line for line in readme.splitlines() if line.count("**") == 8]
    scores = result("sample_run")["scores"]
    expected = [
        [figure(scores[network][column][name]) for column in COLUMNS for name in FIGURES] for network in NETWORKS
    ]
    assert [re.findall(r"\d\.\d{3}", row) for row in rows] == expected


def test_the_gain_below_it_is_the_sample_runs(readme: str) -> None:
    sample = result("sample_run")
    equal, gain = sample["word_grouping"], sample["gain"]
    assert f"**{figure(equal['first'])} → {figure(equal['second'])}**" in readme
    sentence = readme[readme.index("**" + f"{figure(equal['first'])} →") :].split("\n\n")[0]
    parts = gain_in_thousandths(gain)
    changes = [*change_with_interval(equal), *(parts[name] for name in ("grouping", "mask", "recognition"))]
    assert re.findall(r"[+-]\d\.\d{3}", sentence) == [f"{change / 1000:+.3f}" for change in changes]
    assert f"{figure(gain['as_shipped'])} → {figure(gain['as_installed'])}" in sentence


def test_cleval_of_a_plain_readtext_is_the_sample_runs(readme: str) -> None:
    paragraph = next(part for part in readme.split("\n\n") if "`readtext`" in part and "CLEval" in part)
    figures = result("sample_run")["cleval_end_to_end_f1"]
    said = [figure(figures[grouping]["second"]) for grouping in ("default_grouping", "word_grouping")]
    assert re.findall(r"\d\.\d{3}", paragraph) == said


def test_the_table_of_speeds_is_that_of_the_benchmarks(readme: str) -> None:
    rows = re.findall(r"\(`(\w+\.py)`\) \|[^|]*\|([^|]*)\|", readme)
    assert [(script, re.findall(r"[\d.]+", times)) for script, times in rows] == speeds()


def test_times_and_memory_are_those_of_the_benchmarks(readme: str) -> None:
    search, memory = result("grouping_search"), result("train_memory")
    marks = memory["gib_at_iteration"]
    assert re.search(rf"\b{search['seconds']:.0f}( s\b|초)", readme)
    assert {f"{marks[mark]['trainer']:.1f}" for mark in ("200", "2000")} == {"1.5"}
    assert "1.5 GiB" in readme
    assert f"{memory['peak_with_workers_gib']:.1f} GiB" in readme


def test_the_sample_run_is_as_short_as_promised(readme: str) -> None:
    promised = re.search(r"run_sample\.sh +#.*?(\d+)(?: minutes|분)", readme)
    assert promised
    minutes = result("sample_run")["minutes"]
    assert minutes <= int(promised[1])
    assert re.search(rf"\b{minutes}( minutes|분)", readme)


def test_both_readmes_show_the_same_commands_and_figures() -> None:
    english, korean = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    for pattern in (r"^#+ ", r"^\|", r"```", r"`[\w./]+\.(?:sh|py|md|json|yaml|pth)`"):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, korean)]
        assert sorted(found[0]) == sorted(found[1]), pattern


def test_the_lines_of_python_run_up_to_the_page(readme: str) -> None:
    for code in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
        assert imports
        compile(code, "README", "exec")
        exec("\n".join(imports), {})


def test_words_are_explained_before_the_table_uses_them(readme: str) -> None:
    table = next(place for place, line in enumerate(readme.splitlines()) if line.count("**") == 8)
    before = "\n".join(readme.splitlines()[:table])
    words = ("**Grouping**", "**Mask**") if "**Grouping**" in readme else ("**묶기**", "**글자 제한**")
    assert all(word in before for word in words)


@pytest.mark.parametrize(("name", "font"), [*zip(READMES, ("NanumGothic", "나눔고딕"), strict=True)])
def test_both_readmes_name_what_surprises_otherwise(name, font):
    text = (ROOT / name).read_text(encoding="utf-8")
    # A container's shared memory, names that a spreadsheet computes, departures from the reference.
    assert all(words in text for words in ("--shm-size 8g", "`=cmd|", "AdamW", font))
