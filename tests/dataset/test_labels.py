"""Labels of four schemas, and the quirks of the files that hold them."""

import json
import os
import unicodedata

import pytest
from archive_factory import label_bytes, label_dict
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.labels import LabelError, clean_text, parse_label, read_label
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.pages_on_disk import page_names
from train_easyocr.pages.boxes import clip_box, is_empty
from train_easyocr.pages.records import Word
from train_easyocr.program.errors import UserError

NAME = "인.허가/5350093/2001/5350093-2001-0001-0344"


def words_of(label) -> list[Word]:
    return list(read_label(json.dumps(label).encode(), NAME).words)


def test_a_label_of_public_documents_becomes_a_page():
    page = read_label(label_bytes([("김", (10, 20, 30, 40))], category="주민복지", year="1999"), NAME)
    assert (page.name, page.stem) == (NAME, "5350093-2001-0001-0344")
    assert (page.category, page.year, page.width, page.height) == ("주민복지", "1999", 240, 320)
    assert page.words == (Word("김", (10, 20, 40, 60)),)
    assert page.schema == "public documents"


def test_points_in_any_order_become_their_bounding_box():
    label = {
        "Images": {"identifier": "a", "type": "jpg", "width": 200, "height": 100},
        "bbox": [{"id": 1, "data": "금액", "x": [50, 10, 10, 50], "y": [20, 5, 20, 5]}],
    }
    assert words_of(label) == [Word("금액", (10, 5, 50, 20))]
    assert words_of({**{k: v for k, v in label.items() if k != "bbox"}, "Bbox": label["bbox"]}) == words_of(label)
    assert read_label(json.dumps(label).encode(), NAME).schema == "points"


def test_hangul_forms_hold_corners():
    label = {
        "image": {"file_name": "a.jpg", "width": 200, "height": 100},
        "text": {"word": [{"value": "가나", "wordbox": [5, 6, 50, 60]}], "letter": {"value": None}},
    }
    assert words_of(label) == [Word("가나", (5, 6, 50, 60))]
    assert read_label(json.dumps(label).encode(), NAME).schema == "Hangul forms"


def test_a_picture_of_one_letter_is_one_word():
    label = {"image": {"width": 40, "height": 50}, "text": {"letter": {"value": "가"}}}
    assert words_of(label) == [Word("가", (0, 0, 40, 50))]


def test_outdoor_labels_hold_plain_keys():
    label = {"images": [{"width": 200, "height": 100}], "annotations": [{"bbox": [5, 6, 10, 20], "text": "약국"}]}
    assert words_of(label) == [Word("약국", (5, 6, 15, 26))]
    assert words_of({"annotations": label["annotations"]}) == [Word("약국", (5, 6, 15, 26))]
    assert read_label(json.dumps(label).encode(), NAME).schema == "outdoor"


def test_a_first_word_without_a_text_does_not_hide_the_schema():
    annotations = [{"bbox": [1, 2, 3, 4]}, {"bbox": [5, 6, 10, 20], "text": "약국"}]
    page = read_label(json.dumps({"images": [{"width": 200}], "annotations": annotations}).encode(), NAME)
    assert (page.schema, page.words, page.ignored) == (
        "outdoor",
        (Word("약국", (5, 6, 15, 26)),),
        (Word("", (1, 2, 4, 6)),),
    )


@pytest.mark.parametrize("label", [{"shapes": [], "version": "4"}, [1, 2], "text", {}])
def test_another_schema_is_refused_with_the_keys_that_were_found(label):
    with pytest.raises(LabelError, match="unknown schema") as refused:
        read_label(json.dumps(label).encode(), NAME)
    assert not isinstance(label, dict) or all(key in str(refused.value) for key in label)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_labels_come_in_utf8_with_and_without_bom_and_in_cp949(encoding):
    text = label_bytes([("한글", (1, 1, 20, 20))]).decode()
    assert read_label(text.encode(encoding), NAME).words[0].text == "한글"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "no JSON"),
        (b"", "no JSON"),
        (b"\xff\xfe\x00\x81", "neither UTF-8 nor CP949"),
        (b"[" * 100_000, "no JSON"),
        (b'{"images": [], "annotations": []}', "no image in the label"),
        (b'{"images": [1], "annotations": [2]}', "malformed label"),
        (b'{"images": {"a": 1}, "annotations": []}', "malformed label"),
    ],
)
def test_a_label_that_gives_no_page_says_why_in_one_line(data, reason):
    with pytest.raises(LabelError) as refused:
        read_label(data, NAME)
    assert reason in str(refused.value) and NAME in str(refused.value) and "\n" not in str(refused.value)


