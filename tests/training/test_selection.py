"""Which patches take part in training: the arrays agree with a check of each label in turn."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_stores import CHARSET, Labels

from train_easyocr.easyocr_port.reader_tensor import bucket_widths
from train_easyocr.texts.text_scores import nfc
from train_easyocr.training import selection
from train_easyocr.training.network import time_steps
from train_easyocr.training.objective import AttentionObjective, CtcObjective
from train_easyocr.training.selection import (
    EMPTY,
    NOT_ALIGNABLE,
    NOT_READABLE,
    NOT_SPELLABLE,
    TOO_LONG,
    Rules,
    select,
)


def one_by_one(store, rules, prediction):
    """Sort the labels in turn, by the words of the rules; CTC needs a step a character, one more between equal ones."""
    kept, dropped, foreign, lower_cased, shares = [], Counter(), Counter(), 0, []
    for row, (text, width) in enumerate(zip(store.texts, bucket_widths(store.sizes(), 600).tolist(), strict=True)):
        label = nfc(text).lower() if rules.lower_case else nfc(text)
        outside = [character for character in label if character not in CHARSET.characters]
        target = [character for character in label if character in CHARSET.characters]
        needed = len(target) + sum(first == second for first, second in itertools.pairwise(target))
        fits = needed <= width // 4 - 1 if prediction == "CTC" else len(target) <= 5
        if width == 0:
            reason = NOT_READABLE
        elif not label:
            reason = EMPTY
        elif len(label) > rules.longest and not rules.keep_all:
            reason = TOO_LONG
        elif outside and not rules.keep_all:
            reason = NOT_SPELLABLE
        else:
            reason = None if fits else NOT_ALIGNABLE
        if label and width:
            foreign.update(set(outside))
            shares.append(len(target) / len(label))
        dropped[reason] += 1
        if reason is None:
            kept.append(row)
            lower_cased += label != nfc(text)
    return (
        kept,
        {reason: dropped[reason] for reason in selection.REASONS if dropped[reason]},
        foreign,
        lower_cased,
        shares,
    )


words = st.text(st.sampled_from("가나다라ab1 .ABİΣσZ각\u1100\u1161\u0301\0中😀"), max_size=24)


@pytest.mark.parametrize("prediction", ["CTC", "Attn"])
@given(rows=st.lists(st.tuples(words, st.sampled_from([0, 10, 40, 300])), min_size=1), lower_case=..., keep_all=...)
def test_the_arrays_say_what_a_look_at_each_label_says(prediction, rows: list, lower_case: bool, keep_all: bool):
    rows = [("가", 40), *rows]  # one that can be used
    store = Labels(*map(list, zip(*rows, strict=True)))
    ctc = CtcObjective(CHARSET, lambda width: time_steps("VGG", width))
    fits = ctc.fits if prediction == "CTC" else AttentionObjective(CHARSET, 5).fits
    rules = Rules(CHARSET, lower_case=lower_case, longest=8, keep_all=keep_all, fits=fits)
    chunk, selection.CHUNK = selection.CHUNK, 4
    try:
        found = select("A", store, rules, widest=600, show_progress=False)
    finally:
        selection.CHUNK = chunk
    kept, dropped, foreign, lower_cased, shares = one_by_one(store, rules, prediction)
    assert found.rows.tolist() == kept
    assert {reason: account.count for reason, account in found.dropped.items()} == dropped
    assert (found.foreign, found.lower_cased) == (foreign, lower_cased)
    assert found.ceiling.accuracy == pytest.approx(sum(share == 1 for share in shares) / len(shares))
    assert found.ceiling.normalized_edit_distance == pytest.approx(sum(shares) / len(shares))
    for account in found.dropped.values():
        assert all(nfc(store.texts[int(name[:-4])]).lower() == label.lower() for name, label in account.examples)


def test_the_fingerprint_is_that_of_all_rows_however_many_are_looked_at_together(monkeypatch):
    rules = Rules(CHARSET, lower_case=False, longest=8, keep_all=True, fits=AttentionObjective(CHARSET, 5).fits)

    def fingerprint(texts, width=40):
        return select("A", Labels(texts, [width] * 7), rules, widest=600, show_progress=False).fingerprint

    together = fingerprint(["가"] * 7)
    assert fingerprint(["가"] * 7, width=41) != together
    monkeypatch.setattr(selection, "CHUNK", 2)
    assert fingerprint(["가"] * 7) == together != fingerprint(["가"] * 6 + ["나"])
