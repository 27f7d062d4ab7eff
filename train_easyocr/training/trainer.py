"""The training loop. It takes objects and plain arguments, and knows neither settings nor characters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Protocol

import torch
from torch import nn

from train_easyocr.program.errors import UserError
from train_easyocr.training.distributed import Processes
from train_easyocr.training.experiment import LAST, Experiment
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.log import Course
from train_easyocr.training.meter import Meter
from train_easyocr.training.optimization import MovingAverage, Schedule
from train_easyocr.training.step import TrainingBatch, TrainingStep

LOOK_EVERY = 20  # steps between two reads of the device's counters, where a read waits for the device
FAILED_LIMIT = 20  # steps in a row without a finite loss
SAVE_SECONDS = 600  # between two checkpoints, if validations are further apart
CRASHED = "crash.ckpt"


@dataclass
class Progress:
    """The progress of a run.

    `validated`: the iteration of the last validation; a run stopped before a due validation catches up on it. `best`:
    the best scores so far by name, those of the moving average as `average_<name>`.
    """

    iteration: int = 0
    validated: int = -1
    validations_without_gain: int = 0
    seconds: float = 0.0
    best: dict[str, float] = field(default_factory=dict)

    def state(self) -> dict[str, float]:
        """Return what `restored` needs; the best scores are at the same level as the counts, as `best_<name>`."""
        counts = {name: value for name, value in asdict(self).items() if name != "best"}
        return counts | {f"best_{name}": value for name, value in self.best.items()}

    @classmethod
    def restored(cls, state: Mapping[str, float], scores: Iterable[str]) -> Progress:
        """Return the progress saved in `state`; after a first validation this has the best of each of the `scores`.

        Raises:
            KeyError: a count or a score is missing.
        """
        counts: dict[str, Any] = {item.name: state[item.name] for item in fields(cls) if item.name != "best"}
        if counts["validated"] >= 0:
            missing = [score for score in scores if f"best_{score}" not in state]
            if missing:
                raise KeyError(f"best_{missing[0]}")
        best = {name.removeprefix("best_"): value for name, value in state.items() if name.startswith("best_")}
        return cls(**counts, best=best)


@dataclass(frozen=True)
class Length:
    """The length of a run in steps. `patience`: validations without a better score before it ends; 0 for no limit."""

    iterations: int
    validate_every: int
    patience: int = 0

    def is_over(self, progress: Mapping[str, float]) -> bool:
        """Return whether a run with this saved progress has nothing left to do; a validation may still be due."""
        iteration = progress["iteration"]
        if iteration == self.iterations and progress.get("validated", iteration) != iteration:
            return False
        return iteration >= self.iterations or 0 < self.patience <= progress.get("validations_without_gain", 0)


class ValidationResult(Protocol):
    """The result of a validation."""

    @property
    def scores(self) -> Mapping[str, float]:
        """By name, higher is better; the figures of a run (`RunFigures`) say which weights are kept."""

    @property
    def unreadable(self) -> Sequence[str]:
        """The names of files that were left out."""


class Trainer:
    """Trains a network and keeps what it learnt.

    Args:
        network: the bare network, whose weights are saved.
        step: updates it from a batch.
        validate: returns the scores of a network at an iteration; None if a signal comes meanwhile.
        schedule: the learning rate of each step.
        length: how many steps, and when to validate.
        experiment: the folder that everything is written to.
        processes: the processes that train together.
        average: a moving average of the weights, validated and saved separately; None for none.
        unit: the name for the images of a batch.
    """

    def __init__(
        self,
        network: nn.Module,
        step: TrainingStep,
        validate: Callable[[nn.Module, int, Interruption], ValidationResult | None],
        *,
        schedule: Schedule,
        length: Length,
        experiment: Experiment,
        processes: Processes,
        average: MovingAverage | None = None,
        unit: str = "patches",
    ) -> None:
        self._network, self._step, self._validate = network, step, validate
        self._schedule, self._length, self._experiment = schedule, length, experiment
        self._processes, self._average, self._unit = processes, average, unit
        self.progress = Progress()
        self._unreadable: set[str] = set()  # since the last checkpoint

    def run(self, batches: Iterator[TrainingBatch], interruption: Interruption) -> None:
        """Train until the last iteration, the end of patience, or a signal; the state is saved in each case.

        Raises:
            UserError: the loss was not finite `FAILED_LIMIT` times in a row.
        """
        progress = self.progress
        self._started = self._saved = time.monotonic() - progress.seconds
        self._meter = Meter(
            progress.iteration, self._length.iterations, visible=self._processes.is_first, unit=self._unit
        )
        with self._saved_after_a_crash(), closing(self._experiment), closing(self._meter):
            if self._validation_is_due() and not self._validate_and_save(interruption):
                return
            while progress.iteration < self._length.iterations and not self._patience_is_over():
                with self._meter.waiting():
                    batch = next(batches)
                with self._meter.computing():
                    loss = self._step(batch, self._schedule.rate(progress.iteration))
                    if self._average:
                        self._average.update(self._network)
                progress.iteration += 1
                self._meter.step(len(batch.images))
                self._unreadable.update(batch.unreadable)
                if self._may_look():
                    self._look_at(loss, batch)
                    if self._processes.largest(float(interruption.received is not None)):
                        self._save_together()
                        return
                if self._validation_is_due() and not self._validate_and_save(interruption):
                    return

    def _may_look(self) -> bool:
        """Return whether the host reads the device's counters now; on a CPU it always does, without waiting.

        A step on a CPU may take seconds, and torchrun kills a process 30 seconds after SIGTERM.
        """
        return self._processes.device.type == "cpu" or self.progress.iteration % LOOK_EVERY == 0

    def _look_at(self, loss: torch.Tensor, batch: TrainingBatch) -> None:
        if self._step.failed_in_a_row() >= FAILED_LIMIT:
            path = self._experiment.save_failed_batch(batch, self._processes.rank)
            raise UserError(
                f"iteration {self.progress.iteration}: the loss was not finite {FAILED_LIMIT} times in a row; lower lr "
                f"or grad_clip, or train in float32 (amp: fp32). The batch is in {path}"
            )
        if self._meter.is_due:
            self._meter.show(float(loss))
        if self._processes.largest(time.monotonic() - self._saved) > SAVE_SECONDS:
            self._save_together()

    def _validation_is_due(self) -> bool:
        iteration = self.progress.iteration
        is_place = iteration % self._length.validate_every == 0 or iteration == self._length.iterations
        return is_place and self.progress.validated != iteration

    def _patience_is_over(self) -> bool:
        return 0 < self._length.patience <= self.progress.validations_without_gain

    def _validate_and_save(self, interruption: Interruption) -> bool:
        """Validate and save. A signal ends this within a batch (False); the resumed run then validates first."""
        progress, random = self.progress, torch.get_rng_state()
        result = self._validate(self._network, progress.iteration, interruption)
        average = None
        if result and self._average:
            average = self._validate(self._average.network, progress.iteration, interruption)
        if result is None or (self._average and average is None):
            torch.set_rng_state(random)
            self._save_together()
            return False
        gained = self._keep_best(self._network, result, "")
        if self._average and average:
            gained |= self._keep_best(self._average.network, average, "average_")
        progress.validated = progress.iteration
        progress.validations_without_gain = 0 if gained else progress.validations_without_gain + 1
        if progress.iteration and progress.iteration % self._length.validate_every == 0:
            self._experiment.save_weights(self._network, f"iter_{progress.iteration}")
        self._unreadable.update(result.unreadable)
        self._tell_unreadable()  # before the report, which names them
        figures = self._experiment.kind(self._course(), result, average)
        self._experiment.add_validation(figures)
        self._meter.say(figures.line())
        self._meter.restart()
        self.save()
        return True

    def _keep_best(self, network: nn.Module, result: ValidationResult, prefix: str) -> bool:
        """Save the weights under the names of the scores that are the best so far; return whether there is one."""
        gained, best = False, self.progress.best
        for score, name in self._experiment.kind.WEIGHTS.items():
            kept = f"{prefix}{score}"
            if kept not in best or result.scores[score] > best[kept]:
                best[kept] = result.scores[score]
                self._experiment.save_weights(network, prefix + name)
                gained = True
        return gained

    def _course(self) -> Course:
        progress = self.progress
        return Course(
            iteration=progress.iteration,
            iterations=self._length.iterations,
            training_loss=self._processes.summed([self._step.take_mean_loss()])[0] / self._processes.count,
            learning_rate=self._schedule.rate(max(0, progress.iteration - 1)),
            unit=self._unit,
            images_per_second=self._processes.summed([self._meter.images_per_second])[0],
            data_wait=self._processes.largest(self._meter.data_wait),
            skipped_steps=int(self._step.counters["skipped"]),
            elapsed_seconds=time.monotonic() - self._started,
            best=dict(progress.best),
        )

    def _save_together(self) -> None:
        """Save, and log the damaged images of all processes; every process calls this after the same step."""
        self._tell_unreadable()
        self.save()

    def _tell_unreadable(self) -> None:
        self._experiment.add_unreadable(self._processes.gathered(self._unreadable))
        self._unreadable.clear()

    def save(self, name: str = LAST) -> None:
        """Write a checkpoint of the state after the last whole step."""
        self._saved = time.monotonic()
        self.progress.seconds = self._saved - self._started
        self._experiment.save_state(self.state(), name)

    @contextmanager
    def _saved_after_a_crash(self) -> Iterator[None]:
        """Write `crash.ckpt` when an unexpected error ends the block; `last.ckpt` stays unchanged."""
        try:
            yield
        except Exception as error:  # a second Ctrl-C is no Exception and ends the run
            if not isinstance(error, UserError):
                self.save(CRASHED)
            raise

    def state(self) -> dict[str, Any]:
        """Return what `restore` needs: weights, optimizer, schedule position, scaler, average, best scores, RNG."""
        return {
            "network": self._network.state_dict(),
            "step": self._step.state(),
            "average": self._average.state() if self._average else None,
            "progress": self.progress.state(),
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Resume from a `state`, with the next batch after its iteration."""
        self._network.load_state_dict(state["network"])
        self._step.restore(state["step"])
        if self._average and state["average"]:
            self._average.restore(state["average"])
        self.progress = Progress.restored(state["progress"], self._experiment.kind.WEIGHTS)
        torch.set_rng_state(state["random"])
