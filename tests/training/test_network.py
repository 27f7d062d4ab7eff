"""The network: EasyOCR's own classes, scipy and formulas written out are the oracles."""

import inspect
import itertools
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from easyocr.model import model as generation1
from easyocr.model import vgg_model as generation2
from easyocr_en_models import model_dir
from scipy.interpolate import RBFInterpolator
from torch import nn
from torch._subclasses import FakeTensorMode
from torch.nn import functional

from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import KOREAN_G2
from train_easyocr.training.attention import attention_loss, attention_text
from train_easyocr.training.network import (
    NETWORK_FILE,
    StillBatchNorm,
    build_network,
    freeze,
    load_start,
    time_steps,
)

ENGLISH_FILE = Path(model_dir()) / "english_g2.pth"
COMBINATIONS = list(itertools.product(("None", "TPS"), ("VGG", "RCNN", "ResNet"), ("None", "BiLSTM"), ("CTC", "Attn")))
QUICK = [  # every two of the layers meet in one of these
    *(("None", "VGG", "BiLSTM", "CTC"), ("None", "RCNN", "None", "Attn"), ("None", "ResNet", "BiLSTM", "Attn")),
    *(("TPS", "VGG", "None", "Attn"), ("TPS", "RCNN", "BiLSTM", "CTC"), ("TPS", "ResNet", "None", "CTC")),
]
LABELS = [[1, 2, 3], [4], [2, 2], [5, 1]]


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def _quick_and_repeatable():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    yield
    torch.set_num_threads(threads)


def small_network(transformation="None", features="VGG", sequence="BiLSTM", prediction="CTC", **more):
    sizes = {"output_channel": 32, "hidden_size": 16, "image_width": 64, "batch_max_length": 5} | more
    layers = {"Transformation": transformation, "FeatureExtraction": features, "SequenceModeling": sequence}
    return build_network(7, NetworkShape(Prediction=prediction, **layers, **sizes))


def loss_of(network, images, prediction):
    if prediction == "Attn":
        text = attention_text([[index - 1 or 1 for index in label] for label in LABELS])
        return attention_loss(network(images, text[:, :-1]), text)
    scores = network(images).log_softmax(2).transpose(0, 1)
    lengths = torch.tensor([len(label) for label in LABELS])
    classes = torch.tensor(list(itertools.chain(*LABELS)))
    return functional.ctc_loss(scores, classes, torch.tensor([len(scores)] * 4), lengths)


# --- Published weights


def test_english_g2_loads_strictly_and_gives_what_easyocr_gives():
    state = read_weights(ENGLISH_FILE)
    ours, theirs = build_network(97, NetworkShape()), generation2.Model(1, 256, 256, 97)
    fresh = load_start(ours, state, source="english_g2.pth", strict=True, new_prediction=False)
    theirs.load_state_dict(state)
    assert (fresh, state.keys()) == ([], ours.state_dict().keys())
    images = torch.rand(2, 1, 64, 192) * 2 - 1
    with torch.no_grad():
        assert torch.allclose(ours.eval()(images, ""), theirs.eval()(images, ""), atol=1e-6)


def test_resnet_has_easyocrs_keys_and_shapes_and_gives_its_output():
    ours = build_network(20, NetworkShape(output_channel=64, hidden_size=32, FeatureExtraction="ResNet"))
    theirs = generation1.Model(1, 64, 32, 20)
    assert shapes(ours) == shapes(theirs)
    theirs.load_state_dict(ours.state_dict())
    images = torch.rand(2, 1, 64, 128)
    assert torch.allclose(ours.eval()(images), theirs.eval()(images, ""), atol=1e-6)


def shapes(network):
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def layer(keys, name):
    """The keys of one layer, without its name and without the counters that batch norms keep."""
    return {
        key.removeprefix(f"{name}."): shape
        for key, shape in keys.items()
        if key.startswith(f"{name}.") and not key.endswith("num_batches_tracked")
    }


def norm(name, size):
    return {f"{name}.{part}": (size,) for part in ("weight", "bias", "running_mean", "running_var")}


def test_rcnn_has_the_keys_and_shapes_of_easyocrs_trainer():
    expected = {"0.weight": (8, 1, 3, 3), "0.bias": (8,), "9.weight": (64, 32, 2, 2)} | norm("10", 64)
    for place, narrow, wide in ((3, 8, 8), (5, 8, 16), (7, 16, 32)):
        for gate, others in (("wgf_u", narrow), ("wgr_x", wide)):
            expected[f"{place}.{gate}.weight"] = (wide, others, 1, 1)
        for convolution, others in (("wf_u", narrow), ("wr_x", wide)):
            expected[f"{place}.{convolution}.weight"] = (wide, others, 3, 3)
        expected |= norm(f"{place}.BN_x_init", wide)
        for step, name in itertools.product(range(5), ("BN_gfu", "BN_grx", "BN_fu", "BN_rx", "BN_Gx")):
            expected |= norm(f"{place}.GRCL.{step}.{name}", wide)
    network = small_network(features="RCNN", output_channel=64)
    assert layer(shapes(network), "FeatureExtraction.ConvNet") == expected


