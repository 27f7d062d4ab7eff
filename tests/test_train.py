"""Step 3 as a user runs it: the files it writes, resuming to the bit, signals, mistakes in one line."""

import contextlib
import os
import re
import shutil
import signal
import struct
import subprocess
import sys

import pytest
import torch
from training_doors import command, environment, start_until, write_config
from training_runs import run, small_settings, write_data

from train_easyocr import train
from train_easyocr.configuration.config import load_settings
from train_easyocr.program.errors import UserError
from train_easyocr.training import validation
from train_easyocr.training.checkpoint import read_checkpoint, save_checkpoint
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.run import only_run
from train_easyocr.training.step import TrainingStep


@contextlib.contextmanager
def stopped_in(owner, name, call):
    """Note a SIGTERM, as the door does, that arrives during call number `call` of a function of `owner`."""
    function, calls = getattr(owner, name), []

    def counted(*arguments):
        calls.append(arguments)
        if len(calls) == call:
            signal.raise_signal(signal.SIGTERM)
        return function(*arguments)

    with Interruption() as interruption, pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, counted)
        yield interruption
    assert len(calls) == call  # nothing more was begun


def run_and_stop(settings, saved_models, step, resume=False):
    """Train until a SIGTERM arrives during step number `step` of this run."""
    with stopped_in(TrainingStep, "__call__", step) as interruption:
        return run(settings, saved_models, resume=resume, interruption=interruption)


def entries(folder):
    """The iterations with an entry in the log, and out of how many."""
    log = (folder / "log_train.txt").read_text(encoding="utf-8")
    return re.findall(r"^\[(\d+/\d+)\]", log, re.MULTILINE)


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.pth")}


@pytest.fixture(scope="module")
def two_iterations(data, tmp_path_factory):
    """The finished run of `small_settings(data, n_iter=2, ema=0.9)`."""
    return run(small_settings(data, n_iter=2, ema=0.9), tmp_path_factory.mktemp("finished"))


@pytest.fixture
def finished(two_iterations, tmp_path):
    """A copy of that run, to go on with."""
    return shutil.copytree(two_iterations, tmp_path / "trial")


def test_a_run_writes_all_its_files(data, tmp_path):
    settings = small_settings(data)
    folder = run(settings, tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        *("log_dataset.txt", "log_train.txt", "metrics.csv", "config.yaml", "last.ckpt", "augmentation.png"),
        *("best_accuracy.pth", "best_norm_ed.pth", "iter_2.pth", "iter_4.pth", "loss.png", "accuracy.png"),
        *("tensorboard", "report.html"),
    }
    assert load_settings(folder / "config.yaml") == settings
    weights = torch.load(folder / "iter_4.pth", weights_only=True)
    assert all(name.startswith("module.") and value.is_contiguous() for name, value in weights.items())


def test_the_first_lines_say_device_precision_and_how_many_parameters_train(data, tmp_path, capsys):
    torch.set_num_threads(1)
    run(small_settings(data, freeze_FeatureFxtraction=True, amp="bf16"), tmp_path)
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "training on a CPU (1 threads) in bfloat16, as torch finds no CUDA GPU: slow"
    # Two LSTM layers of 8 in both directions, 16 and 8 wide, with their projections, and 8 classes.
    lstm = [2 * 4 * 8 * (size + 8 + 2) + 8 * (2 * 8 + 1) for size in (16, 8)]
    learning, total = re.fullmatch(r"([\d,]+) of ([\d,]+) parameters train", second).groups()
    assert int(learning.replace(",", "")) == sum(lstm) + 8 * (8 + 1) < int(total.replace(",", ""))


def test_an_interrupted_and_resumed_run_ends_in_the_same_bytes(data, tmp_path):
    changes = {"n_iter": 7, "val_period": 3, "augmentation": "strong", "ema": 0.9}
    settings = small_settings(data, workers=2, **changes)
    whole = run(small_settings(data, **changes), tmp_path / "whole")
    for stop in (2, 3):
        run_and_stop(settings, tmp_path / "broken", stop, resume=stop == 3)
    resumed = run(settings, tmp_path / "broken", resume=True)
    assert bytes_of(resumed) == bytes_of(whole)
    table, other = ((folder / "metrics.csv").read_text(encoding="utf-8") for folder in (whole, resumed))
    assert [row.split(",")[:10] for row in table.splitlines()] == [row.split(",")[:10] for row in other.splitlines()]


