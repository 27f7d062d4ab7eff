"""Patch stores: the label file, and single files against LMDB."""

import csv
import io
import multiprocessing
import os
import pickle
import struct
import sys
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from train_easyocr.dataset.stores.label_file import HEADER, read_labels
from train_easyocr.dataset.stores.page_list import save_page_names
from train_easyocr.dataset.stores.png import encode_png
from train_easyocr.dataset.stores.sizes import image_size
from train_easyocr.dataset.stores.store import FolderStore, LmdbStore
from train_easyocr.dataset.stores.writers import csv_rows, open_writer
from train_easyocr.pages.records import Patch
from train_easyocr.program.errors import UserError
from train_easyocr.training.opening import open_store

# Every text that a label can have: no NUL and no surrogates, which the reader of labels drops.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
awkward = st.sampled_from(
    ["NA", "null", "nan", "54,500", '"건의', '""', "a\rb", "a\nb", "\r\n", "\r", " ", "﻿", "=1+1", "#"]
)


def pages_of_patches(count=5):
    random = np.random.default_rng(0)
    image = random.integers(0, 255, (60, 200, 3), np.uint8)
    patches = [Patch(f"p_{x}-2-{x + 30 + x}-40.png", f"글{x}", (x, 2, x + 30 + x, 40)) for x in range(count)]
    return patches, [encode_png(image[y:Y, x:X]) for x, y, X, Y in (patch.box for patch in patches)]


def write(kind, folder, patches, images):
    folder.mkdir(exist_ok=True)
    writer = open_writer(kind, folder)
    writer.add(patches, images)
    writer.commit({"pages_done": 1})
    writer.finish()


class TestLabelFile:
    @given(st.lists(texts | awkward, max_size=6))
    def test_every_label_comes_back_as_it_was(self, tmp_path_factory, words):
        path = tmp_path_factory.mktemp("labels") / "labels.csv"
        rows = [(f"{number}.png", word) for number, word in enumerate(words)]
        path.write_bytes(csv_rows([HEADER, *rows]))
        assert read_labels(path) == ([name for name, _ in rows], words)

    @given(st.lists(texts | awkward, max_size=6))
    def test_pandas_the_csv_module_and_we_read_it_alike(self, words):
        data = csv_rows([HEADER, *((f"{number}.png", word) for number, word in enumerate(words))])
        by_csv = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        by_pandas = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
        assert [row[1] for row in by_csv] == ["words", *words]
        assert by_pandas["words"].tolist() == words

    def test_the_bytes_by_hand(self):
        rows = [("a.png", "54,500"), ("b.png", '"건의'), ("c.png", "경남 김해시")]
        assert csv_rows(rows).decode() == 'a.png,"54,500"\nb.png,"""건의"\nc.png,경남 김해시\n'