def test_ids_may_repeat_or_be_missing():
    label = label_dict([("가", (1, 1, 9, 9)), ("나", (20, 1, 9, 9))])
    label["annotations"][0]["id"] = label["annotations"][1]["id"] = 7
    assert [word.text for word in words_of(label)] == ["가", "나"]
    del label["annotations"][0]["id"]
    assert len(words_of(label)) == 2


def test_boxes_are_clipped_at_all_four_sides_and_empty_ones_dropped_and_counted_by_reason():
    boxes = [(-5, -7, 20, 20), (230, 310, 50, 50), (-30, 5, 20, 20), (250, 5, 9, 9), (5, 5, 0, 9), (5, 5, -4, 9)]
    page, dropped = parse_label(label_bytes([(str(index), box) for index, box in enumerate(boxes)]), NAME)
    assert [word.box for word in page.words] == [(0, 0, 15, 13), (230, 310, 240, 320)]
    assert [item.reason for item in dropped] == [
        *["box outside the page"] * 2,
        *("box without area", "box of negative width or height"),
    ]
    assert [item.detail for item in dropped] == [
        *("2 [-30.0, 5.0, -10.0, 25.0]", "3 [250.0, 5.0, 259.0, 14.0]"),
        *("4 x 5, y 5, width 0, height 9", "5 x 5, y 5, width -4, height 9"),
    ]


POLYGON = [30, 12, 80, 14, 79, 40, 29, 38]


@pytest.mark.parametrize("polygon", [POLYGON, POLYGON[6:] + POLYGON[:6], [str(x) for x in POLYGON], [POLYGON]])
@pytest.mark.parametrize("schema", ["public documents", "outdoor", "Hangul forms"])
def test_a_polygon_of_eight_numbers_is_read_as_its_rectangle(schema, polygon):
    if len(polygon) == 1:  # as four points
        polygon = [polygon[0][at : at + 2] for at in range(0, 8, 2)]
    label = label_dict([("가", (1, 1, 9, 9))])
    label["annotations"][0]["annotation.bbox"] = polygon
    if schema == "outdoor":
        label = {"annotations": [{"bbox": polygon, "text": "가"}]}
    elif schema == "Hangul forms":
        label = {"image": {}, "text": {"word": [{"value": "가", "wordbox": polygon}]}}
    assert read_label(json.dumps(label).encode(), NAME).schema == schema
    assert words_of(label) == [Word("가", (29, 12, 80, 40))]


def test_a_page_of_unknown_size_is_clipped_at_zero_only():
    label = label_dict([("가", (-5, 900, 20, 20))])
    del label["images"][0]["image.width"], label["images"][0]["image.height"]
    assert words_of(label) == [Word("가", (0, 900, 15, 920))]


@pytest.mark.parametrize("box", [None, [1, 2, 3], ["a", 2, 3, 4], [1, 2, None, 4], [1, 2, float("nan"), 4], {"x": 1}])
def test_a_box_that_is_not_four_numbers_is_dropped_and_counted(box):
    label = label_dict([("가", (1, 1, 9, 9))])
    label["annotations"][0]["annotation.bbox"] = box
    page, dropped = parse_label(json.dumps(label).encode(), NAME)
    assert not page.words
    assert [item.reason for item in dropped] == ["word without a box of four or eight numbers"]


def test_numbers_written_as_text_or_with_fractions_are_rounded_outwards():
    label = label_dict([("가", (1, 1, 9, 9))])
    label["annotations"][0]["annotation.bbox"] = ["1.6", "2.2", 10.1, 10]
    assert words_of(label) == [Word("가", (1, 2, 12, 13))]


def test_texts_are_nfc_and_stripped_and_keep_their_inner_spaces():
    decomposed = unicodedata.normalize("NFD", "  경남 김해시\t")
    assert read_label(label_bytes([(decomposed, (1, 1, 9, 9))]), NAME).words[0].text == "경남 김해시"


def reasons(*texts):
    """Why each of the JSON values `texts`, as words with a box, is ignored, or the text that is kept of it."""
    label = json.dumps(label_dict([("텍스트", (1, 1, 9, 9))] * len(texts)), ensure_ascii=False)
    for text in texts:
        label = label.replace('"텍스트"', text, 1)
    page, dropped = parse_label(label.encode("utf-8", "surrogatepass"), NAME)
    assert page.ignored == (Word("", (1, 1, 10, 10)),) * len(dropped)
    return [word.text for word in page.words], [item.reason for item in dropped]


