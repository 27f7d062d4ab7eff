"""Copies and scans a printed page: ribbon, skew, blur, uneven light, noise, JPEG; the label boxes follow the skew."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from train_easyocr.pages.records import Box, Word

_LIGHT_GRID = 9, 7  # rows, columns of the coarse grid that uneven light is drawn from
_RIBBON_GRID = 60, 12  # rows, columns of patches on a page
_HOLE_RADIUS, _HOLE_DISTANCE, _HOLE_MARGIN = 3, 80, 8  # of a file's two holes, in millimetres (ISO 838)
_A4_MILLIMETRES = 210
_DPI_150_WIDTH = 1240


def scan_page(page: np.ndarray, words: Sequence[Word], em: int, seed: int) -> tuple[bytes, list[Box]]:
    """Copy and scan a page, uint8 [height, width]: JPEG bytes and a label box for each word, in their order.

    `em` is the size of the print in pixels.
    """
    noise = np.random.default_rng(seed)
    skew = skew_matrix(page.shape, noise)
    boxes = label_boxes(words, em, skew, noise)
    return _jpeg(_scan(_worn_ribbon(page, noise), skew, noise), noise), boxes


def skew_matrix(shape: Sequence[int], noise: np.random.Generator) -> np.ndarray:
    """Draw the position of the sheet on the glass: float64 [2, 3], a small rotation about the middle and a shift."""
    height, width = shape[:2]
    angle = float(np.clip(noise.normal(0, 0.22), -0.6, 0.6))  # degrees
    matrix: np.ndarray = cv2.getRotationMatrix2D((width / 2, height / 2), angle, noise.uniform(0.992, 1.004))
    matrix[:, 2] += noise.uniform(-4, 4, 2)
    return matrix


def label_boxes(words: Sequence[Word], em: int, skew: np.ndarray, noise: np.random.Generator) -> list[Box]:
    """Box the ink of each word on the scan, with the margins that human annotators leave."""
    boxes = []
    for word in words:
        xmin, ymin, xmax, ymax = word.box
        corners = np.array([[xmin, ymin], [xmax, ymin], [xmax, ymax], [xmin, ymax]], np.float64)
        corners = corners @ skew[:, :2].T + skew[:, 2]
        margins = em * noise.uniform((0.03, 0.05, 0.03, 0.05), (0.13, 0.17, 0.13, 0.17))
        low, high = corners.min(axis=0) - margins[:2], corners.max(axis=0) + margins[2:]
        boxes.append((round(low[0]), round(low[1]), round(high[0]), round(high[1])))
    return boxes


def _worn_ribbon(page: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    """Take ink away in patches along the lines, as a used ribbon does: uint8 [height, width] in and out."""
    height, width = page.shape
    ink = cv2.resize(noise.uniform(0.65, 1.0, _RIBBON_GRID).astype(np.float32), (width, height))
    return (255 - (255 - page) * ink).astype(np.uint8)


def _scan(sheet: np.ndarray, skew: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    """Copy and scan a printed sheet: uint8 [height, width] in and out."""
    height, width = sheet.shape
    page = cv2.warpAffine(sheet, skew, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    page = cv2.GaussianBlur(page, (0, 0), noise.uniform(0.45, 0.85) * width / _DPI_150_WIDTH)
    page = cv2.LUT(page, _tone_curve(noise))
    if noise.random() < 0.4:
        _punch_holes(page, noise)
    light = cv2.resize(_light_grid(noise), (width, height), interpolation=cv2.INTER_CUBIC)
    light *= _gutter(width, noise)
    grain = np.empty((height, width), np.float32)
    noise.standard_normal(out=grain, dtype=np.float32)
    grain *= noise.uniform(2.0, 7.0)
    page = page * light
    page += grain
    _specks(page, noise)
    return np.clip(page, 0, 255).astype(np.uint8)


def _tone_curve(noise: np.random.Generator) -> np.ndarray:
    """Draw a tone curve for ink and paper: uint8 [256].

    A low `middle` makes strokes thin and faint, a high one makes them heavy, as an old copier does.
    """
    middle, steepness = noise.uniform(0.52, 0.74), noise.uniform(5, 9)
    ink, paper = noise.uniform(15, 75), noise.uniform(232, 252)
    grey = np.linspace(0, 1, 256)
    curve = 1 / (1 + np.exp(-steepness * (grey - middle)))
    curve = (curve - curve[0]) / (curve[-1] - curve[0])
    return np.round(ink + (paper - ink) * curve).astype(np.uint8)


def _light_grid(noise: np.random.Generator) -> np.ndarray:
    """Draw the light on the glass: float32 [rows, columns] around 1, darker to one side and in soft clouds."""
    rows, columns = _LIGHT_GRID
    down, across = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    slope = noise.uniform(-0.035, 0.035, 2)
    clouds = noise.normal(0, 0.006, (rows, columns))
    return (0.985 + slope[0] * down + slope[1] * across + clouds).astype(np.float32)


def _gutter(width: int, noise: np.random.Generator) -> np.ndarray:
    """Draw the shadow of a bound page along its left edge: float32 [width], at most 1; most pages have none."""
    depth = noise.uniform(0.1, 0.4) if noise.random() < 0.35 else 0.0
    reach = noise.uniform(0.008, 0.03) * width
    return (1 - depth * np.exp(-np.arange(width) / reach)).astype(np.float32)


def _punch_holes(page: np.ndarray, noise: np.random.Generator) -> None:
    """Draw the two holes of a file into the left margin of `page`; behind them the scanner is dark."""
    height, width = page.shape
    millimetre = width / _A4_MILLIMETRES
    x = round((_HOLE_MARGIN + noise.uniform(-2, 2)) * millimetre)
    dark = int(noise.integers(40, 110))
    middle = height / 2 + noise.uniform(-6, 6) * millimetre
    for side in (-1, 1):
        y = round(middle + side * _HOLE_DISTANCE / 2 * millimetre)
        cv2.circle(page, (x, y), round(_HOLE_RADIUS * millimetre * 0.9), dark, -1, cv2.LINE_AA)


def _specks(page: np.ndarray, noise: np.random.Generator) -> None:
    """Put dust on the glass: some dark dots of one to three pixels, drawn into `page`."""
    height, width = page.shape
    for _ in range(noise.poisson(noise.choice((4, 15, 60)))):
        y, x = int(noise.integers(0, height - 3)), int(noise.integers(0, width - 3))
        rows, columns = noise.integers(1, 4, 2)
        page[y : y + rows, x : x + columns] -= noise.uniform(40, 150)


def _jpeg(page: np.ndarray, noise: np.random.Generator) -> bytes:
    return cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, int(noise.integers(68, 92))))[1].tobytes()