def test_tps_has_the_keys_and_shapes_of_easyocrs_trainer():
    expected = {"GridGenerator.inv_delta_C": (23, 23), "GridGenerator.P_hat": (64 * 600, 23)}
    for place, narrow, wide in ((0, 3, 64), (4, 64, 128), (8, 128, 256), (12, 256, 512)):
        expected[f"LocalizationNetwork.conv.{place}.weight"] = (wide, narrow, 3, 3)
        expected |= norm(f"LocalizationNetwork.conv.{place + 1}", wide)
    for name, size in (("fc1.0", (256, 512)), ("fc2", (40, 256))):
        expected[f"LocalizationNetwork.localization_{name}.weight"] = size
        expected[f"LocalizationNetwork.localization_{name}.bias"] = size[:1]
    network = build_network(7, NetworkShape(Transformation="TPS", input_channel=3))
    assert layer(shapes(network), "Transformation") == expected


def test_attention_has_the_keys_and_shapes_of_easyocrs_trainer():
    network = build_network(
        40, NetworkShape(output_channel=64, hidden_size=32, SequenceModeling="None", Prediction="Attn")
    )
    assert layer(shapes(network), "Prediction") == {
        "attention_cell.i2h.weight": (32, 64),
        "attention_cell.h2h.weight": (32, 32),
        "attention_cell.h2h.bias": (32,),
        "attention_cell.score.weight": (1, 32),
        "attention_cell.rnn.weight_ih": (128, 64 + 40),
        "attention_cell.rnn.weight_hh": (128, 32),
        "attention_cell.rnn.bias_ih": (128,),
        "attention_cell.rnn.bias_hh": (128,),
        "generator.weight": (40, 32),
        "generator.bias": (40,),
    }


# --- Every architecture


@pytest.mark.parametrize(
    "combination",
    [pytest.param(each, id="-".join(each), marks=[pytest.mark.slow] * (each not in QUICK)) for each in COMBINATIONS],
)
def test_every_combination_trains_and_its_weights_come_back(combination, tmp_path):
    network = small_network(*combination)
    prediction = combination[3]
    images = torch.rand(4, 1, 64, 64) * 2 - 1
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for _ in range(8):
        loss = loss_of(network, images, prediction)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]
    still = [name for name, parameter in network.named_parameters() if not parameter.grad.any()]
    assert still == []

    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, tmp_path / "iter_8.pth")
    again = small_network(*combination)
    load_start(again, read_weights(tmp_path / "iter_8.pth"), source="iter_8.pth", strict=True, new_prediction=False)
    logits = network.eval()(images)
    steps = 6 if prediction == "Attn" else time_steps(combination[1], 64)
    assert logits.shape == (4, steps, 7)
    assert torch.equal(again.eval()(images), logits)


@pytest.mark.parametrize("features", ["VGG", "RCNN", "ResNet"])
@pytest.mark.parametrize("width", [64, 192, 600])
def test_time_steps_are_those_of_the_logits(features, width):
    network = small_network(features=features).eval()
    assert network(torch.rand(1, 1, 64, width)).shape[1] == time_steps(features, width)


def test_gated_recurrent_convolution_is_equation_5_of_its_paper():
    block = small_network(features="RCNN").eval().FeatureExtraction.ConvNet[5]
    for module in block.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.running_mean)
    u = torch.rand(2, 4, 8, 8)
    x = functional.relu(block.BN_x_init(block.wf_u(u)))
    for step in range(5):
        norms = block.GRCL[step]
        gate = 1 / (1 + torch.exp(-(norms.BN_gfu(block.wgf_u(u)) + norms.BN_grx(block.wgr_x(x)))))
        x = (norms.BN_fu(block.wf_u(u)) + norms.BN_Gx(norms.BN_rx(block.wr_x(x)) * gate)).clamp(min=0)
    assert torch.allclose(block(u), x, atol=1e-6)


# --- TPS


