"""The table of look-alikes: what training labels are written in, and what a folded score counts as equal."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.texts.charset import KOREAN_PUBLIC, Charset
from train_easyocr.texts.look_alikes import ALIKE_IN_A_TIGHT_BOX, ONE_FORM, fold, folded_groups, written_form
from train_easyocr.training.label_arrays import label_arrays
from train_easyocr.training.selection import Rules


def test_every_written_form_is_a_character_of_korean_public():
    assert set(ONE_FORM) <= set(KOREAN_PUBLIC)


def test_each_character_has_one_written_form_and_one_group():
    others = "".join(ONE_FORM.values())
    grouped = "".join(ALIKE_IN_A_TIGHT_BOX)
    assert len(set(others)) == len(others)
    assert len(set(grouped)) == len(grouped)
    assert not set(others) & set(grouped)
    assert not set(others) & set(ONE_FORM)


@given(st.text())
def test_both_keep_the_length_and_change_nothing_the_second_time(text):
    for change in (written_form, fold):
        assert len(change(text)) == len(text)
        assert change(change(text)) == change(text)
    assert fold(written_form(text)) == fold(text)


def test_labels_are_trained_and_scored_in_their_written_form():
    charset = Charset("가나·~")
    rules = Rules(charset, lower_case=False, longest=10, keep_all=False, fits=lambda *arrays: np.ones(1, bool))
    assert rules.label("가ㆍ나∼") == "가·나~"
    arrays = label_arrays(["가ㆍ나∼"], charset, lower_case=False)
    assert arrays.labels == ["가·나~"]
    assert arrays.spellable.tolist() == [4]  # the list holds neither ㆍ nor ∼


def test_the_groups_that_are_told_are_those_that_are_folded():
    groups = folded_groups()
    assert {"·ㆍ․‧⋅･・∙•●", "₩￦", "Il|Ⅰ"} <= set(groups)
    assert all({fold(character) for character in group} == {group[0]} for group in groups)
    members = "".join(groups)
    assert len(set(members)) == len(members)
    assert {*"".join(ONE_FORM), *"".join(ONE_FORM.values()), *"".join(ALIKE_IN_A_TIGHT_BOX)} == set(members)
