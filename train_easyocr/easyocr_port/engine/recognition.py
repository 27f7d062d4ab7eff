"""Reads crops: the same texts and confidences as EasyOCR's Reader returns one by one, in less time.

The Reader turns the layers after the convolutions into int8 on a CPU and scales their inputs by their minimum and
maximum. These differ between a batch and a single crop, so batching the int8 layers changes confidences and sometimes
a character. The convolutions stay in float and return the same bits for a crop in a batch as alone. So crops are
batched by width through the convolutions and pass the int8 layers one by one (docs/decisions). A quick reader, that of
`read()`, runs the convolutions in another way and keeps nearly all confidences and texts (quick_convolutions.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

from train_easyocr.easyocr_port.ctc import CropText, read_greedily
from train_easyocr.easyocr_port.engine.convolutions import BlockedConvolutions
from train_easyocr.easyocr_port.engine.quick_convolutions import QuickConvolutions
from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT, normalize, reader_image, reader_width
from train_easyocr.texts.charset import Charset
from train_easyocr.texts.text_scores import nfc

LOW_CONFIDENCE = 0.1
"""A reading below this confidence is read once more, with its contrast stretched (`contrast_ths`)."""

STRETCHED_CONTRAST = 0.5
"""The contrast that the second pass stretches to (`adjust_contrast`)."""

BATCH_PIXELS = IMAGE_HEIGHT * 320 * 8
"""Pixels of the crops that pass the convolutions at once."""

QUICK_BATCH_PIXELS = IMAGE_HEIGHT * 320 * 2
"""The same for quick convolutions, which take 150 MB less with it and no more time."""


class CropReader:
    """A recognition network that reads grey crops.

    Args:
        network: the network of `finetuned/finetuned.py`, quantized or not, on `device`.
        characters: its character list.
        device: the device of the network.
        quick: on a CPU, run the convolutions in a quicker way that rounds differently (quick_convolutions.py). `read()`
            does so; scores keep the Reader's bits.
    """

    def __init__(self, network: Any, characters: str, device: str = "cpu", *, quick: bool = False) -> None:
        # Any: torch's annotations take the parts of a module for tensors.
        self.network, self.device = network.eval(), device
        self.charset = Charset(characters)
        # One sequence at a time keeps one core busy; a thread for each core keeps all busy.
        self.pool = ThreadPoolExecutor(torch.get_num_threads())
        chain = getattr(network.FeatureExtraction, "ConvNet", None)
        self.convolutions: Callable[[torch.Tensor], torch.Tensor] = network.FeatureExtraction
        self.quick = False
        if device == "cpu" and BlockedConvolutions.can_run(chain):
            self.convolutions = QuickConvolutions(chain) if quick else BlockedConvolutions(chain)
            self.quick = quick

    def read(self, crops: Sequence[np.ndarray], masks: Sequence[str]) -> list[list[CropText]]:
        """Read grey crops, uint8 [height, width] with at least one pixel, once for each mask; one list a mask.

        A mask holds the characters that may not be printed; an empty one allows all. The crops keep their order.
        EasyOCR masks the characters of other languages in its published networks. The network runs once for all masks.
        A crop read with low confidence is read again with its contrast stretched; the reading of higher confidence
        counts, the second one if both are equal.
        """
        masked = [self.charset.encode("".join(set(mask) & set(self.charset.characters))) for mask in masks]
        first = self._read_once(crops, masked, contrast=0.0)
        unsure = [row for row, variants in enumerate(first) if any(map(_is_unsure, variants))]
        second = self._read_once([crops[row] for row in unsure], masked, contrast=STRETCHED_CONTRAST)
        for row, variants in zip(unsure, second, strict=True):
            first[row] = [_surer(before, after) for before, after in zip(first[row], variants, strict=True)]
        return [[variants[index] for variants in first] for index in range(len(masks))]

    def _read_once(
        self, crops: Sequence[np.ndarray], masked: Sequence[list[int]], contrast: float
    ) -> list[list[CropText]]:
        readings: list[list[CropText]] = [[] for _ in crops]
        widths = [reader_width(crop.shape[1], crop.shape[0]) for crop in crops]
        batches = (
            width_batches(widths, narrow_alone=False, pixels=QUICK_BATCH_PIXELS)
            if self.quick
            else width_batches(widths, narrow_alone=self.device == "cpu")
        )
        for rows, width in batches:
            images = np.stack([reader_image(crops[row], width, contrast=contrast) for row in rows])
            for row, probabilities in zip(rows, self._probabilities(images), strict=True):
                readings[row] = [read_allowed(probabilities, classes, self.charset) for classes in masked]
        return readings

    @torch.inference_mode()
    def _probabilities(self, images: np.ndarray) -> Iterable[np.ndarray]:
        """Return the class probabilities, float32 [T, K], of each of a batch of grey images, uint8 [B, 64, width]."""
        tensor = (
            torch.from_numpy(normalize(images.astype(np.float32))).unsqueeze(1).to(self.device)
        )  # [B, 1, 64, width]
        alone = not self.quick and len(images) == 1 and images.shape[2] == IMAGE_HEIGHT
        convolutions = self.network.FeatureExtraction if alone else self.convolutions
        features = convolutions(self.network.Transformation(tensor))  # [B, C, H', T]
        sequences = features.mean(dim=2).transpose(1, 2).contiguous()  # [B, T, C]
        if self.device != "cpu":
            return self._classes(sequences)  # one copy from the device a batch
        return (crop[0] for crop in self.pool.map(self._classes, sequences.split(1)))

    @torch.inference_mode()
    def _classes(self, sequences: torch.Tensor) -> np.ndarray:
        """Return the class probabilities, float32 [B, T, K], of feature sequences [B, T, C]."""
        logits = self.network.Prediction(self.network.SequenceModeling(sequences))
        return logits.softmax(dim=2).cpu().numpy()


def read_allowed(probabilities: np.ndarray, masked: Sequence[int], charset: Charset) -> CropText:
    """Read one crop greedily from its probabilities, float32 [T, K], without the masked classes; text in NFC."""
    if masked:
        probabilities = probabilities.copy()
        probabilities[:, masked] = 0.0
    best = probabilities.max(axis=1) / probabilities.sum(axis=1)
    text, confidence = read_greedily(probabilities.argmax(axis=1), best, charset)
    return CropText(nfc(text), confidence)


def _is_unsure(reading: CropText) -> bool:
    return reading.confidence < LOW_CONFIDENCE


def _surer(first: CropText, second: CropText) -> CropText:
    """Choose as the Reader does: a confident first reading stays; else the more confident one, the second in a tie."""
    return second if _is_unsure(first) and second.confidence >= first.confidence else first


def width_batches(
    widths: Sequence[int], *, narrow_alone: bool, pixels: int = BATCH_PIXELS
) -> Iterator[tuple[list[int], int]]:
    """Group crops by the width in pixels to which each is padded, see `reader_width`: rows, and that width.

    A batch holds about so many `pixels`. `narrow_alone` puts each crop of the narrowest width alone: in a batch of
    these the convolutions of a CPU use another algorithm, whose results differ in the last bits.
    """
    rows_of_width: dict[int, list[int]] = defaultdict(list)
    for row, width in enumerate(widths):
        rows_of_width[width].append(row)
    for width, rows in sorted(rows_of_width.items()):
        alone = narrow_alone and width == IMAGE_HEIGHT
        size = 1 if alone else max(1, pixels // max(1, width * IMAGE_HEIGHT))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], width
