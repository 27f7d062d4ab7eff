"""Generated words and lines have the lengths and characters of real documents; held-out words are never trained on."""

import random
import re
from collections import Counter

import pytest

from train_easyocr.printing.generated import texts
from train_easyocr.printing.generated.words import drill, figures, hanja, identifiers, marking
from train_easyocr.printing.generated.words.conjugation import conjugated
from train_easyocr.printing.generated.words.drill import TRAINED_ALONE
from train_easyocr.printing.generated.words.figures import in_words
from train_easyocr.printing.generated.words.vocabulary import (
    held_out_stems,
    holds_held_out_stem,
    noun_kinds,
    stems,
    words,
)
from train_easyocr.texts.charset import KOREAN_PUBLIC
from train_easyocr.texts.hanja import OFFICIAL_HANJA, READINGS
from train_easyocr.texts.text_scores import nfc

COUNT = 200_000
CHARACTERS = set(KOREAN_PUBLIC)


@pytest.fixture(scope="module")
def trained():
    return texts.training_texts(COUNT, 1)


@pytest.fixture(scope="module")
def lines():
    return texts.training_lines(30_000, 1)


@pytest.fixture(scope="module")
def held_out():
    return texts.held_out_texts(20_000, 1)


def test_words_are_as_long_as_those_of_real_documents(trained):
    assert len(trained) == COUNT
    measured = Counter("6 to 11" if 6 <= len(text) < 12 else min(len(text), 12) for text in trained)
    # 7,829 words of 27 real documents.
    real = {1: 0.17, 2: 0.24, 3: 0.22, 4: 0.15, 5: 0.10, "6 to 11": 0.11, 12: 0.01}
    for length, share in real.items():
        assert measured[length] / COUNT == pytest.approx(share, abs=0.02), length


def test_held_out_words_are_as_long_as_real_ones_of_two_characters_and_more(held_out):
    measured = Counter(len(text) for text in held_out)
    for length, share in {1: 0, 2: 0.24, 3: 0.22, 4: 0.15, 5: 0.10}.items():
        assert measured[length] / len(held_out) == pytest.approx(share / 0.83, abs=0.02), length


def test_every_character_occurs_at_least_300_times_in_a_million_words(trained):
    occurrences = Counter("".join(trained))
    least = 300 * COUNT / 1_000_000
    assert {c: occurrences[c] for c in TRAINED_ALONE if occurrences[c] < least} == {}


def test_common_syllables_occur_far_more_often_than_rare_ones(trained):
    occurrences = Counter("".join(trained))
    assert min(occurrences[c] for c in "을의에한하사시지제") > 20 * occurrences["뷜"]


@pytest.mark.parametrize("kind", ["trained", "lines", "held_out"])
def test_texts_are_sound_labels(kind, request):
    for text in request.getfixturevalue(kind):
        assert text == " ".join(text.split(" ")).strip(" ") and text, repr(text)
        assert "  " not in text
        assert nfc(text) == text
        assert set(text) <= CHARACTERS, text
        assert len(text) <= (62 if kind == "lines" else 45)


def test_lines_are_as_long_as_those_that_a_reader_makes_of_pages(lines):
    assert len(lines) == 30_000
    assert all(" " in line for line in lines)
    lengths = sorted(map(len, lines))
    measured = {0.25: 12, 0.5: 17, 0.75: 29, 0.9: 43, 0.95: 45, 0.99: 52}  # docs/decisions/019
    for share, length in measured.items():
        assert abs(lengths[int(share * len(lines))] - length) <= 7, share


def test_the_same_seed_gives_the_same_texts_and_another_seed_others():
    for make in (texts.training_texts, texts.training_lines, texts.held_out_texts):
        assert make(3000, 5) == make(3000, 5)
        assert make(3000, 5) != make(3000, 6)
    assert texts.charset_texts(5) == texts.charset_texts(5)


def test_the_split_of_the_vocabulary_is_pinned():
    # Stems move between the parts only when somebody changes the rule: a network trained on one split is tested on it.
    assert {"성적표", "이사장", "유통", "주택법"} & held_out_stems() == {"성적표", "이사장", "유통", "주택법"}
    assert not held_out_stems() & {*words("everyday"), *words("function_words")}
    everything = {word.replace(" ", "") for word in stems("nouns", False) + stems("nouns", True)}
    assert 0.07 < len({w for w in everything if w in held_out_stems()}) / len(everything) < 0.13


def test_held_out_words_are_never_trained_on(trained, lines, held_out):
    assert not any(map(holds_held_out_stem, trained))
    assert not any(map(holds_held_out_stem, lines))
    assert all(map(holds_held_out_stem, held_out))
    assert not set(held_out) & set(trained)
    assert len(held_out) == 20_000


def test_a_held_out_stem_is_found_with_its_marks_and_endings():
    stem = next(stem for stem in sorted(held_out_stems()) if len(stem) == 4)
    for text in (stem, f"「{stem}」에", f"(새{stem}을", " ".join(stem), f"3차{stem}", f"새 {stem}의 값"):
        assert holds_held_out_stem(text), text
    # Two syllables count at the start of a run only: elsewhere they stand by chance.
    assert {"유통"} <= held_out_stems()
    assert holds_held_out_stem("유통과") and not holds_held_out_stem("새유통")


