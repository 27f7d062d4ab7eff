"""Validation scores by hand, and readings against EasyOCR's own recogniser with published weights."""

import numpy as np
import pytest
import torch
from easyocr.recognition import AlignCollate, ListDataset, recognizer_predict
from easyocr.utils import CTCLabelConverter
from PIL import Image, ImageDraw
from training_runs import ALONE, Parts, small_settings

from train_easyocr import train
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.easyocr_port.reader_tensor import reader_width, resize_crop
from train_easyocr.easyocr_port.weights import find_weights
from train_easyocr.program.fonts import korean_font
from train_easyocr.texts.charset import ENGLISH_G2, Charset
from train_easyocr.training.distributed import Processes
from train_easyocr.training.interruption import Interruption
from train_easyocr.training.network import build_network, load_start
from train_easyocr.training.objective import ctc_loss
from train_easyocr.training.validation import Validator, read_patches


class Written:
    """A store of words that are drawn on the spot; the last is taller than wide."""

    texts = ("Receipt", "2001.06.15", "(055)330-3331", "A", "54,500", "I")
    filenames = texts

    def __init__(self):
        self._font = korean_font(34)

    def read(self, row):
        left, top, right, bottom = self._font.getbbox(self.texts[row])
        picture = Image.new("L", (right - left + 8, bottom - top + 8), 240)
        ImageDraw.Draw(picture).text((4 - left, 4 - top), self.texts[row], font=self._font, fill=30)
        return np.asarray(picture)

    def sizes(self):
        return np.array([self.read(row).shape[::-1] for row in range(len(self.texts))], np.int32)


@pytest.fixture(scope="module")
def english():
    network = build_network(len(ENGLISH_G2) + 1, NetworkShape())
    state = read_weights(find_weights("english_g2"))
    load_start(network, state, source="english_g2", strict=True, new_prediction=False)
    return network.eval()


