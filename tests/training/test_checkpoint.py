"""EasyOCR loads our weight files; a checkpoint is whole or does not exist."""

import pytest
import torch
from torch import nn

from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.program.errors import UserError
from train_easyocr.training.checkpoint import changes_since, read_checkpoint, save_checkpoint, save_weights
from train_easyocr.training.network import build_network


def test_easyocrs_way_of_loading_takes_the_weights(tmp_path):
    network = build_network(20, NetworkShape(output_channel=16, hidden_size=8)).to(memory_format=torch.channels_last)
    save_weights(network, tmp_path / "a.pth")
    state = torch.load(tmp_path / "a.pth", weights_only=True)
    other = build_network(20, NetworkShape(output_channel=16, hidden_size=8))
    other.load_state_dict({name[7:]: value for name, value in state.items()})  # on a CPU
    nn.DataParallel(other).load_state_dict(state)  # on a GPU
    assert all(value.is_contiguous() and not value.requires_grad for value in state.values())
    assert {value.dtype for value in state.values()} == {torch.float32, torch.int64}


def test_weights_are_saved_in_float32_whatever_they_are_kept_in(tmp_path):
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).bfloat16()
    save_weights(network, tmp_path / "a.pth")
    state = torch.load(tmp_path / "a.pth", weights_only=True)
    counter = state.pop("module.1.num_batches_tracked")
    assert counter.dtype == torch.int64 and {value.dtype for value in state.values()} == {torch.float32}
    assert torch.equal(state["module.0.weight"], network[0].weight.float())


STATE = {
    **{"settings": {}, "characters": "가", "data": {}, "log_sizes": {}, "unreadable": []},
    **{"network": {"weight": torch.ones(2)}, "step": {}, "random": torch.get_rng_state(), "average": None},
    "progress": {"iteration": 3},
}


def test_a_checkpoint_needs_no_unpickling_of_objects(tmp_path):
    save_checkpoint(STATE, tmp_path / "last.ckpt")
    assert read_checkpoint(tmp_path / "last.ckpt")["progress"] == {"iteration": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["last.ckpt"]  # no temporary file is left


@pytest.mark.parametrize("content", [b"", b"something else", b"PK\x03\x04 cut short"])
def test_a_damaged_checkpoint_is_told_in_one_line(content, tmp_path):
    (tmp_path / "last.ckpt").write_bytes(content)
    with pytest.raises(UserError, match=r"last\.ckpt: no checkpoint of this trainer"):
        read_checkpoint(tmp_path / "last.ckpt")


def test_one_flipped_bit_anywhere_is_refused_in_one_line(tmp_path):
    path = tmp_path / "last.ckpt"
    save_checkpoint(STATE, path)
    whole = path.read_bytes()
    for place in [*range(0, len(whole), 397), *range(len(whole) - 100, len(whole), 9)]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(UserError, match="the checksum at its end is not that of its content") as refused:
            read_checkpoint(path)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", [*sorted(STATE.keys() - {"average"}), "iteration"])
def test_a_checkpoint_that_lacks_a_part_is_refused_in_one_line(key, tmp_path):
    state = {name: value for name, value in STATE.items() if name != key}
    save_checkpoint(STATE | {"progress": {}} if key == "iteration" else state, tmp_path / "last.ckpt")
    with pytest.raises(UserError, match=f"last.ckpt: lacks .*{key}, which resuming needs"):
        read_checkpoint(tmp_path / "last.ckpt")


def test_another_network_is_refused_but_a_key_that_is_younger_than_the_checkpoint_is_not(tmp_path):
    settings = {"detector_network": "word_detector", "detector_lr": 0.1}
    with pytest.raises(UserError, match="detector_network was craft and is word_detector now; set it back"):
        changes_since({"detector_network": "craft", "detector_lr": 0.1}, settings, tmp_path)
    assert changes_since({"detector_lr": 0.2}, settings, tmp_path) == [
        "detector_network: None → word_detector",
        "detector_lr: 0.2 → 0.1",
    ]
