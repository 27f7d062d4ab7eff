"""The sources of the reports: the script is linted; every text exists in both languages and is used."""

import re
import shutil
import string
import subprocess

import pytest

from train_easyocr.report.html import evaluation, training
from train_easyocr.report.html.templating import LANGUAGES, SOURCES, in_language, texts
from train_easyocr.report.outcomes import VERDICTS
from train_easyocr.scoring.measures import MEASURES
from train_easyocr.training.selection import REASONS

SCRIPTS = {"evaluation": evaluation.SCRIPTS, "training": training.SCRIPTS}


def sources(*endings):
    paths = [path for ending in endings for path in sorted(SOURCES.parents[1].rglob(f"*{ending}"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("report", SCRIPTS)
def test_the_script_is_linted_as_it_is_inlined(report, tmp_path):
    path = tmp_path / "report.js"
    path.write_text("".join((SOURCES / name).read_text(encoding="utf-8") for name in SCRIPTS[report]), encoding="utf-8")
    (tmp_path / ".oxlintrc.json").write_text('{"env": {"browser": true, "es2022": true}}', encoding="utf-8")
    rules = ["-D", "correctness", "-D", "suspicious", "-D", "perf", "-D", "no-undef", "-D", "eqeqeq", "-D", "no-eval"]
    command = [shutil.which("oxlint"), "-c", str(tmp_path / ".oxlintrc.json"), *rules, str(path)]
    linted = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_script_never_makes_markup_of_a_text():
    for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert banned not in sources(".js")


def test_every_text_has_both_languages_with_the_same_braces():
    for key, both in texts().items():
        assert tuple(both) == LANGUAGES, key
        parsed = [string.Formatter().parse(text) for text in both.values()]
        names = [{name.partition("|")[0] for _, name, _, _ in parts if name} for parts in parsed]
        assert names[0] == names[1], key
        assert all(text.strip() for text in both.values()), key


def test_korean_is_korean_and_english_is_not():
    hangul = re.compile("[가-힣]")
    assert not [key for key, both in texts().items() if hangul.search(both["en"])]
    abbreviations = re.compile(r"[A-Z0-9.:()% {}a-z_×−·,~–]*|.*N\.E\.D\..*")
    other = [both["ko"] for both in texts().values() if not hangul.search(both["ko"])]
    assert not [text for text in other if not abbreviations.fullmatch(text)]


def test_every_text_is_used_and_every_text_that_is_used_is_there():
    written = sources(".py", ".jinja", ".js")
    named = set(re.findall(r"""["'](\w+)["']""", written)) | set(VERDICTS)
    patterns = [
        f"{prefix}_"
        for prefix in ("section", "sort", "chart", "case", "gain", "group", "axis", "left_out", "pages_to_look_at")
    ]
    unused = [key for key in texts() if key not in named and not any(key.startswith(start) for start in patterns)]
    groups = {"hangul", "digits", "latin", "hanja", "punctuation", "others", "horizontal", "vertical"}
    groups |= {"amounts", "dates", "document_numbers", "phone_numbers", "law_references"}
    groups |= {"default_grouping", "tuned_grouping", "ground_truth_boxes", "own_boxes"}
    groups |= {"role_training", "role_validation", *REASONS}
    groups |= {measure.key for measure in MEASURES}
    groups |= {"baseline", "finetuned", "baseline_as_shipped", "finetuned_as_installed", "word_grouping"}
    assert set(unused) <= groups
    asked = set(re.findall(r"""(?:\bboth|\bt|inLanguage)\(\s*["'](\w+)["'][,)]""", written))
    assert asked <= texts().keys()


def test_every_reason_for_which_a_patch_is_left_out_has_its_text():
    assert set(REASONS) <= texts().keys()


def test_one_page_is_no_pages():
    assert "On 1 page engine" in in_language("verdict_single", "en", {"pages": 1, "network": "engine", "value": "0.5"})
    assert "On 2 pages engine" in in_language("verdict_single", "en", {"pages": 2, "network": "engine", "value": "0.5"})


def test_the_script_finds_every_text_that_it_shows():
    shown = set(re.findall(r"""both\("(\w+)\"""", sources(".js")))
    assert shown <= set(evaluation.SCRIPT_TEXTS)
