"""Moves a prediction layer to another list of characters: known ones are kept, new Hangul starts from its parts."""

from __future__ import annotations

from collections import defaultdict

import torch

from train_easyocr.program.errors import UserError
from train_easyocr.texts.hangul import decompose


def grow_prediction(
    weight: torch.Tensor, bias: torch.Tensor, old_characters: str, new_characters: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the weight [K', D] and the bias [K'] of `new_characters` from those [K, D] and [K] of `old_characters`.

    The rows before the first character (CTC's blank; start and stop token of an attention decoder) are kept. Known
    characters keep their row wherever it stood. For the others see `class_mixture`.
    """
    mixture = class_mixture(len(weight), old_characters, new_characters).to(weight)
    return mixture @ weight, mixture @ bias


def class_mixture(old_classes: int, old_characters: str, new_characters: str) -> torch.Tensor:
    """Return the share of each old class in each new one: float32 [K', K], rows that add up to 1.

    A known character is its old class. A new Hangul syllable is the mean of three means: over the known syllables
    with its initial, with its medial, and with its final. Any other new character is the mean of all characters.

    Raises:
        UserError: `old_classes` is neither 1 nor 2 more than there are old characters.
    """
    tokens = old_classes - len(old_characters)
    if tokens not in (1, 2):
        raise UserError(
            f"character: the checkpoint has {old_classes} classes, the list given for it {len(old_characters)}"
            " characters; a CTC network has one class more; give the list that it was trained with"
        )
    place = {character: tokens + index for index, character in enumerate(old_characters)}
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for character, index in place.items():
        for part in _numbered_parts(character):
            groups[part].append(index)
    mixture = torch.zeros(tokens + len(new_characters), old_classes)
    mixture[:tokens, :tokens] = torch.eye(tokens)
    for row, character in zip(mixture[tokens:], new_characters, strict=True):
        if character in place:
            row[place[character]] = 1
        else:
            related = [groups[part] for part in _numbered_parts(character) if groups[part]] or [list(place.values())]
            for group in related:
                row[group] += 1 / (len(related) * len(group))
    return mixture


def _numbered_parts(character: str) -> list[tuple[int, str]]:
    """Return the parts of a syllable with their place, so that ㄱ as an initial differs from ㄱ as a final."""
    return list(enumerate(decompose(character) or ()))
