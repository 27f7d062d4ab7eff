"""The shape of a recogniser in its three spellings: our record, keys of config.yaml, arguments of the network."""

from dataclasses import asdict

import pytest

from train_easyocr.configuration.settings import Settings
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.program.errors import UserError

SIZES = {"input_channel": 1, "output_channel": 256, "hidden_size": 256}


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({}, {}),
        ({"FeatureExtraction": "ResNet", "image_width": 300}, {"FeatureExtraction": "ResNet"}),
        ({"Transformation": "TPS"}, {"Transformation": "TPS", "num_fiducial": 20, "image_width": 600}),
    ],
)
def test_a_description_names_what_published_networks_do_not_have(parts, named):
    params = NetworkShape(**parts).network_params()
    assert list(params.items()) == list((SIZES | named).items())
    assert NetworkShape.of_params(params, "a.yaml").network_params() == params


def test_settings_give_every_part():
    settings = Settings(Transformation="TPS", img_width=640, batch_max_length=7, hidden_size=8)
    changed = {"Transformation": "TPS", "image_width": 640, "batch_max_length": 7, "hidden_size": 8}
    assert asdict(settings.shape) == asdict(NetworkShape()) | changed


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"lstm": 3}, "lstm is 3, expected one of Transformation, "),
        ({"hidden_size": "wide"}, "hidden_size is 'wide', expected a whole number"),
        ({"Prediction": 1}, "Prediction is 1, expected a text"),
    ],
)
def test_params_of_another_network_are_refused_by_name(params, message):
    with pytest.raises(UserError, match=f"a.yaml: network_params: {message}"):
        NetworkShape.of_params(params, "a.yaml")
