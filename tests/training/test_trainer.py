"""The training step: losses that are not finite, learning rates, moving averages, labels that cannot be learnt."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from training_runs import WORDS, Parts, small_settings, write_patches

from train_easyocr.program.errors import UserError
from train_easyocr.training import optimization
from train_easyocr.training.distributed import Processes
from train_easyocr.training.experiment import Experiment
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.optimization import MovingAverage, Schedule
from train_easyocr.training.selection import NOT_ALIGNABLE, NOT_SPELLABLE, TOO_LONG
from train_easyocr.training.step import TrainingStep
from train_easyocr.training.trainer import Length


def spoilt(batch):
    """The batch with a loss that is no number: an image as no scanner gives it."""
    return batch._replace(images=torch.full(batch.images.shape, float("nan")))


@pytest.mark.parametrize("optimizer", [{"adam": True}, {"adam": False, "eps": 1e-6}])
def test_a_step_without_a_finite_loss_is_skipped_and_counted(optimizer, data):
    parts = Parts(small_settings(data, **optimizer))
    step, batch = parts.trainer._step, next(parts.batches())
    step(batch, 0.01)
    before = {name: value.clone() for name, value in parts.network.state_dict().items()}
    for _ in range(3):
        step(spoilt(batch), 0.01)
    assert all(torch.equal(value, before[name]) for name, value in parts.network.state_dict().items())
    assert step.failed_in_a_row() == 3 and int(step.counters["skipped"]) == 3
    assert math.isfinite(float(step(batch, 0.01))) and step.failed_in_a_row() == 0
    assert math.isfinite(step.take_mean_loss())  # of the good steps alone
    assert not torch.equal(parts.network.Prediction.weight, before["Prediction.weight"])


def test_twenty_bad_steps_in_a_row_end_the_run_and_keep_the_batch(data, tmp_path):
    parts = Parts(small_settings(data, n_iter=50, val_period=50))
    trainer = parts.trainer
    trainer.progress.iteration = 1
    trainer._experiment = Experiment(tmp_path, {}, writes=True)
    with pytest.raises(UserError, match="not finite 20 times in a row"):
        trainer.run(map(spoilt, parts.batches()), Interruption())
    assert trainer.progress.iteration == 21
    kept = torch.load(tmp_path / "failed_batch_0.pt", weights_only=True)
    assert len(kept["texts"]) == 4 and kept["images"].isnan().all()


@pytest.mark.parametrize(("device", "looks"), [("cpu", list(range(1, 41))), ("cuda", [20, 40])])
def test_after_which_steps_several_processes_ask_each_other_for_a_signal(device, looks, data):
    trainer, found = Parts(small_settings(data)).trainer, []
    trainer._processes = Processes(0, 2, torch.device(device))
    for trainer.progress.iteration in range(1, 41):
        found += [trainer.progress.iteration] * trainer._may_look()
    assert found == looks


@pytest.mark.parametrize(
    ("flags", "capability", "chosen"),
    [
        ({"avx512_bf16", "avx2"}, "AVX512", torch.bfloat16),
        ({"amx_bf16"}, "AVX512", torch.bfloat16),
        ({"avx512_bf16", "avx2"}, "AVX2", torch.float32),  # held to AVX2 by ATEN_CPU_CAPABILITY
        ({"avx512f", "avx2"}, "AVX512", torch.float32),
        (set(), "DEFAULT", torch.float32),
    ],
)
def test_auto_is_bfloat16_only_on_a_cpu_that_multiplies_it(flags, capability, chosen, monkeypatch):
    monkeypatch.setattr(optimization, "cpu_flags", lambda: flags)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert optimization.choose_precision("auto", torch.device("cpu")) == chosen


def test_float16_is_refused_on_a_cpu_which_takes_60_times_as_long():
    with pytest.raises(UserError, match="amp: fp16 on a CPU takes up to 60 times as long as fp32; set amp: auto"):
        optimization.choose_precision("fp16", torch.device("cpu"))
    assert optimization.choose_precision("fp16", torch.device("cuda")) == torch.float16


@pytest.mark.parametrize(("first", "then"), [(torch.float32, torch.float16), (torch.float16, torch.float32)])
def test_a_step_goes_on_with_scaled_losses_or_without(first, then, data):
    parts, steps = Parts(small_settings(data)), []
    for precision in (first, then):
        optimizer = torch.optim.AdamW(parts.network.parameters(), fused=True)
        scaling = {"precision": precision, "clip": 5.0, "device": torch.device("cpu")}
        steps.append(TrainingStep(parts.network, parts.objective.loss, optimizer, **scaling))
    batch = next(parts.batches())
    steps[0](batch, 0.001)
    steps[1].restore(steps[0].state())
    assert float(steps[1](batch, 0.001)) > 0 and steps[1].state()["counters"]["steps"] >= 1


@pytest.mark.parametrize(
    ("length", "progress", "over"),
    [
        (Length(10, 5), {"iteration": 5, "validated": 5}, False),
        (Length(10, 5), {"iteration": 10, "validated": 10}, True),
        (Length(10, 5), {"iteration": 10, "validated": 5}, False),  # stopped in the last validation
        (Length(10, 5), {"iteration": 12, "validated": 10}, True),
        (Length(10, 5, 2), {"iteration": 5, "validated": 5, "validations_without_gain": 2}, True),
        (Length(10, 5, 3), {"iteration": 5, "validated": 5, "validations_without_gain": 2}, False),
    ],
)
def test_a_run_is_over_at_its_last_step_and_at_the_end_of_its_patience(length, progress, over):
    assert length.is_over(progress) == over


def test_restoring_brings_back_the_random_numbers_and_the_scores(data):
    before, after = (Parts(small_settings(data)).trainer for _ in range(2))
    before.progress.best["accuracy"] = 12.5
    state = before.state()
    expected = torch.rand(3)
    after.restore(state)
    assert torch.equal(torch.rand(3), expected) and after.progress == before.progress


def test_rates_of_the_schedules():
    constant = Schedule("constant", 0.5, 100, 10)
    assert [constant.rate(step) for step in (0, 4, 9, 10, 99)] == pytest.approx([0.05, 0.25, 0.5, 0.5, 0.5])
    cosine = Schedule("cosine", 1.0, 110, 10)
    assert [cosine.rate(step) for step in (9, 10, 60, 110)] == pytest.approx([1, 1, 0.5, 0])


def test_one_cycle_is_torchs():
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    # torch counts the last step of a phase as its end: 31 steps of 101 are the steps 0 to 30.
    torchs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.8, total_steps=101, pct_start=31 / 101)
    ours = Schedule("one_cycle", 0.8, 100, 30)
    for step in range(100):
        assert ours.rate(step) == pytest.approx(optimizer.param_groups[0]["lr"])
        optimizer.step()
        torchs.step()


def test_the_average_follows_by_its_formula():
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 0.0)
    average = MovingAverage(network, 0.5)
    nn.init.constant_(network.weight, 1.0)
    average.update(network)  # decay 1 / 10: 0 + 0.9 x (1 - 0)
    average.update(network)  # decay 2 / 11
    assert float(average.network.weight) == pytest.approx(0.9 + 9 / 11 * 0.1)


def test_labels_that_cannot_be_learnt_are_counted_by_reason(tmp_path):
    words = (*WORDS[:4], "A가", "가" * 9)
    write_patches(tmp_path / "training" / "A", words=words, count=12, size=(30, 40))
    account = Parts(small_settings(tmp_path, batch_max_length=8)).training[0]
    assert {reason: dropped.count for reason, dropped in account.dropped.items()} == {NOT_SPELLABLE: 2, TOO_LONG: 2}
    assert account.ceiling.accuracy == pytest.approx(10 / 12)
    assert account.ceiling.normalized_edit_distance == pytest.approx((10 + 2 * 0.5) / 12)
    assert account.foreign == {"A": 2}


def test_a_label_with_more_characters_than_time_steps_is_left_out(tmp_path):
    # 30 x 30 pixels: bucket 64, 15 time steps. Eight equal characters need 8 + 7 of them, nine need 17.
    write_patches(tmp_path / "training" / "A", words=("가" * 8, "가" * 9), count=4, size=(30, 30))
    account = Parts(small_settings(tmp_path)).training[0]
    assert account.dropped[NOT_ALIGNABLE].count == 2 and len(account.rows) == 2


def test_labels_are_never_altered_when_filtering_is_off(tmp_path):
    write_patches(tmp_path / "training" / "A", words=("가A",), count=4)
    parts = Parts(small_settings(tmp_path, data_filtering_off=True))
    batch = next(parts.batches())
    assert batch.texts == ["가A"] * 4  # scored as it is
    assert np.array_equal(batch.lengths, [1] * 4)  # trained on what the list can spell
