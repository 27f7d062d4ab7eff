"""Growth of the charset: new rows of the prediction layer start from the rows of related characters."""

import pytest
import torch

from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import KOREAN_G2, KOREAN_PUBLIC
from train_easyocr.training.attention import TOKENS
from train_easyocr.training.charset_growth import class_mixture, grow_prediction
from train_easyocr.training.checkpoint import save_weights
from train_easyocr.training.network import build_network, load_start, start_from


def layer(classes, features=6):
    generator = torch.Generator().manual_seed(classes)
    return torch.randn(classes, features, generator=generator), torch.randn(classes, generator=generator)


def test_known_rows_follow_their_characters_bit_by_bit():
    weight, bias = layer(4)
    grown_weight, grown_bias = grow_prediction(weight, bias, "abc", "cxa")
    for new, old in ((0, 0), (1, 3), (3, 1)):
        assert torch.equal(grown_weight[new], weight[old])
        assert grown_bias[new] == bias[old]


def test_a_new_syllable_is_the_mean_of_the_means_over_initial_medial_and_final():
    # 를 = ㄹ + ㅡ + ㄹ. Of the known: 라 and 롤 share the initial, 그 the medial, 롤 and 갈 the final.
    weight, bias = layer(6)
    grown, grown_bias = grow_prediction(weight, bias, "라롤그갈A", "라롤그갈A를")
    ra, rol, geu, gal = weight[1:5]
    assert torch.allclose(grown[6], ((ra + rol) / 2 + geu + (rol + gal) / 2) / 3, atol=1e-6)
    assert torch.isclose(grown_bias[6], ((bias[1] + bias[2]) / 2 + bias[3] + (bias[2] + bias[4]) / 2) / 3)


def test_a_part_that_nothing_shares_is_left_out_of_the_mean():
    weight, bias = layer(3)
    grown, _ = grow_prediction(weight, bias, "가A", "가A강")  # shares the initial and the medial of 가, no final
    assert torch.allclose(grown[3], weight[1])


def test_other_new_characters_and_unrelated_syllables_start_from_the_mean_of_all_characters():
    weight, bias = layer(4)
    grown, grown_bias = grow_prediction(weight, bias, "ABC", "ABC※훨")
    for row in (4, 5):
        assert torch.allclose(grown[row], weight[1:].mean(dim=0))
        assert torch.isclose(grown_bias[row], bias[1:].mean())


def test_every_new_class_is_a_mean_of_old_ones():
    mixture = class_mixture(len(KOREAN_G2) + 1, KOREAN_G2, KOREAN_PUBLIC)
    assert torch.allclose(mixture.sum(dim=1), torch.ones(len(KOREAN_PUBLIC) + 1), atol=1e-5)
    assert torch.equal(mixture[: len(KOREAN_G2) + 1], torch.eye(len(KOREAN_G2) + 1))


def test_a_list_that_is_not_the_checkpoints_is_refused():
    with pytest.raises(UserError, match=r"1009 classes, the list given for it 3 characters"):
        grow_prediction(*layer(1009), "ABC", "ABCD")


def grown(prediction, tokens):
    sizes = {"output_channel": 16, "hidden_size": 8, "Prediction": prediction, "batch_max_length": 3}
    old, new = (
        build_network(tokens + 3, NetworkShape(**sizes)).eval(),
        build_network(tokens + 5, NetworkShape(**sizes)).eval(),
    )
    load_start(
        new,
        old.state_dict(),
        source="old.pth",
        strict=True,
        new_prediction=False,
        old_characters="가나A",
        new_characters="A각나가※",
    )
    return old, new


def test_a_grown_ctc_network_gives_known_characters_their_old_logits():
    old, new = grown("CTC", tokens=1)
    images = torch.rand(2, 1, 64, 64)
    assert torch.allclose(new(images)[..., [0, 4, 3, 1]], old(images), atol=1e-5)


def test_a_grown_attention_network_gives_known_characters_their_old_logits():
    old, new = grown("Attn", TOKENS)
    images = torch.rand(2, 1, 64, 64)
    known = [0, 1, 5, 4, 2]  # the new classes of the tokens, 가, 나 and A
    text = torch.tensor([[0, 2, 4, 3], [0, 3, 2, 1]])
    there = torch.tensor(known)[text]
    assert torch.allclose(new(images, there)[..., known], old(images, text), atol=1e-5)


def saved(folder, characters, description=""):
    """Save a network of `characters`, with `description` as its config.yaml, and return it with its file."""
    network = build_network(1 + len(characters), NetworkShape(output_channel=16, hidden_size=8))
    save_weights(network, folder / "start.pth")
    if description:
        (folder / "config.yaml").write_text(description, encoding="utf-8")
    return network, str(folder / "start.pth")


def started(path, characters, new_prediction=False):
    network = build_network(1 + len(characters), NetworkShape(output_channel=16, hidden_size=8))
    fresh = start_from(network, path, characters=characters, strict=True, new_prediction=new_prediction)
    return network.Prediction.weight, fresh


SHAPE = "input_channel: 1\noutput_channel: 16\nhidden_size: 8\n"
LAYERS = "Transformation: None\nFeatureExtraction: VGG\nSequenceModeling: BiLSTM\nPrediction: CTC\n"


def test_the_list_beside_a_checkpoint_tells_which_class_was_which(tmp_path):
    old, path = saved(tmp_path, "가나A", f"character: 가나A\n{SHAPE}{LAYERS}")
    weight, fresh = started(path, "A각나가")
    assert torch.equal(weight[[0, 4, 3, 1]], old.Prediction.weight)
    assert fresh == []


def test_weights_that_nothing_describes_are_taken_class_by_class_if_there_are_as_many(tmp_path):
    old, path = saved(tmp_path, "가나A")
    assert torch.equal(started(path, "xyz")[0], old.Prediction.weight)
    with pytest.raises(UserError, match="a checkpoint of another charset"):
        started(path, "xyzz")


def test_a_description_that_cannot_be_read_is_not_taken_for_none(tmp_path):
    _, path = saved(tmp_path, "가나A", f"character: [가나A\n{SHAPE}{LAYERS}")
    with pytest.raises(UserError, match=r"config\.yaml: no YAML"):
        started(path, "xyz")
    assert started(path, "xyz", new_prediction=True)[1] == ["Prediction.weight", "Prediction.bias"]
