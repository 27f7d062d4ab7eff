"""Door of step 4: installs the network of step 3 in EasyOCR's folder and proves that EasyOCR reads with it."""

from __future__ import annotations

from pathlib import Path

from train_easyocr.installation.command_line import TRAINED_DETECTOR, checkpoint_to_install, parse_arguments
from train_easyocr.program.door import guard_imports, run_door

if __name__ == "__main__":

    def first_look() -> None:
        """Tell mistakes in the command line, the configuration and its folders before imports that take seconds."""
        from train_easyocr.configuration.config import load_settings
        from train_easyocr.dataset.sets.page_folders import demand_page_files
        from train_easyocr.training.opening import demand_set

        arguments = parse_arguments()
        if arguments.shipped:
            return
        settings = load_settings(arguments.config)
        checkpoint_to_install(arguments, settings.experiment_name, settings.install)
        if settings.tune_grouping:
            demand_page_files(arguments.tuning_set)
        demand_set(Path(settings.val_data) / next(iter(settings.datasets)))

    run_door(first_look)
    guard_imports(modules=2370)

import argparse
from collections.abc import Sequence

from train_easyocr.configuration.config import load_settings
from train_easyocr.configuration.settings import Settings
from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.excluded_labels import read_excluded_labels
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.pages_on_disk import demand_no_shared_page
from train_easyocr.dataset.sets.set_account import account_of
from train_easyocr.easyocr_port.custom_network import (
    SHIPPED,
    described_detector,
    detector_files,
    installed_files,
    read_description,
)
from train_easyocr.easyocr_port.engine.detector import load_detector, open_detector
from train_easyocr.easyocr_port.engine.reader import demand_device, open_network, open_reader
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS, WORD_GROUPING, ReadingOptions, parse_options
from train_easyocr.easyocr_port.weights import (
    SHIPPED_DETECTOR,
    describe_weights,
    easyocr_folder,
    find_detector,
    provide_craft,
)
from train_easyocr.installation.network_files import demand_installable, describe_network, install_network, staged
from train_easyocr.installation.parity import compare, demand_detector_taken, demand_parity, spread_rows
from train_easyocr.pages.records import Page
from train_easyocr.program.errors import UserError
from train_easyocr.program.terminal_text import printable
from train_easyocr.reading.installed import usage
from train_easyocr.reading.options_search import TuningPages, pages_to_read, remembering, search, trial_table
from train_easyocr.reading.tuning_set import TuningSet
from train_easyocr.scoring.box_counts import count_boxes
from train_easyocr.scoring.page_scoring import end_to_end_f1
from train_easyocr.texts.charset import Charset
from train_easyocr.training.network import load_network
from train_easyocr.training.opening import open_store
from train_easyocr.training.validation import read_patches

LEAST_PATCHES = 200
PUBLISHED_DETECTOR = "craft"


def main() -> None:
    """Install the checkpoint in a staging folder, prove it, tune its reading options, and move it into place."""
    arguments = parse_arguments()
    if arguments.shipped:
        install_shipped(arguments.name, easyocr_folder())
        return
    settings = load_settings(arguments.config)
    checkpoint = checkpoint_to_install(arguments, settings.experiment_name, settings.install)
    if arguments.patches < LEAST_PATCHES:
        raise UserError(f"--patches {arguments.patches}: compare at least {LEAST_PATCHES}, so that 1% is a figure")
    for ratio in arguments.mag_ratios:
        parse_options({"mag_ratio": ratio}, "--mag_ratios")
    detector = trained_detector(arguments, settings)
    tuning_pages = pages_to_tune_on(arguments, settings, detector) if settings.tune_grouping else []
    demand_device(arguments.cuda)
    weights = describe_weights(str(checkpoint))
    demand_installable(weights)
    store = open_store(Path(settings.val_data) / next(iter(settings.datasets)))
    rows = spread_rows(len(store.filenames), arguments.patches)

    folder, name = easyocr_folder(), arguments.name
    with staged(name, folder) as staging:
        network = load_network(weights)
        trainer_texts = [text for text, _ in read_patches(network, Charset(weights.characters), store, rows)]
        install_network(name, weights, staging, detector=detector)
        reader = open_reader(staging, name, cuda=arguments.cuda, quantize=False, detector=False)
        patches = ((store.filenames[row], store.read(row)) for row in rows)
        demand_parity(compare(reader, patches, trainer_texts), len(rows), name)
        provide_craft(folder)
        taken = own_detector(name, staging)
        if taken:
            definition = detector_files(name, staging)[2]
            demand_detector_taken(open_reader(folder, None, cuda=arguments.cuda), taken, definition)
        if tuning_pages:
            options = tuned_options(arguments, tuning_pages, staging, folder, taken)
        else:
            options = untuned_options(detector)
        # The files that were proven stay: a training may rewrite the checkpoint meanwhile.
        describe_network(name, weights, staging, options)
    print(f"Installed {checkpoint} as '{name}' in {folder}" + (f", with the detector {detector}" if detector else ""))
    print(usage(name, options, own_detector(name, folder)))