def test_patches_are_read_as_easyocrs_recogniser_reads_them(english):
    store, converter = Written(), CTCLabelConverter(ENGLISH_G2)
    ours = read_patches(english, Charset(ENGLISH_G2), store, [5, 0, 1, 2, 3, 4])
    for row, (text, confidence) in zip([5, 0, 1, 2, 3, 4], ours, strict=True):
        crop = store.read(row)
        width = reader_width(crop.shape[1], crop.shape[0])
        collate = AlignCollate(imgH=64, imgW=width, keep_ratio_with_pad=True)
        loader = torch.utils.data.DataLoader(ListDataset([resize_crop(crop)]), collate_fn=collate)
        [[expected, expected_confidence]] = recognizer_predict(english, converter, loader, width // 10, [], {})
        assert (text, confidence) == (expected, pytest.approx(expected_confidence, abs=1e-4))
    assert sum(text == store.texts[row] for row, (text, _) in zip([5, 0, 1, 2, 3, 4], ours, strict=True)) >= 4


class SpelledBy:
    """An objective whose readings are given, to see what validation makes of them."""

    def __init__(self, readings):
        self._readings = readings

    def read(self, network, images, batch):
        return torch.tensor(2.0), [(self._readings[text], 0.5) for text in batch.texts]


def validator(settings, parts, objective, processes=ALONE):
    made = train.make_validator(settings, parts.objective, parts.rules, parts.training, processes)
    return Validator(**(vars(made) | {"objective": objective}))


def test_accuracy_and_edit_distance_by_hand(data):
    # Set B holds ten each of B가, b나, Bb, 나B.
    settings = small_settings(data, select_data="B", show_number=3)
    parts = Parts(settings)
    readings = {"B가": "B가", "b나": "나", "Bb": "bB가", "나B": "나B"}
    result = validator(settings, parts, SpelledBy(readings))(parts.network, 1, Interruption())
    assert result.first.accuracy == 50.0
    # Similarity: 1, 1 - 1/2, 1 - 2/3 (B stays, "b" before and "가" behind replace "b"), 1
    assert result.first.normalized_edit_distance == pytest.approx((1 + 1 / 2 + 1 / 3 + 1) / 4)
    assert result.first.loss == pytest.approx(2.0) and len(result.samples) == 3


def test_each_dataset_is_scored_apart(data):
    # A holds words of 가나다라, all read; B holds ten each of B가, b나, Bb, 나B, of which the first is misread.
    settings = small_settings(data, select_data="A-B", batch_ratio="1-1", show_number=5)
    parts = Parts(settings)
    spelled = {text: text for selection in parts.training for text in selection.store.texts}
    result = validator(settings, parts, SpelledBy(spelled | {"B가": "나가"}))(parts.network, 1, Interruption())
    [further] = result.further
    assert (result.first.name, result.first.accuracy, result.first.normalized_edit_distance) == ("A", 100.0, 1.0)
    assert (further.name, further.accuracy, further.normalized_edit_distance) == ("B", 75.0, pytest.approx(7 / 8))
    assert len(result.samples) == 5


class BesideAStoppedOne(Processes):
    """A process that has got no signal itself."""

    def largest(self, number):
        return max(number, 1.0)


def test_a_signal_to_another_process_ends_the_validation_of_all(data):
    parts = Parts(settings := small_settings(data))
    processes = BesideAStoppedOne(0, 1, torch.device("cpu"))
    assert validator(settings, parts, parts.objective, processes)(parts.network, 1, Interruption()) is None


def test_what_a_layer_builds_while_validating_can_be_trained_on(data):
    # 64 pixels wide is not the widest: the terms of TPS are built in validation and kept for the training.
    settings = small_settings(data, Transformation="TPS")
    parts = Parts(settings)
    validator(settings, parts, parts.objective)(parts.network, 1, Interruption())
    assert parts.network.Transformation.GridGenerator.terms_of
    assert all(loss > 0 for loss in parts.train(2))


def test_readings_are_compared_in_lower_case_where_labels_are(data):
    settings = small_settings(data, select_data="B", sensitive=False, character="가나b")
    parts = Parts(settings)
    readings = {"b가": "B가", "b나": "B나", "bb": "BB", "나b": "나B"}
    assert validator(settings, parts, SpelledBy(readings))(parts.network, 1, Interruption()).first.accuracy == 100.0


def test_ctc_loss_is_minus_the_log_of_all_ways_to_print_the_label():
    # Two steps, label 가: blank-가, 가-blank and 가-가 of (0.6, 0.4) each: 0.24 + 0.24 + 0.16 = 0.64.
    from train_easyocr.training.batches import Batch

    one = torch.tensor([1])
    batch = Batch(0, torch.zeros(1, 1, 64, 64), one, one, ["가"], [])
    logits = torch.log(torch.tensor([[[0.6, 0.4], [0.6, 0.4]]]))
    assert float(ctc_loss(logits.bfloat16().float(), batch)) == pytest.approx(-np.log(0.64), abs=5e-3)
    assert ctc_loss(logits.bfloat16(), batch).dtype == torch.float32


class Doubted(SpelledBy):
    """Reads as `SpelledBy` does, ever less sure of itself."""

    def __init__(self, readings):
        super().__init__(readings)
        self._sure = 0.9

    def read(self, network, images, batch):
        loss, readings = super().read(network, images, batch)
        found = []
        for text, _ in readings:
            found.append((text, self._sure))
            self._sure = round(self._sure * 0.9, 6)
        return loss, found


def test_the_most_confident_mistakes_are_kept(data):
    # Ten each of B가, b나, Bb, 나B; the second and the last are misread.
    settings = small_settings(data, select_data="B", show_number=3)
    parts = Parts(settings)
    readings = {"B가": "B가", "b나": "나", "Bb": "Bb", "나B": "가B"}
    result = validator(settings, parts, Doubted(readings))(parts.network, 1, Interruption())
    mistakes = result.mistakes
    assert len(mistakes) == 3 and not any(mistake.is_right for mistake in mistakes)
    confidences = [mistake.confidence for mistake in mistakes]
    assert confidences == sorted(confidences, reverse=True)
    shown = validator(small_settings(data, select_data="B", show_number=40), parts, Doubted(readings))
    everything = [sample for sample in shown(parts.network, 1, Interruption()).samples if not sample.is_right]
    assert confidences == sorted((sample.confidence for sample in everything), reverse=True)[:3]
    none = validator(small_settings(data, select_data="B", show_number=0), parts, Doubted(readings))
    assert none(parts.network, 1, Interruption()).mistakes == ()
