"""Every key of config.yaml does what it says: each key has a test here that fails if the key is ignored."""

import ast
import csv
import shutil
from functools import cache
from pathlib import Path

import pytest
import torch
from training_runs import Parts, run, same_weights, small_settings, weights_after, write_patches

from train_easyocr import train
from train_easyocr.configuration.config import save_settings
from train_easyocr.easyocr_port.network_shape import PARTS, setting_of
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import KOREAN_G2
from train_easyocr.training.checkpoint import save_weights

# Each key, with a change of it that must change what is learnt, and the other settings under which this shows.
CHANGES_THE_WEIGHTS = {
    "seed": ({"seed": 2}, {}),
    "select_data": ({"select_data": "B"}, {}),
    "batch_ratio": ({"batch_ratio": "0.75-0.25"}, {"select_data": "A-B", "batch_ratio": "0.5-0.5"}),
    "total_data_usage_ratio": ({"total_data_usage_ratio": 0.3}, {}),
    "img_width": ({"img_width": 100}, {}),
    "PAD": ({"PAD": False}, {}),
    "contrast_adjust": ({"contrast_adjust": 0.9}, {}),
    "augmentation": ({"augmentation": "strong"}, {}),
    "sensitive": ({"sensitive": False}, {"select_data": "B"}),
    "batch_max_length": ({"batch_max_length": 1}, {}),
    "data_filtering_off": ({"data_filtering_off": True}, {"character": "가나다"}),
    "batch_size": ({"batch_size": 6}, {}),
    "lr_schedule": ({"lr_schedule": "one_cycle"}, {}),
    "warmup_iterations": ({"warmup_iterations": 2}, {}),
    "adam": ({"adam": False}, {"eps": 1e-6}),
    "lr": ({"lr": 0.003}, {}),
    "rho": ({"rho": 0.5}, {"adam": False}),
    "eps": ({"eps": 1e-3}, {}),
    "beta1": ({"beta1": 0.5}, {}),
    "weight_decay": ({"weight_decay": 0.5}, {}),
    "grad_clip": ({"grad_clip": 0.1}, {"adam": False, "eps": 1e-6}),
    "amp": ({"amp": "bf16"}, {}),
}
# Each key that changes the layers, with such a change, and a layer and its shape that show it.
CHANGES_THE_NETWORK = {
    "Transformation": ({"Transformation": "TPS"}, "Transformation.LocalizationNetwork.localization_fc2.bias", (40,)),
    "num_fiducial": (
        {"Transformation": "TPS", "num_fiducial": 10},
        "Transformation.LocalizationNetwork.localization_fc2.bias",
        (20,),
    ),
    "FeatureExtraction": ({"FeatureExtraction": "ResNet"}, "FeatureExtraction.ConvNet.conv0_1.weight", (1, 1, 3, 3)),
    "rgb": ({"rgb": True, "input_channel": 3}, "FeatureExtraction.ConvNet.0.weight", (2, 3, 3, 3)),
    "input_channel": ({"rgb": True, "input_channel": 3}, "FeatureExtraction.ConvNet.0.weight", (2, 3, 3, 3)),
    "output_channel": ({"output_channel": 32}, "FeatureExtraction.ConvNet.0.weight", (4, 1, 3, 3)),
    "SequenceModeling": ({"SequenceModeling": "None"}, "Prediction.weight", (8, 16)),
    "hidden_size": ({"hidden_size": 12}, "Prediction.weight", (8, 12)),
    "Prediction": ({"Prediction": "Attn"}, "Prediction.generator.weight", (9, 8)),
    "character": ({"character": "가나다라"}, "Prediction.weight", (5, 8)),
}


@pytest.fixture(scope="module")
def learnt(data):
    """What is learnt with these changes of the small settings; most keys are compared with the same one."""
    return cache(lambda **changes: weights_after(small_settings(data, **changes)))


@pytest.mark.parametrize("key", CHANGES_THE_WEIGHTS)
def test_the_key_changes_what_is_learnt(key, learnt):
    change, background = CHANGES_THE_WEIGHTS[key]
    assert not same_weights(learnt(**background), learnt(**(background | change)))


def test_equal_settings_give_equal_weights_to_the_bit(data, learnt):
    assert same_weights(weights_after(small_settings(data)), learnt())


@pytest.mark.parametrize("key", CHANGES_THE_NETWORK)
def test_the_key_changes_the_network_and_it_learns(key, data):
    change, layer, shape = CHANGES_THE_NETWORK[key]
    parts = Parts(small_settings(data, **change))
    assert parts.network.state_dict()[layer].shape == shape
    before = {name: value.clone() for name, value in parts.network.state_dict().items()}
    assert all(loss > 0 for loss in parts.train(2))
    assert not same_weights(before, parts.network.state_dict())


