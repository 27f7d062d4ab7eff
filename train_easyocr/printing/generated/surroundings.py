"""Draws what a crop shows besides its word: edges of neighbouring words, ruled lines, underlines, stamps."""

from __future__ import annotations

import cv2
import numpy as np

from train_easyocr.printing.generated.recipes import Recipe

_GAP_EMS = 0.1  # what stays empty between the word and its neighbours
_FEWEST_LETTERS = 2  # with fewer letters or digits, a ruled line beside the word could be read as a character
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)  # the sides of a crop


def add_neighbours(ink: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> None:
    """Draw the edges of other words into the margins of `ink`, uint8 [height, width].

    The neighbours are copies of the word's own edges: its last columns on the left, its lowest rows above, and so on.
    """
    height, width = ink.shape
    xmin, ymin, xmax, ymax = (round(edge) for edge in recipe.ink)
    gap = max(2, round(_GAP_EMS * recipe.em))
    original = ink.copy()
    shares = generator.random(8)
    for side in range(4):
        if shares[side] > (0.08, 0.12)[side % 2]:
            continue
        room = (xmin, ymin, width - xmax, height - ymax)[side] - gap
        depth = min(round(room * (0.3 + 0.7 * shares[4 + side])), round((0.1, 0.16)[side % 2] * recipe.em))
        if depth < 1:
            continue
        if side == _LEFT and xmax > depth:
            _blend(ink[:, :depth], original[:, xmax - depth : xmax])
        elif side == _RIGHT and xmin + depth <= width:
            _blend(ink[:, width - depth :], original[:, max(0, xmin) : max(0, xmin) + depth])
        elif side == _TOP and ymax - depth > 0:
            strip = original[ymax - depth : ymax]
            _blend(ink[: len(strip)], np.roll(strip, int(generator.integers(width)), axis=1))
        elif side == _BOTTOM and max(0, ymin) + depth <= height:
            strip = original[max(0, ymin) : max(0, ymin) + depth]
            _blend(ink[height - len(strip) :], np.roll(strip, int(generator.integers(width)), axis=1))


def _blend(place: np.ndarray, other: np.ndarray) -> None:
    """Print `other` over `place`, a part of the crop; parts of different shapes lie at the edge and are skipped."""
    if place.shape == other.shape:
        np.maximum(place, other, out=place)


def ruled_lines(text: str, recipe: Recipe, generator: np.random.Generator) -> np.ndarray | None:
    """Draw the lines of a table at the sides of the crop: ink uint8 [height, width], or None.

    A line may touch the word or lie half outside the crop; it hardly overlaps the word.
    """
    if sum(character.isalnum() for character in text) < _FEWEST_LETTERS:
        return None
    width, height = recipe.size
    xmin, ymin, xmax, ymax = recipe.ink
    sides = generator.random(4) < (0.25, 0.4, 0.25, 0.4)
    if not sides.any():
        return None
    lines = np.zeros((height, width), np.uint8)
    thickness = float(generator.uniform(0.02, 0.07)) * recipe.em + 0.4
    double = generator.random() < 0.06
    for side, (start, end) in enumerate(((0, xmin), (0, ymin), (xmax, width), (ymax, height))):
        if not sides[side]:
            continue
        # The line lies between half outside the crop and touching the word.
        low, high = (start - thickness / 2, end) if side < 2 else (start, end + thickness / 2)
        middle = low + (high - low) * generator.random() ** (1.5 if side < 2 else 1 / 1.5)
        _line(lines, middle, thickness, across=side % 2 == 1)
        if double:
            _line(lines, middle + (-3 if side < 2 else 3) * thickness, thickness, across=side % 2 == 1)
    return lines


def _line(lines: np.ndarray, middle: float, thickness: float, *, across: bool) -> None:
    """Draw a line over the whole crop with soft edges, at `middle` pixels from the left or the top."""
    length = lines.shape[0] if across else lines.shape[1]
    pixels = np.arange(length)
    inside = np.minimum(pixels + 1, middle + thickness / 2) - np.maximum(pixels, middle - thickness / 2)
    amount = (np.clip(inside, 0, 1) * 255).astype(np.uint8)
    np.maximum(lines, amount[:, None] if across else amount[None, :], out=lines)


def underline(ink: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> None:
    """Draw the underline into `ink` if the recipe asks for one; one in eight is dotted."""
    if not recipe.underline:
        return
    thickness = max(1.0, 0.05 * recipe.em)
    line = np.zeros_like(ink)
    _line(line, recipe.ink[3] - thickness, thickness, across=True)
    if generator.random() < 0.12:
        line[:, :: max(2, round(thickness * 2))] = 0
    np.maximum(ink, line, out=ink)


def stamp(recipe: Recipe, generator: np.random.Generator) -> np.ndarray:
    """Draw a part of an official seal across the crop: ink uint8 [height, width], thin and not black."""
    width, height = recipe.size
    layer = np.zeros((height, width), np.uint8)
    side = recipe.em * float(generator.uniform(1.6, 4))
    middle = float(generator.uniform(0, width)), float(generator.uniform(-0.3, 1.3)) * height
    thickness = max(1, round(recipe.em * float(generator.uniform(0.04, 0.09))))
    corner = tuple(round(m - side / 2) for m in middle)
    if generator.random() < 0.5:
        cv2.circle(layer, tuple(map(round, middle)), round(side / 2), 255, thickness, cv2.LINE_AA)
    else:
        cv2.rectangle(layer, corner, tuple(round(c + side) for c in corner), 255, thickness, cv2.LINE_AA)
    for _ in range(int(generator.integers(3, 9))):  # strokes of the seal's characters
        x, y = (c + side * float(generator.uniform(0.15, 0.85)) for c in corner)
        length = side * float(generator.uniform(0.1, 0.3))
        end = (x + length, y) if generator.random() < 0.5 else (x, y + length)
        cv2.line(layer, (round(x), round(y)), tuple(map(round, end)), 255, thickness, cv2.LINE_AA)
    return layer
