"""Makes batches for the detector from crops of labelled pages, the same after any restart.

One step cuts, rotates and scales a crop with its labels, to cover text of 150 to 300 dots per inch. The crop is then
augmented with the effects of a scanner.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.utils.data import Dataset

from train_easyocr.pages.image_header import UnreadableImageError
from train_easyocr.pages.page_image import decode_colour, read_image_file
from train_easyocr.pages.records import Page, Word
from train_easyocr.program.errors import UserError
from train_easyocr.training.augmentation import OF_THE_CROP, augment
from train_easyocr.training.detector.characters import drawable
from train_easyocr.training.detector.score_targets import MAP_SCALE, NOBODY, placed

SHORT_SHARE, THIN_SHARE = 0.5, 0.2
"""Shares of the crops laid around a word of one character, and around a thin one, if the page has one: detectors miss
these most."""

THIN = 2
"""A word is thin if it is so many times as long as thick, such as a dash or a colon."""

SCALED_FIRST = 0.65
"""A page is scaled down by the mean of its pixels if a crop is smaller than this."""

IGNORED = -1
"""The owner of a pixel of unreadable print: it counts neither for nor against the detector."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and deviation of ImageNet's colours, 0 to 1, by which EasyOCR normalizes what the detector sees."""


@dataclass(frozen=True)
class CropRecipe:
    """How crops for one kind of detector are cut, and what it has to find on them.

    Args:
        sizes: sides in pixels, multiples of 32: both kinds of network halve an image five times.
        scale: draws the scale from a page to a crop, given the one at which a Reader shows that page to the detector.
        degrees: largest angle to either side.
        distortion: by how much one axis may be longer or shorter than the other, and how far print may lean, as shares.
        turned: share of the crops that lie turned by 90, 180 or 270 degrees.
        scan: changes a crop, uint8 [size, size, 3] BGR, as a scanner or camera does, beside `augmentation`.
        draw: returns the maps [M, size / 2, size / 2] and the owners of their pixels (`CropBatch`) for words, the
            page's pixels, the matrix from the page to the crop, and the crop's size.
        rim: how far the maps of a word reach past its box, as a share of its shorter side.
    """

    sizes: tuple[int, ...]
    scale: Callable[[Page, float, np.random.Generator], float]
    degrees: float
    distortion: float
    turned: float
    scan: Callable[[np.ndarray, np.random.Generator], np.ndarray]
    draw: Callable[[Sequence[Word], np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray]]
    rim: float


class CropBatch(NamedTuple):
    """The input of one step: B crops of S x S pixels with their maps, on the CPU."""

    iteration: int
    images: torch.Tensor  # uint8 [B, 3, S, S], RGB
    scores: torch.Tensor  # float32 [B, M, S / 2, S / 2], the maps that the labels ask for
    owners: torch.Tensor  # int32 [B, S / 2, S / 2], the word of each pixel from 1, NOBODY or IGNORED
    boxes: torch.Tensor  # float32 [words of all crops, 5]: number of the crop, xmin ymin xmax ymax in its pixels
    unreadable: list[str]  # pages left out because their image is damaged

    def network_input(self, device: torch.device) -> torch.Tensor:
        """Return the crops as the network's input, float32 [B, 3, S, S] on `device`, channels last."""
        images = self.images.to(device, non_blocking=True).to(torch.float32).div_(255)
        for channel, (mean, deviation) in enumerate(zip(MEAN, DEVIATION, strict=True)):
            images[:, channel].sub_(mean).div_(deviation)
        return images.contiguous(memory_format=torch.channels_last)

    def words_of(self, crop: int) -> torch.Tensor:
        """Return the boxes of the words of a crop, float32 [N, 4]; the pixels of the first word have owner 1."""
        return self.boxes[self.boxes[:, 0] == crop, 1:]


@dataclass(frozen=True)
class CropRequest:
    """The content of one batch: which pages, in which order."""

    iteration: int
    pages: tuple[int, ...]


@dataclass(frozen=True)
class CropPlan:
    """The order of the pages, which depends on the seed alone: each is drawn once before any is drawn twice."""

    pages: int
    batch_size: int
    seed: int
    processes: int = 1

    def requests(self, first: int, rank: int = 0) -> Iterator[CropRequest]:
        """Yield the requests of process `rank` for the iterations from `first` on, without an end."""
        iteration = first
        while True:
            start = (iteration * self.processes + rank) * self.batch_size
            yield CropRequest(iteration, tuple(self._page(start + place) for place in range(self.batch_size)))
            iteration += 1

    def _page(self, number: int) -> int:
        epoch, place = divmod(number, self.pages)
        return int(np.random.default_rng([self.seed, 5, epoch]).permutation(self.pages)[place])


