"""log_train.txt in the form that the project promises, and the table beside it."""

from dataclasses import replace

import numpy as np

from train_easyocr.training.log import Figures, TextLogs, block
from train_easyocr.training.validation import Sample

FIGURES = Figures(
    iteration=720000,
    iterations=1400000,
    training_loss=0.008184,
    validation_loss=0.098259,
    accuracy=94.9381,
    normalized_edit_distance=0.98261,
    best_accuracy=94.9381,
    best_normalized_edit_distance=0.98261,
    average_accuracy=float("nan"),
    average_normalized_edit_distance=float("nan"),
    learning_rate=1.0,
    patches_per_second=27.0,
    data_wait=0.01,
    skipped_steps=0,
    elapsed_seconds=21 * 60 + 12.9,
)
SAMPLE = Sample("결 재", "결재", 0.41551, np.zeros((1, 64, 64), np.uint8))

EXPECTED = """\
[720000/1400000]
Training loss: 0.00818 | Validation loss: 0.09826 | Total 0:21:12 elapsed
Current accuracy : 94.938 | Current normalized edit distance: 0.9826
Best accuracy    : 94.938 | Best normalized edit distance: 0.9826
--------------------------------------------------------------------------------
Ground Truth              | Prediction                | Confidence Score & T/F
--------------------------------------------------------------------------------
결 재                     | 결재                      | 0.4155 False
--------------------------------------------------------------------------------
"""


def test_an_entry_has_exactly_the_promised_form():
    assert block(FIGURES, [SAMPLE]) == EXPECTED


def test_before_the_first_step_there_is_no_training_loss():
    [_, losses, *_] = block(replace(FIGURES, training_loss=float("nan")), []).splitlines()
    assert losses == "Training loss: - | Validation loss: 0.09826 | Total 0:21:12 elapsed"


def test_a_label_cannot_act_on_the_terminal_that_shows_the_log():
    hostile = replace(SAMPLE, ground_truth="가\x1b[2J", prediction="나\n[1/1]\u202e")
    entry = block(FIGURES, [hostile])
    assert r"가\x1b[2J" in entry and r"나\n[1/1]\u202e" in entry
    assert len(entry.splitlines()) == len(EXPECTED.splitlines())


def test_metrics_are_read_back_and_cut_back(tmp_path):
    logs = TextLogs(tmp_path)
    logs.add(FIGURES, [SAMPLE])
    sizes = logs.sizes()
    logs.add(FIGURES, [])
    logs.cut_back(sizes)
    [figures] = logs.history()
    assert (figures.iteration, figures.accuracy) == (720000, 94.9381)
    assert figures.average_accuracy != figures.average_accuracy
    assert (tmp_path / "log_train.txt").read_text(encoding="utf-8") == EXPECTED
