"""Labels and texts of an attention decoder: class 0 starts, class 1 stops, character i of the list is class i + 2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch.nn import functional

START, STOP = 0, 1
TOKENS = 2  # so an attention network has len(characters) + TOKENS classes


def attention_text(labels: Sequence[Sequence[int]]) -> torch.Tensor:
    """Give what the decoder takes in and shall put out, int64 [B, S + 2], S the longest label.

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
    """Give the mean cross entropy of logits [B, S, K] against `text[:, 1:]`; what follows a stop token is left out.

    Greedy logits may hold more steps than the text: the surplus is left out too.
    """
    expected = text[:, 1:]
    logits = logits[:, : expected.shape[1]]
    return functional.cross_entropy(logits.flatten(0, 1).float(), expected.flatten(), ignore_index=START)


def decode_attention(classes: Iterable[int], characters: str) -> str:
    """Turn the best class of each step into text: up to the stop token, without start tokens.

    >>> decode_attention([2, 3, 1, 2], "가나")
    '가나'
    """
    text = []
    for index in classes:
        if index == STOP:
            break
        if index != START:
            text.append(characters[index - TOKENS])
    return "".join(text)