def own_detector(name: str, folder: Path) -> Path | None:
    """Return the weights of the detector that is installed with a network; None for EasyOCR's own."""
    return described_detector(name, folder, read_description(installed_files(name, folder)[2]))


def install_shipped(name: str, folder: Path) -> None:
    """Install the shipped networks as `name`; tests of this project prove them, so no patches are needed."""
    with staged(name, folder) as staging:
        provide_craft(folder)
        install_network(name, describe_weights(SHIPPED), staging, SHIPPED_OPTIONS, find_detector(SHIPPED))
    print(f"Installed '{name}' in {folder}" + ("" if name == SHIPPED else f", the shipped network {SHIPPED}"))
    print(usage(name, SHIPPED_OPTIONS, own_detector(name, folder)))


def trained_detector(arguments: argparse.Namespace, settings: Settings) -> Path | None:
    """Return the detector to install: the named one, that of step 3 if there is one, or the one that ships.

    None stands for the one that EasyOCR publishes.
    """
    if arguments.detector == PUBLISHED_DETECTOR:
        return None
    trained = arguments.saved_models / settings.detector_experiment_name / TRAINED_DETECTOR
    detector = find_detector(arguments.detector or (str(trained) if trained.is_file() else SHIPPED))
    load_detector(detector)
    return detector


def pages_to_tune_on(
    arguments: argparse.Namespace, settings: Settings, detector: Path | None
) -> list[tuple[Page, Path]]:
    """Read the pages of the tuning set; check that no other set there lists them for training or evaluation."""
    if arguments.eval_set and not arguments.eval_set.is_dir():
        raise UserError(f"--eval_set {arguments.eval_set}: no such folder; name the one that step 5 will read")
    evaluation_set = arguments.eval_set or arguments.tuning_set.parent / "evaluation_set"
    trained_on = [Path(settings.train_data) / name for name in settings.datasets]
    if detector and detector != SHIPPED_DETECTOR:
        trained_on += [Path(settings.detection_data) / role for role in ("training", "validation")]
    for note in demand_no_shared_page(arguments.tuning_set, [evaluation_set, *trained_on]):
        print(f"note: {printable(note)}")
    excluded, left_out = read_excluded_labels(settings.exclude_labels), DropLog()
    pages = labelled_pages(arguments.tuning_set, excluded, settings.placeholder_texts, left_out)
    if said := account_of(pages, left_out).lines():
        print(printable(str(arguments.tuning_set)), *said, sep="\n")
    return pages


def untuned_options(detector: Path | None) -> ReadingOptions:
    """Return the options where none are searched: word grouping, and for the detector that ships what suits it."""
    return SHIPPED_OPTIONS if detector == SHIPPED_DETECTOR else WORD_GROUPING


def tuned_options(
    arguments: argparse.Namespace,
    tuning_pages: Sequence[tuple[Page, Path]],
    staging: Path,
    folder: Path,
    detector: Path | None,
) -> ReadingOptions:
    """Search the reading options of the staged network on the tuning pages, print the best, and return the winner.

    `detector`, the one to install, finds the text; None for EasyOCR's own.
    """
    tuning_set = TuningSet(
        tuning_pages,
        open_network(arguments.name, staging, arguments.cuda),
        open_detector(folder, detector, cuda=arguments.cuda, cache_folder=folder / "score_maps", cache_limit=4 << 30),
    )
    read = remembering(tuning_set.read)
    pages = TuningPages(
        len(tuning_pages),
        pages_to_read([len(page.words) for page, _ in tuning_pages]),
        tuning_set.find_boxes,
        lambda page, boxes: count_boxes(tuning_pages[page][0], [box.bounds for box in boxes]).f1,
        lambda page, boxes: end_to_end_f1(tuning_pages[page][0], read(page, boxes)),
    )
    trials = search(pages, arguments.settings, arguments.mag_ratios)
    print(trial_table(trials, pages.count, len(pages.to_read)))
    return trials[0].options


if __name__ == "__main__":
    run_door(main)
