"""Where the parts of a custom network of EasyOCR lie: its one definition here, and its files once installed."""

from __future__ import annotations

from pathlib import Path

NETWORK_FILE = Path(__file__).resolve().parents[1] / "finetuned" / "finetuned.py"
"""The network that is trained and installed (contract 1 of the design)."""


def installed_files(name: str, easyocr_folder: Path) -> tuple[Path, Path, Path]:
    """Return the three files of a custom network: its weights, its network definition, its description."""
    networks = easyocr_folder / "user_network"
    return easyocr_folder / "model" / f"{name}.pth", networks / f"{name}.py", networks / f"{name}.yaml"
