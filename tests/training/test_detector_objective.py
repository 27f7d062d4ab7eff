"""What the detector learns: its own maps where they agree with the labels. The loss is worked out by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from train_easyocr.pages.records import Word
from train_easyocr.training.detector.characters import character_boxes
from train_easyocr.training.detector.crops import IGNORED, CropBatch
from train_easyocr.training.detector.objective import MapObjective, agreed, map_loss
from train_easyocr.training.detector.score_targets import draw_targets, placed

UPRIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
WORDS = [Word("가나다", (40, 40, 130, 70)), Word("라", (160, 40, 190, 70))]


class Painted(nn.Module):
    """A detector that gives the maps that it was made with."""

    def __init__(self, maps: np.ndarray) -> None:
        super().__init__()
        self.maps = nn.Parameter(torch.from_numpy(maps)[None])

    def forward(self, images):
        return self.maps.permute(0, 2, 3, 1), None


def batch_of(words, size=240, ignored=()):
    scores, owners = draw_targets([(placed(character_boxes(word), UPRIGHT), False) for word in words], (size, size))
    for rows, columns in ignored:
        owners[rows, columns] = IGNORED
    boxes = torch.tensor([[0.0, *word.box] for word in words]).reshape(-1, 5)
    images = torch.zeros(1, 3, size, size, dtype=torch.uint8)
    return CropBatch(0, images, torch.from_numpy(scores)[None], torch.from_numpy(owners)[None], boxes, [])


def test_a_word_that_the_published_detector_finds_keeps_its_maps_and_a_missed_one_gets_those_of_its_label():
    batch = batch_of(WORDS)
    published = 0.9 * batch.scores[0].numpy()
    published[:, :, 75:] = 0  # it misses the second word
    wanted, counts = MapObjective(Painted(published)).targets(torch.zeros(1, 3, 240, 240), batch)
    first, second = batch.owners[0] == 1, batch.owners[0] == 2
    assert torch.equal(wanted[0][:, first], torch.from_numpy(published)[:, first])
    assert torch.equal(wanted[0][:, second], batch.scores[0][:, second])
    assert counts.all() and wanted[0, 0][second].max() > 0.9


def test_a_word_that_it_joins_with_its_neighbour_is_learnt_from_the_labels():
    batch = batch_of(WORDS)
    joined, _ = draw_targets(
        [(placed(character_boxes(Word("가나다마라", (40, 40, 190, 70))), UPRIGHT), False)], (240, 240)
    )
    wanted, _ = MapObjective(Painted(joined)).targets(torch.zeros(1, 3, 240, 240), batch)
    assert torch.equal(wanted, batch.scores)


def test_without_the_published_detector_the_labels_alone_are_learnt():
    batch = batch_of(WORDS)
    assert torch.equal(MapObjective(None).targets(torch.zeros(1, 3, 240, 240), batch)[0], batch.scores)


def test_agreement_is_told_by_the_owner_of_a_pixel():
    batch = batch_of(WORDS)
    assert agreed(batch.scores[0], batch.words_of(0)).tolist() == [False, True, True]
    assert agreed(torch.zeros(2, 120, 120), batch.words_of(0)).tolist() == [False, False, False]
    assert agreed(torch.zeros(2, 120, 120), torch.zeros(0, 4)).tolist() == [False]


def test_the_loss_is_the_mean_of_what_is_drawn_and_of_the_hardest_background(monkeypatch):
    monkeypatch.setattr("train_easyocr.training.detector.objective.LEAST_NEGATIVES", 2)
    wanted = torch.zeros(4, 5)
    wanted[0, 0] = 1.0  # one pixel is drawn, so three of the background count
    found = torch.zeros(4, 5)
    found[0, 0], found[1, 1], found[2, 2], found[3, 3] = 0.5, 0.6, 0.4, 0.2
    found[0, 1] = 0.1  # the fourth hardest: left out
    counts = torch.ones(4, 5, dtype=torch.bool)
    assert float(map_loss(found, wanted, counts)) == pytest.approx(0.5**2 + (0.6**2 + 0.4**2 + 0.2**2) / 3)
    counts[1, 1] = False
    assert float(map_loss(found, wanted, counts)) == pytest.approx(0.5**2 + (0.4**2 + 0.2**2 + 0.1**2) / 3)


def test_print_that_nobody_can_read_has_no_part_in_the_loss():
    network = Painted(np.zeros((2, 120, 120), np.float32))
    rows, columns = slice(0, 60), slice(0, 120)
    seen, ignored = batch_of(WORDS), batch_of(WORDS, ignored=[(rows, columns)])
    images = torch.zeros(1, 3, 240, 240)
    assert MapObjective(None).loss(network, images, seen).item() > 0
    loss = MapObjective(None).loss(network, images, ignored)
    loss.backward()
    assert loss.item() == 0 and float(network.maps.grad.abs().sum()) == 0


def test_masked_pixels_do_not_thin_the_loss_of_the_others():
    found, wanted = torch.full((4, 5), 0.5), torch.zeros(4, 5)
    counts = torch.zeros(4, 5, dtype=torch.bool)
    counts[0] = True
    assert float(map_loss(found, wanted, counts)) == pytest.approx(0.25)


def test_a_crop_without_words_learns_that_there_are_none():
    network = Painted(np.full((2, 120, 120), 0.5, np.float32))
    loss = MapObjective(None).loss(network, torch.zeros(1, 3, 240, 240), batch_of([]))
    assert loss.item() == pytest.approx(2 * 0.25)
