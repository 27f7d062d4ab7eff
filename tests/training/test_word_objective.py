"""The objective of our own detector, worked out by hand on maps of a few pixels."""

import math

import pytest
import torch
from torch import nn

from train_easyocr.training.detector.crops import IGNORED, CropBatch
from train_easyocr.training.detector.word_objective import FAR_EDGE, LEAST_SIDE, WordObjective

UNIT = 8.0


class Painted(nn.Module):
    """A detector that outputs the raw maps that it was made with, [B, 8, h / 2, w / 2]."""

    def __init__(self, raw):
        super().__init__()
        self.raw = nn.Parameter(raw.clone())

    def forward(self, images):
        return None, self.raw


def batch_of(owners, boxes, cores=None):
    """Crops with these owners of pixels, [B, h, w], and boxes (number of the crop, xmin, ymin, xmax, ymax)."""
    owners = torch.tensor(owners, dtype=torch.int32)
    scores = (owners > 0).float() if cores is None else torch.tensor(cores)
    return CropBatch(0, torch.zeros(1), scores[:, None], owners, torch.tensor(boxes).reshape(-1, 5).float(), [])


def loss_of(raw, batch):
    network = Painted(raw)
    loss = WordObjective(UNIT).loss(network, torch.zeros(len(raw), 3, 8, 8), batch)
    loss.backward()
    return float(loss.detach()), network.raw.grad


def smooth_l1(error, beta=0.05):
    return error * error / 2 / beta if error < beta else error - beta / 2


def exact(batch, raw):
    """Put the true edges into raw maps, at all pixels as if they were of the first word of their crop."""
    y, x = torch.stack(torch.meshgrid(*(torch.arange(side) + 0.5 for side in raw.shape[2:]), indexing="ij")) * 4
    for crop, xmin, ymin, xmax, ymax in batch.boxes.tolist():
        raw[int(crop), 4:] = torch.stack([x - xmin, y - ymin, xmax - x, ymax - y]) / UNIT
    return raw


def test_the_loss_of_a_crop_is_that_of_the_formulas():
    """One word owns one of 2 x 2 pixels of the cores; all logits are 0, so each core is found with 0.5."""
    batch = batch_of([[[1, 0], [0, 0]]], [(0, 0.0, 0.0, 10.0, 16.0)])
    loss, _ = loss_of(torch.zeros(1, 8, 1, 1), batch)
    dice = 1 - (2 * 0.5 + 1) / (4 * 0.5 + 1 + 1)
    # The pixel of the edges lies at (2, 2): 2, 2, 8 and 14 pixels, as shares of the shorter side of 10.
    edges = sum(smooth_l1(wanted / 10) for wanted in (2, 2, 8, 14)) / 4
    assert loss == pytest.approx(2 * math.log(2) + dice + edges)


def test_a_crop_without_words_learns_that_there_are_none():
    loss, gradient = loss_of(torch.zeros(1, 8, 1, 1), batch_of([[[0, 0], [0, 0]]], []))
    assert loss == pytest.approx(math.log(2) + 1 - 1 / (4 * 0.5 + 1))
    assert (gradient[0, :4] > 0).all() and not gradient[0, 4:].any()


def test_print_that_nobody_can_read_has_no_part_and_no_gradient():
    owners = [[[1, 1, IGNORED, IGNORED], [1, 1, IGNORED, IGNORED]]]
    batch = batch_of(owners, [(0, 0.0, 0.0, 4.0, 4.0)], cores=[[[1.0, 1.0, 0.7, 0.7]] * 2])
    raw = exact(batch, torch.zeros(1, 8, 1, 2))
    loss, gradient = loss_of(raw, batch)
    assert not gradient[..., 1].any() and gradient[0, :4, 0, 0].all()
    raw[..., 1] = 5.0
    assert loss_of(raw, batch)[0] == loss
    only = batch_of([[[IGNORED] * 2] * 2], [])
    loss, gradient = loss_of(torch.full((1, 8, 1, 1), 3.0), only)
    assert loss == 0 and not gradient.any()


def test_an_end_that_is_far_away_is_no_target():
    """A word of 80 pixels: where its left end is `FAR_EDGE` away, the distance does not count; those up and down do."""
    batch = batch_of([[[1] * 40] * 2], [(0, 0.0, 0.0, 80.0, 4.0)])
    raw = exact(batch, torch.zeros(1, 8, 1, 20))
    right = loss_of(raw, batch)[0]
    far = (torch.arange(20) * 4 + 2) >= FAR_EDGE
    raw[0, 4, 0, far] += 1.0
    assert loss_of(raw, batch)[0] == right
    raw[0, 5, 0, far] += 1.0
    assert loss_of(raw, batch)[0] > right


def test_words_of_several_crops_do_not_mix():
    """In both crops the pixels of the only word have owner 1; each learns the box of its own crop."""
    boxes = [(0, 0.0, 0.0, 8.0, 8.0), (1, 1.0, 2.0, 14.0, 15.0)]
    batch = batch_of([[[1, 1], [1, 1]]] * 2, boxes)
    raw = exact(batch, torch.zeros(2, 8, 1, 1))
    loss, gradient = loss_of(raw, batch)
    assert not gradient[:, 4:].any()
    exchanged = batch_of([[[1, 1], [1, 1]]] * 2, [(0, *boxes[1][1:]), (1, *boxes[0][1:])])
    assert loss_of(raw, exchanged)[0] > loss
    # Whatever stands beside it in the batch, a crop weighs the same.
    none = batch_of([[[0, 0], [0, 0]], [[1, 1], [1, 1]]], boxes[1:])
    alone = batch_of([[[1, 1], [1, 1]]], [(0, *boxes[1][1:])])
    empty = batch_of([[[0, 0], [0, 0]]], [])
    together = loss_of(raw, none)[0]
    assert together == pytest.approx((loss_of(raw[1:], alone)[0] + loss_of(raw[:1], empty)[0]) / 2)


def test_each_word_weighs_the_power_0_4_of_its_pixels():
    """A word of one pixel is found with 0.5, one of four with 1: of 1 + 4^0.4 shares of the loss 1 is wrong."""
    batch = batch_of([[[1, 0, 2, 2], [0, 0, 2, 2]]], [(0, 0.0, 0.0, 2.0, 2.0), (0, 4.0, 0.0, 8.0, 4.0)])
    raw = torch.full((1, 8, 1, 2), 40.0)
    raw[0, :4, 0, 0] = torch.tensor([0.0, -40.0, -40.0, -40.0])
    raw[0, 4:] = 2 / UNIT  # the second pixel is in the middle of the second word
    loss, _ = loss_of(raw, batch)
    dice = 1 - (2 * 4.5 + 1) / (4.5 + 5 + 1)
    # Of the first word, 2 x 2 pixels, the edges lie 2 pixels to the left and above, and 0 to the right and below.
    edges = 1 * 2 * smooth_l1(2 / LEAST_SIDE) / (4 * 1 + 4 * 1)
    assert loss == pytest.approx(math.log(2) / (1 + 4**0.4) + dice + edges, abs=1e-6)
