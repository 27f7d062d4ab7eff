"""An error in a worker process is raised in the trainer, and no worker is left."""

import errno
import itertools
import multiprocessing
import shutil
import subprocess
import sys
from contextlib import closing

import cv2
import numpy as np
import pytest
from training_doors import command, environment, write_config
from training_runs import Parts, run, small_settings, write_data, write_patches

from train_easyocr.program.errors import UserError
from train_easyocr.program.system_errors import in_one_line
from train_easyocr.training.batches import BatchMaker
from train_easyocr.training.loader import batch_loader, lost_workers_told


def no_memory(row):
    raise OSError(errno.ENOMEM, "Cannot allocate memory", f"p{row}.png")


def no_memory_for_pixels(row):
    raise MemoryError(f"Unable to allocate p{row}")


def no_memory_in_opencv(row):
    # No machine has room for this picture; OpenCV raises the same error as for a lack of memory.
    return cv2.copyMakeBorder(np.zeros((1, 1), np.uint8), 0, 1 << 24, 0, 1 << 24, cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("read", [no_memory, no_memory_for_pixels, no_memory_in_opencv])
def test_an_image_is_not_damaged_because_memory_ran_out(read, workers, data, monkeypatch):
    parts = Parts(small_settings(data, workers=workers))
    monkeypatch.setattr(parts.training[0].store, "read", read)
    with closing(parts.batches()) as batches, pytest.raises((OSError, MemoryError, cv2.error)) as error:
        next(batches)
    assert in_one_line(error.value).startswith("out of memory; use fewer workers")


@pytest.mark.parametrize("workers", [0, 2])
def test_a_batch_without_one_whole_image_is_told_in_one_line_and_no_worker_is_left(workers, tmp_path):
    folder = write_patches(tmp_path / "training" / "A", count=8)
    for path in (folder / "images").iterdir():
        path.write_bytes(b"no image")
    with (
        closing(Parts(small_settings(tmp_path, workers=workers)).batches()) as batches,
        pytest.raises(
            UserError, match=r"^A/p00.*: not one image of a whole batch can be read; look at this file, or write "
        ),
    ):
        next(batches)
    assert multiprocessing.active_children() == []  # although the error, which is still at hand, remembers the loader


def test_a_damaged_image_in_the_first_batch_is_left_out_of_the_contact_sheet(tmp_path):
    data = write_data(tmp_path / "data")
    parts = Parts(small_settings(data))
    row = int(next(parts.plan.requests(0)).samples[0, 1])
    (data / "training" / "A" / "images" / parts.training[0].store.filenames[row]).write_bytes(b"no image")
    folder = run(small_settings(data, n_iter=1), tmp_path)
    assert (folder / "augmentation.png").exists()
    assert "the image is damaged" in (folder / "log_dataset.txt").read_text(encoding="utf-8")


def test_a_defect_in_a_worker_keeps_its_traceback(data, monkeypatch):
    monkeypatch.setattr(BatchMaker, "__getitem__", lambda self, request: {}["a defect"])
    with (
        closing(Parts(small_settings(data, workers=1)).batches()) as batches,
        pytest.raises(KeyError, match="in __get"),
    ):
        next(batches)


def test_a_worker_that_the_system_ends_is_told_in_one_line(data):
    parts = Parts(small_settings(data, workers=2))
    with (
        pytest.raises(UserError, match="was ended from outside, most likely for want of memory") as error,
        lost_workers_told(),
        closing(batch_loader(parts.maker, parts.plan.requests(0), workers=2)) as batches,
    ):
        next(batches)
        multiprocessing.active_children()[0].kill()
        for _ in itertools.islice(batches, 100):
            pass
    assert "\n" not in str(error.value)


def test_only_the_loss_of_a_worker_is_told_as_one():
    with pytest.raises(RuntimeError, match="out of memory"), lost_workers_told():
        raise RuntimeError("out of memory")
    with pytest.raises(RuntimeError, match="shared memory"), lost_workers_told():  # which the door tells by itself
        raise RuntimeError(
            "DataLoader worker (pid 7) is killed by signal: Bus error. It is possible that dataloader's workers are "
            "out of shared memory. Please try to raise your shared memory limit."
        )


def with_shared_memory(size, arguments, **options):
    """Run a command in a namespace of its own, where /dev/shm has `size`."""
    mount = f'mount -t tmpfs -o size={size} tmpfs /dev/shm && exec "$@"'
    return subprocess.run(["unshare", "--mount", "bash", "-c", mount, "bash", *arguments], check=False, **options)


def namespaces_are_allowed():
    return (
        sys.platform == "linux"
        and shutil.which("unshare") is not None
        and with_shared_memory("1m", ["true"], capture_output=True).returncode == 0
    )


@pytest.mark.slow
@pytest.mark.skipif("not namespaces_are_allowed()", reason="needs a /dev/shm of its own, which root may mount")
@pytest.mark.parametrize(("size", "batch_size"), [("64k", 4), ("2m", 256)])  # no room for the queues; for the batches
def test_shared_memory_that_is_too_small_is_told_in_one_line_and_not_as_a_full_disk(size, batch_size, data, tmp_path):
    config = write_config(small_settings(data, workers=2, batch_size=batch_size), tmp_path / "config.yaml")
    arguments = list(map(str, command(config, tmp_path)))
    stopped = with_shared_memory(size, arguments, env=environment(), capture_output=True, text=True, timeout=120)
    [line] = stopped.stderr.splitlines()
    assert stopped.returncode == 2 and line.startswith("error: /dev/shm: the shared memory is full")
