"""An attention decoder: its labels, its loss and its readings. Class 0 starts, 1 stops, i + 2 is character i."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from train_easyocr.easyocr_port.ctc import CropText, mean_confidence
from train_easyocr.texts.charset import Charset

START, STOP = 0, 1
TOKENS = 2  # so an attention network has len(characters) + TOKENS classes


def attention_text(labels: Sequence[Sequence[int]]) -> torch.Tensor:
    """Return the input and the target of the decoder as one tensor, int64 [B, S + 2], S the longest label.

    A row is the start token, the characters, the stop token, then start tokens to the end. `labels` are class indices
    as `Charset.encode` gives them, where character i is class i + 1. The network takes `text[:, :-1]` and predicts
    `text[:, 1:]`.

    >>> attention_text([[1, 2], [3]]).tolist()
    [[0, 2, 3, 1], [0, 4, 1, 0]]
    """
    text = torch.full((len(labels), max(map(len, labels), default=0) + 2), START, dtype=torch.long)
    for row, label in zip(text, labels, strict=True):
        row[1 : len(label) + 1] = torch.tensor(label, dtype=torch.long) + 1
        row[len(label) + 1] = STOP
    return text


def attention_loss(logits: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy of logits [B, S, K] against `text[:, 1:]`, without what follows a stop token.

    Greedy logits may hold more steps than the text; the surplus is ignored too.
    """
    expected = text[:, 1:]
    logits = logits[:, : expected.shape[1]]
    return functional.cross_entropy(logits.flatten(0, 1).float(), expected.flatten(), ignore_index=START)


def read_attention(best: np.ndarray, probability: np.ndarray, charset: Charset) -> CropText:
    """Read one image from the best class of each step, int [S], and its probability, float [S].

    The text ends at the stop token. Start tokens are skipped.
    """
    stop = next((step for step, index in enumerate(best.tolist()) if index == STOP), len(best))
    printed = best[:stop] >= TOKENS
    text = "".join(charset.characters[index - TOKENS] for index in best[:stop][printed].tolist())
    return CropText(text, mean_confidence(probability[:stop][printed]))
