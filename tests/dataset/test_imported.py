"""Words that other programs cut out and labelled: `prepare_dataset.py --import_labels`."""

import json
import re
import shlex
import unicodedata
from io import BytesIO

import lmdb
import pytest
from doors import prepare_dataset
from PIL import Image
from training_runs import run, small_settings, write_patches

from train_easyocr.dataset.imported.sources import open_source
from train_easyocr.dataset.imported.writing import ImportPlan, import_words
from train_easyocr.program.errors import UserError
from train_easyocr.training.opening import open_store


def picture(level=200, size=(40, 20), mode="L", form="PNG"):
    file = BytesIO()
    Image.new(mode, size, level).save(file, form)
    return file.getvalue()


def write_list(folder, lines, name="gt.txt", images=None, encoding="utf-8"):
    """Write a list with `lines`, and an image for each path that `images` gives (by default each in the lines)."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in [line.split("\t")[0] for line in lines] if images is None else images:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(picture())
    (folder / name).write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return folder / name


def write_lmdb(folder, words, count=None):
    """Write an LMDB as deep-text-recognition-benchmark's create_lmdb_dataset.py does."""
    folder.mkdir(parents=True, exist_ok=True)
    with lmdb.open(str(folder), map_size=1 << 24) as environment, environment.begin(write=True) as transaction:
        for number, (label, image) in enumerate(words, start=1):
            transaction.put(b"image-%09d" % number, image)
            if label is not None:
                transaction.put(b"label-%09d" % number, label if isinstance(label, bytes) else label.encode())
        transaction.put(b"num-samples", str(len(words) if count is None else count).encode())
    return folder


def imported(tmp_path, *training, validation=(), images=None, name="imported", **more):
    """Import into `tmp_path`/out; return the stores of training and validation, and what was told."""
    told = []
    plan = ImportPlan(
        output=tmp_path / "out",
        name=name,
        training=[open_source(file, images) for file in training],
        validation=[open_source(file, images) for file in validation],
        **more,
    )
    import_words(plan, told.append)
    return *(open_store(folder_of(tmp_path, role, name)) for role in ("training", "validation")), told


def folder_of(tmp_path, role, name="imported"):
    return tmp_path / "out/training_and_validation_set" / role / name


def left_out(tmp_path, role="training"):
    about = json.loads((folder_of(tmp_path, role) / "imported.json").read_text(encoding="utf-8"))
    return {reason: entry["count"] for reason, entry in about["left_out"].items()}


LINES = [f"word_{number}.png\t글{number}" for number in range(20)]