def test_the_clean_texts_hold_every_character_three_times():
    drawn = texts.charset_texts(1)
    occurrences = Counter("".join(drawn))
    assert {c for c in TRAINED_ALONE if c != " " and occurrences[c] < 3} == set()
    assert set(TRAINED_ALONE) - {" "} <= set(drawn)
    assert {len(text) for text in drawn} <= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("받", ["받은", "받아", "받는다", "받았으며", "받습니다."]),
        ("알리", ["알린", "알려", "알린다.", "알렸고", "알립니다."]),
        ("만들", ["만드는", "만든", "만든다고", "만들어", "만드시기", "만듭니다."]),
        ("짓", ["짓고", "지은", "지어", "지었다."]),
        ("다르", ["다른", "달라", "달랐다."]),
        ("모으", ["모은", "모아", "모았다."]),
        ("쓰", ["쓴", "써", "썼다."]),
        ("어렵", ["어렵고", "어려운", "어려워", "어려웠다."]),
        ("취하", ["취한", "취하여", "취하였다."]),
    ],
)
def test_verbs_are_conjugated(stem, forms):
    assert set(forms) <= set(conjugated(stem))


@pytest.mark.parametrize("pair", words("misread"))
def test_look_alikes_that_real_pages_showed_are_exercised(trained, pair):
    occurrences = Counter("".join(trained))
    assert all(occurrences[c] >= 200 for c in pair)


def test_half_of_the_exercise_has_a_look_alike_in_the_place_of_a_character():
    drawn = drill.with_look_alikes(random.Random(0), ["등급"] * 1000)
    assert 0.4 < sum(text != "등급" for text in drawn) / 1000 < 0.6
    assert {"동급", "등금"} <= set(drawn)
    assert all(len(text) == 2 for text in drawn)


def stems_of_headings(held_out):
    drawn = marking.spaced_headings(random.Random(0), 10_000, held_out)
    syllables = [text.rstrip(" :.").split(" ") for text in drawn]
    assert all(len(syllable) == 1 for heading in syllables for syllable in heading)
    return list(map("".join, syllables))


def test_trained_headings_share_no_stem_with_those_held_out():
    assert set(stems_of_headings(held_out=True)) <= held_out_stems()
    assert not set(stems_of_headings(held_out=False)) & held_out_stems()


def test_half_of_the_headings_are_short_nouns_of_every_subject():
    listed = set(words("spaced_headings"))
    others = [stem for stem in stems_of_headings(held_out=False) if stem not in listed]
    assert 4500 < len(others) <= 5000  # some of the nouns are listed as well
    assert max(map(len, others)) == 5
    assert all(set(others) & set(words(kind)) for kind in noun_kinds())


@pytest.mark.parametrize("mark", ["“", "”", "‘", "’", "「", "」", ",", ".", "•", "·", "ㆍ", "□", "○", "※", "(", ")"])
def test_marks_that_are_misread_come_often_and_attached(trained, mark):
    assert sum(mark in text and len(text) > 1 for text in trained) > COUNT // 2000


def test_symbols_and_syllables_stand_alone_too(trained):
    alone = Counter(text for text in trained if len(text) == 1)
    assert all(alone[c] > 100 for c in "□○※-•:*·▪")
    assert all(alone[c] > 20 for c in words("tails")[:20])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10, "일십"),
        (3_500_000, "삼백오십만"),
        (120_045, "일십이만사십오"),
        (200_000_000, "이억"),
        (100_010_000, "일억일만"),
    ],
)
def test_amounts_are_written_out_as_in_contracts(value, expected):
    assert in_words(value) == expected


def test_telephone_numbers_and_addresses_are_nobodys():
    drawn = figures.contacts(random.Random(0), 3000)
    addresses = [text for text in drawn if "@" in text or "www" in text]
    assert addresses and all("example" in text for text in addresses)
    # An exchange that begins with 0 does not exist.
    assert all(re.search(r"(^|\D)0\d{2,3}-\d{3,4}", text) for text in drawn if re.search(r"\d-\d{4}", text))


def test_identifiers_are_a_third_each_of_addresses_codes_and_amounts():
    drawn = texts.training_identifiers(3000, 1)
    assert drawn == texts.training_identifiers(3000, 1) != texts.training_identifiers(3000, 2)
    addresses = [text for text in drawn if re.search(r"\.(kr|com|net|org|gov|io|info)\b", text.lower())]
    assert 950 < len(addresses) < 1050
    assert all(set(text) <= CHARACTERS | {"￦"} and len(text) <= 62 for text in drawn)
    for sign in "@_/:?*₩㎡㎥-&":
        assert sum(sign in text for text in drawn) > 15, sign


def test_every_letter_and_digit_of_a_code_is_drawn():
    drawn = set("".join(identifiers.codes(random.Random(0), 3000)))
    assert set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_*") <= drawn


def test_all_hanja_come_equally_often_and_behind_their_reading():
    drawn = hanja.hanja_words(random.Random(0), 50_000)
    occurrences = Counter(c for text in drawn for c in text if c in OFFICIAL_HANJA)
    assert len(occurrences) == 1000
    assert min(occurrences.values()) > max(occurrences.values()) / 3
    read = [match.groups() for text in drawn if (match := re.fullmatch(r"([가-힣]+)\((.+)\)", text))]
    assert len(read) > 5000
    assert all(character in READINGS[reading] for pair in read for reading, character in zip(*pair, strict=True))


def test_a_hanja_has_one_reading_and_is_no_compatibility_form():
    assert len(set(OFFICIAL_HANJA)) == len(OFFICIAL_HANJA) == 1000
    assert nfc(OFFICIAL_HANJA) == OFFICIAL_HANJA
    assert all(reading == nfc(reading) and "가" <= reading <= "힣" for reading in READINGS)