def test_logs_that_ran_ahead_of_the_checkpoint_are_cut_back(data, tmp_path):
    settings = small_settings(data, n_iter=6, val_period=2)
    run_and_stop(settings, tmp_path, 3)
    folder = tmp_path / "trial"
    for name in ("log_train.txt", "metrics.csv"):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("written after the checkpoint, before the power went off")
    run(settings, tmp_path, resume=True)
    for name in ("log_train.txt", "metrics.csv"):
        assert "power" not in (folder / name).read_text(encoding="utf-8")
    assert entries(folder) == ["0/6", "2/6", "4/6", "6/6"]


def test_a_new_run_of_the_same_name_sets_the_earlier_one_aside(data, tmp_path):
    first = bytes_of(run(small_settings(data), tmp_path))
    run(small_settings(data, seed=5), tmp_path)
    [aside] = [path for path in tmp_path.iterdir() if path.name != "trial"]
    assert bytes_of(aside) == first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hidden_size": 12}, "hidden_size was 8 and is 12"),
        ({"Prediction": "Attn"}, "Prediction was CTC"),
        ({"character": "가나다라Bb"}, "another list of 7 characters"),
    ],
)
def test_resuming_another_network_is_refused(change, words, data, finished):
    with pytest.raises(UserError, match=words):
        run(small_settings(data, ema=0.9, **change), finished.parent, resume=True)


def test_the_widest_bucket_is_part_of_a_network_with_tps_and_of_no_other(data, tmp_path):
    for name in ("None", "TPS"):
        settings = {"Transformation": name, "experiment_name": name, "n_iter": 1}
        run(small_settings(data, img_width=600, **settings), tmp_path)
        wider = small_settings(data, img_width=640, **settings | {"n_iter": 2})
        if name == "None":
            assert (run(wider, tmp_path, resume=True) / "last.ckpt").exists()
        else:
            with pytest.raises(UserError, match="img_width was 600 and is 640 now"):
                run(wider, tmp_path, resume=True)


def test_a_resumed_run_takes_a_new_length_and_rate_says_so_and_repeats_no_validation(data, finished, capsys):
    # Keys of the detector are not of this run.
    run(small_settings(data, n_iter=4, lr=0.5, ema=0.9, detector_network="craft"), finished.parent, resume=True)
    shown = capsys.readouterr().out
    assert "n_iter: 2 → 4" in shown and "detector" not in shown
    assert (finished / "iter_4.pth").exists()
    assert entries(finished) == ["0/2", "2/2", "4/4"]


@pytest.mark.parametrize(
    ("role", "changed", "counts"),
    [
        ("training", lambda rows: rows[:-5], "40 patches then, 35 now"),  # fewer than the first steps drew from
        ("validation", lambda rows: [rows[0], rows[1].replace("나다", "다나"), *rows[2:]], "12 patches then, 12 now"),
    ],
)
def test_a_run_resumed_on_other_labels_says_so_and_goes_on(role, changed, counts, tmp_path, capsys):
    data = write_data(tmp_path / "data")
    checkpoint = run(small_settings(data, n_iter=2), tmp_path) / "last.ckpt"
    state = read_checkpoint(checkpoint)
    save_checkpoint(state | {"progress": state["progress"] | {"best_accuracy": 200.0}}, checkpoint)  # never reached
    labels = data / role / "A" / "labels.csv"
    header, *rows = labels.read_text(encoding="utf-8").splitlines(keepends=True)
    labels.write_text("".join([header, *changed(rows)]), encoding="utf-8")
    folder = run(small_settings(data, n_iter=4), tmp_path, resume=True)
    output = capsys.readouterr().out
    assert f"changed since: {role} A: {counts}" in output and output.count("patches then") == 1
    assert (folder / "iter_4.pth").exists()
    anew = role == "validation"
    assert output.count("another validation, by its data or settings: the best scores and their weights") == anew
    assert entries(folder) == ["0/2", "2/2", *(["2/4"] if anew else []), "4/4"]
    assert (read_checkpoint(checkpoint)["progress"]["best_accuracy"] <= 100) == anew


def test_a_finished_run_says_so_in_one_line_and_changes_nothing(data, finished, capsys):
    folder = finished
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    for n_iter, at in ((2, "2 of 2, by its n_iter;"), (1, "2, by its n_iter = 1;")):
        capsys.readouterr()
        run(small_settings(data, n_iter=n_iter, lr=0.1, ema=0.9), folder.parent, resume=True)
        [line] = capsys.readouterr().out.splitlines()
        assert line.startswith(f"{folder / 'last.ckpt'}: the training is finished, at iteration {at} nothing is ch")
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before}
    assert set(before) == {path for path in folder.rglob("*") if path.is_file()}


