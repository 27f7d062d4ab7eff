"""The objectives of both kinds of prediction layer, CTC and attention: their loss, and how their logits become text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from train_easyocr.easyocr_port.ctc import CropText, read_by_beam, read_greedily
from train_easyocr.texts.charset import Charset
from train_easyocr.training.attention import TOKENS, attention_loss, attention_text, read_attention
from train_easyocr.training.batches import Batch


class Objective(Protocol):
    """The loss of a batch, and the readings of its images."""

    class_count: int

    def fits(self, lengths: np.ndarray, repeats: np.ndarray, widths: np.ndarray) -> np.ndarray:
        """Return whether the network can output each of N labels from an image `widths` pixels wide: bool [N].

        Args:
            lengths: characters to output, int [N].
            repeats: how many of them equal the one before, int [N].
            widths: int [N].
        """
        ...

    def loss(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return the mean loss of normalized images [B, C, H, W] against the labels of `batch`: one number."""
        ...

    def read(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, list[CropText]]:
        """Return the mean loss and the reading of each image."""
        ...


class CtcObjective:
    """Connectionist temporal classification (Graves 2006): class 0 is the blank, character i is class i + 1."""

    def __init__(
        self, charset: Charset, time_steps: Callable[[np.ndarray], np.ndarray], *, beam_search: bool = False
    ) -> None:
        self._charset, self._time_steps, self._beam_search = charset, time_steps, beam_search
        self.class_count = charset.class_count

    def fits(self, lengths: np.ndarray, repeats: np.ndarray, widths: np.ndarray) -> np.ndarray:
        """Return where the time steps suffice: one for each character, and a blank between two equal ones."""
        return self._time_steps(widths) >= lengths + repeats

    def loss(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return the mean over the images of (loss of the label / length of the label)."""
        return ctc_loss(network(images, None), batch)

    def read(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, list[CropText]]:
        """Return the mean loss and the reading of each image, greedy or by beam search."""
        logits = network(images, None)
        return ctc_loss(logits, batch), self.texts(logits)

    def texts(self, logits: torch.Tensor) -> list[CropText]:
        """Return the reading of each image from logits [B, T, K]."""
        if self._beam_search:
            return [read_by_beam(image, self._charset) for image in ctc_probabilities(logits).cpu().numpy()]
        return greedy_readings(logits, self._charset)


def greedy_readings(logits: torch.Tensor, charset: Charset) -> list[CropText]:
    """Read each image greedily from the logits of CTC, [B, T, K]."""
    return [read_greedily(*image, charset) for image in _best_classes(ctc_probabilities(logits))]


def ctc_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """Return the class probabilities of logits [B, T, K], float32 [B, T, K], rounded as the Reader does."""
    probabilities = logits.float().softmax(dim=2)
    # After its mask of characters the Reader divides by the sum, even if it masks none.
    return probabilities / probabilities.sum(dim=2, keepdim=True)


def _best_classes(probabilities: torch.Tensor) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Return for each image the best class of each step, int64 [T], and its probability, float32 [T].

    The device computes the maximum, so only two numbers for each step of [B, T, K] are copied to the host.
    """
    probability, best = probabilities.max(dim=2)
    return zip(best.cpu().numpy(), probability.cpu().numpy(), strict=True)


def ctc_loss(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the CTC loss of logits [B, T, K] in float32, whatever precision the network computes in."""
    log_probabilities = logits.float().log_softmax(dim=2).transpose(0, 1)  # [T, B, K]
    targets = batch.targets.to(logits.device, non_blocking=True)
    # torch reads both lengths on the host: lengths on a GPU would make it wait.
    steps = torch.full((logits.shape[0],), logits.shape[1], dtype=torch.long)
    with torch.autocast(logits.device.type, enabled=False):
        return functional.ctc_loss(log_probabilities, targets, steps, batch.lengths)


class AttentionObjective:
    """Cross entropy of an attention decoder, which gets the true text while it learns (teacher forcing)."""

    def __init__(self, charset: Charset, longest: int) -> None:
        self._charset, self._longest = charset, longest
        self.class_count = len(charset.characters) + TOKENS

    def fits(self, lengths: np.ndarray, repeats: np.ndarray, widths: np.ndarray) -> np.ndarray:
        """Return where the steps of the decoder, `longest` and one for the stop token, suffice."""
        return lengths <= self._longest

    def loss(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Return the mean over all characters and stop tokens of the batch."""
        text = attention_text(batch.labels()).to(images.device, non_blocking=True)
        return attention_loss(network(images, text[:, :-1]), text)

    def read(self, network: nn.Module, images: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, list[CropText]]:
        """Return the mean loss and the reading of each image; the decoder gets its own output, as in use."""
        logits = network(images, None)  # [B, batch_max_length + 1, K]
        loss = attention_loss(logits, attention_text(batch.labels()).to(images.device))
        best = _best_classes(logits.float().softmax(dim=2))
        return loss, [read_attention(*image, self._charset) for image in best]
