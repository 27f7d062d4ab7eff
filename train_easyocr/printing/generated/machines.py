"""Turns ink into the grey pixels of a crop of the same size, as paper, printer, copier, fax and scanner do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np

MINIMUM_EM = 15.0  # pixels that an em keeps when the resolution falls


@dataclass(frozen=True)
class InkLayers:
    """What was printed: layers of ink, uint8 [height, width], and their grey levels, 0 to 255."""

    text: np.ndarray
    text_grey: float
    paper_grey: float
    rules: np.ndarray | None = None
    rules_grey: float = 0.0
    stamp: np.ndarray | None = None
    stamp_grey: float = 150.0


def clean_scan(layers: InkLayers, generator: np.random.Generator) -> np.ndarray:
    """Return a crop as clean as a rendered page or the work of a good scanner, uint8 [height, width]."""
    image = _ink_on_paper(layers, np.float32(layers.paper_grey))
    if generator.random() < 0.6:
        image = cv2.GaussianBlur(image, (0, 0), float(generator.uniform(0.25, 0.5)))
    if generator.random() < 0.4:
        image += _grain(image.shape, generator.uniform(0.5, 2.5), generator)
    return _to_uint8(image)


def worn_scan(layers: InkLayers, em: float, hardness: float, generator: np.random.Generator) -> np.ndarray:
    """Return a crop as it looks after printer, copier, fax and scanner, uint8 [height, width].

    `hardness`: from 0, good, to 1, hard but still readable. `em`: the size of the print in pixels; it limits the blur,
    so that small print stays readable.
    """
    image = _ink_on_paper(_worn_ink(layers, hardness, generator), _paper(layers, hardness, generator))
    machine = generator.random()
    image = _blurred(image, em, hardness, generator)
    if machine < 0.35 + 0.15 * hardness:
        image = _lower_resolution(image, em, hardness, generator)
    if machine > 0.92 - 0.1 * hardness and em >= 20:
        image = _photocopied(image, layers, hardness, generator)
    image += _grain(image.shape, generator.uniform(0.5, 4 + 9 * hardness), generator)
    if generator.random() < 0.1 + 0.15 * hardness:
        _specks(image, generator)
    pixels = _to_uint8(image)
    if em >= 20 and generator.random() < 0.06 + 0.08 * hardness:
        return _binarised(pixels, layers, generator)
    if generator.random() < 0.5:
        pixels = _jpeg(pixels, int(generator.integers(round(60 - 38 * hardness), 92)))
    return pixels


def _ink_on_paper(layers: InkLayers, paper: np.ndarray | np.float32) -> np.ndarray:
    """Put the layers on the paper: float32 [height, width], grey levels."""
    share = layers.text.astype(np.float32) * np.float32(1 / 255)
    image = paper + (np.float32(layers.text_grey) - paper) * share
    if layers.rules is not None:
        image += (np.float32(layers.rules_grey) - image) * (layers.rules.astype(np.float32) * np.float32(1 / 255))
    if layers.stamp is not None:  # the ink of a stamp is transparent: it darkens what lies below
        image *= 1 - layers.stamp.astype(np.float32) * np.float32((1 - layers.stamp_grey / 255) / 255)
    return image


def _worn_ink(layers: InkLayers, hardness: float, generator: np.random.Generator) -> InkLayers:
    """Print unevenly: thinner or thicker strokes, or ink that is missing in soft clouds."""
    text = layers.text
    kind = generator.random()
    if kind < 0.3:  # a curve on soft edges makes strokes thinner (strength below 1) or thicker (above 1)
        strength = float(generator.uniform(0.6, 1.0) if kind < 0.15 else generator.uniform(1.0, 2.2))
        curve = np.round(255 * (np.arange(256) / 255) ** (1 / strength)).astype(np.uint8)
        soft = cv2.GaussianBlur(text, (0, 0), 0.5)
        text = cv2.LUT(soft, curve)
    elif kind < 0.3 + 0.2 * (0.5 + hardness):
        clouds = _clouds(text.shape, generator, cell=6)
        share = np.clip(1 - (0.25 + 0.35 * hardness) * np.abs(clouds), 0.35, 1)
        text = (text * share).astype(np.uint8)
    return replace(layers, text=text)


def _paper(layers: InkLayers, hardness: float, generator: np.random.Generator) -> np.ndarray:
    """Draw the paper: its grey, uneven light, clouds, and print that shines through from the back, float32."""
    height, width = layers.text.shape
    slope = generator.uniform(-1, 1, 2) * (3 + 18 * hardness)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.float32(slope[0])
    along = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(slope[1])
    paper = np.float32(layers.paper_grey) + down + along
    if generator.random() < 0.3:
        paper += _clouds((height, width), generator, cell=10) * np.float32(1 + 5 * hardness)
    if generator.random() < 0.05 + 0.07 * hardness:
        back = cv2.GaussianBlur(layers.text[:, ::-1], (0, 0), 1.5)
        shift = int(generator.integers(-height // 2, height // 2 + 1)), int(generator.integers(width))
        back = np.roll(back, shift, axis=(0, 1)).astype(np.float32)
        paper -= back * np.float32(generator.uniform(0.03, 0.07 + 0.1 * hardness))
    return paper


def _clouds(shape: tuple[int, ...], generator: np.random.Generator, cell: int) -> np.ndarray:
    """Draw soft clouds, `cell` pixels wide: float32 [height, width], about normally distributed."""
    height, width = shape
    grid = generator.standard_normal((height // cell + 2, width // cell + 2), dtype=np.float32)
    return cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR)


def _blurred(image: np.ndarray, em: float, hardness: float, generator: np.random.Generator) -> np.ndarray:
    """Blur as an optic does: large print more than small print."""
    sigma = float(generator.uniform(0.2, 0.55 + 0.5 * hardness)) * min(1.6, max(0.7, em / 32))
    return cv2.GaussianBlur(image, (0, 0), sigma)


def _lower_resolution(image: np.ndarray, em: float, hardness: float, generator: np.random.Generator) -> np.ndarray:
    """Scan with fewer dots an inch, then scale up again; an em keeps at least `MINIMUM_EM` pixels."""
    height, width = image.shape
    lowest = max(MINIMUM_EM / em, 0.75 - 0.35 * hardness)
    if lowest >= 0.95:
        return image
    scale = float(generator.uniform(lowest, 0.95))
    small = max(1, round(width * scale)), max(1, round(height * scale))
    interpolation = cv2.INTER_CUBIC if generator.random() < 0.5 else cv2.INTER_LINEAR
    return cv2.resize(
        cv2.resize(image, small, interpolation=cv2.INTER_AREA), (width, height), interpolation=interpolation
    )


def _threshold(image: np.ndarray, layers: InkLayers, swelling: float) -> float:
    """Return the grey level between ink and paper at which the ink covers `swelling` times its own area.

    At this level thin strokes stay whole even where blur and light have changed their greys. `swelling` means the same
    for light print on a dark ground.
    """
    ink = float(layers.text.mean())
    if layers.rules is not None:
        ink += float(layers.rules.mean())
    share = min(0.9, max(0.01, ink * swelling / 255))
    place = int(image.size * (1 - share if layers.text_grey > layers.paper_grey else share))
    return float(np.partition(image, place, axis=None)[place])


def _photocopied(image: np.ndarray, layers: InkLayers, hardness: float, generator: np.random.Generator) -> np.ndarray:
    """Photocopy once or twice: more contrast, strokes that swell or break, and dirt."""
    for _ in range(1 + (generator.random() < hardness)):
        middle = _threshold(image, layers, float(generator.uniform(1 - 0.12 * hardness, 1.25 + 0.2 * hardness)))
        steep = np.float32(2.2 + 2.5 * generator.random())
        image = np.clip((image - middle) * steep + 128, 12, 246).astype(np.float32)
        image = cv2.GaussianBlur(image, (0, 0), 0.6)
        _specks(image, generator)
    return image


def _grain(shape: tuple[int, ...], deviation: float, generator: np.random.Generator) -> np.ndarray:
    """Draw the noise of a sensor, float32, with a standard deviation in grey levels."""
    return generator.standard_normal(shape, dtype=np.float32) * np.float32(deviation)


def _specks(image: np.ndarray, generator: np.random.Generator) -> None:
    """Draw specks of one or two pixels into `image`: three in four are dark, the others light."""
    height, width = image.shape
    for _ in range(int(generator.poisson(1 + height * width / 2500))):
        y, x = int(generator.integers(height)), int(generator.integers(width))
        rows, columns = generator.integers(1, 3, 2)
        image[y : y + rows, x : x + columns] += generator.uniform(30, 120) * (1 if generator.random() < 0.25 else -1)


def _binarised(pixels: np.ndarray, layers: InkLayers, generator: np.random.Generator) -> np.ndarray:
    """Leave only black and white, as a fax or a bilevel scan does; blur half of the crops, as later scaling does."""
    threshold = _threshold(pixels, layers, float(generator.uniform(0.9, 1.2)))
    image: np.ndarray = np.where(pixels > threshold, 255, 0).astype(np.uint8)
    if pixels.shape[0] >= 28 and generator.random() < 0.3:  # a fax in standard resolution sends every second row
        whole = len(image) // 2 * 2
        image[1:whole:2] = image[0:whole:2]
    if generator.random() < 0.5:
        image = cv2.GaussianBlur(image, (0, 0), float(generator.uniform(0.3, 0.7)))
    return image


def _jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """Compress and decompress, with the blocks and rings that this leaves."""
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cast(np.ndarray, cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE))  # None for what is no image


def _to_uint8(image: np.ndarray) -> np.ndarray:
    return np.clip(image, 0, 255).astype(np.uint8)
