"""What TensorBoard shows of a run, read back with TensorBoard's own reader."""

import io
from dataclasses import replace

import numpy as np
from PIL import Image
from run_figures import SAMPLE, figures
from tensorboard.backend.event_processing.event_accumulator import IMAGES, SCALARS, TENSORS, EventAccumulator
from tensorboard.summary.writer import event_file_writer

from train_easyocr.training.log import RecogniserFigures
from train_easyocr.training.plots import Board, draw_history


def read_back(folder):
    events = EventAccumulator(str(folder / "tensorboard"), {SCALARS: 0, IMAGES: 0, TENSORS: 0})
    events.Reload()
    return events


def test_tensorboard_has_the_figures_and_the_sample_readings_of_each_validation(tmp_path):
    picture = np.linspace(0, 1, 64 * 128, dtype=np.float32).reshape(1, 64, 128)
    shown = [replace(SAMPLE, image=picture)]
    first, second = figures(10, samples=shown), figures(20, accuracy=96.5, average=97.0, samples=shown)
    board = Board(tmp_path, 0)
    board.add(first)
    board.add(second)
    board.close()
    events = read_back(tmp_path)
    for name, value in second.columns().items():
        if name not in ("iteration", "iterations") and value == value:
            last = events.Scalars(name)[-1]
            assert (last.step, last.value) == (20, np.float32(value)), name
    assert [scalar.step for scalar in events.Scalars("training_loss")] == [10, 20]
    assert [scalar.step for scalar in events.Scalars("average_accuracy")] == [20]  # the first run had no average
    drawn = np.asarray(Image.open(io.BytesIO(events.Images("sample 0")[-1].encoded_image_string)).convert("L"))
    assert np.abs(drawn - picture[0] * 255).max() <= 1
    text = events.Tensors("sample 0/text_summary")[-1].tensor_proto.string_val[0].decode()
    assert text == "결 재 (wrong: 결재)"


def test_what_an_interrupted_run_wrote_after_its_checkpoint_is_hidden(tmp_path, monkeypatch):
    # TensorBoard reads two files of one second by their names, and the tenth of a process before the ninth.
    monkeypatch.setattr(event_file_writer, "_global_uid", event_file_writer.AtomicCounter(0))
    for start, iterations in ((0, (10, 20, 30)), (20, (30, 40))):
        board = Board(tmp_path, start)
        for iteration in iterations:
            board.add(figures(iteration, training_loss=start + iteration))
        board.close()
    found = [(scalar.step, scalar.value) for scalar in read_back(tmp_path).Scalars("training_loss")]
    assert found == [(10, 10.0), (20, 20.0), (30, 50.0), (40, 60.0)]


def test_pictures_are_redrawn_with_each_validation(tmp_path):
    sizes = []
    for count in (1, 3):
        rows = [figures(10 * number).columns() for number in range(count)]
        draw_history(rows, RecogniserFigures.CURVES, tmp_path)
        sizes.append([(tmp_path / name).read_bytes() for name in ("loss.png", "accuracy.png")])
    assert all(before != after for before, after in zip(*sizes, strict=True))
    assert Image.open(tmp_path / "loss.png").size == (840, 480)