@pytest.mark.parametrize("number", ["54.50", "0.10", "1E5", "-0", "3." + "0" * 30, "9" * 400])
def test_a_text_that_stands_as_a_number_keeps_its_digits(number):
    assert reasons(number) == ([number], [])


def test_a_word_with_a_box_and_no_text_is_unreadable_print_and_counted():
    assert reasons("true", "false", "null", "[]", '["가"]', "{}") == ([], ["unreadable print: no text"] * 6)


def test_a_number_of_5000_digits_costs_its_word_and_not_the_page():
    texts, found = reasons('"가"', "9" * 5000, '"나"')
    assert (texts, found) == (["가", "나"], ["unreadable print: text of more than 1,000 characters"])
    label = label_bytes([("가", (1, 1, 9, 9)), ("나", (123, 20, 9, 9))]).replace(b"123", b"7" * 5000, 1)
    page, dropped = parse_label(label, NAME)
    assert [word.text for word in page.words] == ["가"]
    assert [item.reason for item in dropped] == ["word without a box of four or eight numbers"]


def test_a_text_that_no_table_takes_is_ignored_and_not_printed_whole():
    page, dropped = parse_label(label_bytes([("가" * 140_000, (1, 1, 9, 9)), ("나" * 1000, (1, 1, 9, 9))]), NAME)
    assert [len(word.text) for word in page.words] == [1000]
    assert [item.reason for item in dropped] == ["unreadable print: text of more than 1,000 characters"]
    assert dropped[0].detail == "140,000 characters [1, 1, 10, 10]"


@pytest.mark.parametrize("corner", ["1e300", "-1e300", "2e6", '"1e300"', "Infinity", "NaN", "1e400"])
def test_a_box_further_away_than_any_page_is_dropped_and_counted(corner):
    for place in range(4):
        box = ["5", "5", "9", "9"]
        box[place] = corner
        label = label_bytes([("가", (5, 5, 9, 9))]).replace(
            b"5,\r\n        5,\r\n        9,\r\n        9", ",".join(box).encode()
        )
        page, dropped = parse_label(label, NAME)
        assert not page.words
        assert dropped[0].reason in ("box further away than any page", "word without a box of four or eight numbers")


def test_zero_width_marks_are_no_text_and_go_like_spaces_at_the_ends():
    texts, found = reasons(
        *(f'"{text}"' for text in ("\ufeff", "\u200b \u200b", "\ufeff 경남\u200b", "경\u200b남", "\u2060\u200e"))
    )
    assert texts == ["경남", "경\u200b남"]  # inside a word they are kept as they stand
    assert found == ["unreadable print: no text"] * 3


def test_lone_surrogates_in_category_and_year_stay_and_can_be_written():
    page = read_label(json.dumps(label_dict(category="인\ud800허가", year="20\udfff01")).encode(), NAME)
    assert (page.category, page.year) == ("인\ud800허가", "20\udfff01")
    with pytest.raises(LabelError, match="unknown schema"):
        read_label(b'{"a\\ud800": 1}', NAME)


@pytest.mark.parametrize("value", [["인.허가"], {"a": 1}, True, 7])
def test_a_category_or_year_that_is_no_text_is_told_by_the_folders(value):
    page = read_label(label_bytes(category=value, year=value), NAME)
    assert (page.category, page.year) == (("7", "7") if value == 7 else ("인.허가", "2001"))


def test_words_that_no_csv_can_carry_and_words_without_text_are_ignored_and_counted():
    label = label_dict([(text, (1, 1, 9, 9)) for text in ("가\0나", "\ud800", " ", "좋음")])
    label["annotations"].append({"annotation.text": None, "annotation.bbox": [1, 1, 9, 9]})
    page, dropped = parse_label(json.dumps(label).encode(), NAME)
    assert [word.text for word in page.words] == ["좋음"]
    assert page.ignored == (Word("", (1, 1, 10, 10)),) * 4
    unwritable = "unreadable print: text with NUL or a lone surrogate"
    assert [item.reason for item in dropped] == [unwritable] * 2 + ["unreadable print: no text"] * 2


