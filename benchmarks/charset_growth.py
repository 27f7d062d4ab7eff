"""Count the training steps that new syllables take: started from their parts, by addition, and from nothing.

    python benchmarks/charset_growth.py

korean_g2's weights may not be at hand, so english_g2 first learns some of korean_g2's syllables, printed alone and then
in words of two. Then the network grows by syllables that korean_g2 lacks, once for each way to start their rows, and
trains on with words of one old and one new syllable; old rows are copied in every case. What is counted are the steps
until 90% of the new syllables, in words printed for the test, are read right. All sides run in one process with the
same words; the figures go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import torch
from easyocr_en_models import model_dir
from measured import machine, save_result
from PIL import Image, ImageDraw
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from train_easyocr.charset import KOREAN_G2, KOREAN_PUBLIC, Charset
from train_easyocr.fonts import korean_font
from train_easyocr.hangul import is_syllable
from train_easyocr.reader_tensor import normalize, reader_image
from train_easyocr.training.charset_growth import grow_prediction
from train_easyocr.training.network import build_network, load_start
from train_easyocr.weights import read_weights

SYLLABLES_A_STEP = 32
TEST_WORDS = 100
LOOK_EVERY = 5  # steps
REACHED = 0.9
FREQUENT = "를었았했겠였될됨됩졌첨읍"  # which korean_g2 lacks and every public document holds
FONT = korean_font(44)


def main() -> None:
    """Learn, grow in each way, count, and write the figures."""
    arguments, about = parse_arguments(), machine()
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    old, new = choose_syllables(rng, arguments.old, arguments.new)
    began = time.perf_counter()
    network = build_network(len(old) + 1).to(memory_format=torch.channels_last)
    english = read_weights(Path(model_dir()) / "english_g2.pth")
    load_start(network, english, source="english_g2.pth", strict=True, new_prediction=True)
    train(network, Charset(old), old, arguments.steps, np.random.default_rng(2))
    known = accuracy(network, Charset(old), words(np.random.default_rng(3), old, old, TEST_WORDS), old)
    print(f"old syllables read after {arguments.steps} steps: {known:.3f}")
    results = {}
    for way, start in WAYS.items():
        runs = [grow_and_train(network, old, new, start, seed, arguments.limit) for seed in range(arguments.seeds)]
        results[way] = {"steps_to_90": [run["steps"] for run in runs], "curves": [run["curve"] for run in runs]}
        results[way]["old_syllables_read_at_the_start"] = statistics.mean(run["old_before"] for run in runs)
        results[way]["new_syllables_read_mean"] = mean_curve(results[way]["curves"])
        print(f"{way:>10}: {results[way]['steps_to_90']} steps, {results[way]['new_syllables_read_mean']}")
    figures = {
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": about,
        "what": f"steps of {SYLLABLES_A_STEP // 2} generated words of two syllables until 90% of the new ones are read",
        "base": "english_g2 taught the old syllables here, because korean_g2 was not at hand",
        "old_syllables": len(old),
        "new_syllables": len(new),
        "base_steps": arguments.steps,
        "base_accuracy": round(known, 4),
        "results": results,
        "seconds": round(time.perf_counter() - began),
    }
    save_result("charset_growth", figures)


def parse_arguments() -> argparse.Namespace:
    """Read the sizes of the experiment; the defaults are those of the figures in benchmarks/results/."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=int, default=160, help="syllables of korean_g2 that are learnt first (160)")
    parser.add_argument("--new", type=int, default=48, help="syllables that korean_g2 lacks (48)")
    parser.add_argument("--steps", type=int, default=400, help="steps for the old syllables (400)")
    parser.add_argument("--limit", type=int, default=80, help="steps after which growing is given up (80)")
    parser.add_argument("--seeds", type=int, default=3, help="repeats with other words and other random rows (3)")
    return parser.parse_args()


def choose_syllables(rng: np.random.Generator, old: int, new: int) -> tuple[str, str]:
    """Draw `old` syllables of korean_g2 and `new` of those that it lacks, the frequent ones among them."""
    known = [character for character in KOREAN_G2 if is_syllable(character)]
    lacking = [c for c in KOREAN_PUBLIC[len(KOREAN_G2) :] if is_syllable(c) and c not in FREQUENT]
    chosen = FREQUENT + "".join(rng.choice(lacking, new - len(FREQUENT), replace=False))
    return "".join(rng.choice(known, old, replace=False)), chosen


def words(rng: np.random.Generator, first: str, second: str, count: int) -> list[str]:
    """Draw words of one syllable of `first` and one of `second`, in either order."""
    pairs = zip(rng.choice(list(first), count), rng.choice(list(second), count), rng.random(count), strict=True)
    return [one + other if order < 0.5 else other + one for one, other, order in pairs]


def images_of(texts: list[str], rng: np.random.Generator) -> torch.Tensor:
    """Print words, each a little different, as the Reader's tensor [len(texts), 1, 64, W]."""
    return torch.from_numpy(normalize(np.stack([printed(text, rng) for text in texts]))[:, None])


