"""Door of step 4: puts a fine-tuned checkpoint into EasyOCR's folder and proves that EasyOCR reads with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from train_easyocr.charset import Charset
from train_easyocr.config import load_settings
from train_easyocr.dataset.stores import open_store
from train_easyocr.errors import run_door
from train_easyocr.installation.install import demand_installable, install_network, restored_on_error, usage
from train_easyocr.installation.parity import compare, demand_parity, open_reader, spread_rows
from train_easyocr.training.network import load_network
from train_easyocr.training.validation import read_patches
from train_easyocr.weights import describe_weights, easyocr_folder, provide_craft


def main() -> None:
    """Install the checkpoint, compare the Reader's strings with the trainer's, and keep the old one on failure."""
    arguments = parse_arguments()
    settings = load_settings(arguments.config)
    checkpoint = arguments.checkpoint or arguments.saved_models / settings.experiment_name / "best_accuracy.pth"
    weights = describe_weights(str(checkpoint))
    demand_installable(weights)

    store = open_store(Path(settings.val_data) / next(iter(settings.datasets)))
    rows = spread_rows(len(store.filenames), arguments.patches)
    network = load_network(weights.path, weights.characters, weights.network_params)
    trainer_texts = [text for text, _ in read_patches(network, Charset(weights.characters), store, rows)]

    folder, name = easyocr_folder(), arguments.name
    with restored_on_error(name, folder):
        install_network(name, weights.path, weights.characters, weights.network_params, folder)
        reader = open_reader(name, folder, cuda=arguments.cuda, quantize=False)
        patches = ((store.filenames[row], store.read(row)) for row in rows)
        demand_parity(compare(reader, patches, trainer_texts), name)
    provide_craft(folder)
    print(f"Installed {checkpoint} as '{name}' in {folder}\n{usage(name)}")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
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
        "--checkpoint", type=Path, help="weights to install; default: best_accuracy.pth of the config's experiment_name"
    )
    parser.add_argument(
        "--name", default="finetuned", help="recog_network of the installed network; default: %(default)s"
    )
    parser.add_argument(
        "--patches", type=int, default=300, help="validation patches to compare, at least 200; default: %(default)s"
    )
    parser.add_argument("--cuda", action="store_true", help="compare on the GPU; default: on the CPU")
    return parser.parse_args()


if __name__ == "__main__":
    run_door(main)
