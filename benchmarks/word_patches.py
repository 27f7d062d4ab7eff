"""What the benchmarks of step 3 share: generated patches of real sizes, EasyOCR's way of loading them, a sgemm."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch.utils.data import Dataset
from torchvision import transforms

from train_easyocr.dataset.stores.png import encode_png
from train_easyocr.dataset.stores.store import IMAGES_FOLDER, LABELS_FILE, FolderStore
from train_easyocr.dataset.stores.writers import open_writer
from train_easyocr.pages.records import Patch
from train_easyocr.program.fonts import korean_font
from train_easyocr.texts.charset import KOREAN_G2

# Characters a word on real pages of AI-Hub's dataset 88 (facts/aihub.md): how many of 910 boxes.
LENGTHS = {1: 148, 2: 197, 3: 179, 4: 159, 5: 88, 6: 40, 7: 40, 8: 19, 11: 40}
HEIGHTS = (57, 7)  # pixels, mean and standard deviation: p5 47, median 57, p95 72
HEIGHT, WIDEST = 64, 600


def draw_patches(folder: Path, count: int, seed: int = 0) -> None:
    """Draw words with labels and sizes as on real pages, into one store of each kind and as a plain way writes them.

    `folder`/folder and `folder`/lmdb are what step 2 writes; `folder`/loose has the same words as OpenCV's PNG files.
    """
    generator = np.random.default_rng(seed)
    lengths = generator.choice(list(LENGTHS), count, p=np.array(list(LENGTHS.values())) / sum(LENGTHS.values()))
    loose = folder / "loose"
    (loose / IMAGES_FOLDER).mkdir(parents=True)
    stores = [folder / kind for kind in ("folder", "lmdb")]
    for store in stores:
        store.mkdir()
    writers = [open_writer(store.name, store) for store in stores]
    for number, length in enumerate(lengths.tolist()):
        height = int(np.clip(generator.normal(*HEIGHTS), 30, 100))
        # Latin letters, digits and Hangul: mixed words are narrower than words of Hangul alone.
        text = "".join(generator.choice(list(KOREAN_G2[14:24] + KOREAN_G2[95:]), length))
        image = _draw(text, korean_font(round(height * 0.8)), height, generator)
        name = f"{number:06}_0-0-{image.shape[1]}-{image.shape[0]}.png"
        cv2.imwrite(str(loose / IMAGES_FOLDER / name), image)
        for writer in writers:
            writer.add([Patch(name, text, (0, 0, image.shape[1], image.shape[0]))], [encode_png(image)])
    for writer in writers:
        writer.commit({})
        writer.finish()
    (loose / LABELS_FILE).write_bytes((folder / "lmdb" / LABELS_FILE).read_bytes())


def _draw(text: str, font: ImageFont.FreeTypeFont, height: int, generator: np.random.Generator) -> np.ndarray:
    left, top, right, bottom = font.getbbox(text)
    width = max(10, round((right - left) * 1.05) + 4)
    picture = Image.new("L", (width, height), 235)
    ImageDraw.Draw(picture).text((2 - left, (height - bottom + top) // 2 - top), text, font=font, fill=40)
    return np.clip(np.asarray(picture) + generator.normal(0, 5, (height, width)), 0, 255).astype(np.uint8)


class EasyOcrsPatches(Dataset):
    """Patches as the dataset of EasyOCR's trainer loads them: loose files, PIL, a regular expression on the label."""

    def __init__(self, store: FolderStore) -> None:
        self._store = store
        self._foreign = re.compile(f"[^{re.escape(KOREAN_G2)}]")

    def __len__(self) -> int:
        return len(self._store.texts)

    def __getitem__(self, row: int) -> tuple[Image.Image, str]:
        image = Image.open(self._store.folder / IMAGES_FOLDER / self._store.filenames[row]).convert("L")
        return image, self._foreign.sub("", self._store.texts[row])


def collate_as_easyocrs_trainer(samples: Sequence[tuple[Image.Image, str]]) -> tuple[torch.Tensor, list[str]]:
    """Make a batch as EasyOCR's trainer does: bicubic, ToTensor, all padded to 600; float32 [B, 1, 64, 600]."""
    to_tensor, tensors = transforms.ToTensor(), []
    for image, _ in samples:
        width = min(WIDEST, math.ceil(HEIGHT * image.width / image.height))
        tensor = to_tensor(image.resize((width, HEIGHT), Image.Resampling.BICUBIC)).sub_(0.5).div_(0.5)
        padded = torch.FloatTensor(1, HEIGHT, WIDEST).fill_(0)
        padded[:, :, :width] = tensor
        padded[:, :, width:] = tensor[:, :, -1:].expand(1, HEIGHT, WIDEST - width)
        tensors.append(padded)
    return torch.cat([tensor.unsqueeze(0) for tensor in tensors], 0), [label for _, label in samples]


def matrix_product_rate(size: int = 4096) -> float:
    """Measure the machine's own rate: operations a processor second of a float32 matrix product."""
    first, second = torch.rand(size, size), torch.rand(size, size)
    first @ second
    seconds = []
    for _ in range(3):
        started = time.process_time()
        first @ second
        seconds.append(time.process_time() - started)
    return 2 * size**3 / min(seconds)