class TestStores:
    def test_both_kinds_give_the_same_crops_labels_and_sizes(self, tmp_path):
        patches, images = pages_of_patches()
        for kind in ("folder", "lmdb"):
            write(kind, tmp_path / kind, patches, images)
        folder, lmdb = open_store(tmp_path / "folder"), open_store(tmp_path / "lmdb")
        assert (type(folder), type(lmdb)) == (FolderStore, LmdbStore)
        assert (folder.filenames, folder.texts) == (lmdb.filenames, lmdb.texts)
        assert (tmp_path / "folder/labels.csv").read_bytes() == (tmp_path / "lmdb/labels.csv").read_bytes()
        assert np.array_equal(folder.sizes(), lmdb.sizes())
        for row, patch in enumerate(patches):
            assert np.array_equal(folder.read(row), lmdb.read(row))
            assert folder.read(row).shape == (38, patch.box[2] - patch.box[0])

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_colour_stores_give_rgb(self, tmp_path, kind):
        red = np.zeros((10, 10, 3), np.uint8)
        red[..., 2] = 255  # OpenCV's order is blue, green, red
        patch = Patch("p_0-0-10-10.png", "가", (0, 0, 10, 10))
        write(kind, tmp_path / kind, [patch], [encode_png(red)])
        assert open_store(tmp_path / kind, rgb=True).read(0)[0, 0].tolist() == [255, 0, 0]
        assert open_store(tmp_path / kind).read(0).shape == (10, 10)

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_an_lmdb_store_that_was_read_travels_to_workers(self, tmp_path, method):
        patches, images = pages_of_patches()
        write("lmdb", tmp_path / "lmdb", patches, images)
        store = open_store(tmp_path / "lmdb")
        expected = [int(store.read(row).sum()) for row in range(5)]
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(ReadSum(store), range(5)) == expected
        assert int(pickle.loads(pickle.dumps(store)).read(0).sum()) == expected[0]

    def test_a_store_that_was_written_anew_is_read_anew(self, tmp_path):
        patches, images = pages_of_patches(2)
        write("lmdb", tmp_path / "new", patches, images)
        (tmp_path / "new").rename(tmp_path / "lmdb")
        first = open_store(tmp_path / "lmdb").read(0)
        write("lmdb", tmp_path / "new", patches, images[::-1])
        (tmp_path / "lmdb").rename(tmp_path / "old")
        (tmp_path / "new").rename(tmp_path / "lmdb")
        assert open_store(tmp_path / "lmdb").read(0).shape != first.shape

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_a_missing_or_broken_image_is_an_oserror_that_names_it(self, tmp_path, kind):
        patches, images = pages_of_patches(3)
        write(kind, tmp_path / kind, patches[:2], [images[0], b"broken"])
        with (tmp_path / kind / "labels.csv").open("ab") as file:
            file.write(csv_rows([(patches[2].filename, "없음")]))
        store = open_store(tmp_path / kind)
        for row in (1, 2):
            with pytest.raises(OSError, match=patches[row].filename):
                store.read(row)

    def test_a_pipe_in_the_place_of_an_image_is_not_opened(self, tmp_path):
        patches, images = pages_of_patches(1)
        write("folder", tmp_path, patches[:1], images[:1])
        image = tmp_path / "images" / patches[0].filename
        image.unlink()
        os.mkfifo(image)
        with pytest.raises(OSError, match=r"\.png: a pipe"):
            open_store(tmp_path).read(0)

    @pytest.mark.parametrize("kept", [0, 100, 4096, 0.5, -1])
    def test_an_lmdb_that_breaks_off_is_told_and_kills_nobody(self, tmp_path, kept):
        patches, images = pages_of_patches(40)
        write("lmdb", tmp_path, patches, images)
        whole = (tmp_path / "patches.lmdb").read_bytes()
        (tmp_path / "patches.lmdb").write_bytes(whole[: int(len(whole) * kept) if kept == 0.5 else kept])
        with pytest.raises(
            UserError, match=r"patches\.lmdb: (is no LMDB file|breaks off: .* bytes are there); copy it"
        ):
            open_store(tmp_path)
        (tmp_path / "patches.lmdb").write_bytes(b"garbage" * 10_000)
        with pytest.raises(UserError, match=r"patches\.lmdb: is no LMDB file; copy it"):
            open_store(tmp_path)

    def test_an_lmdb_with_holes_is_told_where_it_is_read(self, tmp_path):
        patches, images = pages_of_patches(40)
        write("lmdb", tmp_path, patches, images)
        data = bytearray((tmp_path / "patches.lmdb").read_bytes())
        data[2 * 4096 :] = bytes(len(data) - 2 * 4096)  # as a copy that was stopped leaves a file of its full size
        (tmp_path / "patches.lmdb").write_bytes(data)
        with pytest.raises(UserError, match=r"patches\.lmdb: is a damaged LMDB file \(.*MDB_CORRUPTED"):
            open_store(tmp_path).read(0)

    def test_an_empty_store_can_be_opened(self, tmp_path):
        for kind in ("folder", "lmdb"):
            write(kind, tmp_path / kind, [], [])
            assert open_store(tmp_path / kind).sizes().shape == (0, 2)


class ReadSum:
    """Reads a patch in a worker; a class, because a worker started afresh has to import it."""

    def __init__(self, store):
        self.store = store

    def __call__(self, row):
        return int(self.store.read(row).sum())


