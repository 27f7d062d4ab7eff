"""Two gloo processes train as one process with the doubled batch does, and each can resume the run of the other."""

import copy
import csv
import os
import signal
import subprocess
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import distributed, nn
from training_doors import command, environment, start_until, write_config
from training_runs import Parts, run, small_settings, write_data

from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.program.errors import UserError
from train_easyocr.training.distributed import Processes, lost_process_told, own_device, share_batch_norms
from train_easyocr.training.network import StillBatchNorm, build_network
from train_easyocr.training.plan import BatchPlan


def test_every_process_has_a_gpu_of_its_own_or_the_cpu():
    devices = [own_device(rank, gpus) for rank, gpus in ((0, 0), (3, 0), (1, 2))]
    assert devices == [torch.device("cpu"), torch.device("cpu"), torch.device("cuda", 1)]
    with pytest.raises(UserError, match="process 3 of this machine finds 2 GPUs; give --nproc_per_node 2"):
        own_device(2, 2)


@pytest.fixture
def group_of_one():
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


def normalized_by(network, features):
    """The output of a batch norm, the gradient of its input for an uneven loss, and its running variance."""
    features = features.clone().requires_grad_()
    output = network(features)
    (output * torch.linspace(-1, 1, output.numel()).view_as(output)).sum().backward()
    return output.detach().double(), features.grad.double(), network.running_var.double()


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (50.0, 0.05)])
def test_shared_statistics_are_exact_where_the_deviation_is_small_against_the_mean(mean, deviation, group_of_one):
    generator = torch.Generator().manual_seed(3)
    features = mean + deviation * torch.randn(4, 2, 16, 32, generator=generator)
    shared, exact = nn.Sequential(nn.BatchNorm2d(2)), nn.BatchNorm2d(2).double()
    share_batch_norms(shared, torch.device("cpu"))
    ours = normalized_by(shared[0], features)
    for found, expected in zip(ours, normalized_by(exact, features.double()), strict=True):
        # In float32, mean of squares minus square of mean is 12% off here.
        assert (found - expected).abs().max() <= 1e-4 * expected.abs().max()


def test_on_cuda_the_batch_norms_that_learn_are_torchs_own_shared_ones_and_frozen_ones_stay():
    network = build_network(7, NetworkShape(output_channel=16, hidden_size=8))
    keys, frozen = list(network.state_dict()), nn.Sequential(nn.BatchNorm2d(2))
    frozen[0].__class__ = StillBatchNorm
    for part in (network, frozen):
        share_batch_norms(part, torch.device("cuda"))
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    assert norms and {type(module) for module in norms} == {nn.SyncBatchNorm}
    assert list(network.state_dict()) == keys and type(frozen[0]) is StillBatchNorm
    # In evaluation, and so in validation and in the moving average, they need no other process.
    image = torch.rand(1, 1, 64, 64)
    plain = build_network(7, NetworkShape(output_channel=16, hidden_size=8))
    plain.load_state_dict(network.state_dict())
    assert torch.equal(copy.deepcopy(network).eval()(image), plain.eval()(image))


@contextmanager
def refusing():
    raise UserError("another run is writing here")
    yield


def test_what_the_first_process_cannot_enter_ends_it():
    alone = Processes(0, 1, torch.device("cpu"))
    with pytest.raises(UserError, match="another run"), alone.held_by_first(refusing()):
        raise AssertionError("the block must not run")


def run_two(settings, saved_models, *more):
    """Train with two processes, as a user starts them."""
    config = write_config(settings, saved_models / "config.yaml")
    two = command(config, saved_models, *more, processes=2)
    result = subprocess.run(two, env=environment(), capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return saved_models / settings.experiment_name


def figures(folder):
    with (folder / "metrics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = ("training_loss", "validation_loss", "accuracy", "normalized_edit_distance")
    return [[float(row[name] or 0) for name in names] for row in rows]


def settings_of(data, batch_size, n_iter=4):
    # Plain steps against the gradient: AdamW would blow rounding errors up where a gradient is nearly zero.
    return small_settings(data, batch_size=batch_size, n_iter=n_iter, adam=False, lr=0.01, eps=1e-2, val_period=2)


@pytest.mark.slow
def test_two_processes_equal_one_with_the_doubled_batch_and_each_resumes_the_other(data, tmp_path):
    one = run(settings_of(data, 8), tmp_path / "one")
    two = run_two(settings_of(data, 4), tmp_path / "two")
    for row, other in zip(figures(one), figures(two), strict=True):
        assert row == pytest.approx(other, abs=1e-5, rel=1e-5)
    assert (two / "log_train.txt").read_text(encoding="utf-8").count("[4/4]") == 1

    longer_one = run(settings_of(data, 8, n_iter=6), tmp_path / "two", resume=True)
    longer_two = run_two(settings_of(data, 4, n_iter=6), tmp_path / "one", "--resume")
    for row, other in zip(figures(longer_one), figures(longer_two), strict=True):
        assert row == pytest.approx(other, abs=1e-5, rel=1e-5)


def process_of_rank(rank, process):
    """The child of `process` that torch has started as this rank (Linux)."""
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        if f"\0RANK={rank}\0" in Path(f"/proc/{child}/environ").read_text():
            return int(child)
    raise AssertionError(f"no process of rank {rank}")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux")
def test_a_killed_process_ends_all_with_a_line_of_each(data, tmp_path):
    settings = settings_of(data, 4, n_iter=100_000)
    process = start_until(2, write_config(settings, tmp_path / "config.yaml"), tmp_path, processes=2)
    os.kill(process_of_rank(1, process), signal.SIGKILL)
    output = process.communicate(timeout=120)[0]
    assert process.returncode == 2 and "Traceback" not in output, output
    errors = [line for line in output.splitlines() if line.startswith("error: ")]
    assert errors[0].startswith("error: another process of this training has failed, as it tells itself, or was killed")
    assert errors[1].startswith("error: process 1 was ended by SIGKILL, most likely for want of memory: use fewer")
    assert len(errors) == 2 and output.endswith(f"{errors[1]}\n")


def test_errors_of_lost_processes_are_told_and_others_are_not_taken_for_them():
    for words in (
        "[/pytorch/gloo/transport/tcp/pair.cc:561] Connection closed by peer [127.0.0.1]:1. GLHF!",
        "NCCL error in: NCCLUtils.cpp:1, remote process exited or there was a network error\nncclRemoteError: failed",
        "NCCL communicator was aborted on rank 1.",
    ):
        with pytest.raises(UserError, match="another process of this training"), lost_process_told():
            raise RuntimeError(words)
    for words in ("CUDA error: an illegal memory access", "NCCL WARN invalid usage", "size mismatch for peer"):
        with pytest.raises(RuntimeError, match=words), lost_process_told():
            raise RuntimeError(words)


@pytest.mark.slow
def test_a_damaged_image_that_only_the_second_process_meets_is_logged(tmp_path):
    data = write_data(tmp_path / "data")
    settings = settings_of(data, 4)
    parts = Parts(settings)
    plan = BatchPlan([selection.widths for selection in parts.training], [1.0], 4, seed=settings.seed, processes=2)
    met = [
        {int(row) for request in islice(plan.requests(0, rank), 4) for row in request.samples[:, 1]} for rank in (0, 1)
    ]
    name = parts.training[0].store.filenames[min(met[1] - met[0])]
    (data / "training" / "A" / "images" / name).write_bytes(b"no image")
    folder = run_two(settings, tmp_path / "two")
    assert f"the image is damaged: A/{name}" in (folder / "log_dataset.txt").read_text(encoding="utf-8")
