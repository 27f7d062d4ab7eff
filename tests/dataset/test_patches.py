"""From a page to its word patches."""

import io

import cv2
import numpy as np
import pytest
from archive_factory import Bytes, decoded, page_image, source
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.patches import PatchRules, cut_page, survey_page
from train_easyocr.dataset.stores.packed_texts import PackedTexts
from train_easyocr.dataset.stores.patch_names import sizes_in_names
from train_easyocr.dataset.stores.png import encode_png

NAME = "인.허가/5350093/2001/p"


def test_a_patch_holds_the_pixels_of_its_box_on_the_grey_page():
    result = cut_page(source([("가나", (20, 30, 90, 24))]), PatchRules())
    page = cv2.imdecode(np.frombuffer(page_image(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert [patch.filename for patch in result.patches] == ["p_20-30-110-54.png"]
    assert np.array_equal(decoded(next(iter(result.images))), page[30:54, 20:110])


def test_colour_patches_hold_the_colours_of_the_page():
    result = cut_page(source([("가나", (20, 30, 90, 24))]), PatchRules(rgb=True))
    page = cv2.imdecode(np.frombuffer(page_image(), np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(decoded(next(iter(result.images))), page[30:54, 20:110])


@pytest.mark.parametrize("rules", [PatchRules(), PatchRules(keep_vertical=True)])
def test_a_box_without_text_is_no_patch_and_counted(rules):
    page = source([("가나", (20, 30, 90, 24)), (None, (20, 80, 90, 24)), ("  ", (20, 130, 24, 90))])
    for result in (cut_page(page, rules), survey_page(page, rules), survey_page(page, None)):
        assert [patch.text for patch in result.patches] == ["가나"]
        assert [item.reason for item in result.dropped_words] == ["unreadable print: no text"] * 2


def test_boxes_are_clipped_to_the_page_and_named_by_what_was_cut():
    result = cut_page(source([("가", (-5, -5, 20, 20)), ("나", (230, 300, 50, 50))]), PatchRules())
    assert [patch.filename for patch in result.patches] == ["p_0-0-15-15.png", "p_230-300-240-320.png"]


@pytest.mark.parametrize(
    ("size", "dropped"),
    [
        ({"width": 320, "height": 240}, True),  # turned by a quarter
        ({"width": 480, "height": 640}, True),  # scaled
        ({"width": 241}, True),
        ({"width": None, "height": 319}, True),
        ({"width": None, "height": None}, False),
        ({"width": "240", "height": 320.0}, False),
    ],
)
def test_a_label_that_was_made_for_an_image_of_another_size_costs_its_page(size, dropped):
    result = cut_page(source([("가", (100, 100, 50, 50))], **size), PatchRules())
    assert (len(result.patches), bool(result.problem)) == ((0, True) if dropped else (1, False))
    if dropped:
        assert result.problem.reason == "label: made for an image of another size"
        assert result.problem.detail.endswith("in the label, 240×320 in the image")


def test_a_page_that_exif_turns_is_cut_as_it_stands_upright():
    stored = Image.open(io.BytesIO(page_image()))
    exif, turned = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    stored.save(turned, "JPEG", exif=exif)
    words = [("가", (250, 20, 60, 30))]
    result = cut_page(source(words, turned.getvalue(), width=320, height=240), PatchRules())
    assert [patch.filename for patch in result.patches] == ["p_250-20-310-50.png"]
    as_stored = cut_page(source(words, turned.getvalue(), width=240, height=320), PatchRules())
    assert as_stored.problem.detail == "240×320 in the label, 320×240 in the image"


def test_vertical_words_are_kept_out_and_counted_unless_asked_for():
    words = [("지시", (10, 10, 57, 124)), ("결", (90, 10, 20, 90)), ("ab", (130, 10, 20, 29))]
    result = cut_page(source(words), PatchRules())
    assert [patch.text for patch in result.patches] == ["결", "ab"]
    assert [item.reason for item in result.dropped_words] == ["vertical text"]
    assert len(cut_page(source(words), PatchRules(keep_vertical=True)).patches) == 3


def test_tiny_boxes_are_kept_unless_a_minimum_is_set():
    words = [("·", (10, 10, 19, 15)), ("가", (50, 10, 20, 20))]
    assert len(cut_page(source(words), PatchRules()).patches) == 2
    result = cut_page(source(words), PatchRules(min_size=16))
    assert [patch.text for patch in result.patches] == ["가"]
    assert [item.reason for item in result.dropped_words] == ["smaller than min_patch_size"]


def test_placeholder_texts_are_left_out_and_counted():
    words = [("xxx", (10, 10, 30, 15)), ("xxxx", (50, 10, 30, 20))]
    result = cut_page(source(words), PatchRules(placeholder_texts=("xxx",)))
    assert [patch.text for patch in result.patches] == ["xxxx"]
    assert [item.reason for item in result.dropped_words] == ["placeholder text"]


def test_the_second_label_of_a_box_is_a_duplicate():
    result = cut_page(source([("가", (10, 10, 20, 20)), ("나", (10, 10, 20, 20))]), PatchRules())
    assert [patch.text for patch in result.patches] == ["가"]
    assert [item.reason for item in result.dropped_words] == ["second label of the same box"]


def test_file_names_that_no_disk_takes_are_dropped_and_counted():
    result = cut_page(source([("가", (10, 10, 20, 20))], name="가" * 85), PatchRules())
    assert [item.reason for item in result.dropped_words] == ["file name longer than 255 bytes"]


def test_a_bad_page_is_a_result_with_a_problem_and_no_patches():
    words = [("가", (10, 10, 20, 20))]
    assert cut_page(source(words, image=b"broken"), PatchRules()).problem.reason == "image: unreadable"
    bad_label = PageSource(NAME, Bytes(b"{"), Bytes(page_image()))
    result = cut_page(bad_label, PatchRules())
    assert (result.problem.reason, result.problem.where, result.patches) == ("label: no JSON", NAME, ())


def test_the_survey_tells_from_the_label_what_the_cut_will_keep():
    page = source([("지시", (10, 10, 57, 124)), ("가", (90, 10, 20, 90)), ("나", (90, 10, 20, 90))])
    cut, survey = cut_page(page, PatchRules()), survey_page(page, PatchRules())
    assert (survey.patches, survey.dropped_words) == (cut.patches, cut.dropped_words)
    assert len(survey_page(page, None).patches) == 3


boxes = st.tuples(st.integers(-50, 260), st.integers(-50, 340), st.integers(-5, 300), st.integers(-5, 300))


@settings(max_examples=30)
@given(st.lists(boxes, max_size=8))
def test_every_word_is_either_a_patch_of_its_named_size_or_counted_as_dropped(page_boxes):
    words = [(f"{index}", box) for index, box in enumerate(page_boxes)]
    result = cut_page(source(words), PatchRules())
    assert len(result.patches) + len(result.dropped_words) == len(words)
    assert len({patch.filename for patch in result.patches}) == len(result.patches)
    sizes = sizes_in_names(PackedTexts.of([patch.filename for patch in result.patches]))
    assert [decoded(image).shape for image in result.images] == [(height, width) for width, height in sizes.tolist()]


@settings(max_examples=30)
@given(st.integers(1, 70), st.integers(1, 300), st.booleans(), st.integers(0, 2**32 - 1))
def test_opencv_and_pillow_read_a_png_as_it_was(height, width, colour, seed):
    image = np.random.default_rng(seed).integers(0, 255, (height, width, 3) if colour else (height, width), np.uint8)
    png = encode_png(image)
    assert np.array_equal(decoded(png), image)
    by_pillow = np.asarray(Image.open(io.BytesIO(png)))
    assert np.array_equal(by_pillow[..., ::-1] if colour else by_pillow, image)


def test_a_png_larger_than_one_deflate_block_is_read_as_it_was():
    image = np.random.default_rng(0).integers(0, 255, (300, 900), np.uint8)
    assert np.array_equal(decoded(encode_png(image)), image)
