"""Door of step 3: fine-tunes a network on the patches that step 2 wrote."""

from __future__ import annotations

from pathlib import Path

from train_easyocr.program.door import guard_imports, run_door
from train_easyocr.training.command_line import training_arguments

if __name__ == "__main__":

    def first_look() -> None:
        """Tell mistakes in the command line, the configuration and its folders before imports that take seconds."""
        from train_easyocr.configuration.config import load_settings
        from train_easyocr.training.opening import demand_set

        arguments = training_arguments()
        settings = load_settings(arguments.config, arguments.settings)
        for folder in () if arguments.resume else (settings.train_data, settings.val_data):
            for name in settings.datasets:
                demand_set(Path(folder) / name)

    run_door(first_look)
    guard_imports(modules=1950)

from contextlib import closing
from dataclasses import asdict
from functools import partial

import torch
from torch import nn

from train_easyocr.configuration.config import load_settings, save_settings
from train_easyocr.configuration.settings import Settings
from train_easyocr.easyocr_port.weights import find_weights
from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import DatasetAccount
from train_easyocr.program.atomic import write_text
from train_easyocr.report.html.training import write_training_report
from train_easyocr.texts.charset import Charset, character_list
from train_easyocr.training.batches import BatchMaker, Preparation
from train_easyocr.training.checkpoint import compared_state, resumable_state, whole_state_demanded
from train_easyocr.training.dataset_log import dataset_report, save_contact_sheet
from train_easyocr.training.distributed import Processes, device_line
from train_easyocr.training.experiment import LAST, Experiment, set_aside
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.loader import batch_loader, lost_workers_told
from train_easyocr.training.network import (
    build_network,
    compile_network,
    freeze,
    parameter_line,
    start_from,
    time_steps,
)
from train_easyocr.training.objective import AttentionObjective, CtcObjective, Objective
from train_easyocr.training.opening import open_store
from train_easyocr.training.optimization import MovingAverage, Schedule, choose_precision, make_optimizer
from train_easyocr.training.plan import BatchPlan, all_requests
from train_easyocr.training.run import is_finished, only_run
from train_easyocr.training.selection import Rules, Selection, fingerprints, select
from train_easyocr.training.step import TrainingStep
from train_easyocr.training.trainer import Length, Trainer
from train_easyocr.training.validation import Validator


def main() -> None:
    """Read the settings, wire the parts of the training room together, and train."""
    arguments = training_arguments()
    settings = load_settings(arguments.config, arguments.settings)
    folder = arguments.saved_models / settings.experiment_name
    with only_run(folder) as (processes, interruption):
        train(settings, folder, processes, interruption, resume=arguments.resume)


def train(settings: Settings, folder: Path, processes: Processes, interruption: Interruption, *, resume: bool) -> None:
    """Train by `settings` into `folder`."""
    precision = choose_precision(settings.amp, processes.device)
    charset = Charset(character_list(settings.character))
    state = resumable_state(folder / LAST, own_settings(settings), charset.characters) if resume else None
    if state and is_finished(folder, state, run_length(settings), processes):
        return
    if processes.is_first:
        print(device_line(processes, precision), flush=True)
    objective = make_objective(settings, charset)
    rules = make_rules(settings, charset, objective)
    training = selections(settings, settings.train_data, rules, processes, usage=settings.total_data_usage_ratio)
    validation = selections(settings, settings.val_data, rules, processes)
    data = fingerprints(training=training, validation=validation)
    description = {"settings": own_settings(settings), "characters": charset.characters, "data": data}
    if state:
        state = compared_state(folder / LAST, state, description, tell=processes.is_first)
    description["start"] = state.get("start", "") if state else start_sha256(settings)
    network = make_network(settings, objective, charset, processes, fresh=resume)
    maker = BatchMaker(training, rules, make_preparation(settings, settings.augmentation))
    plan = make_plan(settings, training, processes)
    accounts = [each.account("training") for each in training] + [each.account("validation") for each in validation]
    report = partial(write_training_report, accounts=accounts)
    experiment = Experiment(folder, description, writes=processes.is_first, write_report=report)
    validator = make_validator(settings, objective, rules, validation, processes)
    trainer = make_trainer(settings, network, objective, validator, experiment, processes)
    if state:
        with whole_state_demanded(folder / LAST):
            trainer.restore(state)

    # Nothing is written before this line, so a run that is refused leaves no trace. All processes have read
    # continue_from by now; the file may lie in the folder that is moved away.
    processes.wait_for_all()
    if processes.is_first:
        begin_folder(settings, folder, accounts, resume=resume)
        save_contact_sheet(maker, next(plan.requests(0)), folder / "augmentation.png")
    experiment.begin(state)
    requests = plan.requests(trainer.progress.iteration, processes.rank)
    pin_memory = processes.device.type == "cuda"
    batches = batch_loader(maker, requests, workers=settings.workers, pin_memory=pin_memory)
    with lost_workers_told(), closing(batches):
        trainer.run(batches, interruption)


def own_settings(settings: Settings) -> dict[str, object]:
    """Return the settings of this training: all but those of the detector's."""
    return {key: value for key, value in asdict(settings).items() if not key.startswith("detector_")}


def run_length(settings: Settings) -> Length:
    """Return how many steps the run takes, and when it validates."""
    return Length(settings.n_iter, settings.val_period, settings.patience)


