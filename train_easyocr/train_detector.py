"""Door of step 3, its optional part: fine-tunes EasyOCR's detector on the pages that step 2 wrote."""

from __future__ import annotations

from pathlib import Path

from train_easyocr.program.door import guard_imports, run_door
from train_easyocr.training.command_line import detector_arguments

if __name__ == "__main__":

    def first_look() -> None:
        """Tell mistakes in the command line, the configuration and its folders before imports that take seconds."""
        from train_easyocr.configuration.config import load_settings
        from train_easyocr.dataset.sets.page_folders import demand_page_files

        arguments = detector_arguments()
        settings = load_settings(arguments.config, arguments.settings)
        for role in () if arguments.resume else ("training", "validation"):
            demand_page_files(Path(settings.detection_data) / role)

    run_door(first_look)
    guard_imports(modules=2700)

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict

import torch

from train_easyocr.configuration.config import load_settings, save_settings
from train_easyocr.configuration.settings import Settings
from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.excluded_labels import read_excluded_labels
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.pages_on_disk import demand_no_shared_page
from train_easyocr.dataset.sets.set_account import account_of, labelled_whole
from train_easyocr.easyocr_port.engine.detector import Detector
from train_easyocr.easyocr_port.reading_options import WORD_GROUPING
from train_easyocr.pages.records import Page
from train_easyocr.program.atomic import write_text
from train_easyocr.training.checkpoint import compared_state, resumable_state, whole_state_demanded
from train_easyocr.training.detector.crops import CropMaker, CropPlan
from train_easyocr.training.detector.figures import DetectorFigures
from train_easyocr.training.detector.kinds import DetectorKind, craft_kind, word_kind
from train_easyocr.training.detector.page_log import pages_fingerprint, pages_report, save_target_picture
from train_easyocr.training.detector.validation import DetectorValidator
from train_easyocr.training.distributed import Processes, device_line
from train_easyocr.training.experiment import LAST, Experiment, set_aside
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.loader import batch_loader, lost_workers_told
from train_easyocr.training.network import parameter_line
from train_easyocr.training.optimization import MovingAverage, Schedule, choose_precision, make_optimizer
from train_easyocr.training.run import is_finished, only_run
from train_easyocr.training.step import TrainingStep
from train_easyocr.training.trainer import Length, Trainer

Pages = Sequence[tuple[Page, Path]]
LabelledSet = tuple[Pages, DropLog]
SHARED_KEYS = ("seed", "augmentation", "amp", "eps", "beta1", "weight_decay", "grad_clip")
"""Keys that the training of the detector uses beside its own (`detector_*`)."""


UNCHANGED_START = {"craft": "craft", "word_detector": ""}
"""From what each network is built before the weights of a checkpoint are loaded."""


def main() -> None:
    """Read the settings, wire the parts of the training room together, and train."""
    arguments = detector_arguments()
    settings = load_settings(arguments.config, arguments.settings)
    folder = arguments.saved_models / settings.detector_experiment_name
    with only_run(folder) as (processes, interruption):
        train(settings, folder, processes, interruption, resume=arguments.resume)


def train(settings: Settings, folder: Path, processes: Processes, interruption: Interruption, *, resume: bool) -> None:
    """Train the detector by `settings` into `folder`."""
    precision = choose_precision(settings.amp, processes.device)
    state = resumable_state(folder / LAST, own_settings(settings), "") if resume else None
    if state and is_finished(folder, state, run_length(settings), processes, keys="detector_"):
        return
    if processes.is_first:
        print(device_line(processes, precision), flush=True)
    left_out = {role: DropLog() for role in ("training", "validation")}
    training, validation = (labelled(settings, role, log) for role, log in left_out.items())
    demand_no_shared_page(Path(settings.detection_data) / "validation", [Path(settings.detection_data) / "training"])
    description = {
        "settings": own_settings(settings),
        "characters": "",
        "data": {"training": pages_fingerprint(training), "validation": pages_fingerprint(validation)},
    }
    if state:
        state = compared_state(folder / LAST, state, description, tell=processes.is_first)
    # What a resumed run started from may be gone by now; its checkpoint holds all weights.
    kind = make_kind(settings, processes, UNCHANGED_START[settings.detector_network] if state else None)
    maker = CropMaker(training, kind.recipe, settings.augmentation, settings.seed, WORD_GROUPING.canvas_size)
    plan = CropPlan(len(training), settings.detector_batch_size, settings.seed, processes.count)
    experiment = Experiment(folder, description, writes=processes.is_first, kind=DetectorFigures)
    validator = DetectorValidator(
        validation[processes.rank :: processes.count], lambda network: Detector(kind.on_pages(network)), processes
    )
    trainer = make_trainer(settings, kind, validator, experiment, processes)
    if state:
        with whole_state_demanded(folder / LAST):
            trainer.restore(state)

    # A run that is refused has written nothing until here. All have read detector_continue_from, which may be in it.
    processes.wait_for_all()
    if processes.is_first:
        accounts = {"training": training, "validation": validation}
        begin_folder(
            settings, folder, {role: (pages, left_out[role]) for role, pages in accounts.items()}, resume=resume
        )
        save_target_picture(kind.objective, maker[next(plan.requests(0))], kind.reference, folder / "targets.png")
    experiment.begin(state)
    requests = plan.requests(trainer.progress.iteration, processes.rank)
    pin_memory = processes.device.type == "cuda"
    batches = batch_loader(maker, requests, workers=settings.workers, pin_memory=pin_memory)
    with lost_workers_told(), closing(batches):
        trainer.run(batches, interruption)


