"""What a GPU can fail: the networks compute there as on the CPU. Where torch finds no GPU, both are the CPU."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from evaluation_set import write_evaluation_set

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.engine.detector import open_detector
from train_easyocr.easyocr_port.engine.loaded_network import LoadedNetwork
from train_easyocr.easyocr_port.reading_options import SHIPPED_OPTIONS
from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, describe_weights
from train_easyocr.installation.network_files import install_network
from train_easyocr.pages.page_image import decode, read_image_file
from train_easyocr.program.errors import UserError
from train_easyocr.training.detector.crops import CropMaker, CropPlan
from train_easyocr.training.detector.kinds import word_kind
from train_easyocr.training.network import load_network
from train_easyocr.training.optimization import NAMED_FORMATS, MovingAverage, choose_precision, make_optimizer
from train_easyocr.training.step import TrainingStep

pytestmark = pytest.mark.gpu
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
CUDA = DEVICE.type == "cuda"
ADAMW = {"adam": True, "beta1": 0.9, "rho": 0.95, "eps": 1e-8, "weight_decay": 0.01}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    from train_easyocr.dataset.sets.page_folders import labelled_pages

    folder = tmp_path_factory.mktemp("set")
    write_evaluation_set(folder, pages=1)
    return labelled_pages(folder)


@pytest.fixture(scope="module")
def page(labelled):
    return decode(read_image_file(labelled[0][1]))


def precision(name):
    try:
        return choose_precision(name, DEVICE)
    except UserError:
        pytest.skip("fp16 on a CPU takes 60 times as long")


def test_our_detector_finds_the_same_words_on_the_device(page):
    there, here = (open_detector(None, SHIPPED_DETECTOR, cuda=cuda) for cuda in (CUDA, False))
    assert next(there.network.network().parameters()).device.type == DEVICE.type
    found, wanted = ([box.bounds for box in each.boxes(page.rgb, SHIPPED_OPTIONS)] for each in (there, here))
    assert len(found) == len(wanted) >= 8
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 1


def test_an_installed_network_reads_the_same_words_on_the_device(page, tmp_path):
    install_network(SHIPPED, describe_weights(SHIPPED), tmp_path, SHIPPED_OPTIONS, SHIPPED_DETECTOR)
    network = LoadedNetwork(SHIPPED, tmp_path, CUDA)
    texts = [word.text for word in network.read_boxes(page.grey, network.find(page.rgb).boxes(network.options))]
    assert {"Gimhae", "2001.06.15", "54,500", "김해시"} <= set(texts)


@pytest.mark.parametrize("name", NAMED_FORMATS)
def test_our_detector_learns_from_a_batch_in_every_number_format(name, labelled):
    kind, number_format = word_kind(SHIPPED, DEVICE), precision(name)
    maker = CropMaker(labelled, replace(kind.recipe, sizes=(96,)), "none", seed=1, canvas=2560)
    batch = maker[next(CropPlan(1, 2, seed=1).requests(0))]
    optimizer = make_optimizer(kind.network, **ADAMW)
    step = TrainingStep(kind.network, kind.objective.loss, optimizer, precision=number_format, clip=5, device=DEVICE)
    # float16 begins with a scale that overflows, and skips steps until it has halved it often enough.
    losses = [float(step(batch, 1e-4)) for _ in range(20 if name == "fp16" else 6)]
    assert np.isfinite(losses).all() and losses[-1] < losses[0]
    assert name == "fp16" or step.counters["skipped"] == 0


def test_the_average_reads_as_the_network_whose_copy_it_is(monkeypatch):
    joined, join = [], torch.nn.LSTM.flatten_parameters
    network = load_network(describe_weights(SHIPPED)).to(DEVICE)
    monkeypatch.setattr(torch.nn.LSTM, "flatten_parameters", lambda layer: (joined.append(layer), join(layer)))
    average = MovingAverage(network, 0.999).network
    # cuDNN wants an LSTM's weights in one piece, which a copy does not keep.
    assert [layer for layer in average.modules() if isinstance(layer, torch.nn.LSTM)] == joined
    images = torch.zeros(1, 1, 64, 128, device=DEVICE)
    with torch.no_grad():
        assert torch.allclose(average(images), network(images), atol=1e-3)