def printed(text: str, rng: np.random.Generator) -> np.ndarray:
    """Print one word with margins, ink and paper drawn by `rng`: uint8 [64, 64 a syllable]."""
    left, top, right, bottom = FONT.getbbox(text)
    margins = rng.integers(1, 8, 4)
    size = (int(right - left + margins[0] + margins[1]), int(bottom - top + margins[2] + margins[3]))
    page = Image.new("L", size, int(rng.integers(200, 256)))
    ImageDraw.Draw(page).text((margins[0] - left, margins[2] - top), text, fill=int(rng.integers(0, 90)), font=FONT)
    return reader_image(np.asarray(page), 64 * len(text))


def train_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, charset: Charset, texts: list[str], rng: np.random.Generator
) -> float:
    """Train on one batch of words and return the CTC loss."""
    network.train()
    scores = network(images_of(texts, rng).contiguous(memory_format=torch.channels_last)).log_softmax(2).transpose(0, 1)
    classes = torch.tensor([charset.encode(text) for text in texts])
    lengths = torch.tensor([len(text) for text in texts])
    loss = functional.ctc_loss(scores, classes, torch.full((len(texts),), len(scores)), lengths)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimizer.step()
    return loss.item()


def train(network: nn.Module, charset: Charset, syllables: str, steps: int, rng: np.random.Generator) -> None:
    """Train on printed `syllables`: alone for a half of the steps, which CTC aligns at once, then in words of two."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=1.5e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.5e-3, total_steps=steps, pct_start=0.1)
    bar = tqdm(range(steps), desc="old syllables", mininterval=2)
    for step in bar:
        alone = list(rng.choice(list(syllables), SYLLABLES_A_STEP))
        texts = alone if step < steps // 2 else words(rng, syllables, syllables, SYLLABLES_A_STEP // 2)
        loss = train_step(network, optimizer, charset, texts, rng)
        schedule.step()
        if step % 20 == 0:
            bar.set_postfix(loss=f"{loss:.3f}")


@torch.no_grad()
def accuracy(network: nn.Module, charset: Charset, texts: list[str], counted: str) -> float:
    """Return the share of the `counted` syllables in `texts` that are read in their place."""
    network.eval()
    logits = network(images_of(texts, np.random.default_rng(9)).contiguous(memory_format=torch.channels_last))
    right = total = 0
    for text, classes in zip(texts, logits.argmax(2).tolist(), strict=True):
        reading = charset.decode_greedy(classes)
        for place, character in enumerate(text):
            if character in counted:
                total += 1
                right += len(reading) == len(text) and reading[place] == character
    return right / total


def from_parts(layer: nn.Linear, old: str, new: str, _seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Start new rows from the means of rows that share a part: what the trainer does."""
    return grow_prediction(layer.weight.detach(), layer.bias.detach(), old, old + new)


def from_nothing(layer: nn.Linear, old: str, new: str, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Start new rows as torch starts a layer; copy the old ones."""
    torch.manual_seed(100 + seed)
    fresh = nn.Linear(layer.in_features, len(old) + len(new) + 1)
    weight, bias = fresh.weight.detach(), fresh.bias.detach()
    weight[: len(old) + 1], bias[: len(old) + 1] = layer.weight.detach(), layer.bias.detach()
    return weight, bias


def by_addition(layer: nn.Linear, old: str, new: str, _seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Start new rows as mean + what each part adds to it: three times the mean of parts less twice the mean of all."""
    weight, bias = from_parts(layer, old, new, 0)
    first = len(old) + 1
    weight[first:] = 3 * weight[first:] - 2 * weight[1:first].mean(dim=0)
    bias[first:] = 3 * bias[first:] - 2 * bias[1:first].mean()
    return weight, bias


def mean_curve(curves: list[list[list[float]]]) -> dict[int, float]:
    """Return the mean share of new syllables read, at each step that every run has reached."""
    return {
        points[0][0]: round(statistics.mean(share for _, share in points), 3) for points in zip(*curves, strict=False)
    }


WAYS = {"parts": from_parts, "addition": by_addition, "random": from_nothing}


def grow_and_train(base: nn.Module, old: str, new: str, start: object, seed: int, limit: int) -> dict[str, object]:
    """Grow a copy of `base` by `new`, train it on words of old and new syllables, and watch the new ones."""
    network, charset = copy.deepcopy(base), Charset(old + new)
    weight, bias = start(base.Prediction, old, new, seed)
    network.Prediction = nn.Linear(weight.shape[1], len(weight))
    with torch.no_grad():
        network.Prediction.weight.copy_(weight)
        network.Prediction.bias.copy_(bias)
    rng, test = np.random.default_rng([4, seed]), words(np.random.default_rng(5), old, new, TEST_WORDS)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    curve = [[0, accuracy(network, charset, test, new)]]
    old_before = accuracy(network, charset, words(np.random.default_rng(6), old, old, TEST_WORDS), old)
    bar = tqdm(range(1, limit + 1), desc="new syllables", mininterval=2, leave=False)
    for step in bar:
        train_step(network, optimizer, charset, words(rng, old, new, SYLLABLES_A_STEP // 2), rng)
        if step % LOOK_EVERY == 0:
            curve.append([step, accuracy(network, charset, test, new)])
            bar.set_postfix(read=f"{curve[-1][1]:.2f}")
            if curve[-1][1] >= REACHED:
                break
    reached = curve[-1][0] if curve[-1][1] >= REACHED else None
    return {"steps": reached, "curve": curve, "old_before": old_before}


if __name__ == "__main__":
    main()
