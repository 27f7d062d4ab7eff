"""Makes batches of patches: each crop becomes the tensor that the Reader makes, the same after any restart."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.utils.data import Dataset

from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT, normalize, reader_image
from train_easyocr.program.errors import UserError
from train_easyocr.training.augmentation import augment
from train_easyocr.training.plan import BatchRequest
from train_easyocr.training.selection import Rules, Selection

OUT_OF_RESOURCES = {errno.ENOMEM, errno.EMFILE, errno.ENFILE}


class Batch(NamedTuple):
    """The input of one step: B images and their labels, on the CPU. Tensors move to the device where they are used."""

    iteration: int
    images: torch.Tensor  # uint8 [B, C, image height, width], grey levels 0 to 255
    targets: torch.Tensor  # int64 [sum of lengths], class indices of all labels, one after the other
    lengths: torch.Tensor  # int64 [B]
    texts: list[str]  # labels
    unreadable: list[str]  # files left out because their image is damaged

    def network_input(self, device: torch.device) -> torch.Tensor:
        """Return the images as the network's input, float32 from -1 to 1 on `device`, channels last.

        The copy from pinned memory is asynchronous.
        """
        images = self.images.to(device, non_blocking=True)
        return normalize(images.to(torch.float32)).contiguous(memory_format=torch.channels_last)

    def labels(self) -> list[list[int]]:
        """Return the class indices of each label."""
        return [label.tolist() for label in self.targets.split(self.lengths.tolist())]


@dataclass(frozen=True)
class Preparation:
    """How a crop becomes an image.

    `keep_shape` (PAD) pads on the right; without it a crop is stretched to the width of its batch. `contrast` (0 to 1)
    stretches grey levels as the Reader's second pass does. `augmentation`: a level of `augmentation.LEVELS`.
    `seed` decides the augmentation of each sample.
    """

    keep_shape: bool = True
    contrast: float = 0.0
    augmentation: str = "none"
    seed: int = 0

    def augmented(self, crop: np.ndarray, iteration: int, place: int) -> np.ndarray:
        """Return the augmented crop for sample `place` of batch `iteration`; equal arguments give equal crops."""
        if self.augmentation == "none":
            return crop
        return augment(crop, self.augmentation, np.random.default_rng([self.seed, 3, iteration, place]))

    def image(self, crop: np.ndarray, width: int) -> np.ndarray:
        """Return the image of a crop, uint8 [C, 64, width]; a grey crop has one channel, a colour one three."""
        if self.keep_shape:
            image = reader_image(crop, width, contrast=self.contrast)
        else:
            image = cv2.resize(crop, (width, IMAGE_HEIGHT), interpolation=cv2.INTER_LINEAR)
        return image[None] if image.ndim == 2 else np.ascontiguousarray(image.transpose(2, 0, 1))


class BatchMaker(Dataset[Batch]):
    """Turns a request of the plan into a batch; a worker process makes whole batches."""

    def __init__(self, selections: Sequence[Selection], rules: Rules, preparation: Preparation) -> None:
        self._selections, self._rules, self._preparation = selections, rules, preparation

    def __getitem__(self, request: BatchRequest) -> Batch:
        images, labels, unreadable = [], [], []
        for place, (selection, row) in enumerate(self._patches(request)):
            crop = _whole_crop(selection, row)
            if crop is None:
                unreadable.append(f"{selection.name}/{selection.store.filenames[row]}")
                continue
            crop = self._augmented(crop, selection, request.iteration, place)
            images.append(self._preparation.image(crop, request.width))
            labels.append(self._rules.label(selection.store.texts[row]))
        if not images:
            raise UserError(
                f"{unreadable[0]}: not one image of a whole batch can be read; look at this file, or write the set anew"
            )
        targets = [self._rules.target(label) for label in labels]
        return Batch(
            iteration=request.iteration,
            images=torch.from_numpy(np.stack(images)),
            targets=torch.tensor([index for target in targets for index in target], dtype=torch.long),
            lengths=torch.tensor([len(target) for target in targets], dtype=torch.long),
            texts=labels,
            unreadable=unreadable,
        )

    def before_and_after(self, request: BatchRequest) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
        """Return the crops of a batch as they are on disk, the same crops as training sees them, and their labels.

        Damaged images are left out.
        """
        originals, changed, texts = [], [], []
        for place, (selection, row) in enumerate(self._patches(request)):
            crop = _whole_crop(selection, row)
            if crop is not None:
                originals.append(crop)
                changed.append(self._augmented(crop, selection, request.iteration, place))
                texts.append(selection.store.texts[row])
        return originals, changed, texts

    def _augmented(self, crop: np.ndarray, selection: Selection, iteration: int, place: int) -> np.ndarray:
        """Return the crop as training sees it; generated words are printed, copied and scanned already."""
        return crop if selection.store.worn else self._preparation.augmented(crop, iteration, place)

    def _patches(self, request: BatchRequest) -> list[tuple[Selection, int]]:
        chosen = ((self._selections[dataset], index) for dataset, index in request.samples.tolist())
        return [(selection, int(selection.rows[index])) for selection, index in chosen]


def _whole_crop(selection: Selection, row: int) -> np.ndarray | None:
    """Read a patch; None where its image is damaged or gone.

    Raises:
        Exception: the machine ran out of memory or file handles; the image may be intact.
    """
    try:
        return selection.store.read(row)
    except OSError as error:
        if error.errno in OUT_OF_RESOURCES:
            raise
        return None