class TestLists:
    def test_a_tenth_is_drawn_for_validation_and_no_word_is_in_both(self, tmp_path):
        training, validation, _ = imported(tmp_path, write_list(tmp_path / "crops", LINES))
        assert (len(training.texts), len(validation.texts)) == (18, 2)
        assert sorted([*training.texts, *validation.texts]) == sorted(line.split("\t")[1] for line in LINES)
        assert training.read(0).shape == (20, 40) and training.sizes().tolist() == [[40, 20]] * 18
        assert training.filenames[0] == "00000001_word_0.png"

    def test_the_seed_decides_which(self, tmp_path):
        file = write_list(tmp_path / "crops", LINES)
        drawn = [imported(tmp_path, file, seed=seed)[1].texts[:] for seed in (1, 1, 2)]
        assert drawn[0] == drawn[1] != drawn[2]

    def test_words_to_validate_on_are_taken_as_they_are(self, tmp_path):
        train = write_list(tmp_path / "train", LINES)
        val = write_list(tmp_path / "val", ["a/x.png\t가", "b/x.png\t나"])
        training, validation, _ = imported(tmp_path, train, validation=[val])
        assert len(training.texts) == 20 and validation.texts == ["가", "나"]
        assert validation.filenames == ["00000001_x.png", "00000002_x.png"]

    def test_paths_are_those_of_another_folder_where_one_is_named(self, tmp_path):
        write_list(tmp_path / "crops", LINES)
        file = write_list(tmp_path / "lists", LINES, images=[])
        with pytest.raises(UserError, match=r"names 'word_0\.png', which is not in .*lists; .* --import_images$"):
            imported(tmp_path, file)
        assert len(imported(tmp_path, file, images=tmp_path / "crops")[0].texts) == 18

    def test_bom_windows_line_ends_backslashes_and_blank_lines_are_read(self, tmp_path):
        file = write_list(tmp_path / "crops", LINES, images=[f"sub/word_{number}.png" for number in range(20)])
        lines = "\r\n".join(line.replace("word", "sub\\word") for line in LINES)
        file.write_bytes((lines + "\r\n\r\n").encode("utf-8-sig"))
        training, validation, _ = imported(tmp_path, file)
        assert (len(training.texts), len(validation.texts)) == (18, 2) and left_out(tmp_path) == {}

    def test_what_is_left_out_is_counted_by_reason(self, tmp_path):
        decomposed = unicodedata.normalize("NFD", "각")
        lines = [f"a.png\t {decomposed}\u3000", "b.png\t", "c.png\t \u200b", "no tab", "d.png\t가\t나", "a.png\t다"]
        lines += ["gone.png\t라", "broken.png\t마", "e.png\t" + "긴" * 1001, "f.png\t54,500"]
        images = [f"{name}.png" for name in "abcdef"]
        file = write_list(tmp_path / "crops", lines, images=images)
        (file.parent / "broken.png").write_bytes(picture()[:50])
        val = write_list(tmp_path / "val", LINES[:2])
        training, _, told = imported(tmp_path, file, validation=[val])
        assert training.texts == ["각", "54,500"]
        assert left_out(tmp_path) == {
            "no text": 2,
            "line without a tab": 1,
            "line with more than one tab": 1,
            "image that an earlier line names": 1,
            "image missing": 1,
            "image unreadable": 1,
            "text of more than 1,000 characters": 1,
        }
        assert f"training: 2 words in {folder_of(tmp_path, 'training')}" in told
        assert "  left out: 1 × image missing, such as gt.txt line 7: 라" in told

    def test_stray_files_in_a_list_are_left_out_also_below_a_hidden_folder(self, tmp_path):
        strays = [".ipynb_checkpoints/a-checkpoint.png\t가", "._b.png\t나", "sub\\@eaDir\\c.png\t다"]
        names = ["a.png", ".ipynb_checkpoints/a-checkpoint.png", "._b.png", "sub/@eaDir/c.png"]
        file = write_list(tmp_path / ".cache", ["a.png\t가", *strays], images=names)
        training, _, _ = imported(tmp_path, file, validation=[file])
        assert list(training.texts) == ["가"]
        assert left_out(tmp_path) == {"stray file of another program": 3}

    def test_images_are_decoded_as_everywhere(self, tmp_path):
        file = write_list(tmp_path / "crops", ["turned.jpg\t가", "clear.png\t나", *LINES[:1]])
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("L", (40, 20), 200).save(file.parent / "turned.jpg", exif=exif)
        Image.new("RGBA", (30, 10), (0, 0, 0, 0)).save(file.parent / "clear.png")
        training, _, _ = imported(tmp_path, file, validation=[file])
        assert training.read(0).shape == (40, 20)
        assert training.read(1).shape == (10, 30) and (training.read(1) == 255).all()

    @pytest.mark.parametrize("rgb", [False, True])
    def test_the_configuration_says_which_store_and_which_colours(self, tmp_path, rgb):
        file = write_list(tmp_path / "crops", LINES)
        for number in range(20):
            (file.parent / f"word_{number}.png").write_bytes(picture((255, 0, 0), mode="RGB"))
        imported(tmp_path, file, store="lmdb", rgb=rgb)
        folder = folder_of(tmp_path, "training")
        assert sorted(path.name for path in folder.iterdir()) == ["imported.json", "labels.csv", "patches.lmdb"]
        assert open_store(folder, rgb=True).read(0)[0, 0].tolist() == ([255, 0, 0] if rgb else [76, 76, 76])

    def test_a_labels_csv_of_easyocrs_trainer_has_its_images_beside_it(self, tmp_path):
        lines = ["filename,words", *(f'{number}.png,"5,{number}"' for number in range(20))]
        images = [f"{number}.png" for number in range(20)]
        file = write_list(tmp_path / "crops", lines, "labels.csv", images)
        training, validation, _ = imported(tmp_path, file)
        assert sorted([*training.texts, *validation.texts]) == sorted(f"5,{number}" for number in range(20))