def run_length(settings: Settings) -> Length:
    """Return how many steps the run takes, and when it validates."""
    return Length(settings.detector_n_iter, settings.detector_val_period, settings.detector_patience)


def own_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that the training of the detector depends on."""
    return {key: value for key, value in asdict(settings).items() if key.startswith("detector_") or key in SHARED_KEYS}


def labelled(settings: Settings, role: str, left_out: DropLog) -> Pages:
    """Read the pages of `detection_data`, and count the labels and training pages that take no part in `left_out`."""
    excluded, folder = read_excluded_labels(settings.exclude_labels), Path(settings.detection_data) / role
    pages = labelled_pages(folder, excluded, settings.placeholder_texts, left_out)
    if role == "training" and not settings.detector_keep_partly_labelled:
        return labelled_whole(pages, folder, left_out)  # unlabelled print would teach that print is paper
    return pages


def make_kind(settings: Settings, processes: Processes, start: str | None = None) -> DetectorKind:
    """Build the detector to train, from `start` or else `detector_continue_from`, on its device."""
    torch.manual_seed(settings.seed)
    start, is_told = (settings.detector_continue_from, processes.is_first) if start is None else (start, False)
    if settings.detector_network == "craft":
        kind = craft_kind(
            start,
            processes.device,
            keep_published=settings.detector_keep_published,
            frozen_blocks=settings.detector_frozen_blocks,
        )
    else:
        kind = word_kind(start, processes.device)
    if is_told:
        print(f"started from {start or 'random weights'}; {parameter_line(kind.network)}")
    return kind


def begin_folder(settings: Settings, folder: Path, sets: Mapping[str, LabelledSet], *, resume: bool) -> None:
    """Write the files that are known before the first step: the log of the pages and the settings."""
    if not resume:
        set_aside(folder)
    report = "".join(
        pages_report(role, pages, account_of(pages, left_out).lines()) for role, (pages, left_out) in sets.items()
    )
    print(report, end="")
    write_text(folder / "log_dataset.txt", report)
    save_settings(settings, folder / "config.yaml")


def make_trainer(
    settings: Settings,
    kind: DetectorKind,
    validator: DetectorValidator,
    experiment: Experiment,
    processes: Processes,
) -> Trainer:
    """Return the training loop with all its parts."""
    wrapped = processes.wrap(kind.network)
    shape = {"beta1": settings.beta1, "eps": settings.eps, "weight_decay": settings.weight_decay}
    step = TrainingStep(
        wrapped,
        kind.objective.loss,
        make_optimizer(kind.network, adam=True, rho=settings.rho, **shape),
        precision=choose_precision(settings.amp, processes.device),
        clip=settings.grad_clip,
        device=processes.device,
    )
    rising = settings.detector_warmup_iterations
    return Trainer(
        kind.network,
        step,
        validator,
        schedule=Schedule(settings.detector_lr_schedule, settings.detector_lr, settings.detector_n_iter, rising),
        length=run_length(settings),
        experiment=experiment,
        processes=processes,
        average=MovingAverage(kind.network, settings.detector_ema) if settings.detector_ema else None,
        unit="crops",
    )


if __name__ == "__main__":
    run_door(main)