class TestSizes:
    """Step 2 writes the box of a word into the name of its patch; the names of other programs mean other things."""

    NAMES = ("IMG_2024-01-15-093.png", "tel_02-1-1234-5678.png", "가_1-2-3-4.png")

    def write(self, kind, folder, names, pages=None, size=(30, 18)):
        width, height = size
        images = [encode_png(np.zeros((height, width), np.uint8))] * len(names)
        write(kind, folder, [Patch(name, "글", (0, 0, 1, 1)) for name in names], images)
        if pages is not None:
            save_page_names(folder, pages)
        return open_store(folder)

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_numbers_at_the_end_of_a_name_of_ones_own_are_no_size(self, tmp_path, kind):
        store = self.write(kind, tmp_path / kind, self.NAMES)
        assert store.sizes().tolist() == [[30, 18]] * 3

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_the_names_of_step_2_tell_the_sizes_and_no_image_is_opened(self, tmp_path, kind):
        names = ["5350093-2001-0001-0344_1-2-11-32.png", "b_c_0-0-5-6.png"]
        store = self.write(kind, tmp_path / kind, names, pages=["a/5350093/2001/5350093-2001-0001-0344", "b_c"])
        assert store.sizes().tolist() == [[10, 30], [5, 6]]

    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_images_of_ones_own_among_those_of_step_2_are_opened(self, tmp_path, kind):
        store = self.write(kind, tmp_path / kind, ["p_1-2-11-32.png", *self.NAMES], pages=["x/p", "x/q"])
        assert store.sizes().tolist() == [[10, 30], *[[30, 18]] * 3]

    def test_a_photo_that_lies_on_its_side_has_the_size_of_the_upright_patch(self, tmp_path):
        (tmp_path / "images").mkdir()
        names = ["turned.jpg", "upright.jpg", "turned.png", "turned.tif"]
        for name in names:
            exif = Image.Exif()
            exif[0x0112] = 6 if "turned" in name else 3
            Image.new("L", (40, 20), 200).save(tmp_path / "images" / name, exif=exif)
        (tmp_path / "labels.csv").write_bytes(csv_rows([HEADER, *((name, "글") for name in names)]))
        store = open_store(tmp_path)
        shapes = [store.read(row).shape[::-1] for row in range(len(names))]
        assert store.sizes().tolist() == [list(shape) for shape in shapes]
        assert shapes[:2] == [(20, 40), (40, 20)]

    def test_what_is_no_image_has_no_size_and_holds_nobody_up(self, tmp_path):
        (tmp_path / "images").mkdir()
        Image.new("1", (40, 20)).save(tmp_path / "images/good.png")
        os.mkfifo(tmp_path / "images/fifo.png")
        (tmp_path / "images/folder.png").mkdir()
        (tmp_path / "images/empty.png").write_bytes(b"")
        header = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        (tmp_path / "images/bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
        names = [f"{name}.png" for name in ("good", "fifo", "folder", "empty", "bomb", "missing")]
        names += ["a\0b.png"] if sys.version_info >= (3, 11) else []  # csv of Python 3.10 refuses NUL
        (tmp_path / "labels.csv").write_bytes(csv_rows([HEADER, *((name, "글") for name in names)]))
        assert open_store(tmp_path).sizes().tolist() == [[40, 20], *[[0, 0]] * (len(names) - 1)]


class TestInterruptedWriting:
    @pytest.mark.parametrize("kind", ["folder", "lmdb"])
    def test_what_was_committed_stays_and_what_was_not_is_written_again(self, tmp_path, kind):
        patches, images = pages_of_patches(6)
        for folder, interrupted in ((tmp_path / "whole", False), (tmp_path / "resumed", True)):
            folder.mkdir()
            writer = open_writer(kind, folder)
            writer.add(patches[:3], images[:3])
            writer.commit({"pages_done": 1})
            if interrupted:
                writer.add(patches[3:4], images[3:4])
                del writer
                writer = open_writer(kind, folder)
                assert writer.progress()["pages_done"] == 1
            writer.add(patches[3:], images[3:])
            writer.commit({"pages_done": 2})
            writer.finish()
        whole, resumed = (
            {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            for folder in (tmp_path / "whole", tmp_path / "resumed")
        )
        assert whole == resumed
        assert open_store(tmp_path / "resumed").texts == [patch.text for patch in patches]


@pytest.mark.filterwarnings("error")
def test_the_size_of_a_large_image_is_read_without_a_warning():
    image = bytearray(encode_png(np.zeros((1, 1), np.uint8)))
    image[16:24] = struct.pack(">II", 13_160, 9_160)
    image[29:33] = struct.pack(">I", zlib.crc32(image[12:29]))
    assert image_size(io.BytesIO(image)) == (13_160, 9_160)
