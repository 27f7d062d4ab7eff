"""Korean particles in the form that fits the sound before them."""

import pytest

from train_easyocr.printing.particles import with_particle


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("계획", "을/를/을", "계획을"),
        ("보고", "을/를/을", "보고를"),
        ("시설", "으로/로/로", "시설로"),
        ("산", "으로/로/로", "산으로"),
        ("도로", "으로부터/로부터/로부터", "도로로부터"),
        ("「건축법」", "이/가/이", "「건축법」이"),
        ("17", "은/는/은", "17은"),
        ("R&D", "과/와/과", "R&D와"),
        ("KTX역", "에서", "KTX역에서"),
        ("20%", "을/를/을", "20%를"),
        ("100m", "으로/로/로", "100m으로"),
        ("", "이/가/이", "가"),
    ],
)
def test_particles_fit_the_sound_before_them(word, particle, expected):
    assert with_particle(word, particle) == expected