def test_workers_change_the_speed_and_not_the_weights(data):
    settings = {"augmentation": "strong"}
    alone = weights_after(small_settings(data, workers=0, **settings))
    assert same_weights(alone, weights_after(small_settings(data, workers=2, **settings)))


def test_colour_patches_reach_a_network_of_three_channels(tmp_path):
    write_patches(tmp_path / "training" / "A", colour=True)
    batch = next(Parts(small_settings(tmp_path, rgb=True, input_channel=3)).batches())
    red, green, blue = batch.images.unbind(1)
    assert batch.images.shape[1:3] == (3, 64)
    assert int(red.min()) < int(green.min()) < int(blue.min())  # the bars are 20, 60, 120


@pytest.mark.parametrize(
    ("key", "layer"),
    [("freeze_FeatureFxtraction", "FeatureExtraction"), ("freeze_SequenceModeling", "SequenceModeling")],
)
def test_a_frozen_layer_keeps_weights_and_statistics_and_the_rest_learns(key, layer, data):
    parts = Parts(small_settings(data, **{key: True}))
    before = {name: value.clone() for name, value in parts.network.state_dict().items()}
    parts.train(2)
    for name, value in parts.network.state_dict().items():
        assert torch.equal(value, before[name]) == name.startswith(layer), name


@pytest.fixture(scope="module")
def checkpoint(data, tmp_path_factory):
    """Weights of a short run with their settings beside them, as step 3 leaves them."""
    folder = tmp_path_factory.mktemp("start")
    settings = small_settings(data, seed=77)
    save_weights(Parts(settings).network, folder / "start.pth")
    save_settings(settings, folder / "config.yaml")
    return folder / "start.pth"


def loaded(path):
    return {name.removeprefix("module."): value for name, value in torch.load(path, weights_only=True).items()}


def test_continue_from_starts_with_the_weights_of_the_file(data, checkpoint):
    network = Parts(small_settings(data, continue_from=str(checkpoint))).network
    assert same_weights(network.state_dict(), loaded(checkpoint))


def test_new_prediction_takes_all_but_the_head(data, checkpoint):
    settings = small_settings(data, continue_from=str(checkpoint), new_prediction=True, character=KOREAN_G2)
    state, start = Parts(settings).network.state_dict(), loaded(checkpoint)
    assert state["Prediction.weight"].shape == (1009, 8)
    assert all(torch.equal(state[name], start[name]) for name in start if not name.startswith("Prediction"))


def test_a_longer_character_list_keeps_what_was_learnt_by_character(data, checkpoint):
    settings = small_settings(data, continue_from=str(checkpoint), character="각b가나다라B ")
    weight, start = Parts(settings).network.state_dict()["Prediction.weight"], loaded(checkpoint)["Prediction.weight"]
    # Classes: 0 blank, then the characters; the old list is 가나다라Bb and a space.
    assert torch.equal(weight[[0, 3, 4, 5, 6, 7, 2, 8]], start)


def test_strict_refuses_weights_of_another_shape_and_without_it_the_rest_loads(data, checkpoint):
    change = {"continue_from": str(checkpoint), "hidden_size": 12}
    with pytest.raises(UserError, match="hidden_size"):
        Parts(small_settings(data, strict=True, **change))
    state = Parts(small_settings(data, strict=False, **change)).network.state_dict()
    start = loaded(checkpoint)
    assert torch.equal(state["FeatureExtraction.ConvNet.0.weight"], start["FeatureExtraction.ConvNet.0.weight"])


