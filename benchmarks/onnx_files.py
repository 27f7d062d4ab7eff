"""The network that ships in ONNX against torch: the same texts and boxes, crops and pages a second, in one run.

    python benchmarks/onnx_files.py [--crops 5000] [--pages 10] [--rounds 2] [--threads 2]

Crops are the labelled boxes of sample pages, read in float32 in batches of one width by torch, by torch as step 5 reads
(`CropReader`), and by onnxruntime. Pages are those of the sample at 200 dpi; the detector is EasyOCR's. The result goes
to benchmarks/results/onnx_files.json. Needs the packages onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np
import torch
from measured import machine, save_result

from train_easyocr.dataset.labels import read_label
from train_easyocr.easyocr_port.custom_network import SHIPPED, installed_files, read_description
from train_easyocr.easyocr_port.engine.craft import Craft
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.engine.recognition import CropReader, read_allowed, width_batches
from train_easyocr.easyocr_port.reader_tensor import normalize, reader_image, reader_width
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.easyocr_port.weights import describe_weights, provide_craft
from train_easyocr.installation.network_files import install_network
from train_easyocr.installation.onnx_files import detector, open_onnx, recogniser, write_onnx
from train_easyocr.printing.sample.writing import TRAINING, PageTask, make_page
from train_easyocr.texts.charset import Charset

DPI = 200
NAME = "exported"

Logits = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    """Measure both sides by turns and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2, help="rounds, of which the best counts")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments, about = parser.parse_args(), machine()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install_network(NAME, describe_weights(SHIPPED), folder, WORD_GROUPING)
        provide_craft(folder)
        write_onnx(NAME, folder, folder)
        result = {
            "what": "korean_public and EasyOCR's detector, float32 on the CPU: torch and onnxruntime",
            "threads": arguments.threads,
            "crops": compare_crops(folder, list(islice(crops(), arguments.crops)), arguments.rounds),
            "pages": compare_pages(folder, list(islice(pages(), arguments.pages)), arguments.rounds),
            "machine": about,
        }
    save_result("onnx_files", result)


def compare_crops(folder: Path, cut: list[np.ndarray], rounds: int) -> dict[str, object]:
    """Read crops with torch and with onnxruntime; return the rates, and how many texts are equal."""
    description = read_description(installed_files(NAME, folder)[2])
    charset, network = Charset(description.characters), recogniser(NAME, folder, description).module
    session, reader = (
        open_onnx(folder / f"{NAME}.onnx", torch.get_num_threads()),
        CropReader(network, description.characters),
    )

    @torch.inference_mode()
    def by_torch(tensor: np.ndarray) -> np.ndarray:
        return network(torch.from_numpy(tensor)).numpy()

    ways: dict[str, Callable[[], list[str]]] = {
        "torch": lambda: read(cut, by_torch, charset),
        "torch_as_step_5": lambda: [crop.text for crop in reader.read(cut, [""])[0]],
        "onnxruntime": lambda: read(cut, lambda tensor: session.run(None, {"crops": tensor})[0], charset),
    }
    rates, texts = measured(ways, len(cut), rounds)
    equal = sum(map(str.__eq__, texts["torch"], texts["onnxruntime"]))
    return {"count": len(cut), "equal_texts": equal, "a_second": rates}


def compare_pages(folder: Path, shown: list[np.ndarray], rounds: int) -> dict[str, object]:
    """Find the words of pages with both; return the rates, and on how many pages the boxes are equal."""
    session = open_onnx(folder / f"{NAME}_detector.onnx", torch.get_num_threads())

    class OnRuntime(torch.nn.Module):
        """EasyOCR's detector, run by onnxruntime."""

        def __init__(self) -> None:
            super().__init__()
            self.device = torch.nn.Parameter(torch.zeros(1))

        def forward(self, page: torch.Tensor) -> tuple[torch.Tensor, None]:
            return torch.from_numpy(session.run(None, {"pages": page.contiguous().numpy()})[0]), None

    networks = {
        "torch": detector(folder, None).module.detector.to(memory_format=torch.channels_last),
        "onnxruntime": OnRuntime(),
    }
    detectors = {name: Detector(Craft(lambda network=network: network)) for name, network in networks.items()}
    ways = {
        name: lambda each=each: [each.boxes(page, WORD_GROUPING) for page in shown] for name, each in detectors.items()
    }
    rates, boxes = measured(ways, len(shown), rounds)
    equal = sum(map(list.__eq__, boxes["torch"], boxes["onnxruntime"]))
    return {"count": len(shown), "pages_with_equal_boxes": equal, "a_second": rates}


def measured(ways: dict[str, Callable[[], list]], units: int, rounds: int) -> tuple[dict[str, float], dict[str, list]]:
    """Run all ways by turns; return the units a second of the best round, and what each way found."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    found = {}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            found[name] = way()
            seconds[name].append(time.perf_counter() - started)
    return {name: round(units / min(times), 2) for name, times in seconds.items()}, found


def read(cut: list[np.ndarray], logits: Logits, charset: Charset) -> list[str]:
    """Read grey crops once, in batches of the width to which the Reader pads them."""
    texts = [""] * len(cut)
    widths = [reader_width(*crop.shape[::-1]) for crop in cut]
    for rows, width in width_batches(widths, narrow_alone=False):
        images = np.stack([reader_image(cut[row], width) for row in rows])
        found = logits(normalize(images.astype(np.float32))[:, None])
        for row, probabilities in zip(rows, torch.from_numpy(found).softmax(dim=2).numpy(), strict=True):
            texts[row] = read_allowed(probabilities, [], charset).text
    return texts


def crops() -> Iterator[np.ndarray]:
    """Yield the labelled words of sample pages, grey."""
    for number in count():
        made = make_page(PageTask(TRAINING, number, DPI, 1))
        grey = cv2.imdecode(np.frombuffer(made.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        for word in read_label(made.label, made.path).words:
            xmin, ymin, xmax, ymax = word.box
            if min(word.width, word.height) > 0 and not word.is_vertical:
                yield grey[max(0, ymin) : ymax, max(0, xmin) : xmax]


def pages() -> Iterator[np.ndarray]:
    """Yield sample pages in colour, RGB."""
    for number in count():
        made = make_page(PageTask(TRAINING, number, DPI, 1))
        yield cv2.imdecode(np.frombuffer(made.jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)


if __name__ == "__main__":
    main()