def test_a_word_without_text_and_without_a_box_is_nowhere():
    label = label_dict([(None, (5, 5, 0, 9)), ("", (900, 900, 9, 9))])
    label["annotations"].append({"id": 3})
    page, dropped = parse_label(json.dumps(label).encode(), NAME)
    assert not page.words and not page.ignored
    expected = ["box without area", "box outside the page", "word without a box of four or eight numbers"]
    assert [item.reason for item in dropped] == expected


def test_the_folders_tell_category_and_year_where_the_label_does_not():
    label = {"annotations": [{"bbox": [5, 6, 10, 20], "text": "약국"}]}
    page = read_label(json.dumps(label).encode(), NAME)
    assert (page.category, page.year) == ("인.허가", "2001")
    assert read_label(json.dumps(label).encode(), "0001").category == ""


@given(st.tuples(*[st.integers(-300, 300)] * 4), st.integers(1, 200), st.integers(1, 200))
def test_a_clipped_box_lies_on_the_page_or_is_empty(box, width, height):
    clipped = clip_box(box, width, height)
    inside = 0 <= clipped[0] <= clipped[2] <= width and 0 <= clipped[1] <= clipped[3] <= height
    assert inside or is_empty(clipped)
    assert clip_box(clipped, width, height) == clipped or is_empty(clipped)


@given(st.text())
def test_cleaning_a_text_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)


class TestFoldersOfPages:
    def write(self, folder, name, label=True, image=True):
        for part, ending, data, wanted in (("labels", ".json", label_bytes(), label), ("images", ".jpg", b"x", image)):
            (folder / part).mkdir(parents=True, exist_ok=True)
            if wanted:
                path = folder / part / f"{name}{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def test_pages_come_in_natural_order_with_their_images(self, tmp_path):
        for name in ("a/p10", "a/p2", "b/p1"):
            self.write(tmp_path, name)
        pages = labelled_pages(tmp_path)
        assert [page.name for page, _ in pages] == ["a/p2", "a/p10", "b/p1"]
        assert pages[0][1] == tmp_path / "images/a/p2.jpg"

    def test_names_in_nfd_find_each_other(self, tmp_path):
        self.write(tmp_path, unicodedata.normalize("NFD", "인.허가/가"), image=False)
        self.write(tmp_path, unicodedata.normalize("NFC", "인.허가/가"), label=False)
        assert [page.name for page, _ in labelled_pages(tmp_path)] == ["인.허가/가"]

    def test_two_files_of_one_name_are_told_instead_of_chosen_from(self, tmp_path):
        self.write(tmp_path, "a")
        (tmp_path / "images/a.png").write_bytes(b"x")
        with pytest.raises(UserError, match=r"images: a\.\w+ and a\.\w+ have one name; keep one of them") as refused:
            labelled_pages(tmp_path)
        assert "a.png" in str(refused.value) and "a.jpg" in str(refused.value)

    def test_images_without_a_label_are_no_pages(self, tmp_path):
        self.write(tmp_path, "a")
        self.write(tmp_path, "b", label=False)
        assert len(labelled_pages(tmp_path)) == 1

    def test_stray_files_are_left_out_and_counted(self, tmp_path):
        self.write(tmp_path, "a/p")
        for name in ("a/.ipynb_checkpoints/p-checkpoint", "a/._p", "@eaDir/p", "__MACOSX/a/p"):
            self.write(tmp_path, name)
        (tmp_path / "images/a/Thumbs.db").write_bytes(b"x")
        drops = DropLog()
        assert [page.name for page, _ in labelled_pages(tmp_path, left_out=drops)] == ["a/p"]
        assert drops.counts == {"stray file of another program": 9}
        assert drops.examples["stray file of another program"][0] == "images/@eaDir/p.jpg"
        assert page_names(tmp_path) == {"a/p"}

    @pytest.mark.parametrize(
        ("pages", "complaint"),
        [([], "no such folder"), ([("a", False, True)], "no .json"), ([("a", True, False)], "no image for a")],
    )
    def test_what_is_missing_is_named_in_one_line(self, tmp_path, pages, complaint):
        for name, label, image in pages:
            self.write(tmp_path, name, label, image)
        with pytest.raises(UserError, match=complaint) as refused:
            labelled_pages(tmp_path)
        assert "\n" not in str(refused.value)

    def test_a_pipe_among_the_images_is_told_and_not_opened(self, tmp_path):
        self.write(tmp_path, "a")
        os.mkfifo(tmp_path / "images/b.jpg")
        with pytest.raises(UserError, match=r"images/b\.jpg: is no file, but a pipe, a device or a broken link; put"):
            labelled_pages(tmp_path)
