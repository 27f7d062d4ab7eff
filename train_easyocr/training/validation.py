"""Scores the readings of a network: on the validation patches during training, and on chosen patches for step 4."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from train_easyocr.dataset.stores.store import PatchStore
from train_easyocr.easyocr_port.ctc import CropText
from train_easyocr.easyocr_port.engine.recognition import width_batches
from train_easyocr.easyocr_port.reader_tensor import bucket_widths, normalize, reader_image
from train_easyocr.pages.records import Sample
from train_easyocr.program.progress import track
from train_easyocr.texts.charset import Charset
from train_easyocr.texts.text_scores import compare_texts, nfc
from train_easyocr.training.batches import Batch, BatchMaker
from train_easyocr.training.distributed import Processes
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.loader import batch_loader
from train_easyocr.training.objective import Objective, greedy_readings
from train_easyocr.training.plan import BatchRequest


@dataclass(frozen=True)
class SetScores:
    """The scores of one dataset over the validation patches of all processes."""

    name: str
    loss: float
    accuracy: float  # percent of the words or lines that were read without an error
    normalized_edit_distance: float  # mean over all words or lines, from 0 to 1


@dataclass(frozen=True)
class Validation:
    """The scores of all datasets, and some of the readings of this process.

    The first dataset of `select_data` decides which weights are the best; `further` are the others.
    """

    first: SetScores
    further: tuple[SetScores, ...]
    samples: tuple[Sample, ...]
    mistakes: tuple[Sample, ...]  # the wrong readings of the highest confidence, highest first
    unreadable: tuple[str, ...]  # files that this process left out because their images are damaged

    @property
    def scores(self) -> dict[str, float]:
        """The scores by which weights are kept; higher is better."""
        first = self.first
        return {"accuracy": first.accuracy, "normalized_edit_distance": first.normalized_edit_distance}


@dataclass(frozen=True)
class Validator:
    """Reads the validation patches with a network and scores the readings.

    `requests` are this process's share of the patches, each of one of the datasets `names`; the scores of all processes
    are added up. `as_label` changes a reading before it is compared: NFC, and lower case if labels are. `show` readings
    of this process's share, drawn by `seed` and the iteration, become samples, and as many wrong ones mistakes.
    """

    names: Sequence[str]
    maker: BatchMaker
    requests: Sequence[BatchRequest]
    objective: Objective
    as_label: Callable[[str], str]
    processes: Processes
    workers: int
    show: int
    seed: int

    def __call__(self, network: nn.Module, iteration: int, interruption: Interruption) -> Validation | None:
        """Return the scores of `network`, which is left in evaluation mode; None if any process got a signal."""
        network.eval()
        scores = [_Scores() for _ in self.names]
        samples: list[Sample] = []
        mistakes: list[Sample] = []
        unreadable: list[str] = []
        shown = self._drawn(iteration)
        with closing(batch_loader(self.maker, self.requests, workers=self.workers)) as batches:
            for request, batch in zip(self.requests, self._with_bar(batches), strict=True):
                if interruption.received:
                    break
                loss, readings = read_batch(network, self.objective, batch, self.processes.device)
                readings = [CropText(self.as_label(text), confidence) for text, confidence in readings]
                seen = sum(each.words for each in scores)
                for place, (label, (text, confidence)) in enumerate(zip(batch.texts, readings, strict=True)):
                    if seen + place in shown:
                        samples.append(_sample(batch, place, text, confidence))
                    if text != label and self._is_among_most_confident(mistakes, confidence):
                        insort(mistakes, _sample(batch, place, text, confidence), key=lambda each: -each.confidence)
                        del mistakes[self.show :]
                scores[request.samples[0, 0]].add(loss, batch.texts, readings)
                unreadable += batch.unreadable
        if self.processes.largest(float(interruption.received is not None)):
            return None
        first, *further = (each.summed(name, self.processes) for name, each in zip(self.names, scores, strict=True))
        return Validation(first, tuple(further), tuple(samples), tuple(mistakes), tuple(unreadable))

    def _is_among_most_confident(self, mistakes: Sequence[Sample], confidence: float) -> bool:
        return len(mistakes) < self.show or (self.show > 0 and confidence > mistakes[-1].confidence)

    def _with_bar(self, batches: Iterable[Batch]) -> Iterable[Batch]:
        hidden = not self.processes.is_first
        return track("Validating", len(self.requests), "batch", batches, brief=True, hidden=hidden)

    def _drawn(self, iteration: int) -> frozenset[int]:
        count = sum(len(request.samples) for request in self.requests)
        generator = np.random.default_rng([self.seed, 4, iteration])
        return frozenset(generator.choice(count, min(self.show, count), replace=False).tolist())


def _sample(batch: Batch, place: int, text: str, confidence: float) -> Sample:
    return Sample(batch.texts[place], text, confidence, batch.images[place].numpy().copy())


@dataclass
class _Scores:
    """Sums over the words of a dataset that this process reads."""

    loss: float = 0.0
    right: int = 0
    similarity: float = 0.0
    words: int = 0

    def add(self, mean_loss: float, labels: Sequence[str], readings: Sequence[CropText]) -> None:
        self.loss += mean_loss * len(labels)
        self.words += len(labels)
        for label, (text, _) in zip(labels, readings, strict=True):
            self.right += text == label
            self.similarity += compare_texts(label, text).normalized_edit_distance

    def summed(self, name: str, processes: Processes) -> SetScores:
        loss, right, similarity, words = processes.summed([self.loss, self.right, self.similarity, self.words])
        return SetScores(name, loss / words, 100 * right / words, similarity / words)


# Not in inference mode: layers keep tensors that they build there (the terms of TPS, an LSTM's flat weights on a GPU),
# and the next backward pass would refuse these.
@torch.no_grad()
def read_batch(
    network: nn.Module, objective: Objective, batch: Batch, device: torch.device
) -> tuple[float, list[CropText]]:
    """Return the mean loss of a batch and the reading of each image."""
    # In float32, as the Reader computes: a score must not depend on the number format of the training.
    loss, readings = objective.read(network, batch.network_input(device), batch)
    return float(loss), readings


@torch.no_grad()
def read_patches(
    network: nn.Module,
    charset: Charset,
    store: PatchStore,
    rows: Sequence[int],
) -> list[CropText]:
    """Read the patches `rows` of `store` greedily as EasyOCR's Reader does on a CPU: each at its own padded width.

    Return text (NFC) and confidence (0 to 1) in the order of `rows`. The network must end with CTC; it is left in
    evaluation mode on its device.

    Raises:
        OSError: an image cannot be read.
    """
    network.eval()
    device = next(network.parameters()).device
    convolutions = network.get_submodule("FeatureExtraction")
    channels = next(parameter.shape[1] for parameter in convolutions.parameters() if parameter.ndim == 4)
    chosen = np.asarray(rows, np.int64)
    widths = bucket_widths(store.sizes()[chosen], np.iinfo(np.int32).max)
    readings: list[CropText] = [CropText("", 0.0)] * len(chosen)
    with track("Reading patches", len(chosen), "patch", brief=True) as bar:
        for places, width in width_batches(widths.tolist(), narrow_alone=False):
            crops = [reader_image(store.read(int(chosen[place])), width) for place in places]
            images = torch.from_numpy(np.stack(crops))[:, None].expand(-1, channels, -1, -1).to(device)
            read = greedy_readings(network(normalize(images.to(torch.float32)), None), charset)
            for place, (text, confidence) in zip(places, read, strict=True):
                readings[place] = CropText(nfc(text), confidence)
            bar.update(len(places))
    return readings
