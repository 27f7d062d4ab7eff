"""Writes an installed network as ONNX files, which other programs run without torch, and proves each with onnxruntime.

Beside them lies a description in JSON: the characters, the sizes of the tensors, and the reading options.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from train_easyocr.easyocr_port.ctc import BLANK
from train_easyocr.easyocr_port.custom_network import Description, described_detector, installed_files, read_description
from train_easyocr.easyocr_port.engine.detector import load_detector
from train_easyocr.easyocr_port.engine.reader import demand_readable, open_reader
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING
from train_easyocr.easyocr_port.weights import RecognitionWeights
from train_easyocr.installation.network_files import demand_installable
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.atomic import replacing, write_json
from train_easyocr.program.errors import UserError
from train_easyocr.training.network import load_network

OPSET = 17
"""The version of ONNX's operators: the newest that torch's exporter by tracing writes; onnxruntime 1.13 reads it."""

_PAGE_MEAN, _PAGE_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""By which the detector's pages are normalized, RGB from 0 to 1 (`easyocr.imgproc.normalizeMeanVariance`)."""

LARGEST_DIFFERENCE = 1e-3
"""By how much a result may differ from torch's, 2e-5 at most so far: logits reach 20, and scores go from 0 to 1."""


@dataclass(frozen=True)
class ExportedNetwork:
    """A network to export.

    Attributes:
        module: takes one tensor and returns one.
        input, output: their names in the file.
        dynamic: for either name, the axes of any size with what they count.
        examples: shapes of inputs that are tried with torch and with onnxruntime; the first is traced.
    """

    module: nn.Module  # in evaluation mode
    input: str
    output: str
    dynamic: Mapping[str, Mapping[int, str]]
    examples: Sequence[tuple[int, ...]]


class _Scores(nn.Module):
    """Returns the first of the two results of a detector of EasyOCR's kind."""

    def __init__(self, detector: nn.Module) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, pages: torch.Tensor) -> torch.Tensor:
        """Turn pages [B, 3, H, W] into scores [B, H / 2, W / 2, 2]."""
        scores: torch.Tensor = self.detector(pages)[0]
        return scores


def demand_exportable() -> None:
    """Refuse to start without the packages of ONNX, which nothing else of this project needs.

    Raises:
        UserError: one of them is missing; the line says how to install it.
    """
    missing = [package for package in ("onnx", "onnxruntime") if importlib.util.find_spec(package) is None]
    if missing:
        raise UserError(f"{' and '.join(missing)}: not installed; run python3 -m pip install {' '.join(missing)}")


def write_onnx(name: str, folder: Path, output: Path) -> list[Path]:
    """Write `<name>.onnx`, `<name>_detector.onnx` and `<name>.json` to `output`; return their paths.

    Raises:
        UserError: a package of ONNX is missing, the network is not installed or cannot be exported, or onnxruntime
            computes something else than torch.
    """
    demand_exportable()
    demand_readable(name, folder)
    description = read_description(installed_files(name, folder)[2])
    own_detector = described_detector(name, folder, description)
    files = output / f"{name}.onnx", output / f"{name}_detector.onnx"
    exported = recogniser(name, folder, description), detector(folder, own_detector)
    for path, network in zip(files, exported, strict=True):
        _export(network, path)
    facts = output / f"{name}.json"
    write_json(facts, _facts(description, dict(zip(("recogniser", "detector"), files, strict=True)), exported))
    return [*files, facts]


def recogniser(name: str, folder: Path, description: Description) -> ExportedNetwork:
    """Return the recogniser of an installed network, in float: crops [batch, 1, 64, width] to logits [batch, T, K].

    Raises:
        UserError: it cannot be read, or it bends its images (TPS) to a grid that depends on their width.
    """
    weight_file, _, path = installed_files(name, folder)
    shape = NetworkShape.of_params(description.network_params, str(path))
    weights = RecognitionWeights(weight_file, description.characters, shape)
    demand_installable(weights)
    if shape.Transformation != "None":
        raise UserError(f"{path}: Transformation is {shape.Transformation}; only a network without one can be exported")
    axes = {"crops": {0: "batch", 3: "width"}, "logits": {0: "batch", 1: "steps"}}
    shapes = [(count, 1, IMAGE_HEIGHT, width) for count, width in ((2, 192), (1, 64), (3, 448), (1, 1280))]
    return ExportedNetwork(load_network(weights), "crops", "logits", axes, shapes)


def detector(folder: Path, weights: Path | None) -> ExportedNetwork:
    """Return the detector of a network, or EasyOCR's own: pages [batch, 3, height, width] to scores at half their size.

    The sides of a page are multiples of 32; scores [batch, height / 2, width / 2, 2] are those of text and of links.
    """
    network = load_detector(weights) if weights else open_reader(folder, None, cuda=False).detector
    axes = {
        "pages": {0: "batch", 2: "height", 3: "width"},
        "scores": {0: "batch", 1: "half_height", 2: "half_width"},
    }
    shapes = [(1, 3, 64, 96), (2, 3, 128, 64)]
    return ExportedNetwork(_Scores(network).eval(), "pages", "scores", axes, shapes)


def _export(network: ExportedNetwork, path: Path) -> None:
    """Write a network, and put it in place of an earlier one if onnxruntime computes the same as torch.

    Raises:
        UserError: it does not.
    """
    generator = torch.Generator().manual_seed(0)
    examples = [torch.randn(shape, generator=generator) for shape in network.examples]
    with torch.no_grad():
        wanted = [network.module(example).numpy() for example in examples]
    with replacing(path) as part:
        with warnings.catch_warnings():
            # torch recommends its newer exporter, which fixes the width, and warns of batches, which are tried below.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network.module,
                (examples[0],),
                str(part),
                input_names=[network.input],
                output_names=[network.output],
                dynamic_axes=network.dynamic,
                opset_version=OPSET,
                dynamo=False,
            )
        session = open_onnx(part)
        for example, expected in zip(examples, wanted, strict=True):
            [found] = session.run(None, {network.input: example.numpy()})
            if found.shape != expected.shape or np.abs(found - expected).max() > LARGEST_DIFFERENCE:
                raise UserError(
                    f"{path}: onnxruntime computes something else than torch for an input of {tuple(example.shape)}; "
                    "nothing was written; try another version of torch or onnxruntime (constraints.txt has those that "
                    "were tested)"
                )


def open_onnx(path: Path, threads: int = 0) -> Any:
    """Open an ONNX file with onnxruntime on the CPU; `threads` 0: as many as there are cores."""
    import onnxruntime  # optional

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _facts(
    description: Description, files: Mapping[str, Path], exported: Sequence[ExportedNetwork]
) -> dict[str, object]:
    """Return the description that lies beside the files."""
    options = asdict(description.reading or DEFAULT_GROUPING)
    networks = {
        role: {"file": path.name, "sha256": sha256(path), "input": network.input, "output": network.output}
        for (role, path), network in zip(files.items(), exported, strict=True)
    }
    return {
        **networks,
        "characters": description.characters,
        "blank": BLANK,
        "image_height": IMAGE_HEIGHT,
        "grey_levels": "x / 255 * 2 - 1",
        "page_mean": _PAGE_MEAN,
        "page_deviation": _PAGE_DEVIATION,
        "reading": options,
    }
