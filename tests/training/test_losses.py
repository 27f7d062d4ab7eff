"""The losses of the first 20 steps of a small fixed training in float32, pinned to notice any change of learning.

AVX2, AVX-512 and plain instructions differ by 5 in a million after 20 steps. Pin new values
only for a change that is meant to change learning.
"""

import pytest
import torch
from training_runs import Parts, small_settings, write_data

ADAMW = [
    *(26.464243, 34.527069, 47.786129, 25.891066, 31.849413, 24.931284, 33.543945, 48.471291, 23.823212, 46.463753),
    *(36.917053, 23.892416, 28.887880, 21.600346, 64.603676, 45.650341, 20.728645, 33.009113, 18.869570, 22.174072),
]
ADADELTA = [
    *(26.464243, 34.323174, 46.828438, 25.128801, 29.625128, 21.158691, 30.738319, 43.581291, 18.269543, 36.202137),
    *(25.269842, 15.418344, 16.221451, 11.489654, 23.186079, 12.952553, 4.833463, 5.271070, 2.963080, 2.927912),
]


@pytest.mark.parametrize(
    ("optimizer", "losses"),
    [({}, ADAMW), ({"adam": False, "lr": 1.0, "eps": 1e-6}, ADADELTA)],
    ids=["AdamW", "Adadelta"],
)
def test_the_first_20_losses_are_what_they_were(optimizer, losses, tmp_path):
    torch.set_num_threads(1)
    parts = Parts(small_settings(write_data(tmp_path), n_iter=20, **optimizer))
    assert parts.train(20) == pytest.approx(losses, rel=5e-5)
