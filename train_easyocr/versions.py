"""Door for issues: prints what the report of a fault needs, also where parts of the installation are missing."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

from train_easyocr import __version__
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.door import run_door
from train_easyocr.program.versions import versions

_PACKAGE = Path(__file__).resolve().parent


def main() -> None:
    """Print a line each for the project, the system, the device, the packages and the shipped weights."""
    print(f"train_easyocr {__version__}, {origin(_PACKAGE.parent)}")
    print(f"system: {platform.platform()}")
    print(f"device: {device()}")
    for package, version in versions().items():
        print(f"{package} {version}")
    for weights in sorted(_PACKAGE.glob("pretrained/*.pth")):
        print(f"{weights.name}: SHA-256 {sha256(weights)}")


def origin(folder: Path) -> str:
    """Return the commit of the checkout in `folder`, and whether its files were changed; or that it is no checkout."""
    if not (folder / ".git").exists():
        return "installed as a package"
    try:
        commit, changes = (
            subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
            for command in (("rev-parse", "HEAD"), ("status", "--porcelain"))
        )
    except (OSError, subprocess.CalledProcessError):
        return "a checkout whose commit git does not tell"
    return f"commit {commit}" + (", with changes" if changes else "")


def device() -> str:
    """Return what torch can compute on."""
    try:
        import torch  # an installation without it, or with a broken one, is what may have to be reported
    except (ImportError, OSError) as error:
        return f"unknown, torch does not import: {error}"
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}"
    return f"CPU ({torch.backends.cpu.get_cpu_capability()})"


if __name__ == "__main__":
    run_door(main)