def make_objective(settings: Settings, charset: Charset) -> Objective:
    """Return the objective of the prediction layer: CTC or attention."""
    if settings.Prediction == "Attn":
        return AttentionObjective(charset, settings.batch_max_length)
    return CtcObjective(
        charset,
        lambda width: time_steps(settings.FeatureExtraction, width),
        beam_search=settings.decode == "beamsearch",
    )


def make_rules(settings: Settings, charset: Charset, objective: Objective) -> Rules:
    """Return the rules by which a label takes part."""
    return Rules(
        charset=charset,
        lower_case=not settings.sensitive,
        longest=settings.batch_max_length,
        keep_all=settings.data_filtering_off,
        fits=objective.fits,
    )


def selections(
    settings: Settings, folder: str, rules: Rules, processes: Processes, usage: float = 1.0
) -> list[Selection]:
    """Choose the patches of every dataset of `select_data` below `folder`."""
    return [
        select(
            name,
            open_store(Path(folder) / name, rgb=settings.rgb),
            rules,
            widest=settings.img_width,
            usage=usage,
            seed=settings.seed,
            show_progress=processes.is_first,
        )
        for name in settings.datasets
    ]


def make_preparation(settings: Settings, augmentation: str) -> Preparation:
    """Return the steps by which a crop becomes an image."""
    return Preparation(
        keep_shape=settings.PAD,
        contrast=settings.contrast_adjust,
        augmentation=augmentation,
        seed=settings.seed,
    )


def make_plan(settings: Settings, training: list[Selection], processes: Processes) -> BatchPlan:
    """Return the order of the batches."""
    return BatchPlan(
        [selection.widths for selection in training],
        list(settings.datasets.values()),
        settings.batch_size,
        seed=settings.seed,
        processes=processes.count,
        widest=settings.img_width,
    )


def begin_folder(settings: Settings, folder: Path, accounts: list[DatasetAccount], *, resume: bool) -> None:
    """Write the files that are known before the first step: the dataset log and the settings."""
    if not resume:
        set_aside(folder)
    report = dataset_report(accounts)
    print(report)
    write_text(folder / "log_dataset.txt", report)
    save_settings(settings, folder / "config.yaml")


def make_network(
    settings: Settings, objective: Objective, charset: Charset, processes: Processes, *, fresh: bool
) -> nn.Module:
    """Build the network, start it from `continue_from` unless it stays `fresh`, and freeze the layers that stay."""
    torch.manual_seed(settings.seed)
    network = build_network(objective.class_count, settings.shape)
    if settings.continue_from and not fresh:
        fresh_keys = start_from(
            network,
            settings.continue_from,
            characters=charset.characters,
            strict=settings.strict,
            new_prediction=settings.new_prediction,
        )
        fresh_layers = {name.partition(".")[0] for name in fresh_keys}
        if processes.is_first:
            print(f"started from {settings.continue_from}; new layers: {', '.join(sorted(fresh_layers)) or 'none'}")
    freeze(network, ["FeatureExtraction"] if settings.freeze_FeatureFxtraction else [])
    freeze(network, ["SequenceModeling"] if settings.freeze_SequenceModeling else [])
    if processes.is_first:
        print(parameter_line(network))
    return network.to(processes.device).to(memory_format=torch.channels_last)


def start_sha256(settings: Settings) -> str:
    """Return the SHA-256 of the weights of `continue_from`; empty if there are none."""
    return sha256(find_weights(settings.continue_from)) if settings.continue_from else ""


def make_validator(
    settings: Settings, objective: Objective, rules: Rules, validation: list[Selection], processes: Processes
) -> Validator:
    """Return the validator, which scores a network on the validation patches."""
    widths = [selection.widths for selection in validation]
    return Validator(
        names=[selection.name for selection in validation],
        maker=BatchMaker(validation, rules, make_preparation(settings, augmentation="none")),
        requests=all_requests(widths, settings.batch_size, processes.rank, processes.count),
        objective=objective,
        as_label=rules.label,
        processes=processes,
        workers=settings.workers,
        show=settings.show_number,
        seed=settings.seed,
    )


def make_trainer(
    settings: Settings,
    network: nn.Module,
    objective: Objective,
    validator: Validator,
    experiment: Experiment,
    processes: Processes,
) -> Trainer:
    """Return the training loop with all its parts."""
    wrapped = processes.wrap(network)
    optimizer = make_optimizer(
        network,
        adam=settings.adam,
        beta1=settings.beta1,
        rho=settings.rho,
        eps=settings.eps,
        weight_decay=settings.weight_decay,
    )
    step = TrainingStep(
        compile_network(wrapped, processes.device) if settings.compile else wrapped,
        objective.loss,
        optimizer,
        precision=choose_precision(settings.amp, processes.device),
        clip=settings.grad_clip,
        device=processes.device,
    )
    return Trainer(
        network,
        step,
        validator,
        schedule=Schedule(settings.lr_schedule, settings.lr, settings.n_iter, settings.warmup_iterations),
        length=run_length(settings),
        experiment=experiment,
        processes=processes,
        average=MovingAverage(network, settings.ema) if settings.ema else None,
    )


if __name__ == "__main__":
    run_door(main)
