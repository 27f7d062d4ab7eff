"""Settings of all tests, and what several of them only look at, so that it is made once."""

import signal

import pytest
from hypothesis import settings

# Started in the background of a shell, this process ignores Ctrl-C, and every process of a test would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine must not fail a property: no deadline for a single example.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """Two training datasets and their validation sets, which no test changes; whoever trains on them has one thread."""
    import torch  # most tests do without
    from training_runs import write_data

    torch.set_num_threads(1)
    return write_data(tmp_path_factory.mktemp("학습 자료"))
