"""The labels, the loss and the readings of an attention decoder, worked out by hand."""

import math

import numpy as np
import pytest
import torch

from train_easyocr.texts.charset import Charset
from train_easyocr.training.attention import STOP, attention_loss, attention_text, read_attention


def text_of(classes, characters):
    best = np.array(classes)
    return read_attention(best, np.ones(len(best)), Charset(characters))[0]


def test_a_label_comes_back_through_the_decoder_s_classes():
    charset = Charset("가나다")
    text = attention_text([charset.encode("나가"), charset.encode("다")])
    assert text.tolist() == [[0, 3, 2, 1], [0, 4, 1, 0]]
    assert [text_of(row.tolist(), charset.characters) for row in text] == ["나가", "다"]


def test_no_labels_and_empty_labels_stop_at_once():
    assert attention_text([]).shape == (0, 2)
    assert attention_text([[], []]).tolist() == [[0, 1], [0, 1]]


def test_a_reading_without_a_stop_token_is_read_to_its_end():
    assert text_of([3, 3, 2], "가나") == "나나가"
    assert text_of([1, 3], "가나") == ""


def test_the_loss_counts_characters_and_stop_tokens_and_no_padding():
    text = attention_text([[1, 2], [1]])  # 2 characters and a stop, 1 character and a stop, one place of padding
    even = torch.zeros(2, 3, 4)
    assert math.isclose(attention_loss(even, text).item(), math.log(4), rel_tol=1e-6)
    even[1, 2] = torch.tensor([0.0, 9.0, 0.0, 0.0])  # after the stop token
    assert math.isclose(attention_loss(even, text).item(), math.log(4), rel_tol=1e-6)
    even[0, 0, 2] = math.log(3)  # the first character: 3 of 6 shares, so log 2 in place of log 4
    assert math.isclose(attention_loss(even, text).item(), (4 * math.log(4) + math.log(2)) / 5, rel_tol=1e-6)


def test_steps_of_a_greedy_reading_beyond_the_label_are_left_out():
    text = attention_text([[1]])
    logits = torch.cat([torch.zeros(1, 2, 4), torch.full((1, 5, 4), 7.0)], dim=1)
    assert math.isclose(attention_loss(logits, text).item(), math.log(4), rel_tol=1e-6)


def test_an_attention_reading_ends_at_the_stop_token():
    # Classes: 0 start, 1 stop, 2 가, 3 나.
    matrix = np.full((4, 4), 0.1, np.float32)
    matrix[[0, 1, 2, 3], [3, 2, STOP, 2]] = [0.9, 0.5, 0.8, 0.7]
    assert read_attention(matrix.argmax(axis=1), matrix.max(axis=1), Charset("가나")) == (
        "나가",
        pytest.approx(0.45 ** (2 / 2**0.5)),
    )
