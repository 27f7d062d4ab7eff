"""Names and labels packed as bytes: they read like a list, and worker processes share them. Sizes come from names."""

import multiprocessing
import pickle
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.dataset.stores import packed_texts
from train_easyocr.dataset.stores.label_file import HEADER, read_labels
from train_easyocr.dataset.stores.packed_texts import PackedTexts
from train_easyocr.dataset.stores.patch_names import sizes_in_names
from train_easyocr.dataset.stores.writers import csv_rows

texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=6))


@given(texts)
def test_they_read_like_a_list(words):
    packed = PackedTexts.of(words)
    assert len(packed) == len(words) and list(packed) == words and packed == words
    assert [packed[row] for row in range(-len(words), len(words))] == words * 2
    for some in (slice(None), slice(1, 3), slice(-2, None), slice(None, None, 2)):
        assert packed[some] == words[some]
    assert pickle.loads(pickle.dumps(packed)) == packed
    with pytest.raises(IndexError):
        packed[len(words)]


def test_more_texts_than_are_decoded_together_come_in_order(monkeypatch, tmp_path):
    for module in (packed_texts, "train_easyocr.dataset.stores.label_file", "train_easyocr.dataset.stores.patch_names"):
        monkeypatch.setattr(sys.modules[module] if isinstance(module, str) else module, "CHUNK", 3)
    names = [f"p_0-0-{n + 1}-{2 * n + 1}.png" for n in range(10)]
    (tmp_path / "labels.csv").write_bytes(csv_rows([HEADER, *((name, name[2:5]) for name in names)]))
    filenames, labels = read_labels(tmp_path / "labels.csv")
    assert list(filenames) == names and list(labels) == [name[2:5] for name in names]
    assert sizes_in_names(filenames).tolist() == [[n + 1, 2 * n + 1] for n in range(10)]


def size_by_regular_expression(name):
    """What `sizes_in_names` does, name by name."""
    match = re.search(r"_([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})\.[A-Za-z]+\Z", name)
    if not match:
        return [0, 0]
    xmin, ymin, xmax, ymax = map(int, match.groups())
    return [xmax - xmin, ymax - ymin]


parts = st.sampled_from(["_", "-", ".", "1", "20", "0", "png", "가", "1234567890", "_1-2-30-40.png", "a_5-6-7-8.J", ""])


@given(st.lists(st.lists(parts, max_size=9).map("".join), max_size=8))
def test_sizes_are_those_of_a_regular_expression_on_each_name(names):
    assert sizes_in_names(PackedTexts.of(names)).tolist() == [size_by_regular_expression(name) for name in names]


def private_memory():
    """Memory of this process that it shares with no other, in KiB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


def growth_while_reading(words, connection):
    before = private_memory()
    for row in range(len(words)):
        words[row]
    connection.send(private_memory() - before)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of shared memory")
def test_a_forked_worker_that_reads_all_gets_no_copy_of_its_own():
    words = [f"5350093-2001-0001-0344_{number}-10-{number + 50}-40.png" for number in range(200_000)]
    grown = {}
    for kind, texts_of_kind in (("list", words), ("packed", PackedTexts.of(words))):
        ours, its = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        worker = context.Process(target=growth_while_reading, args=(texts_of_kind, its))
        worker.start()
        grown[kind] = ours.recv()
        worker.join()
    assert grown["list"] > 10_000 and grown["packed"] < 2_000  # KiB
    packed = PackedTexts.of(words)
    # Since Python 3.12 a text is eight bytes smaller: the share was 0.52 and is 0.57.
    assert len(packed.data) + packed.starts.nbytes < 0.6 * sum(map(sys.getsizeof, words))


def test_starts_take_four_bytes_a_text():
    assert PackedTexts.of(["가" * 30_000] * 3).starts.dtype == np.uint32
