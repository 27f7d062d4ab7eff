"""Small training runs for the tests: patches with bars for letters, a narrow network, the parts that the door makes."""

import csv
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from train_easyocr import train
from train_easyocr.configuration.config import Settings
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.texts.charset import Charset, character_list
from train_easyocr.training.batches import BatchMaker
from train_easyocr.training.distributed import Processes
from train_easyocr.training.experiment import Experiment
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.loader import batch_loader

ALONE = Processes(0, 1, torch.device("cpu"))
WORDS = ("가", "나다", "가나다", "다가", "라", "나", "다라가", "라라", "가나다라", "나라 가")


def write_patches(folder: Path, words=WORDS, count=40, seed=0, colour=False, size=None) -> Path:
    """Write `count` patches as step 2 does; a character is a bar of its own height, which a network can learn."""
    generator = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(count):
        word = words[number % len(words)]
        height, width = size or (30, max(8, 26 * len(word)))
        image = generator.normal(230, 6, (height, width, 3))
        for place, character in enumerate(word):
            left = place * width // len(word)
            image[4 : 6 + ord(character) * 7 % (height - 8), left + 4 : left + 14] = (20, 60, 120)
        pixels = np.clip(image, 0, 255).astype(np.uint8)
        name = f"p{number:03}_0-0-{width}-{height}.png"
        Image.fromarray(pixels).convert("RGB" if colour else "L").save(folder / "images" / name)
        rows.append((name, word))
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("filename", "words"), *rows])
    save_page_names(folder, [f"p{number:03}" for number in range(count)])
    return folder


def write_data(root: Path) -> Path:
    """Write two training datasets and their validation sets below `root`."""
    for role, count in (("training", 40), ("validation", 12)):
        write_patches(root / role / "A", count=count, seed=1)
        write_patches(root / role / "B", words=("B가", "b나", "Bb", "나B"), count=count, seed=2)
    return root


def small_settings(root: Path, **changes) -> Settings:
    """Return settings of a run that takes a moment."""
    values = {
        "experiment_name": "trial",
        "train_data": str(root / "training"),
        "val_data": str(root / "validation"),
        "select_data": "A",
        "batch_ratio": "1",
        "augmentation": "none",
        "character": "가나다라Bb ",
        "workers": 0,
        "batch_size": 4,
        "n_iter": 4,
        "val_period": 2,
        "show_number": 2,
        "continue_from": "",
        "adam": True,
        "lr": 0.002,
        "output_channel": 16,
        "hidden_size": 8,
        "amp": "fp32",
    }
    return Settings(**(values | changes))


def run(settings: Settings, saved_models: Path, resume=False, interruption=None) -> Path:
    """Train as the door does; return the folder of the run."""
    folder = saved_models / settings.experiment_name
    train.train(settings, folder, ALONE, interruption or Interruption(), resume=resume)
    return folder


class Parts:
    """The parts that the door makes from settings, put together without its files."""

    def __init__(self, settings: Settings) -> None:
        charset = Charset(character_list(settings.character))
        self.objective = train.make_objective(settings, charset)
        self.rules = train.make_rules(settings, charset, self.objective)
        usage = settings.total_data_usage_ratio
        self.training = train.selections(settings, settings.train_data, self.rules, ALONE, usage=usage)
        self.network = train.make_network(settings, self.objective, charset, ALONE, fresh=False)
        self.maker = BatchMaker(self.training, self.rules, train.make_preparation(settings, settings.augmentation))
        self.plan = train.make_plan(settings, self.training, ALONE)
        experiment = Experiment(Path(), {}, writes=False)
        self.trainer = train.make_trainer(settings, self.network, self.objective, None, experiment, ALONE)
        self._settings = settings

    def batches(self):
        """Return the batches from the first one."""
        return batch_loader(self.maker, self.plan.requests(0), workers=self._settings.workers)

    def train(self, steps: int) -> list[float]:
        """Take some steps; return their losses."""
        trainer, batches = self.trainer, self.batches()
        return [float(trainer._step(next(batches), trainer._schedule.rate(step))) for step in range(steps)]


def weights_after(settings: Settings, steps=3) -> dict[str, torch.Tensor]:
    """Return the state dict after some steps of training by `settings`."""
    parts = Parts(settings)
    parts.train(steps)
    return parts.network.state_dict()


def same_weights(first, second) -> bool:
    """Tell whether two state dicts are equal to the bit."""
    return first.keys() == second.keys() and all(torch.equal(value, second[name]) for name, value in first.items())