def test_compile_wraps_the_network_that_is_trained(data, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    compiled = Parts(small_settings(data, compile=True)).trainer._step._network
    plain = Parts(small_settings(data)).trainer._step._network
    assert isinstance(compiled, torch._dynamo.OptimizedModule) and not isinstance(plain, torch._dynamo.OptimizedModule)


def test_to_compile_is_refused_where_torchs_compiler_computes_wrong_gradients(data, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    with pytest.raises(UserError, match=r"compile: on a CPU without AVX-512 .* set it to False"):
        run(small_settings(data, compile=True), tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("g++"), reason="torch.compile on a CPU needs a C++ compiler")
@pytest.mark.skipif("AVX512" not in torch.backends.cpu.get_cpu_capability(), reason="refused there")
def test_a_compiled_run_saves_plain_names_learns_the_same_and_resumes_either_way(data, tmp_path):
    run(small_settings(data, n_iter=2), tmp_path / "plain")
    shutil.copytree(tmp_path / "plain", tmp_path / "compiled")
    plain, compiled = (
        run(small_settings(data, n_iter=6, compile=name == "compiled"), tmp_path / name, resume=True)
        for name in ("plain", "compiled")
    )
    expected, found = loaded(plain / "iter_6.pth"), loaded(compiled / "iter_6.pth")
    assert expected.keys() == found.keys()
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    checkpoint = torch.load(compiled / "last.ckpt", weights_only=True)
    assert checkpoint["network"].keys() == expected.keys()
    run(small_settings(data, n_iter=8), tmp_path / "compiled", resume=True)
    assert (compiled / "iter_8.pth").exists()


@pytest.fixture(scope="module")
def whole_run(data, tmp_path_factory):
    saved_models = tmp_path_factory.mktemp("saved")
    return run(small_settings(data, n_iter=5, val_period=2, show_number=3, ema=0.5), saved_models)


def test_n_iter_val_period_show_number_and_experiment_name_shape_the_run(whole_run):
    assert whole_run.name == "trial"
    assert {path.name for path in whole_run.glob("iter_*.pth")} == {"iter_2.pth", "iter_4.pth"}
    log = (whole_run / "log_train.txt").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if line.startswith("[")] == ["[0/5]", "[2/5]", "[4/5]", "[5/5]"]
    samples = [line for line in log.splitlines() if line.endswith((" True", " False"))]
    assert len(samples) == 4 * 3


def test_the_first_dataset_decides_what_is_best_and_the_others_are_told(data, tmp_path):
    folder = run(small_settings(data, select_data="A-B", batch_ratio="1-1"), tmp_path)
    log = (folder / "log_train.txt").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("Accuracy of B: ") for line in log) == sum(line.startswith("[") for line in log) == 3
    with (folder / "metrics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for score in ("accuracy", "normalized_edit_distance"):
        assert float(rows[-1][f"best_{score}"]) == max(float(row[score]) for row in rows)
        assert all(row[f"B_{score}"] for row in rows)


def test_ema_is_validated_and_saved_apart(whole_run, data, tmp_path):
    average = torch.load(whole_run / "average_best_accuracy.pth", weights_only=True)
    assert all(name.startswith("module.") for name in average)
    header, *rows = (whole_run / "metrics.csv").read_text(encoding="utf-8").splitlines()
    column = header.split(",").index("average_accuracy")
    assert all(row.split(",")[column] for row in rows)
    without = run(small_settings(data), tmp_path)
    assert not list(without.glob("average_*"))


def test_patience_ends_a_run_that_no_longer_gains(data, tmp_path):
    settings = small_settings(data, lr=0.0, n_iter=20, val_period=2, patience=2)
    metrics = (run(settings, tmp_path) / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert metrics[-1].startswith("4,20,")  # the start is the best; 2 and 4 gain nothing


def test_val_data_is_what_is_scored(data, tmp_path):
    other = write_patches(tmp_path / "validation" / "A", count=6)
    folder = run(small_settings(data, val_data=str(other.parent), n_iter=1), tmp_path)
    assert "A: 6 of 6 patches used" in (folder / "log_dataset.txt").read_text(encoding="utf-8")


def test_train_data_is_what_is_learnt(data, tmp_path):
    other = write_patches(tmp_path / "training" / "A", words=("라",), count=8)
    assert set(next(Parts(small_settings(data, train_data=str(other.parent))).batches()).texts) == {"라"}


def test_decode_decides_how_validation_turns_classes_into_text(data):
    # A blank is likeliest in the middle, but not as likely as the ways to read 가 through it taken together.
    probabilities = torch.tensor([[[0.1, 0.9, 0.0], [0.4, 0.3, 0.3], [0.1, 0.9, 0.0]]])
    logits = torch.log(probabilities + 1e-9)
    greedy, beam = (
        Parts(small_settings(data, character="가나", decode=decode)).objective.texts(logits)[0][0]
        for decode in ("greedy", "beamsearch")
    )
    assert (greedy, beam) == ("가가", "가")


def test_every_key_that_the_trainer_uses_has_its_test():
    own_tests = {
        *("workers", "freeze_FeatureFxtraction", "freeze_SequenceModeling", "continue_from", "new_prediction"),
        *("strict", "compile", "n_iter", "val_period", "show_number", "experiment_name", "ema", "patience"),
        *("val_data", "train_data", "decode"),
    }
    tested = own_tests | CHANGES_THE_WEIGHTS.keys() | CHANGES_THE_NETWORK.keys()
    tree = ast.parse(Path(train.__file__).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
    }
    # batch_ratio and select_data come as `datasets`, the shape of the network as `shape`; its height has one value.
    of_shape = {setting_of(part) for part in PARTS} - {"img_height"}
    assert used - {"datasets", "shape", "img_height"} | {"batch_ratio", "select_data"} | of_shape == tested