REFUSED = {
    "no patches": ({"select_data": "C"}, "C.labels.csv: no such file"),
    "no label": (
        {"character": "xyz"},
        "40 patches, and none can be used .*40 × the label holds characters outside the list",
    ),
    "no validation": ({"val_data": "nowhere"}, "nowhere.A.labels.csv: no such file"),
    "no weights": ({"continue_from": "none.pth"}, r"none\.pth: no such weight file"),
    "other weights": ({"continue_from": "english_g2", "output_channel": 16}, "english_g2"),
    "float16": ({"amp": "fp16"}, "amp: fp16 on a CPU"),
    "compiled": ({"compile": True}, "compile: on a CPU without AVX-512"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_refused_run_makes_no_folder_and_sets_no_earlier_run_aside(reason, data, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    changes, message = REFUSED[reason]
    settings = small_settings(data, **changes)
    (tmp_path / "old" / "trial").mkdir(parents=True)
    (tmp_path / "old" / "trial" / "last.ckpt").touch()
    for saved_models, left in (("new", []), ("old", ["trial", "trial/last.ckpt"])):
        folder = tmp_path / saved_models
        with pytest.raises(UserError, match=message), only_run(folder / "trial") as (processes, interruption):
            train.train(settings, folder / "trial", processes, interruption, resume=False)
        assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) == left


@pytest.mark.parametrize(
    "missing",
    [
        ("network", "Prediction.bias"),
        ("step", "optimizer"),
        ("step", "scaler"),
        ("step", "counters", "skipped"),
        ("progress", "best_accuracy"),
        ("average",),
    ],
)
def test_a_checkpoint_with_a_key_missing_inside_is_refused_in_one_line(missing, data, finished):
    state = read_checkpoint(finished / "last.ckpt")
    *outer, last = missing
    part = state
    for key in outer:
        part = part[key]
    del part[last]
    save_checkpoint(state, finished / "last.ckpt")
    with pytest.raises(UserError, match=r"last\.ckpt: not the state of such a run") as refused:
        run(small_settings(data, n_iter=3, ema=0.9), finished.parent, resume=True)
    assert "\n" not in str(refused.value)


def test_a_validation_at_which_a_run_was_stopped_is_made_up_for(data, tmp_path):
    settings = small_settings(data, n_iter=7, val_period=3, ema=0.9)
    whole = run(settings, tmp_path / "whole")
    for stop in (3, 3):  # at iterations 3 and 6
        run_and_stop(settings, tmp_path / "broken", stop, resume=(tmp_path / "broken").exists())
    resumed = run(settings, tmp_path / "broken", resume=True)
    assert (resumed / "iter_3.pth").exists() and bytes_of(resumed) == bytes_of(whole)
    assert entries(resumed) == ["0/7", "3/7", "6/7", "7/7"]


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    """The run of `small_settings(data, n_iter=4, val_period=2, ema=0.9)`."""
    return run(small_settings(data, n_iter=4, val_period=2, ema=0.9), tmp_path_factory.mktemp("whole"))


# Each validation has 4 batches for the weights, then 4 for the average.
@pytest.mark.parametrize("batch", [2, 14])
def test_a_signal_ends_a_validation_within_a_batch_and_it_is_made_up_for(batch, whole, data, tmp_path):
    settings = small_settings(data, n_iter=4, val_period=2, ema=0.9)
    with stopped_in(validation, "read_batch", batch) as interruption:
        stopped = run(settings, tmp_path / "broken", interruption=interruption)
    progress = read_checkpoint(stopped / "last.ckpt")["progress"]
    assert (progress["iteration"], progress["validated"]) == ((0, -1) if batch <= 8 else (2, 0))
    resumed = run(settings, tmp_path / "broken", resume=True)
    assert bytes_of(resumed) == bytes_of(whole)
    assert entries(resumed) == ["0/4", "2/4", "4/4"]


def test_the_state_is_saved_between_validations_that_lie_far_apart(data, tmp_path, monkeypatch):
    monkeypatch.setattr("train_easyocr.training.trainer.SAVE_SECONDS", -1.0)
    monkeypatch.setattr("train_easyocr.training.meter.Meter.step", fail_at_step(3))
    with pytest.raises(RuntimeError, match="power"):
        run(small_settings(data, n_iter=10, val_period=10), tmp_path)
    assert read_checkpoint(tmp_path / "trial" / "last.ckpt")["progress"]["iteration"] == 2


def fail_at_step(number):
    steps = []

    def step(self, patches):
        steps.append(patches)
        if len(steps) == number:
            raise RuntimeError("power")

    return step


@pytest.mark.parametrize(("first", "then"), [("fp32", "bf16"), ("bf16", "fp32")])
def test_a_run_goes_on_in_another_precision(first, then, data, tmp_path, capsys):
    run(small_settings(data, n_iter=2, amp=first), tmp_path)
    folder = run(small_settings(data, n_iter=4, amp=then), tmp_path, resume=True)
    assert f"amp: {first} → {then}" in capsys.readouterr().out
    assert (folder / "iter_4.pth").exists()


def test_damaged_images_of_training_and_validation_are_logged_and_a_resumed_run_remembers_them(tmp_path):
    data = write_data(tmp_path / "data")
    damaged = [sorted((data / role / "A" / "images").iterdir())[0] for role in ("training", "validation")]
    for path in damaged:
        path.write_bytes(b"no image")
    run(small_settings(data, n_iter=10, val_period=10), tmp_path)
    folder = run(small_settings(data, n_iter=11, val_period=20), tmp_path, resume=True)
    log = (folder / "log_dataset.txt").read_text(encoding="utf-8")
    assert [log.count(f"the image is damaged: A/{path.name}") for path in damaged] == [1, 1]


def test_resuming_without_a_checkpoint_is_a_mistake(data, tmp_path):
    with pytest.raises(UserError, match=r"last\.ckpt: no such checkpoint"):
        run(small_settings(data), tmp_path, resume=True)


def test_a_defect_leaves_a_checkpoint_for_a_look(data, tmp_path, monkeypatch):
    def fail(self, batch, rate):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(TrainingStep, "__call__", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        run(small_settings(data), tmp_path)
    assert (tmp_path / "trial" / "crash.ckpt").exists()


@pytest.mark.slow
def test_100_iterations_killed_in_between_end_in_the_same_bytes(data, tmp_path):
    changes = {"n_iter": 100, "val_period": 25, "augmentation": "mild"}
    config = write_config(small_settings(data, workers=2, **changes), tmp_path / "config.yaml")
    killed = start_until(25, config, tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    settings = small_settings(data, **changes)
    assert bytes_of(run(settings, tmp_path, resume=True)) == bytes_of(run(settings, tmp_path / "whole"))


@pytest.mark.slow
def test_a_file_gets_whole_lines_and_nothing_of_a_bar_and_the_end_is_silent(data, tmp_path):
    config = write_config(small_settings(data, n_iter=60, val_period=20, workers=2), tmp_path / "config.yaml")
    with (tmp_path / "out.txt").open("wb") as file:
        run = subprocess.run(command(config, tmp_path), env=environment(), stdout=file, stderr=subprocess.STDOUT)
    output = (tmp_path / "out.txt").read_bytes()
    assert run.returncode == 0
    assert b"\r" not in output and b"\x1b" not in output and b"it/s" not in output
    lines = output.decode().splitlines()
    assert lines[-1].startswith("[60/60] accuracy ") and not any("Traceback" in line for line in lines)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_gets_a_bar_with_loss_speed_wait_and_time_left(data, tmp_path):
    import fcntl
    import termios

    config = write_config(small_settings(data, n_iter=9999, val_period=9999), tmp_path / "config.yaml")
    shown = re.compile(
        rb"\rTraining: +\d+%\|.*\| \d+/9999 \[\d\d:\d\d<[\d:]+, .*step/s, "
        rb"loss \d+\.\d{4}, \d+\.\d patches/s, data wait \d+\.\d%\]"
    )
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    run = subprocess.Popen(command(config, tmp_path), env=environment(), stdout=its, stderr=its)
    os.close(its)
    screen = b""
    with contextlib.suppress(OSError):  # which tells that the process has closed its end
        while not shown.search(screen) and (read := os.read(ours, 65536)):
            screen += read
    run.kill()
    run.wait()
    os.close(ours)
    assert shown.search(screen), screen.decode()


@pytest.mark.slow
def test_a_second_run_of_an_experiment_is_refused_in_one_line_until_the_first_is_killed(data, tmp_path):
    config = write_config(small_settings(data, n_iter=1_000_000, val_period=20, workers=2), tmp_path / "config.yaml")
    first = start_until(20, config, tmp_path)
    message = f"{tmp_path / 'trial'}: another run is writing here; wait for it, or choose another"
    two = command(config, tmp_path, processes=2)
    second = subprocess.run(two, env=environment(), capture_output=True, text=True, check=False, timeout=120)
    assert second.returncode == 2 and second.stderr.startswith(f"error: {message}"), second.stderr
    assert second.stderr.count("\n") == 1
    with pytest.raises(UserError, match=re.escape(message)), only_run(tmp_path / "trial"):
        pass
    assert first.poll() is None
    first.kill()
    first.communicate()
    # At once, while the workers of the first have not noticed yet.
    with only_run(tmp_path / "trial"):
        pass
