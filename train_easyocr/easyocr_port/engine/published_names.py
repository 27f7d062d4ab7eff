"""The names that EasyOCR keeps for its own networks and files."""

from __future__ import annotations

from pathlib import Path

from easyocr import config


def names_of_easyocr() -> set[str]:
    """Return the names that `recog_network` already knows, and those of the weight files that EasyOCR checks by MD5."""
    recognition = {name: model for models in config.recognition_models.values() for name, model in models.items()}
    files = [model["filename"] for model in (*recognition.values(), *config.detection_models.values())]
    return {"standard", "generation1", "generation2", *recognition, *(Path(file).stem for file in files)}
