"""The package that pip installs: it holds the whole project's package, and reads a page far from any checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from PIL import Image, ImageDraw

import train_easyocr
from train_easyocr.easyocr_port.weights import SHIPPED_FILE
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.fonts import korean_font
from train_easyocr.program.versions import versions
from train_easyocr.versions import device, origin

ROOT = Path(__file__).resolve().parents[1]


def run(*command, **options):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked(*folders):
    """The files of `folders` that git knows, or would know with the next `git add`."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders, cwd=ROOT).split("\0")
    return [name for name in names if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without a network from a copy of the checkout, in which somebody has trained."""
    checkout, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in tracked(
        "train_easyocr", "finetuned", "pyproject.toml", "setup.py", "requirements.txt", "*.md", "LICENSE"
    ):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, checkout / name)
    for trained in ("finetuned/finetuned.pth", "train_easyocr/saved_models/mine/best_accuracy.pth"):
        (checkout / trained).parent.mkdir(parents=True, exist_ok=True)
        (checkout / trained).write_bytes(b"weights of somebody")
    offline = ("--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", built, checkout)
    return next(built.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel):
    packed = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    source = [name.replace("finetuned/", "train_easyocr/finetuned/", 1) for name in tracked("finetuned")]
    assert sorted(packed) == sorted([*tracked("train_easyocr"), *source])


@pytest.mark.slow
def test_an_installed_package_reads_a_page_in_another_folder(wheel, tmp_path):
    environment, home = tmp_path / "environment", tmp_path / "home"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    install = ("install", "--no-deps", "--no-index", "--disable-pip-version-check", wheel)
    run(sys.executable, "-m", "pip", "--python", python, *install)
    # What the wheel requires is there, in the environment of these tests.
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    needed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "needed.pth").write_text("\n".join(needed), encoding="utf-8")
    page = Image.new("L", (320, 90), 255)
    ImageDraw.Draw(page).text((30, 25), "서류를 첨부", fill=0, font=korean_font(36))
    home.mkdir()
    page.save(home / "page.png")

    here = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "EASYOCR_MODULE_PATH")}
    elsewhere = {"cwd": home, "env": here | {"HOME": str(home)}}
    # One process for both, because importing torch takes seconds.
    code = (
        "import sys; sys.argv[1:] = ['--shipped']; from train_easyocr.install import main; main();"
        "from train_easyocr import read; print(*(word.text for word in read('page.png', 'korean_public')))"
    )
    assert run(python, "-c", code, **elsewhere).split()[-2:] == ["서류를", "첨부"]
    told = run(python, "-m", "train_easyocr.versions", **elsewhere)
    assert f"train_easyocr {train_easyocr.__version__}, installed as a package\n" in told
    assert f"korean_public.pth: SHA-256 {sha256(SHIPPED_FILE)}\n" in told


def test_a_report_tells_the_commit_and_the_versions():
    told = run(sys.executable, "-m", "train_easyocr.versions", cwd=ROOT).splitlines()
    commit = run("git", "rev-parse", "HEAD", cwd=ROOT).strip()
    assert told[0].startswith(f"train_easyocr {train_easyocr.__version__}, commit {commit}")
    assert {f"{name} {version}" for name, version in versions().items()} <= {*told}
    shipped = ["korean_public.pth", "korean_public_detector.pth"]
    assert [line.partition(":")[0] for line in told if ":" in line] == ["system", "device", *shipped]


def test_a_report_comes_without_torch_and_without_git(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert device().startswith("unknown, torch does not import: ")
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert origin(tmp_path) == "a checkout whose commit git does not tell"


def test_importing_the_package_imports_nothing_else():
    code = (
        "import sys; before = {*sys.modules}; import train_easyocr;"
        "print({name.partition('.')[0] for name in {*sys.modules} - before} - {*sys.stdlib_module_names});"
        "from train_easyocr import read, read_lines, read_pages; print({'torch', 'easyocr'} & {*sys.modules})"
    )
    assert run(sys.executable, "-c", code, cwd=ROOT) == "{'train_easyocr'}\nset()\n"


def test_a_name_that_the_package_lacks_is_told():
    with pytest.raises(AttributeError, match="module 'train_easyocr' has no attribute 'write'"):
        train_easyocr.write  # noqa: B018


@pytest.mark.parametrize("form", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda form: form.name)
def test_the_forms_for_issues_are_yaml(form):
    assert yaml.safe_load(form.read_text(encoding="utf-8"))


def test_a_citation_names_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == train_easyocr.__version__