class TestLmdb:
    def test_an_lmdb_of_the_benchmark_is_read(self, tmp_path):
        words = [("가", picture(1)), (" 54,500 ", picture(2, form="JPEG")), ("", picture()), (None, picture())]
        words += [(b"\xb0\xa1", picture()), ("나", b"no image")]
        folder = write_lmdb(tmp_path / "data_lmdb", words, count=7)
        training, validation, _ = imported(tmp_path, folder, validation=[folder / "data.mdb"])
        assert training.texts == validation.texts == ["가", "54,500"]
        assert [int(training.read(row)[0, 0]) for row in (0, 1)] == [1, 2]
        assert training.filenames == ["00000001_image-000000001.png", "00000002_image-000000002.png"]
        assert left_out(tmp_path) == {
            "no text": 1,
            "image without a label": 2,
            "label that is not in UTF-8": 1,
            "image unreadable": 1,
        }

    @pytest.mark.parametrize("spoil", ["garbage", "empty", "other keys", "half"])
    def test_another_file_is_told_in_one_line(self, tmp_path, spoil):
        words = [("가", picture(size=(300, 300)))] * 20
        folder = write_lmdb(tmp_path / "data_lmdb", words, count="x" if spoil == "other keys" else None)
        data = (folder / "data.mdb").read_bytes()
        spoilt = {"garbage": bytes(range(256)) * 64, "empty": b"", "half": data[: len(data) // 3]}
        (folder / "data.mdb").write_bytes(spoilt.get(spoil, data))
        with pytest.raises(UserError, match=r"data\.mdb: ") as told:
            imported(tmp_path, folder)
        assert "\n" not in str(told.value)


class TestMistakes:
    @pytest.mark.parametrize(
        ("lines", "encoding", "message"),
        [
            (LINES, "cp949", r"gt\.txt: is in CP949, expected UTF-8; save it in UTF-8$"),
            ([line.replace("\t", " ") for line in LINES], "utf-8", r"\(20 × line without a tab\); expected lines of a"),
            ([], "utf-8", r"holds no label that can be used \(it is empty\)"),
            (LINES[:1], "utf-8", r"no word is left for validation \(one word is too few to share\)"),
        ],
    )
    def test_a_list_that_cannot_be_used_is_told(self, tmp_path, lines, encoding, message):
        file = write_list(tmp_path / "crops", lines, images=["word_0.png"], encoding=encoding)
        with pytest.raises(UserError, match=message):
            imported(tmp_path, file)
        assert not folder_of(tmp_path, "training").exists() and not (tmp_path / "out/.preparing").exists()

    def test_a_missing_file_and_a_folder_without_lmdb_are_told(self, tmp_path):
        for file, message in ((tmp_path / "none.txt", "no such file"), (tmp_path, r"without data\.mdb")):
            with pytest.raises(UserError, match=message):
                open_source(file)

    def test_only_an_earlier_import_is_replaced(self, tmp_path):
        file = write_list(tmp_path / "crops", LINES)
        write_patches(folder_of(tmp_path, "validation", "documents"), count=1)
        with pytest.raises(UserError, match="choose another --import_name"):
            imported(tmp_path, file, name="documents")
        imported(tmp_path, file)
        training, _, _ = imported(tmp_path, write_list(tmp_path / "other", ["a.png\t가", "b.png\t나"]))
        assert len(training.texts) == 1

    def test_an_interrupted_import_leaves_the_earlier_one_and_nothing_else(self, tmp_path, monkeypatch):
        file = write_list(tmp_path / "crops", LINES)
        imported(tmp_path, file)
        before = sorted((tmp_path / "out").rglob("*"))

        def stop(data):
            raise KeyboardInterrupt

        monkeypatch.setattr("train_easyocr.dataset.imported.writing.decode_grey", stop)
        with pytest.raises(KeyboardInterrupt):
            imported(tmp_path, file)
        assert sorted((tmp_path / "out").rglob("*")) == before


def test_the_door_imports_and_names_the_command_that_trains(tmp_path):
    file = write_list(tmp_path / "내 자료", LINES)
    done = prepare_dataset("--output", tmp_path / "my out", "--import_labels", file)
    [line] = re.findall(r"To train on it: bash step3_run_train_py\.sh (.*)", done.stdout)
    sets = tmp_path / "my out/training_and_validation_set"
    assert shlex.split(line) == [
        *(f"train_data={sets / 'training'}", f"val_data={sets / 'validation'}"),
        *("select_data=imported", "batch_ratio=1", "continue_from=korean_public", "character=korean_public"),
    ]
    assert "18 words" in done.stdout and "2 words" in done.stdout


def test_the_door_refuses_a_name_that_select_data_cannot_have(tmp_path):
    file = write_list(tmp_path, LINES)
    done = prepare_dataset("--output", tmp_path / "out", "--import_labels", file, "--import_name", "a-b")
    assert done.returncode == 2 and done.stderr.startswith("error: --import_name ")


def test_step_3_trains_on_an_import(tmp_path):
    source = write_patches(tmp_path / "patches", count=40)
    rows = (source / "labels.csv").read_text(encoding="utf-8").splitlines()[1:]
    lines = [row.replace(",", "\t", 1) for row in rows]
    (source / "images/gt.txt").write_text("\n".join(lines), encoding="utf-8")
    imported(tmp_path, source / "images/gt.txt", store="lmdb")
    settings = small_settings(tmp_path / "out/training_and_validation_set", select_data="imported")
    folder = run(settings, tmp_path / "saved")
    assert (folder / "iter_4.pth").exists()
    assert "36" in (folder / "log_dataset.txt").read_text(encoding="utf-8")


def test_an_lmdb_that_promises_more_than_it_holds_is_refused_at_once(tmp_path):
    words = [("가", picture()), ("나", picture())]
    with pytest.raises(UserError, match=r"num-samples is 999,999,999,999 and it holds 5 keys; copy it anew$"):
        imported(tmp_path, write_lmdb(tmp_path / "lmdb", words, count=999_999_999_999))
