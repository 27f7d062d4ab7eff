"""Settings of all tests, and fixtures that several tests share without changing them."""

import os
import signal

import pytest
from hypothesis import settings

# One thread a process, before torch is imported: the tests run in two processes, and their results repeat.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Started in the background of a shell, this process ignores Ctrl-C, and every process of a test would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine must not fail a property: no deadline for a single example. Each run draws other examples.
settings.register_profile("project", deadline=None, max_examples=50)
settings.load_profile("project")


def pytest_collection_modifyitems(items):
    """Let files with slow tests come first: the two processes, which share the files, then end at about one time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """Two training datasets and their validation sets, which no test changes; tests train with one thread."""
    import torch  # most tests do without
    from training_runs import write_data

    torch.set_num_threads(1)
    return write_data(tmp_path_factory.mktemp("학습 자료"))


@pytest.fixture(scope="session")
def english_folder(tmp_path_factory):
    """EasyOCR's folder with its detector, and the published English network as the custom one 'english_copy'."""
    from train_easyocr.easyocr_port.weights import describe_weights, provide_craft
    from train_easyocr.installation.network_files import install_network  # most tests do without

    folder = tmp_path_factory.mktemp("이지 OCR")
    install_network("english_copy", describe_weights("english_g2"), folder)
    provide_craft(folder)
    return folder


@pytest.fixture(scope="session")
def detector(english_folder):
    """EasyOCR's own detector."""
    from train_easyocr.easyocr_port.engine.detector import open_detector  # most tests do without

    return open_detector(english_folder)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory):
    """The file of a small catalogue of typefaces."""
    from small_catalogue import CATALOGUE

    path = tmp_path_factory.mktemp("catalogue") / "faces.yaml"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


@pytest.fixture
def no_patience(monkeypatch):
    """A second run in a folder waits for 0.2 seconds instead of three before it is told."""
    monkeypatch.setattr("train_easyocr.program.run_lock._PATIENCE_SECONDS", 0.2)
