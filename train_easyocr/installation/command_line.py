"""The command line of step 4; without torch, so that `--help` takes no seconds."""

from __future__ import annotations

import argparse
from pathlib import Path

from train_easyocr.program.errors import UserError

TRAINED_DETECTOR = "average_best_detection_f1.pth"
"""The weights that the training of the detector leaves for step 4."""


def parse_arguments() -> argparse.Namespace:
    """Read the command line of step 4; `name` is the one that was given, or the usual one of what is installed.

    Raises:
        UserError: `--shipped` stands beside an option that is of no use to it.
    """
    from train_easyocr.easyocr_port.custom_network import (
        SHIPPED,
    )  # with OpenCV: a signal meanwhile has to be one line, as in a door's imports

    parser = argparse.ArgumentParser(
        prog="python3 -m train_easyocr.install",
        description="Put a fine-tuned network where EasyOCR looks ($EASYOCR_MODULE_PATH, $MODULE_PATH or ~/.EasyOCR), "
        "and prove the installation: a real EasyOCR Reader must read validation patches as the trainer did. More than "
        "1% of differences end the step and leave the previous installation in place.",
    )
    parser.add_argument(
        "--config", type=Path, default=Path("train_easyocr/config_files/config.yaml"), help="default: %(default)s"
    )
    parser.add_argument(
        "--saved_models",
        type=Path,
        default=Path("train_easyocr/saved_models"),
        help="where step 3 wrote; default: %(default)s",
    )
    parser.add_argument(
        "--checkpoint", type=Path, help="weights to install; default: those that the config's key install names"
    )
    parser.add_argument(
        "--detector",
        help="the detector to install with it: korean_public, which comes trained, a .pth file of train_detector, or "
        "craft for the one that EasyOCR publishes; default: "
        f"<saved_models>/<detector_experiment_name>/{TRAINED_DETECTOR} if step 3 wrote it, else korean_public",
    )
    parser.add_argument(
        "--shipped", action="store_true", help="only install korean_public, the network that comes trained; no data"
    )
    parser.add_argument(
        "--name", help=f"recog_network of the installed network; default: finetuned, with --shipped {SHIPPED}"
    )
    parser.add_argument(
        "--patches", type=int, default=300, help="validation patches to compare, at least 200; default: %(default)s"
    )
    parser.add_argument("--cuda", action="store_true", help="compare on the GPU; default: on the CPU")
    parser.add_argument(
        "--tuning_set",
        type=Path,
        default=Path("dataset/tuning_set"),
        help="pages on which the reading options are tuned (tune_grouping); default: %(default)s",
    )
    parser.add_argument(
        "--eval_set",
        type=Path,
        help="pages that step 5 will read, of which none may be tuned on; default: evaluation_set beside --tuning_set",
    )
    parser.add_argument("--settings", type=int, default=200, help="reading options to try; default: %(default)s")
    parser.add_argument(
        "--mag_ratios",
        type=float,
        nargs="+",
        default=[1.0],
        help="enlargements of the page to try; each runs the detector anew on every tuning page; default: 1.0",
    )
    arguments = parser.parse_args()
    if arguments.shipped:
        unused = [key for key in vars(arguments) if key not in ("shipped", "name")]
        given = [f"--{key}" for key in unused if getattr(arguments, key) != parser.get_default(key)]
        if given:
            raise UserError(
                f"--shipped installs the network that ships, for which {', '.join(given)} is of no use; leave it away"
            )
    arguments.name = arguments.name or (SHIPPED if arguments.shipped else "finetuned")
    return arguments


def checkpoint_to_install(arguments: argparse.Namespace, experiment_name: str, install: str) -> Path:
    """Return the weights that were named, or those of `experiment_name` that the key `install` names.

    Raises:
        UserError: there is no such file.
    """
    checkpoint: Path = arguments.checkpoint or arguments.saved_models / experiment_name / f"{install}.pth"
    if not checkpoint.is_file():
        raise UserError(f"{checkpoint}: no such checkpoint; run step 3, or name one with --checkpoint")
    return checkpoint
