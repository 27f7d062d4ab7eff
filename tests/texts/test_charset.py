"""Character lists are those of EasyOCR; encoding and greedy decoding invert each other."""

import itertools

import pytest
from easyocr.config import recognition_models
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import (
    DOCUMENT_SYMBOLS,
    ENGLISH_G2,
    FURTHER_SYMBOLS,
    KOREAN_G2,
    KOREAN_PUBLIC,
    MARKS_OF_LAWS,
    NAMED_LISTS,
    Charset,
    character_list,
)
from train_easyocr.texts.hanja import OFFICIAL_HANJA
from train_easyocr.texts.text_scores import nfc

LETTERS = Charset("가나다")


def ctc_paths(text, charset, steps):
    """Every sequence of classes that spells `text` in so many time steps, by trying all of them."""
    for classes in itertools.product(range(charset.class_count), repeat=steps):
        merged = [key for key, _ in itertools.groupby(classes)]
        if [charset.characters[index - 1] for index in merged if index] == list(text):
            yield classes


@pytest.mark.parametrize(("name", "ours"), [("korean_g2", KOREAN_G2), ("english_g2", ENGLISH_G2)])
def test_the_published_lists_are_those_of_easyocr(name, ours):
    published = {key: model for group in recognition_models.values() for key, model in group.items()}
    assert ours == published[name]["characters"]


def test_korean_public_keeps_the_classes_of_korean_g2_and_adds_to_them():
    assert KOREAN_PUBLIC.startswith(KOREAN_G2)
    assert Charset(KOREAN_PUBLIC).missing(DOCUMENT_SYMBOLS + "를었았했겠였될됨됩졌첨읍") == set()
    # 1,008 of korean_g2, 1,437 further syllables of KS X 1001, the symbols, a thousand hanja and five further marks.
    later = DOCUMENT_SYMBOLS + FURTHER_SYMBOLS + OFFICIAL_HANJA + MARKS_OF_LAWS
    assert len(KOREAN_PUBLIC) == 1008 + 1437 + len(later)
    # What came later stands at the end: a network trained before it came keeps its classes and grows.
    assert KOREAN_PUBLIC.endswith(later)
    syllables = [character for character in KOREAN_PUBLIC if "가" <= character <= "힣"]
    assert len(syllables) == 2350


@pytest.mark.parametrize("name", NAMED_LISTS)
def test_every_named_list_is_a_sound_charset(name):
    charset = Charset(character_list(name))
    assert charset.decode_greedy(charset.encode(charset.characters)) == charset.characters
    assert charset.class_count == len(charset.characters) + 1


def test_a_list_may_be_written_out():
    assert character_list("가나다") == "가나다"
    assert character_list("korean_g2") == KOREAN_G2


@given(st.text(KOREAN_PUBLIC, max_size=20))
def test_encoding_and_decoding_give_the_text_back_once_blanks_part_equal_neighbours(text):
    charset = Charset(KOREAN_PUBLIC)
    with_blanks = [index for encoded in charset.encode(text) for index in (encoded, 0)]
    assert charset.decode_greedy(with_blanks) == text
    assert charset.missing(text) == set()


@pytest.mark.parametrize("text", ["", "가", "가나", "가가", "나가나"])
def test_greedy_decoding_inverts_every_path_of_ctc(text):
    paths = list(ctc_paths(text, LETTERS, 4))
    assert paths
    assert all(LETTERS.decode_greedy(path) == text for path in paths)


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ([], ""),
        ([0, 0, 0], ""),
        ([1, 1, 1], "가"),  # a character that lasts for three steps is one character
        ([1, 0, 1], "가가"),  # a blank between makes it two
        ([0, 1, 1, 2, 0, 0, 3, 3], "가나다"),
        ([1, 2, 1], "가나가"),
    ],
)
def test_decoding_by_hand(classes, text):
    assert LETTERS.decode_greedy(classes) == text


def test_class_0_is_the_blank_so_characters_count_from_1():
    assert LETTERS.encode("가나다") == [1, 2, 3]
    assert LETTERS.class_count == 4


def test_what_the_list_lacks_is_named_and_not_encoded():
    assert LETTERS.missing("가를나·") == {"를", "·"}
    with pytest.raises(KeyError, match="를"):
        LETTERS.encode("가를")


def test_a_character_that_stands_twice_is_a_mistake():
    with pytest.raises(UserError, match=r"'가' stands in the list more than once") as mistake:
        Charset("가나가")
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize("characters", ["\u1100\u1161", "e\u0301", "\u212b"])
def test_a_list_out_of_nfc_is_a_mistake(characters):
    assert nfc(characters) != characters
    with pytest.raises(UserError, match="NFC"):
        Charset(characters)