def test_the_grid_of_tps_is_scipys_thin_plate_spline():
    grid = small_network("TPS").Transformation.GridGenerator
    x = np.linspace(-1, 1, 10)
    straight = np.concatenate([np.stack([x, np.full(10, edge)], axis=1) for edge in (-1.0, 1.0)])
    bent = straight + np.random.default_rng(3).normal(0, 0.1, straight.shape)
    spline = RBFInterpolator(straight, bent, kernel="thin_plate_spline", degree=1)
    for height, width in ((64, 64), (64, 24)):  # as the buffer was made, and narrower
        rows, columns = (np.arange(height) * 2 + 1) / height - 1, (np.arange(width) * 2 + 1) / width - 1
        pixels = np.stack([np.tile(columns, height), np.repeat(rows, width)], axis=1)
        ours = grid(torch.tensor(bent[None], dtype=torch.float32), height, width)[0].reshape(-1, 2)
        np.testing.assert_allclose(ours, spline(pixels), atol=1e-4)


@pytest.mark.parametrize("width", [64, 40])
def test_an_untrained_tps_leaves_the_image_as_it_is_also_in_half_precision(width):
    transformation = small_network("TPS").Transformation.eval()
    images = torch.rand(2, 1, 64, width)
    assert torch.allclose(transformation(images), images, atol=1e-3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        # The points come out of a linear layer in bfloat16, 1/256 fine at the edges: an eighth of a pixel of 64.
        assert (transformation(images).float() - images).abs().mean() < 0.05


def test_the_terms_of_tps_are_computed_once_a_size_and_are_no_weights():
    grid = small_network("TPS").Transformation.GridGenerator
    keys = list(grid.state_dict())
    first = grid.terms(64, 40, torch.device("cpu"))
    assert grid.terms(64, 40, torch.device("cpu")) is first and grid.terms(64, 64, torch.device("cpu")) is grid.P_hat
    for width in range(100, 200):  # a Reader meets lines of any width
        grid.terms(4, width, torch.device("cpu"))
    assert len(grid.terms_of) == 16 and list(grid.state_dict()) == keys


# --- On a GPU: fake CUDA tensors carry device, shape and dtype through the code, and no GPU is needed


@pytest.fixture
def cuda_autocast():
    """Autocast on CUDA to bfloat16 as on a machine that has one."""
    before = torch.is_autocast_enabled("cuda"), torch.get_autocast_dtype("cuda")
    torch.set_autocast_enabled("cuda", True)
    torch.set_autocast_dtype("cuda", torch.bfloat16)
    yield
    torch.set_autocast_enabled("cuda", before[0])
    torch.set_autocast_dtype("cuda", before[1])


def lstm_inputs(network, sequence, monkeypatch):
    """Run the sequence modeling and return (dtype of the input, autocast on) of every call of an LSTM."""
    calls = []

    def forward(self, sequence):
        autocast = torch.is_autocast_enabled(sequence.device.type)
        calls.append((sequence.dtype, autocast))
        return sequence.new_empty(*sequence.shape[:2], 2 * self.hidden_size), None

    monkeypatch.setattr(nn.LSTM, "forward", forward)
    network.SequenceModeling(sequence)
    return calls


def test_on_cuda_the_lstms_run_in_float32_outside_autocast(cuda_autocast, monkeypatch):
    with FakeTensorMode(), torch.device("cuda"):
        network, sequence = small_network(), torch.empty(2, 9, 32, dtype=torch.bfloat16)
        assert lstm_inputs(network, sequence, monkeypatch) == [(torch.float32, False)] * 2
        assert torch.is_autocast_enabled("cuda")


def test_on_a_cpu_the_lstms_stay_in_autocast(monkeypatch):
    with torch.autocast("cpu", torch.bfloat16):
        calls = lstm_inputs(small_network(), torch.rand(2, 9, 32).bfloat16(), monkeypatch)
    assert calls == [(torch.bfloat16, True)] * 2


def test_only_a_copy_of_data_parallel_flattens_its_weights(monkeypatch):
    flattened = []
    network = small_network()
    monkeypatch.setattr(nn.LSTM, "flatten_parameters", lambda self: flattened.append(self))
    network(torch.rand(1, 1, 64, 64))
    assert flattened == []
    layer = network.SequenceModeling[0]
    layer.rnn = layer.rnn._replicate_for_data_parallel()
    layer(torch.rand(2, 9, 32))
    assert flattened == [layer.rnn]


# --- Attention


def test_attention_read_greedily_equals_teacher_forcing_with_its_own_reading():
    network = small_network(prediction="Attn").eval()
    images = torch.rand(3, 1, 64, 64)
    greedy = network(images)
    assert greedy.shape == (3, 6, 7)
    reading = torch.cat([torch.zeros(3, 1, dtype=torch.long), greedy.argmax(2)[:, :-1]], dim=1)
    assert torch.allclose(network(images, reading), greedy, atol=1e-6)


def test_two_steps_of_attention_are_the_formulas_of_bahdanau_written_out():
    decoder = small_network(prediction="Attn").Prediction
    w = {name: value.detach().double().numpy() for name, value in decoder.state_dict().items()}
    sequence = torch.rand(1, 9, 16)
    source, hidden, memory = sequence[0].double().numpy(), np.zeros(16), np.zeros(16)
    for character, logits in zip((0, 4), decoder(sequence, torch.tensor([[0, 4]]), steps=0)[0], strict=True):
        query = w["attention_cell.h2h.weight"] @ hidden + w["attention_cell.h2h.bias"]
        energy = np.tanh(source @ w["attention_cell.i2h.weight"].T + query) @ w["attention_cell.score.weight"][0]
        context = (np.exp(energy) / np.exp(energy).sum()) @ source
        gates = w["attention_cell.rnn.weight_ih"] @ np.concatenate([context, np.eye(7)[character]])
        gates += w["attention_cell.rnn.bias_ih"] + w["attention_cell.rnn.bias_hh"]
        gates += w["attention_cell.rnn.weight_hh"] @ hidden
        enter, forget, cell, leave = gates.reshape(4, 16)
        memory = sigmoid(forget) * memory + sigmoid(enter) * np.tanh(cell)
        hidden = sigmoid(leave) * np.tanh(memory)
        expected = w["generator.weight"] @ hidden + w["generator.bias"]
        np.testing.assert_allclose(logits.detach().numpy(), expected, atol=1e-6)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# --- Freezing


def test_freezing_holds_batch_norms_alone_in_evaluation():
    network = small_network()
    freeze(network, ["FeatureExtraction", "SequenceModeling"])
    network.train()
    still = [module for module in network.modules() if not module.training]
    assert len(still) == 2
    assert all(isinstance(module, StillBatchNorm) for module in still)


def test_a_frozen_network_has_the_keys_of_a_free_one():
    free, frozen = small_network(), small_network()
    freeze(frozen, ["FeatureExtraction"])
    assert shapes(free) == shapes(frozen)


# --- Starting from a weight file


def start(network, state, strict=True, new_prediction=False, **more):
    return load_start(network, state, source="some.pth", strict=strict, new_prediction=new_prediction, **more)


def one_line(error):
    message = str(error.value)
    assert "\n" not in message
    return message


def test_another_charset_is_told_from_another_network():
    with pytest.raises(UserError) as error:
        start(build_network(1009, NetworkShape()), read_weights(ENGLISH_FILE))
    assert one_line(error).startswith("some.pth: a checkpoint of another charset: Prediction.weight is 97×256, this")
    with pytest.raises(UserError) as error:
        start(build_network(97, NetworkShape(input_channel=3)), read_weights(ENGLISH_FILE))
    assert "FeatureExtraction.ConvNet.0.weight is 32×1×3×3, this network's 32×3×3×3" in one_line(error)


def test_a_missing_or_a_surplus_layer_is_named_and_the_network_is_left_as_it_was():
    network = small_network(sequence="None", hidden_size=32)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(UserError, match=r"holds, and the network lacks, SequenceModeling\.0\.rnn\.weight_ih_l0 and 19"):
        start(network, small_network(hidden_size=32).state_dict())
    assert all(value.equal(before[name]) for name, value in network.state_dict().items())
    with pytest.raises(
        UserError, match=r"some\.pth: it lacks SequenceModeling\.0|some\.pth: lacks SequenceModeling\.0"
    ):
        start(small_network(hidden_size=32), network.state_dict())


def test_a_file_of_which_nothing_fits_is_refused_without_strict_too():
    with pytest.raises(UserError, match="no layer of the file fits this network"):
        start(small_network(), {"conv1.weight": torch.ones(2, 2)}, strict=False)


# --- The file that gets installed


def test_the_description_beside_it_is_that_of_korean_g2():
    description = yaml.safe_load(NETWORK_FILE.with_suffix(".yaml").read_text(encoding="utf-8"))
    assert description["character_list"] == KOREAN_G2
    assert description["imgH"] == IMAGE_HEIGHT
    assert description["network_params"] == NetworkShape().network_params()


def test_a_shape_has_the_arguments_of_the_network_with_their_defaults():
    arguments = inspect.signature(type(build_network(7, NetworkShape()))).parameters
    assert {name: argument.default for name, argument in arguments.items() if name != "num_class"} == asdict(
        NetworkShape()
    )