class CropMaker(Dataset[CropBatch]):
    """Turns a request of the plan into a batch; a worker process makes whole batches.

    Args:
        pages: labelled pages with their image files; unreadable print is among their `ignored`.
        recipe: how crops are cut and drawn.
        augmentation: a level of `augmentation.LEVELS`.
        seed: decides place, scale, angle and effects of each crop.
        canvas: the longer side in pixels to which a Reader shrinks a page.
    """

    def __init__(
        self, pages: Sequence[tuple[Page, Path]], recipe: CropRecipe, augmentation: str, seed: int, canvas: int
    ) -> None:
        self._pages, self._recipe = pages, recipe
        self._augmentation, self._seed, self._canvas = augmentation, seed, canvas

    def __getitem__(self, request: CropRequest) -> CropBatch:
        size = int(np.random.default_rng([self._seed, 6, request.iteration]).choice(self._recipe.sizes))
        crops, unreadable = [], []
        for place, number in enumerate(request.pages):
            page, path = self._pages[number]
            try:
                image = decode_colour(read_image_file(path))
            except UnreadableImageError:
                unreadable.append(page.name)
                continue
            generator = np.random.default_rng([self._seed, 7, request.iteration, place])
            crops.append(self._crop(page, image, size, generator))
        if not crops:
            raise UserError(f"{unreadable[0]}: not one image of a whole batch can be read; run step 2 again")
        boxes = [np.insert(crop.boxes, 0, number, axis=1) for number, crop in enumerate(crops)]
        return CropBatch(
            request.iteration,
            torch.from_numpy(np.stack([crop.image for crop in crops])),
            torch.from_numpy(np.stack([crop.scores for crop in crops])),
            torch.from_numpy(np.stack([crop.owners for crop in crops])),
            torch.from_numpy(np.concatenate(boxes).astype(np.float32)),
            unreadable,
        )

    def _crop(self, page: Page, image: np.ndarray, size: int, generator: np.random.Generator) -> Crop:
        shrunk = min(1.0, self._canvas / max(image.shape[:2]))
        matrix = crop_matrix(page, size, shrunk, generator, self._recipe)
        crop = cut_out(page, image, matrix, size, self._recipe)
        image = augment(self._recipe.scan(crop.image, generator), self._augmentation, generator, without=OF_THE_CROP)
        return crop._replace(image=np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1)))  # RGB, channels first


class Crop(NamedTuple):
    """One crop: image uint8 [size, size, 3] BGR, maps and owners as in `CropBatch`, boxes float64 [N, 4]."""

    image: np.ndarray
    scores: np.ndarray
    owners: np.ndarray
    boxes: np.ndarray


def crop_matrix(page: Page, size: int, shrunk: float, generator: np.random.Generator, recipe: CropRecipe) -> np.ndarray:
    """Draw place, scale and angle of a crop at random; return the matrix [2, 3] from x y 1 of the page to the crop.

    The crop contains a word; on a page without words it may lie anywhere. `shrunk` is the scale at which a Reader
    would pass the page to the detector.
    """
    scale = recipe.scale(page, shrunk, generator)
    angle = math.radians(generator.uniform(-recipe.degrees, recipe.degrees))
    words = drawable(page.words)
    short = [word for word in words if len(word.text) == 1]
    thin = [word for word in short if THIN * min(word.width, word.height) <= max(word.width, word.height)]
    drawn = generator.random()
    candidates = thin if thin and drawn < THIN_SHARE else short if short and drawn < SHORT_SHARE else words
    if candidates:
        xmin, ymin, xmax, ymax = candidates[int(generator.integers(len(candidates)))].box
        centre = np.array([(xmin + xmax) / 2, (ymin + ymax) / 2])
    else:
        centre = generator.random(2) * (page.width, page.height)
    if generator.random() < recipe.turned:
        angle += math.radians(generator.choice((90, 180, 270)))
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    wider, leaning = generator.uniform(-recipe.distortion, recipe.distortion, 2)
    turn = turn @ np.array([[1 + wider, leaning], [0, 1]])
    target = generator.uniform(0.1, 0.9, 2) * size
    return np.column_stack([turn, target - turn @ centre])


def cut_out(page: Page, image: np.ndarray, matrix: np.ndarray, size: int, recipe: CropRecipe) -> Crop:
    """Cut a crop out of a page, uint8 [height, width, 3] BGR, and draw the maps of the words that it shows."""
    paper = np.median(image[::8, ::8].reshape(-1, 3), axis=0)
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))
    shown, towards = image, matrix
    if scale < SCALED_FIRST:  # a scanner sees every pixel of the paper, linear interpolation does not
        shown = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        towards = matrix @ np.diag([image.shape[1] / shown.shape[1], image.shape[0] / shown.shape[0], 1.0])
    pixels = cv2.warpAffine(
        shown,
        # OpenCV maps pixel centres to pixel centres; boxes are measured from pixel corners.
        towards + np.column_stack([np.zeros((2, 2)), towards[:, :2] @ [0.5, 0.5] - 0.5]),
        (size, size),
        flags=cv2.INTER_LINEAR,  # as EasyOCR scales a page
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=paper.tolist(),
    )
    words, boxes = [], []
    for word in drawable(page.words):
        bounds = _bounds(word, matrix)
        if (bounds[:2] < size).all() and (bounds[2:] > 0).all():  # on the crop
            words.append(word)
            boxes.append(bounds)
    scores, owners = recipe.draw(words, image, matrix, size)
    for word in page.ignored:
        _ignore(owners, _bounds(word, matrix), recipe.rim)
    return Crop(pixels, scores, owners, np.array(boxes).reshape(-1, 4))


def _ignore(owners: np.ndarray, bounds: np.ndarray, rim: float) -> None:
    """Mark unreadable print as ignored in `owners`, int32 [h, w]: its rectangle on the crop, and a rim around it.

    On the rim, a share of the shorter side, only pixels that belong to no word are ignored.
    """
    for reach, taken in ((rim * min(bounds[2:] - bounds[:2]), NOBODY), (0, None)):
        edges = (bounds + reach * np.array([-1, -1, 1, 1])) / MAP_SCALE
        xmin, ymin, xmax, ymax = edges.clip(0, len(owners)).round().astype(int)
        window = owners[ymin:ymax, xmin:xmax]
        window[... if taken is None else window == taken] = IGNORED


def _bounds(word: Word, matrix: np.ndarray) -> np.ndarray:
    """Return the rectangle around a word on the crop: float64 [4], xmin ymin xmax ymax."""
    box = placed(np.array(word.box), matrix)
    reach = (np.abs(box.right) + np.abs(box.down))[0]
    return np.concatenate([box.centres[0] - reach, box.centres[0] + reach])
