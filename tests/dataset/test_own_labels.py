"""A `labels.csv` that a person has written: what step 3 accepts, and the one-line errors for the rest."""

import unicodedata

import pytest
from PIL import Image

from train_easyocr.dataset.stores.label_file import read_labels
from train_easyocr.program.errors import UserError
from train_easyocr.training.opening import open_store

ROWS = "filename,words\na.png,김해시장\nb.png,건의\n"


def told(folder):
    """The one line in which `folder` is refused."""
    with pytest.raises(UserError) as refused:
        open_store(folder)
    line = str(refused.value)
    assert "\n" not in line and "step 2" not in line and line.startswith(f"{folder / 'labels.csv'}: ")
    return line.removeprefix(f"{folder / 'labels.csv'}: ")


def write_set(folder, *names, images="images", labels=None):
    for name in names:
        path = folder / images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (40, 20), 200).save(path)
    rows = ("filename,words", *(f"{name},글" for name in labels or names))
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "data", [ROWS.encode(), ROWS.encode("utf-8-sig"), ROWS.replace("\n", "\r\n").encode("utf-8-sig")]
)
def test_what_editors_and_spreadsheets_write_as_csv_in_utf_8_is_read(tmp_path, data):
    (tmp_path / "labels.csv").write_bytes(data)
    assert read_labels(tmp_path / "labels.csv") == (["a.png", "b.png"], ["김해시장", "건의"])


SAVE = "; save it as 'CSV UTF-8 (comma delimited)'"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ROWS.encode("cp949"), "is in CP949, expected UTF-8" + SAVE),
        (ROWS.encode("utf-16"), "is in UTF-16" + SAVE),
        (ROWS.encode() + b"c.png,\xff\n", "is in neither UTF-8 nor CP949" + SAVE),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a workbook, not CSV" + SAVE),
        (b"PK\x03\x04\x14\x00\xff\xff", "is a workbook, not CSV" + SAVE),
        (ROWS.replace(",", ";").encode(), "its columns are separated by semicolons, expected commas" + SAVE),
        (ROWS.replace(",", "\t").encode(), "its columns are separated by tabs, expected commas" + SAVE),
        (b"", "is empty; expected the header 'filename,words' and a row for each image"),
        (b"\n" + ROWS.encode(), "row 1 is blank, expected 'filename,words'; delete it"),
        (b"a.png,1\n", "begins with 'a.png,1' and has no header; write 'filename,words' above it"),
        (
            b"file,text\na.png,1\n",
            "header is 'file,text', expected 'filename,words'; name the columns so, and leave out others",
        ),
        (
            b"filename,words,split\na.png,1,train\n",
            "header is 'filename,words,split', expected 'filename,words'; name the columns so, and leave out others",
        ),
        (ROWS.encode() + b"\n", "row 4 is blank; delete it"),
        (ROWS.encode() + b",\nc.png,1\n", "row 4 is blank; delete it"),
        (ROWS.encode() + b",1\n", "row 4 has no file name, but the label '1'; write one, or delete the row"),
        (
            ROWS.encode() + b"c.png,54,500\n",
            'row 4 has 3 columns, expected 2: \'c.png,54,500\'; in CSV the label 1,"000 is written "1,""000"',
        ),
        (
            ROWS.encode() + b"c.png\n",
            'row 4 has 1 column, expected 2: \'c.png\'; in CSV the label 1,"000 is written "1,""000"',
        ),
        (
            ROWS.encode() + b'c.png,"a"b\n',
            'no CSV at line 4 or before (\',\' expected after \'"\'); in CSV the label 1,"000 is written "1,""000"',
        ),
    ],
)
def test_another_file_is_told_as_what_it_is(tmp_path, data, message):
    (tmp_path / "labels.csv").write_bytes(data)
    assert told(tmp_path) == message


def test_images_below_another_folder_are_found(tmp_path):
    def line(folder, *arguments, **options):
        write_set(tmp_path / folder, *arguments, **options)
        return told(tmp_path / folder).replace(f"{tmp_path}/", "")

    names = "names 'a.png', which is not in {}/images; "
    assert line("1", "a.png", images=".") == names.format(1) + "it is beside images/: move the images into it"
    assert line("2", "a.png", images="crops") == names.format(2) + "it is in 2/crops: move the images into 2/images"
    assert line("3", "a.png", images="images/x") == names.format(3) + (
        "it is in 3/images/x: write 'x/' in front of the names"
    )
    assert line("4", "a.png", labels=["images/a.png"]).endswith("relative to that folder: leave 'images/' away")
    assert line("5", "x/a.png", labels=["x\\a.png"]).endswith("write / instead of \\ in the names")
    assert line("6", "a.png", labels=["a"]).endswith("there the name has an ending: write the names with theirs")
    assert line("7", "a.png", labels=["x/a.png"]).endswith("without the folders in front: leave them away")
    assert line("8", "a.png", labels=[" a.png"]).endswith("leave away the blanks around the names")
    assert line("9", "a.png", labels=["b.png"]) == (
        "names 'b.png', which is not in 9/images; put the images there, or correct the names in labels.csv"
    )
    decomposed = unicodedata.normalize("NFD", "각.png")
    assert line("10", decomposed, labels=["각.png"]).endswith("another Unicode form: write the names in NFD")


def test_a_set_with_some_images_missing_is_opened(tmp_path):
    write_set(tmp_path, "z.png", labels=[*(f"{number}.png" for number in range(5)), "z.png"])
    assert open_store(tmp_path).sizes().tolist() == [*[[0, 0]] * 5, [40, 20]]


@pytest.mark.parametrize(("name", "source"), [("gt.txt", "/gt.txt"), ("data.mdb", ""), ("labels.docx", None)])
def test_a_folder_of_another_program_is_told_how_to_import_it(tmp_path, name, source):
    (tmp_path / name).touch()
    mend = "run step 2, or " if source is None else f".* --import_labels {tmp_path}{source}$"
    with pytest.raises(UserError, match=rf"labels\.csv: no such file; {mend}"):
        open_store(tmp_path)
