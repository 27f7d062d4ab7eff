"""The command line of the doors of step 3; without torch, so that `--help` takes no seconds."""

from __future__ import annotations

import argparse
from pathlib import Path


def training_arguments() -> argparse.Namespace:
    """Read the command line of a training."""
    return _parse(
        "train",
        "Fine-tune a recognition network on the patches of step 2. Results go to "
        "<saved_models>/<experiment_name>/: report.html for people, log_dataset.txt, log_train.txt, "
        "best_accuracy.pth, best_norm_ed.pth, iter_<n>.pth, last.ckpt and more.",
        example="n_iter=1000 batch_size=16 experiment_name=trial",
    )


def detector_arguments() -> argparse.Namespace:
    """Read the command line of a training of the detector."""
    return _parse(
        "train_detector",
        "Fine-tune our detector, or EasyOCR's CRAFT, on the pages of step 2's detection_set. Results go to "
        "<saved_models>/<detector_experiment_name>/: targets.png, log_train.txt, metrics.csv, detection.png, "
        "best_detection_f1.pth, average_best_detection_f1.pth, iter_<n>.pth, last.ckpt and more.",
        example="detector_n_iter=2000 detector_batch_size=8",
    )


def _parse(door: str, description: str, *, example: str) -> argparse.Namespace:
    """Parse what the doors share; `example` shows some settings in the help."""
    command = f"-m train_easyocr.{door}"
    parser = argparse.ArgumentParser(
        prog=f"python3 {command}",
        description=f"{description} On several GPUs: python3 -m train_easyocr.several --nproc_per_node 4 {command}",
        epilog=f"example: python3 {command} {example}",
    )
    config = Path("train_easyocr/config_files/config.yaml")
    parser.add_argument("--config", type=Path, default=config, help="default: %(default)s")
    parser.add_argument("--resume", action="store_true", help="go on from last.ckpt; default: start anew")
    parser.add_argument(
        "--saved_models",
        type=Path,
        default=Path("train_easyocr/saved_models"),
        help="folder of all experiments; default: %(default)s",
    )
    parser.add_argument("settings", nargs="*", metavar="key=value", help="keys of the configuration, for this run")
    return parser.parse_intermixed_args()
